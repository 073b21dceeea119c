//! Dicts.

use pyptr::types::{Loaded, PyAny, PyDict, PyList};
use pyptr::{Owned, PyResult};

use super::{Case, Kind, check};

const MAKE: &str = "def make(): return {Item(): Item() for _ in range(6)}";

const DICTS: Kind = Kind {
    make: MAKE,
    changes: &[
        "items.clear()",
        "items.update({Item(): Item() for _ in range(30)})",
        "items.popitem()",
        "items.pop(next(iter(items)))",
        "[items.__setitem__(key, Item()) for key in list(items)]",
        "[items.clear(), items.update({Item(): Item() for _ in range(6)})]",
        // From a table of any keys to one of str keys, and back.
        "[items.clear(), items.update(a=Item(), b=Item())]",
    ],
};

/// How a dict may change while something is looked up in it. CPython 3.11 and 3.12 do not see that the table is one
/// of str keys after a `clear`, put a key of another type into it, and read beyond that: from plain Python
/// code, too.
const LOOKED_THROUGH: Kind = if cfg!(all(Py_3_11, not(Py_3_13))) {
    Kind {
        make: MAKE,
        changes: &[
            "items.update({Item(): Item() for _ in range(30)})",
            "items.popitem()",
            "items.pop(next(iter(items)))",
            "[items.__setitem__(key, Item()) for key in list(items)]",
        ],
    }
} else {
    DICTS
};

#[test]
fn while_it_is_iterated_over() {
    let cases: &[Case<PyDict>] = &[
        ("iter, eq", &["eq"], |items, scene| {
            for item in items {
                let (key, value) = item?;
                key.eq(&scene.probe)?;
                value.eq(&scene.probe)?;
            }
            Ok(())
        }),
        ("iter, hash and repr", &["hash", "repr"], |items, _| {
            for item in items {
                let (key, value) = item?;
                key.hash()?;
                value.repr()?;
            }
            Ok(())
        }),
        ("iter, del", &["del", "hash"], |items, _| {
            for item in items {
                items.del(&item?.0)?;
            }
            Ok(())
        }),
        ("iter, clear", &["del"], |items, _| {
            for item in items {
                items.clear();
                item?;
            }
            Ok(())
        }),
        (
            "for_each_loaded, eq, hash and repr",
            &["eq", "hash", "repr"],
            |items, scene| {
                items.for_each_loaded(|key, value| {
                    if let (Loaded::Object(key), Loaded::Object(value)) = (key, value) {
                        value.repr()?;
                        key.hash()?;
                        value.eq(&scene.probe)?;
                        value.type_of();
                        key.repr()?;
                    }
                    Ok(())
                })
            },
        ),
        ("for_each_loaded, clear", &["del"], |items, _| {
            items.for_each_loaded(|key, value| {
                items.clear();
                if let (Loaded::Object(key), Loaded::Object(value)) = (key, value) {
                    assert_eq!((key.refcount(), value.refcount()), (1, 1));
                }
                Ok(())
            })
        }),
        ("for_each_loaded, nested", &["del", "repr"], |items, _| {
            items.for_each_loaded(|_, outer| {
                let inner: PyResult<'_, ()> = items.for_each_loaded(|key, value| {
                    items.clear();
                    if let (Loaded::Object(key), Loaded::Object(value)) = (key, value) {
                        value.repr()?;
                        key.repr()?;
                    }
                    Ok(())
                });
                // An exception must not be set while more code runs.
                drop(inner);
                if let Loaded::Object(outer) = outer {
                    outer.repr()?;
                }
                Ok(())
            })
        }),
        ("the iterators of views", &["eq", "repr"], |items, scene| {
            for view in [items.keys()?, items.values()?, items.items()?] {
                for item in &*view {
                    item.eq(&scene.probe)?;
                    item.repr()?;
                }
            }
            for item in items.as_any().iter()? {
                item?.repr()?;
            }
            Ok(())
        }),
        ("Vec of pairs", &["repr"], |items, _| {
            let pairs: Vec<(Owned<'_, PyAny>, Owned<'_, PyAny>)> = items.items()?.extract()?;
            for (key, value) in &pairs {
                key.repr()?;
                value.repr()?;
            }
            Ok(())
        }),
    ];
    check(&DICTS, cases);
}

#[test]
fn while_it_is_looked_through() {
    let cases: &[Case<PyDict>] = &[
        ("iter, set", &["del", "eq", "hash"], |items, scene| {
            for item in items {
                let (key, value) = item?;
                drop(value);
                items.set(&key, &scene.item())?;
            }
            Ok(())
        }),
        ("get", &["eq", "hash"], |items, scene| {
            items.get(&scene.probe).map(drop)
        }),
        ("contains", &["eq", "hash"], |items, scene| {
            items.contains(&scene.probe).map(drop)
        }),
        ("get_item_opt", &["eq", "hash"], |items, scene| {
            items.get_item_opt(&scene.probe).map(drop)
        }),
        ("set", &["del", "eq", "hash"], |items, scene| {
            items.set(&scene.probe, &scene.item())
        }),
        ("insert_owned", &["del", "eq", "hash"], |items, scene| {
            items.insert_owned(scene.item(), scene.item())
        }),
        ("setdefault", &["del", "eq", "hash"], |items, scene| {
            items.setdefault(&scene.probe, &scene.item()).map(drop)
        }),
        ("pop", &["del", "eq", "hash"], |items, scene| {
            items.pop(&scene.probe).map(drop)
        }),
        ("del", &["del", "eq", "hash"], |items, scene| {
            items.del(&scene.probe)
        }),
        ("eq", &["eq"], |items, scene| {
            items.eq(&scene.other).map(drop)?;
            scene.other.eq(items).map(drop)
        }),
    ];
    check(&LOOKED_THROUGH, cases);
}

#[test]
fn while_it_is_merged() {
    let cases: &[Case<PyDict>] = &[
        ("update from it", &["eq"], |items, scene| {
            let other = scene.other.to_owned().cast_into::<PyDict>()?;
            other.update(items)
        }),
        ("update to it", &["del", "eq"], |items, scene| {
            items.update(&scene.other)
        }),
        ("merge", &["eq"], |items, scene| {
            items.merge(&scene.other, false)
        }),
        ("merge_pairs", &["del", "eq", "hash"], |items, scene| {
            let pairs: Owned<'_, PyList> = scene.other.items()?;
            items.merge_pairs(&pairs, true)
        }),
        (
            "merge_pairs of an iterator",
            &["del", "eq", "hash", "next"],
            |items, scene| {
                let zip = items.py().eval(c"zip", None, None)?;
                let pairs = zip.call([&scene.steps(), &scene.steps()])?;
                items.merge_pairs(&pairs, true)
            },
        ),
    ];
    check(&LOOKED_THROUGH, cases);
}

#[test]
fn while_its_items_are_shown_or_released() {
    let cases: &[Case<PyDict>] = &[
        ("repr", &["repr"], |items, _| items.repr().map(drop)),
        ("str", &["repr"], |items, _| items.str().map(drop)),
        ("clear", &["del"], |items, _| {
            items.clear();
            Ok(())
        }),
        ("copy", &["del", "repr"], |items, _| {
            let copy = items.copy()?;
            copy.repr()?;
            items.clear();
            Ok(())
        }),
    ];
    check(&DICTS, cases);
}
