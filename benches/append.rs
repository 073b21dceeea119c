//! A chain of appends of six-byte pieces, from the empty str on.
//!
//! C makes a str of each piece and calls `PyUnicode_AppendAndDel`, which is its idiom. PyO3 has no append:
//! `text + piece` copies, so that a chain is quadratic, and that of a million pieces is left out.

use pyo3::prelude::*;
use pyptr::types::{PyString, StringBuilder};
use pyptr::{Owned, PyResult, Python};
use pyptr_benches::{Bench, C, FFI, PYO3, PYPTR, builder, c};

const PIECE: &str = "piece ";

#[inline(never)]
unsafe fn by_ffi(piece: &str, times: usize) -> *mut pyo3_ffi::PyObject {
    use pyo3_ffi::*;
    unsafe {
        let (data, size) = (piece.as_ptr().cast(), piece.len() as Py_ssize_t);
        let mut text = PyUnicode_FromStringAndSize(std::ptr::null(), 0);
        for _ in 0..times {
            if text.is_null() {
                break;
            }
            let right = PyUnicode_FromStringAndSize(data, size);
            if right.is_null() {
                Py_DECREF(text);
                return right;
            }
            PyUnicode_AppendAndDel(&mut text, right);
        }
        text
    }
}

#[inline(never)]
fn by_pyo3<'py>(
    py: pyo3::Python<'py>,
    piece: &str,
    times: usize,
) -> pyo3::PyResult<Bound<'py, PyAny>> {
    let mut text = pyo3::types::PyString::new(py, "").into_any();
    for _ in 0..times {
        text = text.add(piece)?;
    }
    Ok(text)
}

#[inline(never)]
fn by_append<'py>(
    py: Python<'py>,
    piece: &str,
    times: usize,
) -> PyResult<'py, Owned<'py, PyString>> {
    let mut text = PyString::new(py, "")?;
    for _ in 0..times {
        let right = PyString::new(py, piece)?;
        text = text.append(&right)?;
    }
    Ok(text)
}

#[inline(never)]
fn by_append_str<'py>(
    py: Python<'py>,
    piece: &str,
    times: usize,
) -> PyResult<'py, Owned<'py, PyString>> {
    let mut text = PyString::new(py, "")?;
    for _ in 0..times {
        text = text.append_str(piece)?;
    }
    Ok(text)
}

#[inline(never)]
fn by_builder<'py>(
    py: Python<'py>,
    piece: &str,
    times: usize,
) -> PyResult<'py, Owned<'py, PyString>> {
    let mut text = StringBuilder::new(py);
    for _ in 0..times {
        text.push_str(piece);
    }
    text.finish()
}

fn run(bench: &mut Bench<'_>) {
    let (py, pyo3) = (bench.py, bench.pyo3);
    // SAFETY: a new reference to a str, or NULL.
    let owned = move |text| -> Owned<'_, PyString> {
        unsafe { Owned::from_owned_ptr_or_raised(py, text) }.expect("memory")
    };
    for (case, times) in [("10,000 pieces", 10_000), ("1,000,000 pieces", 1_000_000)] {
        let mut contestants = vec![
            builder(C, move || {
                let (data, size) = (PIECE.as_ptr().cast(), PIECE.len());
                // SAFETY: attached; pointer and length are those of a `str`.
                owned(unsafe { c::c_append(data, size as _, times as _) })
            }),
            // SAFETY: attached.
            builder(FFI, move || owned(unsafe { by_ffi(PIECE, times) })),
            builder(PYPTR, move || by_append(py, PIECE, times).expect("memory")),
            builder("pyptr append_str", move || {
                by_append_str(py, PIECE, times).expect("memory")
            }),
            builder("pyptr StringBuilder", move || {
                by_builder(py, PIECE, times).expect("memory")
            }),
        ];
        if times <= 10_000 {
            contestants.push(builder(PYO3, move || {
                by_pyo3(pyo3, PIECE, times).expect("memory")
            }));
        }
        bench.compare(case, times, contestants);
    }
}

fn main() {
    Bench::main("append", run);
}
