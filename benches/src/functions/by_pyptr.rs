//! By pyptr.

use pyptr::error::PyValueError;
use pyptr::types::PyAny;
use pyptr::{Borrowed, Owned, PyResult, Python};

fn no_arguments() {}

fn one_argument(_a: &Borrowed<'_, PyAny>) {}

fn two_arguments(_a: &Borrowed<'_, PyAny>, _b: &Borrowed<'_, PyAny>) {}

fn same<'py>(a: &Borrowed<'py, PyAny>) -> Owned<'py, PyAny> {
    a.to_owned()
}

fn new_int(a: i64) -> i64 {
    a.wrapping_add(1)
}

fn new_str(a: &str) -> &str {
    a
}

fn add(a: i64, b: i64) -> i64 {
    a.wrapping_add(b)
}

fn raises(py: Python<'_>) -> PyResult<'_, ()> {
    Err(py.raise::<PyValueError>("a message of some length"))
}

pyptr::module! {
    mod pyptr_functions {
        gil: not_used;

        fn no_arguments();
        fn one_argument(a, /);
        fn two_arguments(a, b, /);
        fn by_keyword(a, b) = two_arguments;
        fn same(a, /);
        fn new_int(a, /);
        fn new_str(a, /);
        fn add(a, b, /);
        fn raises(py: Python);
    }
}

pub(super) fn register() {
    pyptr_functions().append_to_inittab();
}
