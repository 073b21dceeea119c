//! `tuple`.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyptr::error::{PyMemoryError, PySystemError, PyValueError, PyZeroDivisionError};
use pyptr::types::{PyAny, PyTuple, TupleBuilder};
use pyptr::{Borrowed, Owned, Python, ffi};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{bind, eval, exec, given, holds, namespace, shown};

fn three<'py>(py: Python<'py>) -> Owned<'py, PyTuple> {
    let texts = ["first", "second", "third"];
    PyTuple::from_owned(py, texts.map(|text| fresh_str(py, text).into_any())).unwrap()
}

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

/// An iterator that announces a length that it does not have.
struct Liar<I>(I, usize);

impl<I: Iterator> Iterator for Liar<I> {
    type Item = I::Item;

    fn next(&mut self) -> Option<I::Item> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.1, Some(self.1))
    }
}

impl<I: Iterator> ExactSizeIterator for Liar<I> {}

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

#[test]
fn items_are_lent_without_counting() {
    attached(|py| {
        let text = fresh_str(py, "lent");
        let tuple = PyTuple::from_owned(py, [given(&text), given(&text)]).unwrap();
        assert_eq!(delta_while_held(&text, || tuple.get(1).unwrap()), 0);
        assert_eq!(
            delta_while_held(&text, || tuple.iter().collect::<Vec<_>>()),
            0
        );
        // SAFETY: a complete tuple.
        assert_eq!(delta_while_held(&text, || unsafe { tuple.as_slice() }), 0);
        assert!(tuple.get(2).is_none());
        assert!(tuple.get(usize::MAX).is_none());
    });
}

#[test]
fn as_slice_is_the_items() {
    attached(|py| {
        let tuple = three(py);
        // SAFETY: a complete tuple.
        let slice: &[&Borrowed<'_, PyAny>] = unsafe { tuple.as_slice() };
        assert_eq!(slice.len(), 3);
        for (index, item) in slice.iter().enumerate() {
            assert!(item.is(tuple.get(index).unwrap()));
        }
        let empty = PyTuple::empty(py);
        // SAFETY: a complete tuple.
        assert!(unsafe { empty.as_slice() }.is_empty());
    });
}

#[test]
fn iteration_from_both_ends() {
    attached(|py| {
        let tuple = three(py);
        let at = |index: usize| tuple.get(index).unwrap();
        let mut items = tuple.iter();
        assert_eq!(items.len(), 3);
        assert!(items.next().unwrap().is(at(0)));
        assert!(items.next_back().unwrap().is(at(2)));
        assert_eq!(items.len(), 1);
        assert!(items.next_back().unwrap().is(at(1)));
        assert!(items.next().is_none());
        assert!(items.next_back().is_none());
        assert_eq!(items.len(), 0);
        let mut count = 0;
        for item in &*tuple {
            assert!(item.is(at(count)));
            count += 1;
        }
        assert_eq!(count, 3);
    });
}

/// RUSTSEC-2026-0176: an index that overflows must not come back into the tuple.
#[test]
fn nth_checks_its_arithmetic() {
    attached(|py| {
        let tuple = three(py);
        let at = |index: usize| tuple.get(index).unwrap();
        assert!(tuple.iter().nth(2).unwrap().is(at(2)));
        assert!(tuple.iter().nth_back(2).unwrap().is(at(0)));
        for beyond in [3, 4, usize::MAX - 1, usize::MAX] {
            let mut items = tuple.iter();
            items.next();
            assert!(items.nth(beyond).is_none());
            assert_eq!(items.len(), 0);
            assert!(items.next().is_none() && items.next_back().is_none());
            let mut items = tuple.iter();
            items.next_back();
            assert!(items.nth_back(beyond).is_none());
            assert_eq!(items.len(), 0);
            assert!(items.next().is_none() && items.next_back().is_none());
        }
        let mut items = tuple.iter();
        items.next();
        assert!(items.nth(1).unwrap().is(at(2)));
        assert!(items.nth(1).is_none());
    });
}

#[test]
fn a_slot_that_is_still_null_is_no_item() {
    attached(|py| {
        // SAFETY: attached.
        let raw = unsafe { ffi::PyTuple_New(2) };
        // SAFETY: a new reference to a tuple, whose slots are NULL.
        let tuple: Owned<'_, PyTuple> = unsafe { Owned::from_owned_ptr(py, raw) };
        // SAFETY: nobody else uses the tuple, and the collector is not to show it to other tests.
        unsafe { ffi::PyObject_GC_UnTrack(raw.cast()) };
        assert_eq!(tuple.len(), 2);
        assert!(tuple.get(0).is_none());
        assert!(catch_unwind(AssertUnwindSafe(|| tuple.iter().next().is_some())).is_err());
        assert!(catch_unwind(AssertUnwindSafe(|| tuple.iter().nth_back(1).is_some())).is_err());
    });
}

#[test]
fn slices_own_their_items() {
    attached(|py| {
        let text = fresh_str(py, "sliced");
        let tuple = PyTuple::from_owned(py, [given(&text), given(&text), given(&text)]).unwrap();
        assert_eq!(
            delta_while_held(&text, || tuple.get_slice(1, 3).unwrap()),
            2
        );
        assert_eq!(
            delta_after_drop(&text, || tuple.get_slice(1, 3).unwrap()),
            0
        );
        assert_eq!(tuple.get_slice(1, usize::MAX).unwrap().len(), 2);
        assert!(tuple.get_slice(usize::MAX, usize::MAX).unwrap().is_empty());
        assert!(tuple.get_slice(2, 1).unwrap().is_empty());
    });
}

#[test]
fn index_borrows_and_reports() {
    attached(|py| {
        let text = fresh_str(py, "indexed");
        let tuple =
            PyTuple::from_owned(py, [py.none().new_ref().into_any(), given(&text)]).unwrap();
        assert_eq!(delta_after_drop(&text, || tuple.index(&text).unwrap()), 0);
        assert_eq!(tuple.index(&text).unwrap(), 1);
        let missing = fresh_str(py, "missing");
        assert_eq!(
            delta_after_drop(&missing, || {
                assert!(tuple.index(&missing).unwrap_err().is::<PyValueError>());
            }),
            0
        );
        let ns = namespace(py);
        exec(
            &ns,
            "class Odd:\n    def __eq__(self, other):\n        return 1 / 0",
        );
        let odd = eval(&ns, "Odd()");
        bind(&ns, "odd", &odd);
        assert!(tuple.index(&odd).unwrap_err().is::<PyZeroDivisionError>());
        assert!(
            tuple
                .contains(&odd)
                .unwrap_err()
                .is::<PyZeroDivisionError>()
        );
        assert!(tuple.contains(&text).unwrap());
    });
}
