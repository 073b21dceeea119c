//! Why the cells of buffers are no `std::cell::Cell`s: C code that has released the GIL, here `os.readv`, may
//! write to a buffer's memory while this thread holds the GIL and calls nothing. Read as any memory, a loop
//! that waits for that was moved out of itself at -O3.
//!
//! tests/codegen.rs compiles and runs it in release mode.

use std::fs::File;
use std::io::Write;
use std::os::fd::FromRawFd;
use std::time::Duration;

use pyptr::types::{PyByteArray, PyDict};
use pyptr::{PyErr, Python};

/// More than there is patience for: only a loop that does not read comes to its end.
const ENOUGH: u64 = 100_000_000_000;

const BEFORE: u8 = b'.';

/// Whether the value becomes another one than it was at the beginning.
#[inline(never)]
fn changes(read: impl Fn() -> u8) -> bool {
    let before = read();
    before != BEFORE || (0..ENOUGH).any(|_| read() != before)
}

fn main() -> Result<(), PyErr> {
    Python::initialize();
    Python::attach(|py| {
        let memory = PyByteArray::new(py, &[BEFORE; 2])?;
        let names = PyDict::new(py)?;
        names.set_str("memory", &memory)?;
        // Who has the GIL keeps it until it waits for something: the thread that says it is about to read has
        // begun to by the time this one goes on.
        let code = c"import os, sys, threading
sys.setswitchinterval(1000)
end, other = os.pipe()
reads = [threading.Event(), threading.Event()]
def read():
    for index in range(2):
        reads[index].set()
        os.readv(end, [memoryview(memory)[index:index + 1]])
threading.Thread(target=read, daemon=True).start()
reads[0].wait()";
        py.run(code, Some(&names), None)?;
        let end = names.get_str("other")?.expect("a pipe").extract::<i32>()?;
        // SAFETY: the open end of a pipe, which Python closes no more.
        let pipe = unsafe { File::from_raw_fd(end) };
        let buffer = memory.buffer_mut()?;
        let (reading, writing) = (buffer.cells::<u8>()?, buffer.cells_mut::<u8>()?);
        // Later, so that a loop that reads once reads what was there before. One that reads on sees it whenever
        // it is written.
        let write_later = |mut pipe: File| {
            std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(200));
                pipe.write_all(b"x").expect("somebody reads");
            })
        };
        write_later(pipe.try_clone().expect("one more file"));
        let first = changes(|| reading[0].get());
        py.run(c"reads[1].wait()", Some(&names), None)?;
        write_later(pipe);
        println!("{:?}", [first, changes(|| writing[1].get())]);
        Ok(())
    })
}
