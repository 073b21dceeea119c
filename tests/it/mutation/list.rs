//! Lists.

use pyptr::types::{Loaded, PyAny, PyDict, PyFrozenSet, PyList, PySet};
use pyptr::{Owned, PyResult};

use super::{Case, Kind, check};

pub(super) const LISTS: Kind = Kind {
    make: "def make(): return fresh(6)",
    changes: &[
        "items.clear()",
        "items.extend(fresh(30))",
        "items.insert(0, Item())",
        "items.pop()",
        "items.reverse()",
        "items.__setitem__(slice(None), fresh(6))",
        "items.__delitem__(slice(0, 3))",
    ],
};

/// Whoever pops may find the list empty.
fn lenient<R>(result: PyResult<'_, R>) {
    drop(result);
}

#[test]
fn while_it_is_iterated_over() {
    let cases: &[Case<PyList>] = &[
        ("iter, eq", &["eq"], |items, scene| {
            for item in items {
                item.eq(&scene.probe)?;
            }
            Ok(())
        }),
        ("iter, hash and repr", &["hash", "repr"], |items, _| {
            for item in items {
                item.hash()?;
                item.repr()?;
            }
            Ok(())
        }),
        ("iter, nth", &["eq"], |items, scene| {
            let mut rest = items.iter();
            while let Some(item) = rest.nth(1) {
                item.eq(&scene.probe)?;
            }
            Ok(())
        }),
        ("iter, del", &["del"], |items, _| {
            for item in items {
                lenient(items.del(0));
                drop(item);
            }
            Ok(())
        }),
        ("iter, clear", &["del"], |items, _| {
            for item in items {
                items.clear()?;
                drop(item);
            }
            Ok(())
        }),
        ("iter, set", &["del"], |items, scene| {
            for (index, item) in items.iter().enumerate() {
                drop(item);
                lenient(items.set(index, scene.item()));
            }
            Ok(())
        }),
        (
            "for_each_loaded, eq, hash and repr",
            &["eq", "hash", "repr"],
            |items, scene| {
                items.for_each_loaded(|item| {
                    if let Loaded::Object(item) = item {
                        item.eq(&scene.probe)?;
                        item.hash()?;
                        item.repr()?;
                    }
                    Ok(())
                })
            },
        ),
        ("for_each_loaded, clear", &["del"], |items, _| {
            items.for_each_loaded(|item| {
                items.clear()?;
                if let Loaded::Object(item) = item {
                    assert_eq!(item.refcount(), 1);
                }
                Ok(())
            })
        }),
        ("for_each_loaded, set and del", &["del"], |items, scene| {
            let mut index = 0;
            items.for_each_loaded(|_| {
                lenient(items.set(index, scene.item()));
                lenient(items.del(index + 1));
                index += 1;
                Ok(())
            })
        }),
        ("for_each_loaded, nested", &["repr"], |items, _| {
            items.for_each_loaded(|outer| {
                items.for_each_loaded(|item| {
                    lenient(items.del(0));
                    match item {
                        Loaded::Object(item) => item.repr().map(drop),
                        _ => Ok(()),
                    }
                })?;
                match outer {
                    Loaded::Object(outer) => outer.repr().map(drop),
                    _ => Ok(()),
                }
            })
        }),
        (
            "any iterator, eq and repr",
            &["eq", "repr"],
            |items, scene| {
                for item in items.as_any().iter()? {
                    let item = item?;
                    item.eq(&scene.probe)?;
                    item.repr()?;
                }
                Ok(())
            },
        ),
        ("fast sequence, eq", &["eq"], |items, scene| {
            let fast = items.to_fast(c"a list")?;
            for index in 0..100 {
                if let Some(item) = fast.get(index) {
                    item.eq(&scene.probe)?;
                }
            }
            Ok(())
        }),
        ("Vec of what is equal", &["eq"], |items, scene| {
            let all: Vec<Owned<'_, PyAny>> = items.extract()?;
            for item in &all {
                item.eq(&scene.probe)?;
            }
            Ok(())
        }),
        ("a set of the items", &["eq", "hash"], |items, _| {
            PySet::from_iterable(items.py(), items).map(drop)?;
            PyFrozenSet::from_iterable(items.py(), items).map(drop)
        }),
        (
            "a dict of the items",
            &["del", "eq", "hash"],
            |items, scene| {
                let dict = PyDict::new(items.py())?;
                for item in items {
                    dict.insert_owned(item, scene.item())?;
                }
                Ok(())
            },
        ),
    ];
    check(&LISTS, cases);
}

#[test]
fn while_its_items_are_compared() {
    let cases: &[Case<PyList>] = &[
        ("contains", &["eq"], |items, scene| {
            items.contains(&scene.probe).map(drop)
        }),
        ("index", &["eq"], |items, scene| {
            items.index(&scene.probe).map(drop)
        }),
        ("index_of", &["eq"], |items, scene| {
            items.index_of(&scene.probe).map(drop)
        }),
        ("count_of", &["eq"], |items, scene| {
            items.count_of(&scene.probe).map(drop)
        }),
        ("remove", &["eq"], |items, scene| {
            items.call_method1(c"remove", &scene.probe).map(drop)
        }),
        ("sort", &["eq"], |items, _| items.sort()),
        ("eq", &["eq"], |items, scene| {
            items.eq(&scene.other).map(drop)?;
            scene.other.eq(items).map(drop)
        }),
        ("less", &["eq"], |items, scene| {
            let op = pyptr::types::CompareOp::Lt;
            items.compare(&scene.other, op).map(drop)?;
            items.rich_compare(&scene.other, op).map(drop)
        }),
        ("repr", &["repr"], |items, _| items.repr().map(drop)),
        ("str", &["repr"], |items, _| items.str().map(drop)),
        ("ascii", &["repr"], |items, _| items.ascii().map(drop)),
        ("the tuple's hash", &["hash"], |items, _| {
            items.to_tuple()?.hash().map(drop)
        }),
    ];
    check(&LISTS, cases);
}

#[test]
fn while_its_items_are_released() {
    let cases: &[Case<PyList>] = &[
        ("clear", &["del"], |items, _| items.clear()),
        ("set", &["del"], |items, scene| items.set(0, scene.item())),
        ("del", &["del"], |items, _| items.del(2)),
        ("del_at", &["del"], |items, _| items.del_at(-1)),
        ("del_slice", &["del"], |items, _| items.del_slice(1, 4)),
        ("set_slice", &["del"], |items, scene| {
            items.set_slice(1, 4, &scene.other)
        }),
        ("set_item", &["del"], |items, scene| {
            let key = items.py().eval(c"slice(None, None, 2)", None, None)?;
            let three = PyList::from_owned(items.py(), [scene.item(), scene.item(), scene.item()])?;
            items.set_item(&key, &three)
        }),
        ("del_item", &["del"], |items, _| {
            let key = items.py().eval(c"slice(None, None, 2)", None, None)?;
            items.del_item(&key)
        }),
        ("in_place_repeat", &["del"], |items, _| {
            items.in_place_repeat(0).map(drop)
        }),
        ("extend", &["next"], |items, scene| {
            items.extend(&scene.steps())
        }),
        (
            "set_slice of an iterator",
            &["del", "next"],
            |items, scene| items.set_slice(1, 4, &scene.steps()),
        ),
        ("in_place_concat", &["next"], |items, scene| {
            items.in_place_concat(&scene.steps()).map(drop)
        }),
        (
            "append_owned of what is released",
            &["del"],
            |items, scene| {
                items.append_owned(scene.item())?;
                items.get_slice(0, 3)?;
                items.clear()?;
                items.extend(&scene.other)
            },
        ),
        ("swaps", &["del"], |items, scene| {
            // What was put away is released when the list no longer has it.
            for index in 0..items.len() {
                let item = items.get(index)?;
                items.set(index, scene.item())?;
                drop(item);
            }
            Ok(())
        }),
    ];
    check(&LISTS, cases);
}
