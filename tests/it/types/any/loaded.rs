//! `Loaded`, and the loops that lend it: scalars by value, all else kept alive while the closure runs.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyptr::error::{PyRuntimeError, PyValueError};
use pyptr::types::{Loaded, PyAny, PyAnySet, PyDict, PyList, PySet, PyString, PyTuple};
use pyptr::{Borrowed, Owned, PyResult, Python};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, given, namespace};

/// What a `Loaded` is, as text.
fn described(item: Loaded<'_, '_>) -> String {
    match item {
        Loaded::Str(text) => text.to_rust_string().unwrap(),
        Loaded::Int(int) => int.to_string(),
        Loaded::Float(float) => float.to_string(),
        Loaded::Bool(value) => value.to_string(),
        Loaded::None => "None".into(),
        Loaded::Object(object) => {
            let name = object.type_of().name().unwrap().str().unwrap();
            name.to_rust_string().unwrap()
        }
    }
}

const VALUES: &str =
    "1 << 40, -1, 0, 2.5, True, False, None, 'text', 1 << 63, -(1 << 63), -(1 << 63) - 1, []";

#[test]
fn exact_scalars_come_by_value() {
    attached(|py| {
        let ns = namespace(py);
        let min = i64::MIN.to_string();
        let expected = [
            "1099511627776",
            "-1",
            "0",
            "2.5",
            "true",
            "false",
            "None",
            "text",
            "int",
            &min,
            "int",
            "list",
        ];
        let mut found = Vec::new();
        let mut note = |item: Loaded<'_, '_>| {
            found.push(described(item));
            PyResult::Ok(())
        };
        let list = eval(&ns, &format!("[{VALUES}]"));
        (list.cast::<PyList>().unwrap().for_each_loaded(&mut note)).unwrap();
        let tuple = eval(&ns, &format!("({VALUES})"));
        (tuple.cast::<PyTuple>().unwrap().for_each_loaded(&mut note)).unwrap();
        let values = eval(&ns, &format!("dict(enumerate([{VALUES}]))"));
        let values = values.cast::<PyDict>().unwrap();
        values.for_each_loaded(|_, value| note(value)).unwrap();
        assert_eq!(found, [expected, expected, expected].concat());
        exec(
            &ns,
            "class I(int): pass\nclass F(float): pass\nclass S(str): pass",
        );
        for code in ["I(3)", "F(3)", "S('s')"] {
            assert!(matches!(eval(&ns, code).load(), Loaded::Object(_)));
        }
    });
}

#[test]
fn sets_are_visited_once_each() {
    attached(|py| {
        let ns = namespace(py);
        for code in ["set(range(1000))", "frozenset(range(1000))", "set()"] {
            let set = eval(&ns, code).cast_into::<PyAnySet>().unwrap();
            let mut seen = vec![0; set.len()];
            set.for_each_loaded(|item| match item {
                Loaded::Int(int) => {
                    seen[int as usize] += 1;
                    PyResult::Ok(())
                }
                other => panic!("{other:?}"),
            })
            .unwrap();
            assert!(seen.iter().all(|count| *count == 1), "{code}");
        }
    });
}

/// One item in each kind of container, by which the test calls a closure.
type Visit = for<'py> fn(
    Python<'py>,
    &Borrowed<'py, PyAny>,
    &mut dyn FnMut(Loaded<'_, 'py>) -> PyResult<'py, ()>,
) -> PyResult<'py, ()>;

/// Loops over a container that has the item, with each how many references it takes meanwhile.
fn loops() -> Vec<(&'static str, isize, Visit)> {
    fn dict<'py>(py: Python<'py>, more: usize) -> Owned<'py, PyDict> {
        let dict = PyDict::new(py).unwrap();
        for i in 0..more {
            dict.set_str(&format!("key {i}"), py.none()).unwrap();
        }
        dict
    }
    // Watched, where dicts are.
    let watched = isize::from(!cfg!(Py_3_13));
    vec![
        ("list", 1, |py, item, f| {
            let list = PyList::from_owned(py, [item.new_ref()]).unwrap();
            list.for_each_loaded(f)
        }),
        ("tuple", 0, |py, item, f| {
            let tuple = PyTuple::from_owned(py, [item.new_ref()]).unwrap();
            tuple.for_each_loaded(f)
        }),
        ("small dict", 1, |py, item, f| {
            let dict = dict(py, 3);
            dict.set_str("item", item).unwrap();
            dict.for_each_loaded(|_, value| match value {
                Loaded::None => Ok(()),
                value => f(value),
            })
        }),
        ("large dict", watched, |py, item, f| {
            let dict = dict(py, 100);
            dict.set_str("item", item).unwrap();
            dict.for_each_loaded(|_, value| match value {
                Loaded::None => Ok(()),
                value => f(value),
            })
        }),
        ("set", 1, |py, item, f| {
            let set = PySet::new(py).unwrap();
            set.add(item).unwrap();
            set.for_each_loaded(f)
        }),
    ]
}

#[test]
fn all_else_is_kept_alive_for_the_closure() {
    attached(|py| {
        let text = fresh_str(py, "text");
        let object = eval(&namespace(py), "type('C', (), {})()");
        for (name, counted, visit) in loops() {
            for item in [text.as_any(), &*object] {
                let before = item.refcount();
                let mut seen = 0;
                let mut look = |loaded: Loaded<'_, '_>| {
                    // One is the container's.
                    assert_eq!(item.refcount(), before + 1 + counted, "{name}");
                    match loaded {
                        Loaded::Str(text) => assert!(text.is(item)),
                        Loaded::Object(object) => assert!(object.is(item)),
                        other => panic!("{other:?}"),
                    }
                    seen += 1;
                    PyResult::Ok(())
                };
                visit(py, item, &mut look).unwrap();
                assert_eq!((seen, item.refcount()), (1, before), "{name}");
            }
        }
    });
}

#[test]
fn errors_and_panics_release_what_was_lent() {
    attached(|py| {
        let text = fresh_str(py, "text");
        let object = eval(&namespace(py), "type('C', (), {})()");
        for (name, _, visit) in loops() {
            for item in [text.as_any(), &*object] {
                let before = item.refcount();
                let mut fail = |_: Loaded<'_, '_>| Err(py.raise::<PyValueError>("on purpose"));
                let failed = visit(py, item, &mut fail).unwrap_err();
                assert!(failed.is::<PyValueError>(), "{name}");
                drop(failed);
                assert_eq!(item.refcount(), before, "{name}");
                let mut panics = |_: Loaded<'_, '_>| -> PyResult<'_, ()> { panic!("on purpose") };
                let panicked = AssertUnwindSafe(|| drop(visit(py, item, &mut panics)));
                assert!(catch_unwind(panicked).is_err(), "{name}");
                assert_eq!(item.refcount(), before, "{name}");
            }
        }
    });
}

#[test]
fn scalars_are_not_counted() {
    attached(|py| {
        let ns = namespace(py);
        for code in ["float('1e10')", "int('1' * 12)"] {
            let item = eval(&ns, code);
            assert_eq!(delta_while_held(&item, || item.load()), 0);
            for (name, _, visit) in loops() {
                let before = item.refcount();
                let mut look = |_: Loaded<'_, '_>| {
                    // The container's own.
                    assert_eq!(item.refcount(), before + 1, "{name}");
                    PyResult::Ok(())
                };
                visit(py, &item, &mut look).unwrap();
                assert_eq!(item.refcount(), before);
            }
        }
    });
}

/// What is lent outlives its container's content, and the container itself but for the loop.
#[test]
fn containers_are_emptied_while_they_lend() {
    attached(|py| {
        let text = fresh_str(py, "text of a list");
        let list = PyList::from_owned(py, [given(&text), given(&text)]).unwrap();
        let address = text.as_ptr();
        drop(text);
        let mut visited = 0;
        list.for_each_loaded(|item| {
            list.clear().unwrap();
            let Loaded::Str(text) = item else { panic!() };
            assert_eq!((text.as_ptr(), text.refcount()), (address, 1));
            assert_eq!(text.to_str()?, "text of a list");
            visited += 1;
            PyResult::Ok(())
        })
        .unwrap();
        assert_eq!((visited, list.len()), (1, 0));

        for others in [0, 100] {
            let dict = PyDict::new(py).unwrap();
            let (key, value) = (fresh_str(py, "a key"), fresh_str(py, "a value"));
            dict.insert_owned(key.into_any(), value.into_any()).unwrap();
            for i in 0..others {
                dict.set_str(&format!("key {i}"), py.none()).unwrap();
            }
            let ended = dict.for_each_loaded(|key, value| {
                dict.clear();
                let (Loaded::Str(key), Loaded::Str(value)) = (key, value) else {
                    panic!()
                };
                assert_eq!((key.refcount(), value.refcount()), (1, 1));
                assert_eq!((key.to_str()?, value.to_str()?), ("a key", "a value"));
                PyResult::Ok(())
            });
            assert!(ended.unwrap_err().is::<PyRuntimeError>());
        }

        let set = PySet::new(py).unwrap();
        let item = fresh_str(py, "an item");
        set.add(&item).unwrap();
        drop(item);
        let ended = set.for_each_loaded(|item| {
            set.clear()?;
            let Loaded::Str(item) = item else { panic!() };
            assert_eq!((item.refcount(), item.to_str()?), (1, "an item"));
            PyResult::Ok(())
        });
        assert!(ended.unwrap_err().is::<PyRuntimeError>());
    });
}

#[test]
fn containers_may_change_as_in_python() {
    attached(|py| {
        let ns = namespace(py);
        let list = eval(&ns, "[1, 2, 3]").cast_into::<PyList>().unwrap();
        let mut sum = 0;
        list.for_each_loaded(|item| {
            let Loaded::Int(int) = item else { panic!() };
            sum += int;
            if list.len() < 6 {
                list.append(&eval(&ns, "10"))?;
            }
            PyResult::Ok(())
        })
        .unwrap();
        assert_eq!(sum, 36);
        // Values may be replaced.
        for count in [3, 100] {
            let code = format!("{{i: i for i in range({count})}}");
            let dict = eval(&ns, &code).cast_into::<PyDict>().unwrap();
            let (text, mut visited) = (fresh_str(py, "another"), 0);
            let key = eval(&ns, "1");
            dict.for_each_loaded(|_, value| {
                dict.set(&key, &text)?;
                visited += usize::from(matches!(value, Loaded::Int(_)));
                PyResult::Ok(())
            })
            .unwrap();
            assert_eq!(visited, count - 1);
            drop(dict);
            assert_eq!(text.refcount(), 1);
        }
    });
}

#[test]
fn loops_over_the_same_container_are_nested() {
    attached(|py| {
        let ns = namespace(py);
        let text = fresh_str(py, "text");
        let list = PyList::from_owned(py, [given(&text), given(&text)]).unwrap();
        for count in [2, 100] {
            let dict = PyDict::new(py).unwrap();
            for i in 0..count {
                dict.set_str(&format!("key {i}"), &text).unwrap();
            }
            let before = text.refcount();
            let (mut items, mut pairs, mut of_set) = (0, 0, 0);
            list.for_each_loaded(|_| {
                list.for_each_loaded(|_| {
                    items += 1;
                    dict.for_each_loaded(|_, _| {
                        dict.for_each_loaded(|key, value| {
                            let (Loaded::Str(key), Loaded::Str(value)) = (key, value) else {
                                panic!()
                            };
                            assert!(key.to_str()?.starts_with("key") && value.is(&text));
                            pairs += 1;
                            PyResult::Ok(())
                        })
                    })
                })
            })
            .unwrap();
            let set = eval(&ns, "{'a', 'b', 'c'}").cast_into::<PySet>().unwrap();
            set.for_each_loaded(|_| {
                set.for_each_loaded(|_| {
                    of_set += 1;
                    PyResult::Ok(())
                })
            })
            .unwrap();
            assert_eq!((items, pairs, of_set), (4, 4 * count * count, 9));
            assert_eq!(text.refcount(), before);
        }
    });
}

#[test]
fn any_object_is_loaded_without_a_count() {
    attached(|py| {
        let text: Owned<'_, PyString> = fresh_str(py, "text");
        assert_eq!(delta_while_held(&text, || text.load()), 0);
        assert_eq!(delta_after_drop(&text, || described(text.load())), 0);
        assert!(matches!(text.load(), Loaded::Str(same) if same.is(&text)));
    });
}

#[test]
fn the_first_error_ends_loops() {
    attached(|py| {
        let ns = namespace(py);
        let seen = Cell::new(0);
        let fail = |item: Loaded<'_, '_>| match item {
            Loaded::Int(2) => Err(py.raise::<PyValueError>("two")),
            _ => {
                seen.set(seen.get() + 1);
                Ok(())
            }
        };
        let list = eval(&ns, "[1, 2, 3]").cast_into::<PyList>().unwrap();
        let wrong = list.for_each_loaded(fail).unwrap_err();
        assert!(wrong.is::<PyValueError>());
        drop(wrong);
        let tuple = eval(&ns, "(1, 2, 3)").cast_into::<PyTuple>().unwrap();
        let wrong = tuple.for_each_loaded(fail).unwrap_err();
        assert!(wrong.is::<PyValueError>());
        drop(wrong);
        let set = eval(&ns, "{1, 2, 3}").cast_into::<PySet>().unwrap();
        let wrong = set.for_each_loaded(fail).unwrap_err();
        assert!(wrong.is::<PyValueError>());
        drop(wrong);
        let dict = eval(&ns, "{1: 1, 2: 2, 3: 3}")
            .cast_into::<PyDict>()
            .unwrap();
        let wrong = dict.for_each_loaded(|key, _| fail(key)).unwrap_err();
        assert!(wrong.is::<PyValueError>());
        drop(wrong);
        assert_eq!(seen.get(), 4);
    });
}

#[test]
fn errors_may_be_of_other_types() {
    attached(|py| {
        let list = eval(&namespace(py), "[1, 2, 3]")
            .cast_into::<PyList>()
            .unwrap();
        let found = list.for_each_loaded(|item| match item {
            Loaded::Int(2) => Err("found"),
            _ => Ok(()),
        });
        assert_eq!(found, Err("found"));
    });
}
