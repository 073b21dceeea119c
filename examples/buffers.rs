//! A function that takes the doubles of any object with a buffer, without a copy: `array.array`, `memoryview`,
//! `ctypes`, an array of NumPy.
//!
//! ```console
//! $ cargo run --example buffers
//! array: 2.5
//! memoryview: 3.25
//! ctypes: 0.75
//! TypeError: a bytes-like object is required, not 'list'
//! BufferError: buffer format f is not f64
//! BufferError: buffer is not contiguous
//! ValueError: the mean of no numbers
//! ```
//!
//! In an extension module, `lib.rs` is what stands above `SCRIPT`; see `memory.rs` for how to build one.
//! `cfg(Py_GIL_DISABLED)` is known where a `build.rs` calls `pyo3_build_config::use_pyo3_cfgs()`; the package has
//! `pyo3-build-config` among its build dependencies then.

use std::ffi::CStr;

use pyptr::buffer::PyBuffer;
use pyptr::error::PyValueError;
use pyptr::types::PyAny;
use pyptr::{Borrowed, PyErr, PyResult, Python};

fn mean<'py>(values: &Borrowed<'py, PyAny>) -> PyResult<'py, f64> {
    // Held until it is dropped: the object can neither move nor free its memory.
    let buffer = values.buffer()?;
    let sum = sum(&buffer)?;
    match buffer.len() {
        0 => Err(values.py().raise::<PyValueError>("the mean of no numbers")),
        len => Ok(sum / len as f64),
    }
}

/// Where the numbers are. Cells, since code that Rust does not know may write to them meanwhile.
#[cfg(not(Py_GIL_DISABLED))]
fn sum<'py>(buffer: &PyBuffer<'py>) -> PyResult<'py, f64> {
    let numbers = buffer.cells::<f64>()?;
    Ok(numbers.iter().map(|number| number.get()).sum())
}

/// On a free-threaded build any thread may write at any moment: safe code takes a copy there. (Without one, and
/// `unsafe`: `as_raw_slice`, for numbers that nobody writes to meanwhile.)
#[cfg(Py_GIL_DISABLED)]
fn sum<'py>(buffer: &PyBuffer<'py>) -> PyResult<'py, f64> {
    buffer.as_raw_slice::<f64>()?; // for its errors
    let bytes = buffer.to_vec()?;
    let numbers = bytes.chunks_exact(size_of::<f64>());
    let numbers = numbers.map(|number| f64::from_ne_bytes(number.try_into().expect("8 bytes")));
    Ok(numbers.sum())
}

pyptr::module! {
    /// Functions of buffers.
    mod buffers {
        gil: not_used;

        /// The mean of the doubles in `values`, an object with a buffer.
        fn mean(values, /);
    }
}

const SCRIPT: &CStr = cr#"
import array, buffers, ctypes, sys

numbers = array.array("d", [1.0, 2.0, 4.5])
print("array:", buffers.mean(numbers))
print("memoryview:", buffers.mean(memoryview(numbers)[1:]))
print("ctypes:", buffers.mean((ctypes.c_double * 2)(0.5, 1.0)))

for wrong in [1.0, 2.0], array.array("f", [1.0]), memoryview(numbers)[::2], array.array("d"):
    try:
        buffers.mean(wrong)
    except (TypeError, BufferError, ValueError) as error:
        print(f"{type(error).__name__}: {error}")
sys.stdout.flush()  # or it is lost: the program ends without the interpreter's end
"#;

fn main() -> Result<(), PyErr> {
    buffers().append_to_inittab();
    Python::initialize();
    Python::attach(|py| Ok(py.run(SCRIPT, None, None)?))
}
