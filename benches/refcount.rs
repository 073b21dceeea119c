//! What references cost: taking one and releasing it, on an object that is counted, on `None`, and on an object of another
//! thread; taking one alone; one that may go to other threads; one that a list takes.
//!
//! Between the two an empty `asm!` holds the pointer in a register, in C as in Rust: `black_box` would
//! spill it, and cost as much as the pair. Eight pairs stand in a row, so that the loop does not count.

use std::arch::asm;
use std::hint::black_box;

use pyo3::prelude::*;
use pyo3::types::PyString as Pyo3String;
use pyptr::types::{PyAny, PyList, PyString};
use pyptr::{Borrowed, Owned};
use pyptr_benches::{Bench, C, FFI, OtherThread, PYO3, PYPTR, builder, c, contestant};

const LOOPS: usize = 2_000;
const ELEMENTS: usize = 8 * LOOPS;

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
fn by_pyptr(object: &Borrowed<'_, PyString>) {
    eight! {
        let copy = object.to_owned();
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

/// Releases so many references at the end: off the clock.
struct Taken(*mut pyo3_ffi::PyObject, usize);

impl Drop for Taken {
    fn drop(&mut self) {
        for _ in 0..self.1 {
            // SAFETY: attached, and a reference for each release, which the bench has taken.
            unsafe { pyo3_ffi::Py_DECREF(self.0) }
        }
    }
}

/// The object, as PyO3 has it.
fn bound<'py>(pyo3: pyo3::Python<'py>, object: &Borrowed<'_, PyString>) -> Bound<'py, Pyo3String> {
    // SAFETY: a live str.
    let bound = unsafe { Bound::from_borrowed_ptr(pyo3, object.as_ptr()) };
    bound.cast_into().expect("a str")
}

fn pairs(bench: &mut Bench<'_>, case: &str, object: &Borrowed<'_, PyString>) {
    let pointer = object.as_ptr();
    let bound = bound(bench.pyo3, object);
    let contestants = vec![
        // SAFETY: a live object.
        contestant(C, move || unsafe { c::c_pairs(pointer, LOOPS as _) }),
        contestant(FFI, move || by_ffi(black_box(pointer))),
        contestant(PYO3, || by_pyo3(black_box(&bound))),
        contestant(PYPTR, || by_pyptr(black_box(object))),
    ];
    bench.compare(case, ELEMENTS, contestants);
}

/// A borrowed reference becomes an owned one, which is kept.
fn taken(bench: &mut Bench<'_>, object: &Borrowed<'_, PyString>) {
    let pointer = object.as_ptr();
    let bound = bound(bench.pyo3, object);
    let by_c = move || {
        // SAFETY: a live object.
        unsafe { c::c_increfs(pointer, LOOPS as _) };
        Taken(pointer, ELEMENTS)
    };
    let by_ffi = move || {
        eight! {
            // SAFETY: a live object.
            unsafe { pyo3_ffi::Py_INCREF(pointer) };
            keep!(pointer);
        }
        Taken(pointer, ELEMENTS)
    };
    let by_pyo3 = || {
        eight! { keep!(bound.clone().into_ptr()); }
        Taken(pointer, ELEMENTS)
    };
    let by_pyptr = || {
        eight! { keep!(object.to_owned().into_ptr()); }
        Taken(pointer, ELEMENTS)
    };
    let contestants = vec![
        builder(C, by_c),
        builder(FFI, by_ffi),
        builder(PYO3, by_pyo3),
        builder(PYPTR, by_pyptr),
    ];
    bench.compare("borrowed to owned", ELEMENTS, contestants);
}

/// A reference that can go to another thread. In C and raw code it is a pointer.
fn shared(bench: &mut Bench<'_>, object: &Owned<'_, PyString>) {
    let (py, pyo3) = (bench.py, bench.pyo3);
    let pointer = object.as_ptr();
    let bound = bound(pyo3, object);
    let by_pyo3 = || eight! { drop(black_box(bound.clone().unbind())); };
    let by_pyptr = || eight! { drop(black_box(object.clone().into_shared())); };
    let contestants = vec![
        // SAFETY: a live object.
        contestant(C, move || unsafe { c::c_pairs(pointer, LOOPS as _) }),
        contestant(FFI, move || by_ffi(black_box(pointer))),
        contestant(PYO3, by_pyo3),
        contestant(PYPTR, by_pyptr),
    ];
    bench.compare("shared, made and dropped", ELEMENTS, contestants);

    let (unbound, shared) = (bound.clone().unbind(), object.clone().into_shared());
    let contestants = vec![
        contestant(C, || eight! { keep!(*black_box(&pointer)); }),
        contestant(FFI, || eight! { keep!(*black_box(&pointer)); }),
        contestant(
            PYO3,
            || eight! { keep!(black_box(&unbound).bind(pyo3).as_ptr()); },
        ),
        contestant(
            PYPTR,
            || eight! { keep!(black_box(&shared).bind(py).as_ptr()); },
        ),
    ];
    bench.compare("shared, bound", ELEMENTS, contestants);
}

/// A list of so many references to the object.
fn append(bench: &mut Bench<'_>, object: &Borrowed<'_, PyString>) {
    let (py, pyo3) = (bench.py, bench.pyo3);
    let (pointer, times) = (object.as_ptr(), LOOPS);
    let bound = bound(pyo3, object);
    let owned = move |list| {
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::<PyAny>::from_owned_ptr_or_raised(py, list) }.expect("memory")
    };
    let by_ffi = move || {
        // SAFETY: attached.
        let list = unsafe { pyo3_ffi::PyList_New(0) };
        for _ in 0..times {
            // SAFETY: live objects.
            let status = unsafe { pyo3_ffi::PyList_Append(list, pointer) };
            assert_eq!(status, 0, "memory");
        }
        owned(list)
    };
    let by_pyo3 = || {
        let list = pyo3::types::PyList::empty(pyo3);
        (0..times).for_each(|_| list.append(&bound).expect("memory"));
        list
    };
    let by_pyptr = || {
        let list = PyList::empty(py).expect("memory");
        (0..times).for_each(|_| list.append(object).expect("memory"));
        list
    };
    let contestants = vec![
        // SAFETY: a live object.
        builder(C, move || {
            owned(unsafe { c::c_list_append(pointer, times as _) })
        }),
        builder(FFI, by_ffi),
        builder(PYO3, by_pyo3),
        builder(PYPTR, by_pyptr),
    ];
    bench.compare("list append", times, contestants);
}

fn run(bench: &mut Bench<'_>) -> Result<(), pyptr::PyErr> {
    let (py, pyo3) = (bench.py, bench.pyo3);
    let object = PyString::new(py, "an object that is not shared")?;
    pairs(bench, "clone and drop", &object);
    let none = pyo3::types::PyNone::get(pyo3).to_owned();
    bench.compare(
        "clone and drop, None",
        ELEMENTS,
        vec![
            // SAFETY: attached.
            contestant(C, || unsafe { c::c_none_pairs(LOOPS as _) }),
            // SAFETY: attached.
            contestant(FFI, || by_ffi(unsafe { pyo3_ffi::Py_None() })),
            contestant(PYO3, || none_by_pyo3(black_box(&none))),
            contestant(PYPTR, || none_by_pyptr(py)),
        ],
    );
    let other = OtherThread::make(py, |py| {
        Ok(PyString::new(py, "an object of another thread")?)
    })?;
    pairs(bench, "clone and drop, of another thread", other.object(py));
    taken(bench, &object);
    shared(bench, &object);
    append(bench, &object);
    Ok(())
}

fn main() {
    Bench::main("refcount", |bench| run(bench).expect("no exception"));
}
