//! Containers of more, or of larger, items than there is memory for.

use std::collections::HashMap;
use std::fmt;

use pyptr::error::{PyLookupError, PyMemoryError};
use pyptr::types::{PyAny, PyList, PyTuple};
use pyptr::{Borrowed, ConversionError, FromPyObject, Owned, PyResult};

use super::eval;
use crate::common::{Liar, attached, delta_after_drop, fresh_str};
use crate::python::given;

/// Large, and never converted.
struct Large(#[allow(dead_code)] [u8; 1 << 18]);

impl<'a, 'py> FromPyObject<'a, 'py> for Large {
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("something large")
    }

    fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        Err(object.py().raise::<PyLookupError>("there is memory").into())
    }
}

/// A terabyte is asked for. Where the system promises memory that it does not have, the first item fails.
#[track_caller]
fn fails<R>(result: PyResult<'_, R>) {
    let raised = result.err().expect("no memory");
    assert!(raised.is::<PyMemoryError>() || raised.is::<PyLookupError>());
}

#[test]
fn more_than_there_is_memory_for() {
    attached(|py| {
        fails(eval(py, "[None] * (1 << 22)").extract::<Vec<Large>>());
        fails(eval(py, "(None,) * (1 << 22)").extract::<Vec<Large>>());
        fails(eval(py, "dict.fromkeys(range(1 << 20))").extract::<HashMap<i64, Large>>());
    });
}

#[test]
fn iterators_that_promise_too_much() {
    attached(|py| {
        let text = fresh_str(py, "text");
        let items = |hint| Liar([given(&text), given(&text)].into_iter(), hint);
        for hint in [
            0,
            1,
            isize::MAX as usize >> 18,
            isize::MAX as usize,
            usize::MAX,
        ] {
            let make = || {
                let tuple = PyTuple::from_iter_owned(py, items(hint)).unwrap();
                assert_eq!(tuple.len(), 2);
                tuple
            };
            assert_eq!(delta_after_drop(&text, make), 0);
        }
        let words = isize::MAX as usize / size_of::<usize>();
        for hint in [words + 1, isize::MAX as usize, usize::MAX] {
            let make = || {
                let list: PyResult<'_, Owned<'_, PyList>> =
                    PyList::from_iter_owned(py, items(hint));
                assert!(list.unwrap_err().is::<PyMemoryError>());
            };
            assert_eq!(delta_after_drop(&text, make), 0);
        }
    });
}
