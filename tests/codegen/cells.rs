//! Why the cells of buffers are no `std::cell::Cell`s: C code that has released the GIL, here `os.readv`, may
//! write to a buffer's memory while this thread holds the GIL and calls nothing. Read as any memory, a loop
//! that waits for that was moved out of itself at -O3.
//!
//! tests/codegen.rs compiles and runs it in release mode.

use std::fs::File;
use std::io::Write;
use std::os::fd::FromRawFd;

use pyptr::types::{PyByteArray, PyDict};
use pyptr::{PyErr, Python};

/// More than there is patience for: only a loop that does not read comes to its end.
const ENOUGH: u64 = 100_000_000_000;

/// Whether the value changes.
#[inline(never)]
fn changes(read: impl Fn() -> u8) -> bool {
    let before = read();
    (0..ENOUGH).any(|_| read() != before)
}

fn main() -> Result<(), PyErr> {
    Python::initialize();
    Python::attach(|py| {
        let memory = PyByteArray::new(py, b"..")?;
        let names = PyDict::new(py)?;
        names.set_str("memory", &memory)?;
        let code = c"import os, threading, time
end, other = os.pipe()
def read():
    for index in range(2):
        os.readv(end, [memoryview(memory)[index:index + 1]])
threading.Thread(target=read, daemon=True).start()
time.sleep(0.1)";
        py.run(code, Some(&names), None)?;
        let end = names.get_str("other")?.expect("a pipe").extract::<i32>()?;
        // SAFETY: the open end of a pipe, which Python closes no more.
        let mut pipe = unsafe { File::from_raw_fd(end) };
        let buffer = memory.buffer_mut()?;
        let (reading, writing) = (buffer.cells::<u8>()?, buffer.cells_mut::<u8>()?);
        pipe.write_all(b"x").expect("somebody reads");
        let first = changes(|| reading[0].get());
        // The thread needs the GIL to go on to the next byte.
        py.run(c"time.sleep(0.1)", Some(&names), None)?;
        pipe.write_all(b"x").expect("somebody reads");
        println!("{:?}", [first, changes(|| writing[1].get())]);
        Ok(())
    })
}
