//! Tuples as they are made.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyptr::error::{PyMemoryError, PySystemError, PyValueError};
use pyptr::types::{PyTuple, TupleBuilder};

use super::three;
use crate::common::{Liar, attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, given, holds, namespace, shown};

#[test]
fn the_empty_tuple_is_one_object() {
    attached(|py| {
        let empty = PyTuple::empty(py);
        assert!(empty.is_empty());
        assert!(empty.is(&PyTuple::from_owned(py, []).unwrap()));
        assert!(empty.is(&PyTuple::try_from_fn(py, 0, |_| unreachable!()).unwrap()));
        assert!(empty.is(&PyTuple::from_iter_owned(py, []).unwrap()));
        assert!(empty.is(&TupleBuilder::with_len(py, 0).unwrap().finish().unwrap()));
    });
}

#[test]
fn from_owned_takes_the_references_over() {
    attached(|py| {
        let text = fresh_str(py, "from_owned");
        let build = || PyTuple::from_owned(py, [given(&text), given(&text)]).unwrap();
        assert_eq!(delta_while_held(&text, build), 2);
        assert_eq!(delta_after_drop(&text, build), 0);
        assert_eq!(shown(&three(py)), "('first', 'second', 'third')");
    });
}

#[test]
fn from_borrowed_takes_references_of_its_own() {
    attached(|py| {
        let text = fresh_str(py, "from_borrowed");
        let build = || PyTuple::from_borrowed(py, &[&text, &text]).unwrap();
        assert_eq!(delta_while_held(&text, build), 2);
        assert_eq!(delta_after_drop(&text, build), 0);
        assert_eq!(shown(&build()), "('from_borrowed', 'from_borrowed')");
        let empty = PyTuple::from_borrowed(py, &[]).unwrap();
        assert!(empty.is(&PyTuple::empty(py)));
    });
}

#[test]
fn try_from_fn_takes_the_references_over() {
    attached(|py| {
        let text = fresh_str(py, "try_from_fn");
        let build = || PyTuple::try_from_fn(py, 3, |_| Ok(given(&text))).unwrap();
        assert_eq!(delta_while_held(&text, build), 3);
        assert_eq!(delta_after_drop(&text, build), 0);
        let words = ["first", "second"];
        let tuple = PyTuple::try_from_fn(py, 2, |i| Ok(fresh_str(py, words[i]).into_any()));
        assert_eq!(shown(&tuple.unwrap()), "('first', 'second')");
    });
}

#[test]
fn try_from_fn_releases_on_error_and_panic() {
    attached(|py| {
        let text = fresh_str(py, "try_from_fn");
        let failing = || {
            let result = PyTuple::try_from_fn(py, 3, |index| match index {
                2 => Err(py.raise::<PyValueError>("third")),
                _ => Ok(given(&text)),
            });
            assert!(result.unwrap_err().is::<PyValueError>());
        };
        assert_eq!(delta_after_drop(&text, failing), 0);
        let panicking = || {
            let build = || {
                PyTuple::try_from_fn(py, 3, |index| {
                    assert!(index < 2, "panics on purpose");
                    Ok(given(&text))
                })
            };
            assert!(catch_unwind(AssertUnwindSafe(build)).is_err());
        };
        assert_eq!(delta_after_drop(&text, panicking), 0);
    });
}

#[test]
fn from_iter_owned_counts_for_itself() {
    attached(|py| {
        let text = fresh_str(py, "from_iter_owned");
        for announced in [0, 2, 3, 1000] {
            let build = || {
                let items = (0..3).map(|_| given(&text));
                PyTuple::from_iter_owned(py, Liar(items, announced)).unwrap()
            };
            assert_eq!(build().len(), 3);
            assert_eq!(delta_while_held(&text, build), 3);
            assert_eq!(delta_after_drop(&text, build), 0);
        }
        let panicking = || {
            let items = (0..3).map(|i| {
                assert!(i < 2, "panics on purpose");
                given(&text)
            });
            let build = || PyTuple::from_iter_owned(py, items);
            assert!(catch_unwind(AssertUnwindSafe(build)).is_err());
        };
        assert_eq!(delta_after_drop(&text, panicking), 0);
    });
}

#[test]
fn a_builder_with_the_wrong_number_of_items_is_an_error() {
    attached(|py| {
        let text = fresh_str(py, "wrong number");
        for (len, pushed) in [(3, 0), (3, 2), (3, 4), (0, 1), (1, 5)] {
            let build = || {
                let mut tuple = TupleBuilder::with_len(py, len).unwrap();
                for _ in 0..pushed {
                    tuple.push(given(&text));
                }
                let raised = tuple.finish().unwrap_err();
                assert!(raised.is::<PySystemError>());
                let message = raised.into_exception().str().unwrap();
                assert_eq!(
                    message.to_str().unwrap(),
                    format!("{pushed} items were pushed to a TupleBuilder of length {len}")
                );
            };
            assert_eq!(delta_after_drop(&text, build), 0);
        }
    });
}

#[test]
fn a_builder_releases_an_item_beyond_the_length_at_once() {
    attached(|py| {
        let text = fresh_str(py, "beyond the length");
        let mut tuple = TupleBuilder::with_len(py, 1).unwrap();
        assert_eq!(delta_after_drop(&text, || tuple.push(given(&text))), 1);
        assert_eq!(delta_after_drop(&text, || tuple.push(given(&text))), 0);
    });
}

#[test]
fn an_abandoned_builder_releases_its_items_and_a_forgotten_one_leaks_them() {
    attached(|py| {
        let text = fresh_str(py, "abandoned");
        let build = || {
            let mut tuple = TupleBuilder::with_len(py, 30).unwrap();
            tuple.push(given(&text));
            tuple.push(given(&text));
            tuple
        };
        assert_eq!(delta_after_drop(&text, build), 0);
        assert_eq!(delta_after_drop(&text, || mem::forget(build())), 2);
    });
}

#[test]
fn a_length_beyond_memory_is_a_memory_error() {
    attached(|py| {
        for len in [usize::MAX, isize::MAX as usize, isize::MAX as usize + 1] {
            let raised = TupleBuilder::with_len(py, len).err().unwrap();
            assert!(raised.is::<PyMemoryError>());
        }
    });
}

#[test]
fn nobody_finds_a_tuple_before_it_is_complete() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "import gc\nmarker = []\ndef found():\n    return sum(type(x) is tuple for x in gc.get_referrers(marker))",
        );
        let marker = eval(&ns, "marker");
        let mut looked = 0;
        let tuple = PyTuple::try_from_fn(py, 3, |_| {
            assert!(holds(&ns, "found() == 0"));
            looked += 1;
            Ok(marker.new_ref())
        });
        assert_eq!(looked, 3);
        assert!(holds(&ns, "found() == 1"), "the finished tuple is found");
        drop(tuple);
        assert!(holds(&ns, "found() == 0"));
    });
}

#[test]
fn a_forgotten_builder_is_never_found() {
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, "import gc\nmarker = []");
        let mut tuple = TupleBuilder::with_len(py, 3).unwrap();
        tuple.push(eval(&ns, "marker"));
        mem::forget(tuple);
        assert!(holds(&ns, "gc.get_referrers(marker) == [globals()]"));
    });
}
