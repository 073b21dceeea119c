//! References that were dropped on detached threads, waiting for an attached one.
//!
//! A lock-free stack: a thread that forks while another pushes leaves the child nothing to wait for.
//! It is taken whole before anything is released, because releasing runs destructors, which may drop
//! more `Shared`s and attach again.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use crate::error::SavedIndicator;
use crate::ffi::{self, attached_here};
use crate::ledger::Token;
use crate::refs::{Object, Python, Shared, release};

struct Node {
    object: NonNull<ffi::PyObject>,
    token: Token,
    next: *mut Node,
}

static QUEUE: AtomicPtr<Node> = AtomicPtr::new(ptr::null_mut());
/// Whether the interpreter has been asked to call `drain_pending`.
static SCHEDULED: Scheduled = Scheduled(AtomicBool::new(false));

/// Whether a pending call is on its way. Both changes read what was there: of a push that asks and a call that
/// begins at the same time, the later one knows of the earlier. So either the push asks anew, or the call
/// sees what was pushed; with a plain store neither might.
struct Scheduled(AtomicBool);

impl Scheduled {
    /// A push asks for a call. Says whether none is on its way.
    fn ask(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }

    /// The call begins, or could not be made.
    fn begin(&self) {
        self.0.swap(false, Ordering::AcqRel);
    }
}

/// Queues the release of a reference. Called on detached threads; never blocks, never touches `object`.
#[cold]
fn push(object: NonNull<ffi::PyObject>, token: Token) {
    if !ffi::is_initialized() || ffi::is_finalizing() {
        return; // Nobody would come to release it: leak.
    }
    let node = Box::into_raw(Box::new(Node {
        object,
        token,
        next: ptr::null_mut(),
    }));
    let mut head = QUEUE.load(Ordering::Relaxed);
    loop {
        // SAFETY: `node` is ours until the exchange below publishes it.
        unsafe { (*node).next = head };
        match QUEUE.compare_exchange_weak(head, node, Ordering::Release, Ordering::Relaxed) {
            Ok(_) => break,
            Err(newer) => head = newer,
        }
    }
    schedule();
}

/// Asks the interpreter's main thread to drain the queue between two bytecodes.
fn schedule() {
    if !SCHEDULED.ask() {
        return;
    }
    // SAFETY: `Py_AddPendingCall` may be called on threads that are not attached.
    let result = unsafe { ffi::Py_AddPendingCall(Some(drain_pending), ptr::null_mut()) };
    if result != 0 {
        // The interpreter's own queue (31 or 32 slots) is full: the next push asks again, and the next
        // attach drains in any case.
        SCHEDULED.begin();
    }
}

extern "C" fn drain_pending(_: *mut c_void) -> c_int {
    // SAFETY: pending calls run on an attached thread, and the token does not leave this function.
    let py = unsafe { Python::assume_attached() };
    // Before taking: a push that comes after that asks for a pending call of its own.
    SCHEDULED.begin();
    drain(py);
    0
}

/// Releases everything in the queue.
#[inline]
pub(crate) fn drain(py: Python<'_>) {
    if !QUEUE.load(Ordering::Relaxed).is_null() {
        drain_slow(py);
    }
}

thread_local! {
    /// A destructor that queues and attaches comes back here: the loop below goes on with what it queued,
    /// instead of one more level of the stack for each object.
    static DRAINING: Cell<bool> = const { Cell::new(false) };
}

#[cold]
fn drain_slow(py: Python<'_>) {
    if DRAINING.get() {
        return;
    }
    DRAINING.set(true);
    // Destructors run with a clear indicator, and what is set now stays set.
    let _saved = SavedIndicator::save(py);
    loop {
        let mut node = QUEUE.swap(ptr::null_mut(), Ordering::Acquire);
        if node.is_null() {
            break;
        }
        while !node.is_null() {
            // SAFETY: nodes come from `Box::into_raw`, and the swap made this whole list ours.
            let taken = unsafe { Box::from_raw(node) };
            node = taken.next;
            // SAFETY: the queue owns one reference to each object, and `py` proves the attachment.
            unsafe { release(taken.object, taken.token.release(taken.object)) };
        }
    }
    DRAINING.set(false);
}

impl<T: Object> Drop for Shared<T> {
    #[inline]
    fn drop(&mut self) {
        if T::IMMORTAL {
            return;
        }
        if !attached_here() {
            push(self.ptr, self.token);
        } else {
            // SAFETY: `self` owns a reference, which nobody uses after this, and the thread is attached.
            unsafe { release(self.ptr, self.token.release(self.ptr)) }
        }
    }
}
