//! Lists as they are made.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyptr::error::{PyMemoryError, PyValueError};
use pyptr::types::{ListBuilder, PyList};

use super::three;
use crate::common::{Liar, attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, given, holds, namespace, shown};

#[test]
fn constructors_take_the_references_over() {
    attached(|py| {
        assert!(PyList::empty(py).unwrap().is_empty());
        let text = fresh_str(py, "constructors");
        let from_owned = || PyList::from_owned(py, [given(&text), given(&text)]).unwrap();
        assert_eq!(delta_while_held(&text, from_owned), 2);
        assert_eq!(delta_after_drop(&text, from_owned), 0);
        let from_fn = || PyList::try_from_fn(py, 3, |_| Ok(given(&text))).unwrap();
        assert_eq!(delta_while_held(&text, from_fn), 3);
        assert_eq!(delta_after_drop(&text, from_fn), 0);
        assert_eq!(shown(&three(py)), "['first', 'second', 'third']");
    });
}

#[test]
fn try_from_fn_releases_on_error_and_panic() {
    attached(|py| {
        let text = fresh_str(py, "try_from_fn");
        let failing = || {
            let result = PyList::try_from_fn(py, 3, |index| match index {
                2 => Err(py.raise::<PyValueError>("third")),
                _ => Ok(given(&text)),
            });
            assert!(result.unwrap_err().is::<PyValueError>());
        };
        assert_eq!(delta_after_drop(&text, failing), 0);
        let panicking = || {
            let build = || {
                PyList::try_from_fn(py, 3, |index| {
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
fn from_iter_owned_believes_no_length() {
    attached(|py| {
        let text = fresh_str(py, "from_iter_owned");
        for announced in [0, 2, 3, 1000] {
            let build = || {
                let items = (0..3).map(|_| given(&text));
                PyList::from_iter_owned(py, Liar(items, announced)).unwrap()
            };
            assert_eq!(build().len(), 3);
            assert_eq!(delta_while_held(&text, build), 3);
            assert_eq!(delta_after_drop(&text, build), 0);
        }
        let items = Liar(std::iter::empty(), usize::MAX);
        let raised = PyList::from_iter_owned(py, items).unwrap_err();
        assert!(raised.is::<PyMemoryError>());
    });
}

#[test]
fn a_builder_grows_beyond_its_capacity() {
    attached(|py| {
        let text = fresh_str(py, "capacity");
        for (capacity, pushed) in [(0, 0), (0, 20), (3, 0), (3, 2), (3, 3), (3, 20)] {
            let build = || {
                let mut list = ListBuilder::with_capacity(py, capacity).unwrap();
                for _ in 0..pushed {
                    list.push(given(&text)).unwrap();
                }
                list.finish()
            };
            assert_eq!(build().len(), pushed);
            assert_eq!(delta_while_held(&text, build), pushed as isize);
            assert_eq!(delta_after_drop(&text, build), 0);
        }
    });
}

#[test]
fn an_abandoned_builder_releases_its_items_and_a_forgotten_one_leaks_them() {
    attached(|py| {
        let text = fresh_str(py, "abandoned");
        let build = || {
            let mut list = ListBuilder::with_capacity(py, 30).unwrap();
            list.push(given(&text)).unwrap();
            list.push(given(&text)).unwrap();
            list
        };
        assert_eq!(delta_after_drop(&text, build), 0);
        assert_eq!(delta_after_drop(&text, || mem::forget(build())), 2);
    });
}

#[test]
fn a_capacity_beyond_memory_is_a_memory_error() {
    attached(|py| {
        let words = isize::MAX as usize / size_of::<usize>();
        let items = isize::MAX as usize;
        // There may be memory for the last two where addresses have 32 bits.
        let large = [usize::MAX, items, items + 1, words + 1, words, words - 1];
        let too_large = if cfg!(target_pointer_width = "64") {
            6
        } else {
            4
        };
        for capacity in large.into_iter().take(too_large) {
            // The next list comes from the free list, where it keeps a pointer to items that are gone:
            // `PyList_New` of free-threaded 3.14 frees that when it fails.
            drop(three(py));
            let raised = ListBuilder::with_capacity(py, capacity).err().unwrap();
            assert!(raised.is::<PyMemoryError>());
        }
    });
}

const FIND: &str = "
import gc
marker = []
def found():
    return [x for x in gc.get_referrers(marker) if type(x) is list]
";

/// With a GIL it is found and valid; on free-threaded builds it is not found.
#[test]
fn a_list_under_construction_is_valid_or_invisible() {
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, FIND);
        let marker = eval(&ns, "marker");
        let list = PyList::try_from_fn(py, 100, |index| {
            exec(&ns, "lists = found()");
            if cfg!(Py_GIL_DISABLED) || index == 0 {
                assert!(holds(&ns, "lists == []"));
            } else {
                assert!(holds(&ns, "len(lists) == 1"));
                assert_eq!(eval(&ns, "lists[0]").len().unwrap(), index);
                // Crashes on a NULL slot.
                assert!(holds(&ns, "sorted(lists[0]) == lists[0][::-1]"));
            }
            exec(&ns, "del lists");
            Ok(marker.new_ref())
        })
        .unwrap();
        assert_eq!(list.len(), 100);
        assert!(
            holds(&ns, "len(found()) == 1"),
            "the finished list is found"
        );
        drop(list);
        assert!(holds(&ns, "found() == []"));
    });
}

/// Found by Python code, a forgotten builder's list once crashed `list.sort`.
#[test]
fn a_forgotten_list_is_valid_or_invisible() {
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, FIND);
        let mut list = ListBuilder::with_capacity(py, 3).unwrap();
        list.push(eval(&ns, "marker")).unwrap();
        mem::forget(list);
        exec(&ns, "lists = found()");
        let expected = match cfg!(Py_GIL_DISABLED) {
            true => "lists == []",
            false => "[x.sort() for x in lists] == [None] and lists == [[marker]]",
        };
        assert!(holds(&ns, expected));
    });
}

#[cfg(not(Py_GIL_DISABLED))]
#[test]
fn a_list_under_construction_survives_what_python_does_to_it() {
    attached(|py| {
        for (change, remaining) in [
            ("found()[0].clear()", 3),
            ("found()[0].extend(range(1000))", 1005),
            ("del found()[0][:1]", 4),
            ("found()[0].append(marker)", 6),
            ("found()[0].sort(key=id)", 5),
            ("found()[0][:] = []", 3),
        ] {
            let ns = namespace(py);
            exec(&ns, FIND);
            let marker = eval(&ns, "marker");
            let before = marker.refcount();
            let list = PyList::try_from_fn(py, 5, |index| {
                if index == 2 {
                    exec(&ns, change);
                }
                Ok(marker.new_ref())
            })
            .unwrap();
            assert_eq!(list.len(), remaining, "{change}");
            drop(list);
            assert_eq!(marker.refcount(), before, "{change}");
        }
    });
}
