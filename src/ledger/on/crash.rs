//! What a crash leaves: a line that says in which exported function, and after which line, the process dies.
//!
//! A signal handler writes it, which then leaves the signal to the handler that was there before.

use std::ffi::{CStr, c_int};
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicI32, AtomicPtr, AtomicUsize};
use std::{ptr, slice};

use super::thread::{self, Spot};

/// The signals that end a process, and how they were handled before.
static HANDLED: [(AtomicI32, AtomicUsize); 8] =
    [const { (AtomicI32::new(0), AtomicUsize::new(0)) }; 8];
/// The file to which the line is written.
static FILE: AtomicI32 = AtomicI32::new(2);
/// What is running, such as the name of a test: its text, and how long that is.
static RUNNING: AtomicPtr<u8> = AtomicPtr::new(ptr::null_mut());
static RUNNING_LEN: AtomicUsize = AtomicUsize::new(0);

/// How much of a name is kept.
const MOST: usize = 500;

unsafe extern "C" {
    fn write(file: c_int, text: *const u8, len: usize) -> isize;
    fn raise(signal: c_int) -> c_int;
    /// A handler is a number here, because 0 and 1 stand for none.
    fn PyOS_setsig(signal: c_int, handler: usize) -> usize;
}

/// Writes a line to `file` when the process gets one of these signals from now on.
pub(crate) fn handle(file: c_int, signals: &[c_int]) {
    FILE.store(file, Relaxed);
    for &signal in signals {
        let is = |slot: &&(AtomicI32, AtomicUsize)| slot.0.load(Relaxed) == signal;
        if HANDLED.iter().any(|slot| is(&slot)) {
            continue;
        }
        let Some(slot) = HANDLED.iter().find(|slot| slot.0.load(Relaxed) == 0) else {
            return;
        };
        let handler: extern "C" fn(c_int) = died;
        slot.0.store(signal, Relaxed);
        // SAFETY: the handler only reads what is static or this thread's, writes, and passes the signal on.
        let before = unsafe { PyOS_setsig(signal, handler as usize) };
        slot.1.store(before, Release);
    }
}

/// Notes what is running, for the line. Called by one thread at a time.
pub(crate) fn running(name: &str) {
    let mut end = name.len().min(MOST);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    let mut text = RUNNING.load(Relaxed);
    // A crash meanwhile shows no name.
    RUNNING_LEN.store(0, Release);
    if text.is_null() {
        let _quiet = thread::Quiet::begin();
        text = Box::leak(Box::new([0_u8; MOST])).as_mut_ptr();
        RUNNING.store(text, Release);
    }
    // SAFETY: memory for `MOST` bytes, which only this function writes.
    unsafe { ptr::copy_nonoverlapping(name.as_ptr(), text, end) };
    RUNNING_LEN.store(end, Release);
}

extern "C" fn died(signal: c_int) {
    let mut line = Line::default();
    let len = RUNNING_LEN.load(Acquire);
    let (now, ended) = thread::with(|local| (local.here(), local.ended.get()));
    line.text(b"\npytest-pyptr: the process crashes");
    if len > 0 {
        line.text(b" in ");
        // SAFETY: as many bytes as were written there.
        line.text(unsafe { slice::from_raw_parts(RUNNING.load(Acquire), len) });
    }
    if !now.0.is_null() {
        line.text(b", in ");
        line.spot(now, b"after");
    } else if !ended.0.is_null() {
        line.text(b", after ");
        line.spot(ended, b"whose last line known to pyptr is");
    }
    line.text(b"\n");
    line.write(FILE.load(Relaxed));
    let slot = HANDLED.iter().find(|slot| slot.0.load(Relaxed) == signal);
    let before = slot.map_or(0, |slot| slot.1.load(Acquire));
    // SAFETY: the handler from before, or 0 for the default.
    unsafe { PyOS_setsig(signal, before) };
    // SAFETY: this signal is held back until this function returns.
    unsafe { raise(signal) };
}

/// A line in memory of its own: a handler may not allocate.
struct Line {
    bytes: [u8; 1500],
    len: usize,
}

impl Default for Line {
    fn default() -> Line {
        Line {
            bytes: [0; 1500],
            len: 0,
        }
    }
}

impl Line {
    fn text(&mut self, text: &[u8]) {
        for byte in text {
            if let Some(place) = self.bytes.get_mut(self.len) {
                *place = *byte;
                self.len += 1;
            }
        }
    }

    fn number(&mut self, number: u32) {
        if number >= 10 {
            self.number(number / 10);
        }
        self.text(&[b'0' + (number % 10) as u8]);
    }

    /// `pack(), after src/lib.rs:41:18`
    fn spot(&mut self, (function, near): Spot, after: &[u8]) {
        // SAFETY: the name of an exported function, which is static.
        self.text(unsafe { CStr::from_ptr(function) }.to_bytes());
        self.text(b"()");
        if let Some(near) = near {
            self.text(b", ");
            self.text(after);
            self.text(b" ");
            self.text(near.file().as_bytes());
            self.text(b":");
            self.number(near.line());
            self.text(b":");
            self.number(near.column());
        }
    }

    fn write(&self, file: c_int) {
        // SAFETY: as many bytes as there are; nobody would know of a failure.
        unsafe { write(file, self.bytes.as_ptr(), self.len) };
    }
}
