//! A newer exception is never cleared by an older token, in whatever idiom it replaces the older one.
// All idioms are tried, also those for which there is a shorter one.
#![allow(clippy::bind_instead_of_map)]

use pyptr::error::{PyKeyError, PyRuntimeError, PyTypeError, PyValueError};
use pyptr::types::PyAny;
use pyptr::{Owned, PyErr, PyResult, Python, Raised, Returned};

use super::is_set;
use crate::common::attached;
use crate::python::run;

fn fails<'py>(py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
    Err(py.raise::<PyKeyError>("the older"))
}

fn newer(py: Python<'_>) -> Raised<'_> {
    py.raise::<PyValueError>("the newer")
}

/// Runs Python code that raises and catches, from a destructor and outside of it, and Rust code that
/// replaces exceptions of its own while it is attached a second time.
fn disturb(py: Python<'_>) {
    let object = run(
        py,
        "class Noisy:\n    def __del__(self):\n        try: {}['k']\n        except KeyError: pass\n        try: int('x')\n        except ValueError: pass\nresult = Noisy()",
    );
    drop(object);
    Python::attach(|py| {
        let twice = fails(py)
            .map_err(|_| py.raise::<PyTypeError>("inner"))
            .map_err(|_| py.raise::<PyRuntimeError>("inner"));
        assert!(twice.unwrap_err().is::<PyRuntimeError>());
        assert!(!is_set(py), "a stray exception inside");
    });
}

/// What every idiom has to end in.
#[track_caller]
fn newer_is_set_and_owned<T: std::fmt::Debug>(py: Python<'_>, result: PyResult<'_, T>) {
    let raised = result.unwrap_err();
    assert!(is_set(py), "the newer exception was cleared");
    assert!(raised.is::<PyValueError>(), "{raised:?}");
    drop(raised);
    assert!(!is_set(py), "a stray exception");
    // Nothing is left over that would keep a later exception alive.
    drop(py.raise::<PyTypeError>("later"));
    assert!(!is_set(py), "a stray note");
}

/// One test an idiom: plain, with code in between that raises and clears, and three deep.
macro_rules! idioms {
    ($($name:ident: |$py:ident, $between:ident, $older:ident, $newer:ident| $body:expr;)*) => { $(
        #[test]
        fn $name() {
            fn idiom<'py>(
                $py: Python<'py>,
                $between: impl Fn() + Copy,
                $older: impl Fn() -> PyResult<'py, Owned<'py, PyAny>>,
                $newer: impl Fn() -> Raised<'py>,
            ) -> PyResult<'py, Owned<'py, PyAny>> {
                $body
            }
            attached(|py| {
                newer_is_set_and_owned(py, idiom(py, || (), || fails(py), || newer(py)));
                newer_is_set_and_owned(py, idiom(py, || between(py), || fails(py), || newer(py)));
                // The older exception comes out of the same idiom, and that one's again.
                newer_is_set_and_owned(
                    py,
                    idiom(
                        py,
                        || between(py),
                        || idiom(py, || (), || idiom(py, || (), || fails(py), || newer(py)), || newer(py)),
                        || newer(py),
                    ),
                );
                // The newer one does.
                newer_is_set_and_owned(
                    py,
                    idiom(py, || between(py), || fails(py), || {
                        idiom(py, || (), || fails(py), || {
                            idiom(py, || (), || fails(py), || newer(py)).unwrap_err()
                        })
                        .unwrap_err()
                    }),
                );
            });
        }
    )* };
}

/// [`disturb`], attached once more: what is called while a `Raised` is alive must not see it.
fn between(_py: Python<'_>) {
    Python::attach(disturb);
}

idioms! {
    map_err: |_py, between, older, newer| older().map_err(|_| {
        between();
        let raised = newer();
        between();
        raised
    });
    map_err_bound: |_py, between, older, newer| older().map_err(|_older| {
        let raised = newer();
        between();
        raised
    });
    matched: |_py, between, older, newer| match older() {
        Ok(object) => Ok(object),
        Err(_) => {
            let raised = newer();
            between();
            Err(raised)
        }
    };
    matched_bound: |_py, between, older, newer| match older() {
        Ok(object) => Ok(object),
        Err(_older) => {
            let raised = newer();
            between();
            Err(raised)
        }
    };
    or_else: |_py, between, older, newer| older().or_else(|_| {
        let raised = newer();
        between();
        Err(raised)
    });
    if_let: |_py, between, older, newer| {
        if let Err(_older) = older() {
            let raised = newer();
            between();
            return Err(raised);
        }
        unreachable!()
    };
    let_else: |_py, between, older, newer| {
        let Ok(object) = older() else {
            let raised = newer();
            between();
            return Err(raised);
        };
        Ok(object)
    };
    is_err: |_py, between, older, newer| {
        if older().is_err() {
            between();
            let raised = newer();
            between();
            return Err(raised);
        }
        unreachable!()
    };
    is_err_kept: |_py, between, older, newer| {
        let result = older();
        if result.is_err() {
            let raised = newer();
            between();
            return Err(raised);
        }
        result
    };
    let_underscore: |_py, between, older, newer| {
        let _ = older();
        between();
        let raised = newer();
        between();
        Err(raised)
    };
    let_named: |_py, between, older, newer| {
        let _older = older();
        let raised = newer();
        between();
        Err(raised)
    };
    question_mark_in_a_closure: |_py, between, older, newer| older().or_else(|_| {
        let again = || -> PyResult<'_, Owned<'_, PyAny>> {
            let failed: PyResult<'_, ()> = Err(newer());
            failed?;
            unreachable!()
        };
        let object = again()?;
        between();
        Ok(object)
    });
    unwrap_or_else: |_py, between, older, newer| {
        let mut raised = None;
        let object = older().map(Some).unwrap_or_else(|_| {
            raised = Some(newer());
            between();
            None
        });
        assert!(object.is_none());
        Err(raised.unwrap())
    };
    ok_then_ok_or_else: |_py, between, older, newer| older().ok().ok_or_else(|| {
        between();
        newer()
    });
    or: |_py, between, older, newer| {
        let result = older();
        let raised = newer();
        between();
        result.or(Err(raised))
    };
    assigned_over: |_py, between, older, newer| {
        let mut result = older();
        between();
        if result.is_err() {
            result = Err(newer());
        }
        result
    };
    replace: |_py, between, older, newer| older().map_err(|raised| {
        between();
        drop(newer());
        raised.replace::<PyValueError>("the newer")
    });
    chain: |_py, between, older, newer| older().map_err(|raised| {
        between();
        drop(newer());
        raised.chain::<PyValueError>("the newer")
    });
    chained_in_place_of: |_py, between, older, newer| older().map_err(|_| {
        between();
        newer().chain::<PyValueError>("newer still")
    });
    replaced_in_place_of: |_py, between, older, newer| older().map_err(|_| {
        between();
        newer().replace::<PyValueError>("newer still")
    });
    stored_and_raised_again: |py, between, older, newer| older().map_err(|_| {
        let stored = PyErr::from(newer());
        between();
        stored.raise(py)
    });
    dropped_in_between: |_py, between, older, newer| older().map_err(|_| {
        drop(newer());
        between();
        newer()
    });
    two_at_once: |_py, between, older, newer| older().map_err(|_| {
        let _second = newer();
        let third = newer();
        between();
        third
    });
}

/// A function that reports failure to C by itself, while the older token is still alive.
#[test]
fn left_set_before_the_older_token_is_dropped() {
    attached(|py| {
        let reported: bool = match fails(py) {
            Ok(_) => true,
            Err(_) => {
                newer(py).leave_set();
                false
            }
        };
        assert!(!reported);
        newer_is_set_and_owned::<()>(py, Err(Raised::occurred(py).expect("the newer")));
    });
}

#[test]
fn returned_to_c_before_the_older_token_is_dropped() {
    attached(|py| {
        let returned: Returned<'_, PyAny> = match fails(py) {
            Ok(object) => object.into(),
            Err(_) => newer(py).into(),
        };
        assert!(returned.into_ptr().is_null());
        newer_is_set_and_owned::<()>(py, Err(Raised::occurred(py).expect("the newer")));
    });
}
