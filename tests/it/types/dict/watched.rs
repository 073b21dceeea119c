//! Loops over dicts that count nothing until the dict changes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use pyptr::error::PyTypeError;
use pyptr::types::{PyAny, PyDict, PyList, PyString};
use pyptr::{Borrowed, Owned, PyResult, Python};

use crate::common::{attached, fresh_str};
use crate::python::{eval, exec, namespace, run_with, shown};

/// Whether a loop over many items watches its dict, and counts nothing.
const WATCHES: bool = cfg!(Py_3_13);

/// More items than are counted in any case.
const MANY: usize = 200;

const PRELUDE: &str = "
import collections, gc, operator, types
gone = []
class Item:
    def __init__(self, name): self.name = name
    def __del__(self): gone.append(self.name)
def items(): return {'a%d' % i: Item(i) for i in range(200)}
class Dict(dict): pass
class Instance: pass
def filled(place):
    for name, item in items().items():
        setattr(place, name, item)
    return place
def store(place): place.a7 = None
def store_often():
    for place in [filled(Instance()) for _ in range(40)]:
        store(place)
    gone.clear()
";

/// Expressions for a dict with `a7`, and what takes the value of that out of it. `p` is what else the dict belongs to, `d` the
/// dict itself.
const TAKEN_OUT: &[(&str, &[&str])] = &[
    (
        "p = None; d = items()",
        &[
            "d['a7'] = None",
            "del d['a7']",
            "d.pop('a7')",
            "d.pop('a7', None)",
            "d.clear()",
            "while d: d.popitem()",
            "d.update(a7=None)",
            "d.update({'a7': None})",
            "d.update([('a7', None)])",
            "d.update(collections.UserDict(a7=None))",
            "d |= {'a7': None}",
            "d.__init__(a7=None)",
            "dict.__setitem__(d, 'a7', None)",
            "d.__delitem__('a7')",
            "operator.delitem(d, 'a7')",
            "d[object()] = 1; del d['a7']",
            "d.update(dict.fromkeys(range(9000))); d.clear()",
            "d.setdefault('more', 1); d['a7'] = d['more']",
            "exec('a7 = None', {}, d)",
            "exec('del a7', {}, d)",
        ],
    ),
    (
        "p = None; d = {(name,): item for name, item in items().items()}",
        &[
            "d['a7',] = None",
            "del d['a7',]",
            "d.pop(('a7',))",
            "d.clear()",
            "while d: d.popitem()",
        ],
    ),
    (
        "p = filled(Instance()); d = p.__dict__",
        &[
            "p.a7 = None",
            "del p.a7",
            "setattr(p, 'a7', None)",
            "delattr(p, 'a7')",
            "store_often(); store(p)",
            "p.__dict__['a7'] = None",
            "p.__dict__ = {}; d.clear()",
            "object.__setattr__(p, 'a7', None)",
        ],
    ),
    (
        "p = filled(types.ModuleType('module')); d = p.__dict__",
        &["p.a7 = None", "del p.a7", "vars(p).clear()"],
    ),
    (
        "p = type('Class', (), items()); d = gc.get_referents(p.__dict__)[0]",
        &["p.a7 = None", "del p.a7"],
    ),
    (
        "p = None; d = items(); exec('def f():\\n  global a7\\n  a7 = None\\ndef g():\\n  global a7\\n  del a7', d)",
        &["d['f']()", "d['g']()", "exec('a7 = None', d)"],
    ),
    (
        "p = None; d = collections.OrderedDict(items())",
        &[
            "d['a7'] = None",
            "del d['a7']",
            "d.pop('a7')",
            "d.clear()",
            "while d: d.popitem(last=False)",
            "d.move_to_end('a7'); d.popitem()",
        ],
    ),
    (
        "p = None; d = collections.defaultdict(list, items())",
        &["d['a7'] = None", "del d['a7']"],
    ),
    (
        "p = None; d = Dict(items())",
        &["d['a7'] = None", "d.clear()", "dict.clear(d)"],
    ),
];

fn prelude(py: Python<'_>) -> Owned<'_, PyDict> {
    let names = namespace(py);
    exec(&names, PRELUDE);
    names
}

fn dict<'py>(names: &Borrowed<'py, PyDict>) -> Owned<'py, PyDict> {
    eval(names, "d").cast_into::<PyDict>().unwrap()
}

/// A dict with many values of its own.
fn many(py: Python<'_>) -> Owned<'_, PyDict> {
    let dict = PyDict::new(py).unwrap();
    for i in 0..MANY {
        let key = fresh_str(py, &format!("key {i}"));
        let value = fresh_str(py, &format!("value {i}"));
        dict.insert_owned(key.into_any(), value.into_any()).unwrap();
    }
    dict
}

/// The counts of all keys and values.
fn counts(dict: &Borrowed<'_, PyDict>) -> Vec<isize> {
    let items = dict.iter().map(Result::unwrap);
    items
        .flat_map(|(key, value)| [key.refcount() - 1, value.refcount() - 1])
        .collect()
}

#[test]
fn nothing_is_counted_while_nothing_changes() {
    attached(|py| {
        let dict = many(py);
        let before = counts(&dict);
        let mut steps = 0;
        dict.try_for_each(|key, value| {
            let expected = if WATCHES { 1 } else { 2 };
            assert_eq!((key.refcount(), value.refcount()), (expected, expected));
            steps += 1;
            PyResult::Ok(())
        })
        .unwrap();
        assert_eq!(steps, MANY);
        assert_eq!(counts(&dict), before);
    });
}

#[test]
fn few_items_are_counted() {
    attached(|py| {
        let dict = PyDict::new(py).unwrap();
        dict.set(&fresh_str(py, "key"), &fresh_str(py, "value"))
            .unwrap();
        dict.try_for_each(|key, value| {
            assert_eq!((key.refcount(), value.refcount()), (2, 2));
            PyResult::Ok(())
        })
        .unwrap();
    });
}

/// Whatever takes the value in hand out of the dict: it is alive until the loop comes back, and gone then.
#[test]
fn what_is_in_hand_outlives_its_place() {
    attached(|py| {
        let names = prelude(py);
        for (place, changes) in TAKEN_OUT {
            for change in *changes {
                exec(&names, &format!("{place}\ngone.clear()"));
                let dict = dict(&names);
                let is_gone = || eval(&names, "7 in gone").is(py.bool(true));
                let mut seen = 0;
                let ended = dict.try_for_each(|key, value| {
                    if ["'a7'", "('a7',)"].contains(&&*shown(key)) {
                        seen += 1;
                        exec(&names, change);
                        assert!(!is_gone(), "{place}, {change}");
                        // Whoever has it besides is no dict.
                        assert_eq!(value.refcount(), 1, "{place}, {change}");
                        let name = value.getattr(c"name").unwrap();
                        assert!(name.is(&eval(&names, "7")), "{place}, {change}");
                        assert!(key.refcount() >= 1, "{place}, {change}");
                    } else {
                        // Taken out before the next one came.
                        assert_eq!(is_gone(), seen > 0, "{place}, {change}");
                    }
                    PyResult::Ok(())
                });
                drop(ended);
                assert_eq!(seen, 1, "{place}, {change}");
                assert!(is_gone(), "{place}, {change}");
                exec(&names, "del p, d");
            }
        }
    });
}

/// Errors and panics after a change give back what it made the loop take.
#[test]
fn loops_that_fail_keep_nothing() {
    attached(|py| {
        let dict = many(py);
        let value = fresh_str(py, "in its place");
        let before = counts(&dict);
        let mut taken = None;
        let failed = dict.try_for_each(|key, old| {
            taken = Some((key.to_owned(), old.to_owned()));
            dict.set(key, &value)?;
            assert_eq!((key.refcount(), old.refcount()), (3, 2));
            Err(py.raise::<PyTypeError>("enough"))
        });
        assert!(failed.unwrap_err().is::<PyTypeError>());
        let (key, old) = taken.take().unwrap();
        assert_eq!((key.refcount(), old.refcount()), (2, 1));
        dict.set(&key, &old).unwrap();
        drop((key, old));
        assert_eq!(counts(&dict), before);

        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _ = dict.try_for_each(|key, old| -> PyResult<'_, ()> {
                taken = Some((key.to_owned(), old.to_owned()));
                dict.del(key)?;
                panic!("on purpose")
            });
        }));
        assert!(panicked.is_err());
        let (key, old) = taken.take().unwrap();
        assert_eq!((key.refcount(), old.refcount()), (1, 1));
        assert_eq!(dict.len(), MANY - 1);

        // Nobody watches any more.
        dict.clear();
        assert_eq!(
            (key.refcount(), old.refcount(), value.refcount()),
            (1, 1, 1)
        );
    });
}

/// Loops in loops, over the same dict and others: what ends in between leaves the outer ones watched.
#[test]
fn loops_in_loops() {
    attached(|py| {
        let (dict, other) = (many(py), many(py));
        let visit = |dict: &Borrowed<'_, PyDict>, limit: usize| {
            let mut steps = 0;
            let _ended = dict.try_for_each(|_, _| {
                steps += 1;
                if steps == limit {
                    Err(py.raise::<PyTypeError>("enough"))
                } else {
                    Ok(())
                }
            });
            assert_eq!(steps, limit.min(MANY));
        };
        let mut first = None;
        let ended = dict.try_for_each(|key, value| {
            for limit in [1, 10, MANY + 1] {
                visit(&dict, limit);
                visit(&other, limit);
            }
            if first.is_none() {
                dict.set(key, py.none())?;
                first = Some(value.to_owned());
                assert_eq!(value.refcount(), 2);
                return PyResult::Ok(());
            }
            let inner = dict.try_for_each(|inner_key, inner_value| {
                visit(&other, 3);
                if inner_key.is(key) {
                    // Both loops have the same item.
                    dict.clear();
                    assert_eq!(inner_value.refcount(), 2);
                }
                PyResult::Ok(())
            });
            assert!(inner.is_err());
            assert_eq!((key.refcount(), value.refcount()), (1, 1));
            Ok(())
        });
        assert!(ended.is_err());
        assert_eq!(first.unwrap().refcount(), 1);
        assert_eq!(other.len(), MANY);
        visit(&other, MANY + 1);
    });
}

/// After the first change the loop goes on where it was, and finds what is there by then.
#[test]
fn loops_go_on_after_a_change() {
    attached(|py| {
        let dict = many(py);
        let new = fresh_str(py, "new");
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        dict.try_for_each(|key, value| {
            if keys.len() == 100 {
                for key in dict.keys()?.iter() {
                    dict.set(&key, &new)?;
                }
            }
            keys.push(key.to_owned());
            values.push(value.to_owned());
            PyResult::Ok(())
        })
        .unwrap();
        let expected: Owned<'_, PyList> = dict.keys().unwrap();
        assert!(
            keys.iter()
                .zip(&*expected)
                .all(|(found, expected)| found.is(&expected))
        );
        assert_eq!(keys.len(), MANY);
        assert_eq!(
            values.iter().filter(|value| value.is(&new)).count(),
            MANY - 101
        );
        drop((keys, values));
        assert_eq!(new.refcount(), 1 + MANY as isize);
    });
}

/// Another thread replaces what this one has in hand.
#[test]
fn threads_change_what_is_in_hand() {
    attached(|py| {
        let dict = many(py);
        let shared = dict.new_ref().into_shared();
        for round in 0..20 {
            let mut steps = 0;
            let visited = dict.try_for_each(|key, value| {
                steps += 1;
                if steps != round + 1 {
                    return PyResult::Ok(());
                }
                let text = shown(value);
                py.detach(|| {
                    thread::scope(|scope| {
                        scope.spawn(|| {
                            Python::attach(|py| {
                                let dict = shared.bind(py);
                                for (key, _) in dict.iter().map(Result::unwrap) {
                                    let new = fresh_str(py, "replaced");
                                    dict.insert_owned(key, new.into_any()).unwrap();
                                }
                            });
                        });
                    });
                });
                assert_eq!(value.refcount(), 1);
                assert_eq!(shown(value), text);
                assert_eq!(key.refcount(), 2);
                Ok(())
            });
            visited.unwrap();
            assert_eq!(steps, MANY);
        }
        shared.release(py);
        assert!(counts(&dict).iter().all(|count| *count == 1));
    });
}

/// What is lent can be kept, and given to Python code that changes the dict.
#[test]
fn items_are_arguments_and_can_be_kept() {
    attached(|py| {
        let dict = many(py);
        let code = "def f(d, k, v): d[k] = v * 2; return d.pop(k)\nresult = f";
        let f = run_with(py, code, &[]).unwrap();
        let mut kept: Vec<Owned<'_, PyAny>> = Vec::new();
        let ended = dict.try_for_each(|key, value| {
            let doubled = f.call([dict.as_any(), key, value])?;
            assert_eq!(shown(&doubled).len(), 2 * shown(value).len() - 2);
            kept.push(value.to_owned());
            PyResult::Ok(())
        });
        assert!(ended.is_err(), "the size has changed");
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0].refcount(), 1);
    });
}

/// Many threads go through the same dict, and others, while it changes.
#[test]
fn threads_go_through_a_dict_that_others_change() {
    attached(|py| {
        let dict = many(py);
        let shared = dict.new_ref().into_shared();
        let read = || {
            Python::attach(|py| {
                let own = many(py);
                for round in 0..100 {
                    let dict = if round % 3 == 0 {
                        &own
                    } else {
                        shared.bind(py)
                    };
                    let mut length = 0;
                    dict.try_for_each(|key, value| {
                        let text = value.cast::<PyString>()?;
                        if round % 10 == 1 && length % 7 == 0 {
                            py.detach(thread::yield_now);
                        }
                        length += text.len();
                        assert!(key.refcount() >= 1 && text.to_str()?.starts_with("value"));
                        PyResult::Ok(())
                    })
                    .unwrap();
                    assert!(length >= 5 * MANY);
                }
            });
        };
        let change = || {
            Python::attach(|py| {
                let dict = shared.bind(py);
                for round in 0..50 {
                    let keys = dict.keys().unwrap();
                    for key in keys.iter() {
                        let value = fresh_str(py, &format!("value of {round}"));
                        dict.insert_owned(key, value.into_any()).unwrap();
                    }
                    py.detach(thread::yield_now);
                }
            });
        };
        py.detach(|| {
            thread::scope(|scope| {
                for _ in 0..3 {
                    scope.spawn(read);
                    scope.spawn(change);
                }
            });
        });
        shared.release(py);
        assert!(counts(&dict).iter().all(|count| *count == 1));
    });
}

/// The dict of interned strs does not own its items: without the last reference from elsewhere one is freed, although the
/// loop has it in hand. From 3.14 on the collector shows the dict.
#[cfg(all(Py_3_14, not(Py_GIL_DISABLED)))]
#[test]
fn the_dict_of_interned_strs() {
    #[derive(Debug)]
    struct Stop;
    impl From<pyptr::Raised<'_>> for Stop {
        fn from(raised: pyptr::Raised<'_>) -> Stop {
            raised.clear();
            Stop
        }
    }
    attached(|py| {
        let code = "import gc, sys
mark = sys.intern('pyptr_test_interned_dict')
found = [d for d in gc.get_referrers(mark) if type(d) is dict and d.get(mark) is mark and len(d) > 500]
result = found[0] if found else None";
        let interned = run_with(py, code, &[]).unwrap();
        let Ok(interned) = interned.cast::<PyDict>() else {
            return;
        };
        let text = "pyptr test: interned and released";
        let mut only = Some(fresh_str(py, text).into_interned());
        let address = only.as_ref().unwrap().as_ptr();
        let mut seen = 0;
        let mut reused = Vec::new();
        interned
            .try_for_each(|key, value| {
                if key.as_ptr() == address {
                    drop(only.take());
                    // Of the same size, and so where the other was, if it was freed.
                    reused.extend((0..100).map(|_| fresh_str(py, &text.to_uppercase())));
                    assert!(key.is(value));
                    let key = key.cast::<PyString>().unwrap();
                    assert_eq!(key.to_str().unwrap(), text);
                    seen += 1;
                    return Err(Stop);
                }
                Ok(())
            })
            .unwrap_err();
        assert_eq!(seen, 1);
        let again = fresh_str(py, text);
        assert!(again.new_ref().into_interned().is(&again), "not freed");
    });
}
