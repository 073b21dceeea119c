//! Raising an exception and catching it: here both in native code, there one of them in Python.

use std::hint::black_box;

use pyptr::error::PyValueError;
use pyptr::types::{PyAny, PyDict, PyInt, PyString};
use pyptr::{Borrowed, Owned, PyResult, Python};
use pyptr_benches::functions::MODULES;
use pyptr_benches::{Bench, C, FFI, PYO3, PYPTR, c, contestant};

const TIMES: usize = 1_000;

const SOURCE: &std::ffi::CStr = c"
def fail():
    raise ValueError('a message of some length')
";

/// Compiled anew for each function, see call.rs.
const DRIVER: &std::ffi::CStr = c"
def drive(f, times, repeat=__import__('itertools').repeat):
    for _ in repeat(None, times):
        try:
            f()
        except ValueError:
            pass
";

/// C word for word.
mod ffi {
    use pyo3_ffi::*;

    #[inline(never)]
    unsafe fn fail() -> *mut PyObject {
        unsafe { PyErr_SetString(PyExc_ValueError, c"a message of some length".as_ptr()) };
        std::ptr::null_mut()
    }

    pub unsafe fn raise_and_catch(times: usize) -> usize {
        let mut caught = 0;
        for _ in 0..times {
            unsafe {
                if fail().is_null() && PyErr_ExceptionMatches(PyExc_ValueError) != 0 {
                    PyErr_Clear();
                    caught += 1;
                }
            }
        }
        caught
    }

    pub unsafe fn call_and_catch(function: *mut PyObject, times: usize) -> usize {
        let mut caught = 0;
        for _ in 0..times {
            unsafe {
                let result = PyObject_CallNoArgs(function);
                if !result.is_null() {
                    Py_DECREF(result);
                } else if PyErr_ExceptionMatches(PyExc_ValueError) != 0 {
                    PyErr_Clear();
                    caught += 1;
                }
            }
        }
        caught
    }
}

#[inline(never)]
fn fail(py: Python<'_>) -> PyResult<'_, Owned<'_, PyAny>> {
    Err(py.raise::<PyValueError>("a message of some length"))
}

fn raise_and_catch(py: Python<'_>) -> usize {
    let is_caught = |result| match result {
        Ok(_) => false,
        Err(raised) => pyptr::Raised::is::<PyValueError>(&raised),
    };
    (0..TIMES).filter(|_| is_caught(fail(py))).count()
}

fn call_and_catch(function: &Borrowed<'_, PyAny>) -> usize {
    let is_caught = |result| match result {
        Ok(_) => false,
        Err(raised) => pyptr::Raised::is::<PyValueError>(&raised),
    };
    (0..TIMES).filter(|_| is_caught(function.call0())).count()
}

mod by_pyo3 {
    use pyo3::exceptions::PyValueError;
    use pyo3::prelude::*;

    use super::TIMES;

    #[inline(never)]
    fn fail(_py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
        Err(PyValueError::new_err("a message of some length"))
    }

    pub fn raise_and_catch(py: Python<'_>) -> usize {
        let is_caught = |result: PyResult<_>| match result {
            Ok(_) => false,
            Err(error) => error.is_instance_of::<PyValueError>(py),
        };
        (0..TIMES).filter(|_| is_caught(fail(py))).count()
    }

    pub fn call_and_catch(function: &Bound<'_, PyAny>) -> usize {
        let is_caught = |result: PyResult<_>| match result {
            Ok(_) => false,
            Err(error) => error.is_instance_of::<PyValueError>(function.py()),
        };
        (0..TIMES).filter(|_| is_caught(function.call0())).count()
    }
}

/// What a piece of source defines under a name.
fn defined<'py>(
    py: Python<'py>,
    source: &std::ffi::CStr,
    name: &str,
) -> PyResult<'py, Owned<'py, PyAny>> {
    let globals = PyDict::new(py)?;
    py.run(source, Some(&globals), None)?;
    let name = PyString::new(py, name)?;
    Ok(globals.get(&name)?.expect("just defined"))
}

/// All were caught.
fn check(caught: usize) {
    assert_eq!(caught, TIMES);
}

fn run(bench: &mut Bench<'_>) -> Result<(), pyptr::PyErr> {
    let (py, pyo3) = (bench.py, bench.pyo3);
    bench.compare(
        "raised and caught natively",
        TIMES,
        vec![
            // SAFETY: attached.
            contestant(C, || {
                check(unsafe { c::c_raise_and_catch(TIMES as _) } as usize)
            }),
            // SAFETY: attached.
            contestant(FFI, || check(unsafe { ffi::raise_and_catch(TIMES) })),
            contestant(PYO3, || check(by_pyo3::raise_and_catch(pyo3))),
            contestant(PYPTR, || check(raise_and_catch(py))),
        ],
    );

    let function = defined(py, SOURCE, "fail")?;
    let pointer = function.as_ptr();
    // SAFETY: a live function.
    let bound = unsafe { pyo3::Bound::from_borrowed_ptr(pyo3, pointer) };
    bench.compare(
        "raised by Python, caught natively",
        TIMES,
        vec![
            contestant(C, || {
                // SAFETY: a live function.
                check(unsafe { c::c_call_and_catch(black_box(pointer), TIMES as _) } as usize)
            }),
            contestant(FFI, || {
                // SAFETY: a live function.
                check(unsafe { ffi::call_and_catch(black_box(pointer), TIMES) })
            }),
            contestant(PYO3, || check(by_pyo3::call_and_catch(black_box(&bound)))),
            contestant(PYPTR, || check(call_and_catch(black_box(&function)))),
        ],
    );

    let times = PyInt::new(py, TIMES as i64)?;
    let mut contestants = Vec::new();
    for (name, module) in MODULES {
        let raises = py.import(module)?.getattr(c"raises")?;
        let drive = defined(py, DRIVER, "drive")?;
        let times = &times;
        contestants.push(contestant(name, move || {
            let args: [&Borrowed<'_, PyAny>; 2] = [&raises, times];
            drive.call(args).expect("all are caught")
        }));
    }
    bench.compare("raised natively, caught by Python", TIMES, contestants);
    Ok(())
}

fn main() {
    Bench::main("errors", |bench| run(bench).expect("no exception"));
}
