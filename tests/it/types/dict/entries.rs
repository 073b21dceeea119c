//! Loops over dicts of all shapes, which read them in place where they can, beside `PyDict_Next`.

use std::ptr;

use pyo3_ffi as ffi;
use pyptr::sync::with_critical_section;
use pyptr::types::{Loaded, PyAny, PyDict, PyFloat, PyInt, PyString, PyTuple};
use pyptr::{Borrowed, Owned, PyResult, Python};

use crate::common::{attached, times};
use crate::python::{bind, eval, exec, namespace, shown};

/// Expressions for dicts: of both kinds of keys, with tables of indices of one, two and four bytes, with gaps, with values
/// of their own.
const SHAPES: &[&str] = &[
    "{}",
    "{'one': 'item'}",
    "{'%d' % i: object() for i in range(5)}",
    "{'%d' % i: object() for i in range(100)}",
    "{'%d' % i: object() for i in range(3000)}",
    "{'%d' % i: object() for i in range(50000)}",
    "{i: object() for i in range(5)}",
    "{i: object() for i in range(3000)}",
    "{i: object() for i in range(50000)}",
    "{'text': 1, 2: 'number', None: None, (3, 4): []}",
    "{Text('%d' % i): i for i in range(20)}",
    "without({'%d' % i: i for i in range(10)}, [0])",
    "without({'%d' % i: i for i in range(10)}, [9])",
    "without({'%d' % i: i for i in range(10)}, [3, 4, 5])",
    "without({'%d' % i: i for i in range(10)}, range(10))",
    "without({'%d' % i: i for i in range(300)}, range(0, 300, 2))",
    "without({i: i for i in range(10)}, [0, 5, 9])",
    "without({i: i for i in range(10)}, range(10))",
    "without({i: i for i in range(300)}, range(1, 300, 2))",
    "{**without({'%d' % i: i for i in range(300)}, range(200)), 'more': 1}",
    "filled(Instance(), 3).__dict__",
    "filled(Instance(), 200).__dict__",
    "without(filled(Instance(), 9).__dict__, [4])",
    "filled(Instance(), 3).__dict__.copy()",
    "owned(Instance())",
    "owned(filled(Instance(), 5))",
    "owned(filled(Instance(), 30))",
    "owned(filled(Instance(), 31))",
    "owned(filled(Instance(), 5, reversed))",
    "without(owned(filled(Instance(), 9, reversed)), [0, 4, 8])",
    "without(owned(filled(Instance(), 9)), range(9))",
    "owned(filled(filled(Small(), 2), 5, reversed))",
    "owned(filled(Child(), 5))",
    "owned(filled(Exception(), 5))",
    "Dict({'%d' % i: i for i in range(20)})",
    "collections.OrderedDict(('%d' % i, i) for i in range(20))",
    "collections.defaultdict(list, a=1, b=2)",
    "dict.fromkeys('letters')",
    "vars(collections).copy()",
    "(lambda **kwargs: kwargs)(a=1, b=2)",
];

const PRELUDE: &str = "
import collections
more = tuple(map(str, range(1000, 3000)))
class Text(str): pass
class Dict(dict): pass
class Instance: pass
class Child(Instance):
    __slots__ = 'slot',
class Small:
    def __init__(self): self.a1 = self.a0 = object()
owner = None
def filled(instance, count, order=list):
    for i in order(range(count)):
        setattr(instance, 'a%d' % i, object())
    return instance
def owned(instance):
    # Whose namespace it is stays alive, and keeps the values, on later versions.
    global owner
    owner = instance
    return instance.__dict__
def of_owner(d):
    return owner is not None and owner.__dict__ is d
def without(d, positions):
    for key in [list(d)[i] for i in positions]:
        del d[key]
    return d
";

/// What is done to a dict while it is iterated over. `d` is the dict, `key` the one in hand.
const CHANGES: &[&str] = &[
    "pass",
    "d[key] = object()",
    "d.clear()",
    "d['another'] = 1",
    "d[object()] = 1",
    "del d[key]",
    "del d[key]; d[key] = 1",
    "d.pop(next(reversed(d)))",
    "d.popitem()",
    "n = len(d); d.clear(); d.update({i + 0.5: i for i in range(n)})",
    "n = len(d); d.clear(); d.update({'new %d' % i: i for i in range(n)})",
    "n = len(d); d.clear(); d.update({'new %d' % i: i for i in range(3 * n)}); [d.popitem() for _ in range(2 * n)]",
    "d.update({i: i for i in range(500)}); [d.pop(i) for i in range(500)]",
    "d.update(dict.fromkeys(more)); [d.pop(key) for key in more]",
    "of_owner(d) and setattr(owner, 'a2', object())",
    "of_owner(d) and hasattr(owner, 'a2') and delattr(owner, 'a2')",
    "of_owner(d) and hasattr(owner, 'a1') and (delattr(owner, 'a1'), setattr(owner, 'a1', 1))",
    "of_owner(d) and setattr(owner, '__dict__', {}); owner = None",
    "owner = None",
];

fn prelude(py: Python<'_>) -> Owned<'_, PyDict> {
    let namespace = namespace(py);
    exec(&namespace, PRELUDE);
    namespace
}

fn dict<'py>(names: &Borrowed<'py, PyDict>, shape: &str) -> Owned<'py, PyDict> {
    eval(names, shape).cast_into::<PyDict>().unwrap()
}

type Pairs<'py> = Vec<(Owned<'py, PyAny>, Owned<'py, PyAny>)>;

#[track_caller]
fn alike(found: &Pairs<'_>, expected: &Pairs<'_>, shape: &str) {
    assert_eq!(found.len(), expected.len(), "{shape}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.0.is(&expected.0), "{shape}");
        assert!(found.1.is(&expected.1), "{shape}");
    }
}

#[test]
fn dicts_of_all_shapes_are_iterated_alike() {
    attached(|py| {
        let names = prelude(py);
        for shape in SHAPES {
            let dict = dict(&names, shape);
            let mut expected = Pairs::new();
            for item in dict.items().unwrap().iter() {
                let item = item.cast_into::<PyTuple>().unwrap();
                let of = |i| item.get(i).unwrap().to_owned();
                expected.push((of(0), of(1)));
            }

            let stepped = dict.iter().collect::<PyResult<'_, Pairs<'_>>>().unwrap();
            alike(&stepped, &expected, shape);

            let mut folded = Pairs::new();
            dict.iter().for_each(|item| folded.push(item.unwrap()));
            alike(&folded, &expected, shape);

            let mut visited = Pairs::new();
            dict.try_for_each(|key, value| {
                visited.push((key.to_owned(), value.to_owned()));
                PyResult::Ok(())
            })
            .unwrap();
            alike(&visited, &expected, shape);

            let mut lent = Pairs::new();
            with_critical_section(&dict, || {
                // SAFETY: the loop runs nothing that could change the dict, which is locked.
                for (key, value) in unsafe { dict.iter_borrowed() } {
                    lent.push((key.to_owned(), value.to_owned()));
                }
            });
            alike(&lent, &expected, shape);

            let mut loaded = Vec::new();
            dict.for_each_loaded(|key, value| {
                loaded.push((object(py, key), object(py, value)));
                PyResult::Ok(())
            })
            .unwrap();
            let loaded_as_listed = loaded
                .iter()
                .zip(&expected)
                .all(|(loaded, listed)| same(&loaded.0, &listed.0) && same(&loaded.1, &listed.1));
            assert!(
                loaded_as_listed && loaded.len() == expected.len(),
                "{shape}"
            );
            drop(loaded);

            // Each list has a reference of its own, and all are given back.
            let counts: Vec<_> = expected.iter().map(|item| item.1.refcount()).collect();
            drop((stepped, folded, visited, lent));
            // Neither small ints nor `None`, which others count, too.
            let fresh = expected.iter().zip(counts);
            let fresh = fresh.filter(|(item, _)| shown(&item.1).starts_with("<object"));
            for (item, count) in fresh {
                assert_eq!(item.1.refcount(), count - 4, "{shape}");
            }
        }
    });
}

/// The keys in the order in which they came, as text, and the error, if one ended the loop.
type Course = (Vec<String>, Option<String>);

/// What is done with each key in hand.
type Change<'c> = &'c mut dyn FnMut(&Borrowed<'_, PyAny>);

/// A loop over a dict.
type Walk = fn(&Borrowed<'_, PyDict>, Change<'_>) -> Course;

fn text(key: &Borrowed<'_, PyAny>) -> String {
    match shown(key) {
        text if text.starts_with("<object") => "an object".to_owned(),
        text => text,
    }
}

/// A loop as `DictIter` promises it, by `PyDict_Next`.
fn by_c(dict: &Borrowed<'_, PyDict>, change: Change<'_>) -> Course {
    let (mut keys, size, mut position) = (Vec::new(), dict.len(), 0);
    loop {
        if dict.len() != size {
            return (
                keys,
                Some("dictionary changed size during iteration".to_owned()),
            );
        }
        let (mut key, mut value) = (ptr::null_mut(), ptr::null_mut());
        let next = || {
            // SAFETY: a live dict.
            let found =
                unsafe { ffi::PyDict_Next(dict.as_ptr(), &mut position, &mut key, &mut value) };
            // SAFETY: borrowed from the dict, in which nothing has been changed since.
            (found != 0).then(|| unsafe { Owned::<PyAny>::from_borrowed_ptr(dict.py(), key) })
        };
        let Some(key) = with_critical_section(dict, next) else {
            return (keys, None);
        };
        if keys.len() == size {
            return (
                keys,
                Some("dictionary keys changed during iteration".to_owned()),
            );
        }
        keys.push(text(&key));
        change(&key);
    }
}

fn by_iter(dict: &Borrowed<'_, PyDict>, change: Change<'_>) -> Course {
    let mut keys = Vec::new();
    for item in dict.iter() {
        match item {
            Ok((key, _value)) => {
                keys.push(text(&key));
                change(&key);
            }
            Err(error) => return (keys, Some(pyptr::PyErr::from(error).to_string())),
        }
    }
    (keys, None)
}

fn by_visits(dict: &Borrowed<'_, PyDict>, change: Change<'_>) -> Course {
    let mut keys = Vec::new();
    let visited = dict.try_for_each(|key, _value| {
        keys.push(text(key));
        change(key);
        PyResult::Ok(())
    });
    let error = visited
        .err()
        .map(|error| pyptr::PyErr::from(error).to_string());
    (keys, error)
}

/// Dicts that change while they are iterated over, so that their keys lie elsewhere, or others in the same place.
#[test]
fn dicts_may_change_between_two_steps() {
    attached(|py| {
        let names = prelude(py);
        for shape in SHAPES.iter().filter(|shape| !shape.contains("50000")) {
            for change in CHANGES {
                for at in [1, 0, 4].into_iter().take(times(3)) {
                    let course = |walk: Walk| {
                        let dict = dict(&names, shape);
                        bind(&names, "d", &dict);
                        let mut steps = 0;
                        walk(&dict, &mut |key| {
                            if steps == at {
                                bind(&names, "key", key);
                                exec(&names, change);
                            }
                            steps += 1;
                        })
                    };
                    let expected = course(by_c);
                    let told = format!("{shape}, {change}, at {at}");
                    let found = course(by_iter);
                    assert!(
                        ends_alike(&found, &expected),
                        "{told}: {found:?}, {expected:?}"
                    );
                    let found = course(by_visits);
                    assert!(
                        ends_alike(&found, &expected),
                        "{told}: {found:?}, {expected:?}"
                    );
                }
            }
        }
    });
}

/// The text of an error has its type before it.
fn ends_alike(found: &Course, expected: &Course) -> bool {
    let error = match (&found.1, &expected.1) {
        (Some(found), Some(expected)) => found.ends_with(expected.as_str()),
        (found, expected) => found.is_none() && expected.is_none(),
    };
    error && found.0 == expected.0
}

/// What is in hand stays alive, whatever becomes of the dict.
#[test]
fn an_item_outlives_its_place() {
    attached(|py| {
        for number in [false, true] {
            let dict = PyDict::new(py).unwrap();
            let key = match number {
                true => PyFloat::new(py, 12345.678).unwrap().into_any(),
                false => PyString::new(py, "a key of its own").unwrap().into_any(),
            };
            let value = eval(&namespace(py), "[]");
            dict.set(&key, &value).unwrap();
            let expected = shown(&key);
            drop((key, value));
            let mut steps = 0;
            let course = dict.try_for_each(|key, value| {
                dict.clear();
                steps += 1;
                assert_eq!(key.refcount(), 1);
                assert_eq!(value.refcount(), 1);
                assert_eq!(shown(key), expected);
                PyResult::Ok(())
            });
            assert!(course.is_err());
            assert_eq!(steps, 1);
        }
    });
}

/// What was loaded, as an object.
fn object<'py>(py: Python<'py>, loaded: Loaded<'_, 'py>) -> Owned<'py, PyAny> {
    match loaded {
        Loaded::Str(text) => text.as_any().new_ref(),
        Loaded::Int(int) => PyInt::new(py, int).unwrap().into_any(),
        Loaded::Float(float) => PyFloat::new(py, float).unwrap().into_any(),
        Loaded::Bool(value) => py.bool(value).as_any().new_ref(),
        Loaded::None => py.none().as_any().new_ref(),
        Loaded::Object(object) => object.new_ref(),
    }
}

/// The same object, or an equal scalar.
fn same(left: &Borrowed<'_, PyAny>, right: &Borrowed<'_, PyAny>) -> bool {
    left.is(right)
        || left.cast_exact::<PyInt>().is_ok() && shown(left) == shown(right)
        || left.cast_exact::<PyFloat>().is_ok() && shown(left) == shown(right)
}

#[test]
fn scalars_are_loaded_from_any_kind() {
    attached(|py| {
        let names = namespace(py);
        for (shape, sum) in [
            ("{'%d' % i: i for i in range(1000)}", 499_500),
            ("{i: i for i in range(1000)}", 2 * 499_500),
        ] {
            let mut found = 0;
            dict(&names, shape)
                .for_each_loaded(|key, value| {
                    for loaded in [key, value] {
                        if let Loaded::Int(value) = loaded {
                            found += value;
                        }
                    }
                    PyResult::Ok(())
                })
                .unwrap();
            assert_eq!(found, sum, "{shape}");
        }
    });
}
