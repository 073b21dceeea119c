//! Work on several threads, without the interpreter; and a call of Python from each of them.
//!
//! `py.detach` lets other Python threads run while Rust computes. A reference that goes to another thread is a
//! `Shared`; a thread that calls Python attaches first.
//!
//! ```console
//! $ cargo run --example threads
//! done: [(0, 168), (1, 135), (2, 127), (3, 120)]
//! primes below 4000: 550
//! RuntimeError: stopped by the callback
//! ```
//!
//! In an extension module, `lib.rs` is what stands above `SCRIPT`; see `memory.rs` for how to build one.

use std::ffi::CStr;
use std::ops::Range;
use std::thread;

use pyptr::types::PyAny;
use pyptr::{IntoPyObject, PyErr, PyResult, Python, Shared};

const THREADS: usize = 4;

/// Counts primes, a part of the numbers on each thread.
fn count_primes<'py>(py: Python<'py>, limit: usize, done: Shared<PyAny>) -> PyResult<'py, usize> {
    let size = limit.div_ceil(THREADS);
    // Rust only: nothing that needs this thread to be attached compiles in here.
    let sum: Result<usize, PyErr> = py.detach(|| {
        thread::scope(|scope| {
            let mut running = Vec::new();
            for part in 0..THREADS {
                let numbers = part * size..limit.min((part + 1) * size);
                let done = &done;
                running.push(scope.spawn(move || count_part(part, numbers, done)));
            }
            let counts = running.into_iter().map(|thread| thread.join());
            counts.map(|count| count.expect("no panic")).sum()
        })
    });
    // Raised by another thread; raised again on this one, with its traceback.
    sum.map_err(|error| error.raise(py))
}

/// Runs on a thread that Python knows nothing of until it attaches. What leaves `attach` is a `PyErr`.
fn count_part(part: usize, numbers: Range<usize>, done: &Shared<PyAny>) -> Result<usize, PyErr> {
    let count = numbers.filter(|&number| is_prime(number)).count();
    Python::attach(|py| {
        let (part, found) = (part.into_py_object(py)?, count.into_py_object(py)?);
        done.bind(py).call([&part, &found])?;
        Ok(count)
    })
}

fn is_prime(number: usize) -> bool {
    let mut divisors = (2..).take_while(|divisor| divisor * divisor <= number);
    number > 1 && divisors.all(|divisor| number % divisor != 0)
}

pyptr::module! {
    /// Work on several threads.
    mod threads {
        gil: not_used;

        /// Counts the primes below `limit`; each thread calls `done(part, count)` at its end.
        fn count_primes(py: Python, limit, done, /);
    }
}

const SCRIPT: &CStr = cr#"
import sys, threads
parts = []
count = threads.count_primes(4000, lambda *part: parts.append(part))
print("done:", sorted(parts))
print("primes below 4000:", count)

def stop(part, count):
    raise RuntimeError("stopped by the callback")

try:
    threads.count_primes(4000, stop)
except RuntimeError as error:
    print("RuntimeError:", error)
sys.stdout.flush()  # or it is lost: the program ends without the interpreter's end
"#;

fn main() -> Result<(), PyErr> {
    threads().append_to_inittab();
    Python::initialize();
    Python::attach(|py| Ok(py.run(SCRIPT, None, None)?))
}
