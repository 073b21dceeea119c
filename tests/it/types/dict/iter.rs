//! Iterating over a dict.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyptr::error::{PyRuntimeError, PyTypeError};
use pyptr::sync::with_critical_section;
use pyptr::types::{PyDict, PyString};
use pyptr::{PyResult, Python, Raised};

use super::{counts, one};
use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace, shown};

#[test]
fn iteration_gives_new_references() {
    attached(|py| {
        let (dict, key, value) = one(py);
        let collect = || dict.iter().collect::<Result<Vec<_>, _>>().unwrap();
        assert_eq!(delta_while_held(&key, collect), 1);
        assert_eq!(delta_while_held(&value, collect), 1);
        assert_eq!(delta_after_drop(&key, collect), 0);
        assert_eq!(delta_after_drop(&value, collect), 0);
        let mut count = 0;
        for item in &*dict {
            let (found_key, found_value) = item.unwrap();
            assert!(found_key.is(&key) && found_value.is(&value));
            count += 1;
        }
        assert_eq!(count, 1);
        let mut items = dict.iter();
        assert_eq!(items.size_hint(), (1, Some(2)));
        assert!(items.next().is_some());
        assert!(items.next().is_none() && items.next().is_none());
        assert_eq!(items.size_hint(), (0, Some(0)));
        assert!(PyDict::new(py).unwrap().iter().next().is_none());
    });
}

#[test]
fn what_was_taken_survives_the_dict() {
    attached(|py| {
        let (dict, key, value) = one(py);
        let (taken_key, taken_value) = dict.iter().next().unwrap().unwrap();
        drop((dict, key, value));
        counts(&taken_key, 1);
        counts(&taken_value, 1);
        assert_eq!(shown(&taken_value), "'value'");
    });
}

/// The messages that Python's own iterators have.
#[test]
fn a_dict_that_changes_while_it_is_iterated_is_an_error() {
    attached(|py| {
        let size = "dictionary changed size during iteration";
        let keys = "dictionary keys changed during iteration";
        for (change, message, steps) in [
            ("d.clear()", size, 1),
            ("d['new'] = 1", size, 1),
            ("del d['b']", size, 1),
            ("d.clear(); d.update(x=1, y=2, z=3, w=4)", size, 1),
            // The dict keeps its size, and has one more item to come.
            ("del d['a']; d['new'] = 1", keys, 3),
        ] {
            let ns = namespace(py);
            exec(&ns, "d = dict(a=1, b=2, c=3)");
            let dict = eval(&ns, "d").cast_into::<PyDict>().unwrap();
            let mut items = dict.iter();
            for step in 0..steps {
                drop(items.next().unwrap().unwrap());
                if step == 0 {
                    exec(&ns, change);
                }
            }
            let raised = items.next().unwrap().unwrap_err();
            assert!(raised.is::<PyRuntimeError>(), "{change}");
            let text = raised.into_exception().str().unwrap();
            assert_eq!(text.to_str().unwrap(), message, "{change}");
            assert!(items.next().is_none(), "{change}");
            assert_eq!(items.size_hint(), (0, Some(0)), "{change}");
            assert_eq!(items.fold(0, |count, _| count + 1), 0, "{change}");
        }
    });
}

#[test]
fn a_fold_ends_after_the_error() {
    attached(|py| {
        let (dict, _, value) = one(py);
        let seen = dict.iter().fold(String::new(), |seen, item| match item {
            Ok(_) => {
                dict.set(&fresh_str(py, "new"), &value).unwrap();
                seen + "item "
            }
            Err(raised) => {
                assert!(raised.is::<PyRuntimeError>());
                seen + "error"
            }
        });
        assert_eq!(seen, "item error");
        let mut items = dict.iter();
        assert_eq!(items.by_ref().count(), 2);
        assert_eq!(items.fold(0, |count, _| count + 1), 0);
    });
}

/// All items at once, which locks the dict once: counts, errors, and changes as in a loop.
#[test]
fn all_items_at_once() {
    attached(|py| {
        let (dict, key, value) = one(py);
        let visit = || {
            dict.try_for_each(|found_key, found_value| {
                assert!(found_key.is(&key) && found_value.is(&value));
                counts(&key, 3);
                counts(&value, 3);
                PyResult::Ok(())
            })
            .unwrap();
            let count = dict.iter().fold(0, |count, item| {
                assert!(item.unwrap().0.is(&key));
                counts(&key, 2);
                count + 1
            });
            assert_eq!(count, 1);
        };
        assert_eq!(delta_after_drop(&key, visit), 0);
        assert_eq!(delta_after_drop(&value, visit), 0);

        dict.set(&fresh_str(py, "second"), py.none()).unwrap();
        let mut calls = 0;
        let wrong = dict.try_for_each(|_, _| {
            calls += 1;
            Err(py.raise::<PyTypeError>("enough"))
        });
        assert!(wrong.unwrap_err().is::<PyTypeError>());
        assert_eq!(calls, 1);
        counts(&key, 2);
        counts(&value, 2);

        let replaced = fresh_str(py, "replaced");
        dict.try_for_each(|key, _| dict.set(key, &replaced))
            .unwrap();
        counts(&replaced, 3);
        counts(&value, 1);

        let mut calls = 0;
        let wrong = dict.try_for_each(|_, _| {
            calls += 1;
            dict.set(&fresh_str(py, "third"), py.none())
        });
        assert!(wrong.unwrap_err().is::<PyRuntimeError>());
        assert_eq!((calls, dict.len()), (1, 3));

        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _ = dict.try_for_each(|_, _| -> PyResult<'_, ()> { panic!("on purpose") });
        }));
        assert!(panicked.is_err());
        counts(&key, 2);
        dict.clear();
        counts(&key, 1);
    });
}

#[test]
fn values_may_change_while_a_dict_is_iterated() {
    attached(|py| {
        let (dict, key, _) = one(py);
        dict.set(&fresh_str(py, "second"), py.none()).unwrap();
        let replaced = fresh_str(py, "replaced");
        for item in &*dict {
            let (key, old) = item.unwrap();
            dict.set(&key, &replaced).unwrap();
            drop(old);
        }
        assert_eq!(dict.len(), 2);
        assert!(dict.get(&key).unwrap().unwrap().is(&replaced));
        counts(&replaced, 3);
    });
}

/// Each thread replaces the values, which are fresh and have no other owner, under the other's iterator.
#[test]
fn threads_iterate_over_a_dict_that_others_change() {
    attached(|py| {
        let dict = PyDict::new(py).unwrap();
        let keys = ["first", "second", "third"];
        for key in keys {
            dict.set(&fresh_str(py, key), py.none()).unwrap();
        }
        let shared = dict.new_ref().into_shared();
        let work = || {
            Python::attach(|py| {
                let dict = shared.bind(py);
                for _ in 0..2000 {
                    for item in dict {
                        let (key, value) = item.unwrap();
                        assert!(value.is_none() || value.cast::<PyString>().is_ok());
                        dict.insert_owned(key, fresh_str(py, "value").into_any())
                            .unwrap();
                    }
                    // The lock is given up in between.
                    dict.try_for_each(|key, value| {
                        assert!(value.is_none() || value.cast::<PyString>().is_ok());
                        py.detach(|| ());
                        dict.insert_owned(key.to_owned(), fresh_str(py, "value").into_any())
                    })
                    .unwrap();
                }
            });
        };
        py.detach(|| {
            std::thread::scope(|scope| {
                scope.spawn(work);
                scope.spawn(work);
            });
        });
        assert_eq!(dict.len(), 3);
        shared.release(py);
        counts(&dict, 1);
    });
}

/// The namespace of an instance, which shares its keys: others set, delete and add attributes through the instance.
#[test]
fn threads_iterate_over_a_namespace_that_others_change() {
    attached(|py| {
        let instance = eval(&namespace(py), "type('Thing', (), {})()");
        for name in [c"first", c"second", c"third"] {
            instance.setattr(name, &fresh_str(py, "value")).unwrap();
        }
        let namespace = instance.getattr(c"__dict__").unwrap();
        let namespace = namespace.cast_into::<PyDict>().unwrap();
        let (instance, dict) = (instance.into_shared(), namespace.new_ref().into_shared());
        let change = || {
            Python::attach(|py| {
                let instance = instance.bind(py);
                for round in 0..2000 {
                    for name in [c"first", c"second", c"third"] {
                        instance.setattr(name, &fresh_str(py, "value")).unwrap();
                    }
                    if round % 8 == 0 {
                        instance.delattr(c"second").unwrap();
                        instance
                            .setattr(c"second", &fresh_str(py, "again"))
                            .unwrap();
                    }
                }
            });
        };
        let read = || {
            Python::attach(|py| {
                let dict = dict.bind(py);
                for _ in 0..2000 {
                    // One is deleted now and then.
                    for (key, value) in dict.iter().flatten() {
                        assert!(key.cast::<PyString>().is_ok());
                        assert!(value.cast::<PyString>().is_ok());
                    }
                    let _ = dict.try_for_each(|key, value| -> PyResult<'_, ()> {
                        assert!(key.cast::<PyString>().is_ok());
                        py.detach(|| ());
                        assert!(value.cast::<PyString>().is_ok());
                        Ok(())
                    });
                    drop(Raised::occurred(py));
                }
            });
        };
        py.detach(|| {
            std::thread::scope(|scope| {
                scope.spawn(change);
                scope.spawn(read);
                scope.spawn(read);
            });
        });
        assert_eq!(namespace.len(), 3);
        instance.release(py);
        dict.release(py);
    });
}

/// A step finds the dict's lock free, taken by this thread (in the innermost section or in an outer one), or
/// taken by another one, which waits in turn.
#[test]
fn steps_find_the_dict_locked() {
    attached(|py| {
        let dict = PyDict::new(py).unwrap();
        for key in ["first", "second", "third"] {
            dict.set(&fresh_str(py, key), py.none()).unwrap();
        }
        let shared = dict.new_ref().into_shared();
        let work = || {
            Python::attach(|py| {
                let dict = shared.bind(py);
                let other = PyDict::new(py).unwrap();
                let count = || {
                    let items = dict.iter().chain(other.iter());
                    items.filter(|item| item.is_ok()).count()
                };
                for _ in 0..50 {
                    assert_eq!(count(), 3);
                    assert_eq!(with_critical_section(dict, count), 3);
                    let within = || with_critical_section(&other, count);
                    assert_eq!(with_critical_section(dict, within), 3);
                    let detached = || {
                        py.detach(|| ());
                        within()
                    };
                    assert_eq!(with_critical_section(dict, detached), 3);
                }
            });
        };
        py.detach(|| {
            std::thread::scope(|scope| {
                scope.spawn(work);
                scope.spawn(work);
            });
        });
        // It is free again, or this would wait for ever.
        with_critical_section(&dict, || dict.clear());
        shared.release(py);
        counts(&dict, 1);
    });
}
