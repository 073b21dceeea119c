//! `Send` is an approximation of "touches nothing attached": what slips through panics under debug
//! assertions.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyptr::error::PyValueError;
use pyptr::export::Slot;
use pyptr::types::*;
use pyptr::{Python, Raised, Shared};

use crate::common::{Smuggled, attached, fresh_str};

static SHARED: Slot<PyAny> = Slot::new();

type Use = (&'static str, fn(Python<'_>));

/// One of each kind; tests/sources.rs sees to it that no function is without the check.
const USES: &[Use] = &[
    ("PyString::new", |py| drop(PyString::new(py, "text"))),
    ("PyString::from_char", |py| {
        drop(PyString::from_char(py, 'x'))
    }),
    ("PyString::intern", |py| drop(PyString::intern(py, c"text"))),
    ("PyBytes::new", |py| drop(PyBytes::new(py, b"bytes"))),
    ("PyInt::new", |py| drop(PyInt::new(py, 1_i64 << 40))),
    ("PyInt::from_u64", |py| drop(PyInt::from_u64(py, u64::MAX))),
    ("PyInt::from_i128", |py| {
        drop(PyInt::from_i128(py, 1 << 100))
    }),
    ("PyInt::from_u128", |py| {
        drop(PyInt::from_u128(py, 1 << 100))
    }),
    ("PyInt::from_f64", |py| drop(PyInt::from_f64(py, 1e40))),
    ("PyInt::from_str_radix", |py| {
        drop(PyInt::from_str_radix(py, "z", 36))
    }),
    ("PyFloat::new", |py| drop(PyFloat::new(py, 0.5))),
    ("PyList::empty", |py| drop(PyList::empty(py))),
    ("PyList::from_owned", |py| drop(PyList::from_owned(py, []))),
    ("PyList::try_from_fn", |py| {
        drop(PyList::try_from_fn(py, 0, |_| unreachable!()))
    }),
    ("PyList::from_iter_owned", |py| {
        drop(PyList::from_iter_owned(py, []))
    }),
    ("ListBuilder", |py| drop(ListBuilder::with_capacity(py, 1))),
    ("PyTuple::empty", |py| drop(PyTuple::empty(py))),
    ("PyTuple::from_owned", |py| {
        drop(PyTuple::from_owned(py, []))
    }),
    ("PyTuple::from_iter_owned", |py| {
        drop(PyTuple::from_iter_owned(py, []))
    }),
    ("TupleBuilder", |py| drop(TupleBuilder::with_len(py, 1))),
    ("PyDict::new", |py| drop(PyDict::new(py))),
    ("PyModule::new", |py| drop(PyModule::new(py, c"name"))),
    ("PyModule::import", |py| drop(PyModule::import(py, c"sys"))),
    ("PyType::of", |py| {
        let _ = PyType::of::<PyString>(py).as_ptr();
    }),
    ("none", |py| {
        let _ = py.none().as_ptr();
    }),
    ("bool", |py| {
        let _ = py.bool(true).as_ptr();
    }),
    ("import", |py| drop(py.import(c"sys"))),
    ("eval", |py| drop(py.eval(c"1", None, None))),
    ("run", |py| drop(py.run(c"1", None, None))),
    ("raise", |py| drop(py.raise::<PyValueError>("raised"))),
    ("occurred", |py| drop(Raised::occurred(py))),
    ("detach", |py| py.detach(|| ())),
    ("panic_exception", |py| drop(pyptr::panic_exception(py))),
    ("Slot::get", |py| drop(SHARED.get(py))),
    ("Slot::take", |py| drop(SHARED.take(py))),
];

fn panics_as_detached(f: impl FnOnce()) -> bool {
    let Err(payload) = catch_unwind(AssertUnwindSafe(f)) else {
        return false;
    };
    let text = payload
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    text.contains("not attached")
}

#[cfg(debug_assertions)]
#[test]
fn a_token_in_detach_panics() {
    attached(|py| {
        let token = Smuggled(py);
        let missed: Vec<&str> = py.detach(|| {
            let missed = USES
                .iter()
                .filter(|(_, f)| !panics_as_detached(|| f(token.get())));
            missed.map(|(name, _)| *name).collect()
        });
        assert_eq!(missed, [""; 0]);
        // The thread is as it was.
        assert_eq!(fresh_str(py, "usable").refcount(), 1);
    });
}

#[cfg(debug_assertions)]
#[test]
fn a_pointer_in_detach_panics_where_it_makes_its_token() {
    attached(|py| {
        let text = fresh_str(py, "smuggled");
        let shared: Shared<PyString> = text.new_ref().into_shared();
        let (pointer, token) = (Smuggled(&text), Smuggled(py));
        let missed = py.detach(|| {
            let text = || pointer.get();
            [
                panics_as_detached(|| {
                    let _ = text().py();
                }),
                panics_as_detached(|| {
                    let _ = text().as_any().as_ptr();
                }),
                panics_as_detached(|| {
                    let _ = shared.bind(token.get()).as_ptr();
                }),
                panics_as_detached(|| drop(shared.clone_ref(token.get()))),
            ]
        });
        assert_eq!(missed, [true; 4]);
        assert_eq!(text.refcount(), 2);
    });
}
