//! Taking a reference and releasing it: on an object that is counted, and on `None`.
//!
//! Between the two an empty `asm!` holds the pointer in a register, in C as in Rust: `black_box` would
//! spill it, and cost as much as the pair. Eight pairs stand in a row, so that the loop does not count.

use std::arch::asm;
use std::hint::black_box;

use pyo3::types::PyString as Pyo3String;
use pyptr::Owned;
use pyptr::types::PyString;
use pyptr_benches::{Bench, C, FFI, PYO3, PYPTR, c, contestant};

const LOOPS: usize = 2_000;
const PAIRS: usize = 8;

/// The pointer is in a register here, and anything may read and write memory.
macro_rules! keep {
    ($object:expr) => {{
        // SAFETY: no instruction.
        #[allow(unused_unsafe)]
        unsafe {
            asm!("/* {0} */", in(reg) $object, options(nostack, preserves_flags))
        }
    }};
}

macro_rules! eight {
    ($($pair:tt)*) => {
        for _ in 0..LOOPS {
            $($pair)*
            $($pair)*
            $($pair)*
            $($pair)*
            $($pair)*
            $($pair)*
            $($pair)*
            $($pair)*
        }
    };
}

#[inline(never)]
fn by_ffi(object: *mut pyo3_ffi::PyObject) {
    // SAFETY: a live object, and a reference of its own for each release.
    unsafe {
        eight! {
            pyo3_ffi::Py_INCREF(object);
            keep!(object);
            pyo3_ffi::Py_DECREF(object);
        }
    }
}

#[inline(never)]
fn by_pyo3(object: &pyo3::Bound<'_, Pyo3String>) {
    eight! {
        let copy = object.clone();
        keep!(copy.as_ptr());
        drop(copy);
    }
}

#[inline(never)]
fn by_pyptr(object: &Owned<'_, PyString>) {
    eight! {
        let copy = object.clone();
        keep!(copy.as_ptr());
        drop(copy);
    }
}

#[inline(never)]
fn none_by_pyo3(none: &pyo3::Bound<'_, pyo3::types::PyNone>) {
    eight! {
        let copy = none.clone();
        keep!(copy.as_ptr());
        drop(copy);
    }
}

#[inline(never)]
fn none_by_pyptr(py: pyptr::Python<'_>) {
    eight! {
        let copy = py.none().new_ref();
        keep!(copy.as_ptr());
        drop(copy);
    }
}

fn run(bench: &mut Bench<'_>) -> Result<(), pyptr::PyErr> {
    let (py, pyo3) = (bench.py, bench.pyo3);
    let object = PyString::new(py, "an object that is not shared")?;
    let pointer = object.as_ptr();
    // SAFETY: a live str.
    let bound = unsafe { pyo3::Bound::from_borrowed_ptr(pyo3, pointer) };
    let bound: pyo3::Bound<'_, Pyo3String> = bound.cast_into().expect("a str");
    let elements = LOOPS * PAIRS;
    bench.compare(
        "clone and drop",
        elements,
        vec![
            // SAFETY: a live object.
            contestant(C, move || unsafe { c::c_pairs(pointer, LOOPS as _) }),
            contestant(FFI, move || by_ffi(black_box(pointer))),
            contestant(PYO3, || by_pyo3(black_box(&bound))),
            contestant(PYPTR, || by_pyptr(black_box(&object))),
        ],
    );
    let none = pyo3::types::PyNone::get(pyo3).to_owned();
    bench.compare(
        "clone and drop, None",
        elements,
        vec![
            // SAFETY: attached.
            contestant(C, || unsafe { c::c_none_pairs(LOOPS as _) }),
            // SAFETY: attached.
            contestant(FFI, || by_ffi(unsafe { pyo3_ffi::Py_None() })),
            contestant(PYO3, || none_by_pyo3(black_box(&none))),
            contestant(PYPTR, || none_by_pyptr(py)),
        ],
    );
    Ok(())
}

fn main() {
    Bench::main("refcount", |bench| run(bench).expect("no exception"));
}
