//! Sets.

use pyptr::types::{Loaded, PyFrozenSet, PyList, PySet};

use super::{Case, Kind, check};

const SETS: Kind = Kind {
    make: "def make(): return {Item() for _ in range(6)}",
    changes: &[
        "items.clear()",
        "items.update(fresh(30))",
        "items.pop()",
        "[items.clear(), items.update(fresh(6))]",
    ],
};

#[test]
fn while_it_is_used() {
    let cases: &[Case<PySet>] = &[
        ("contains", &["eq", "hash"], |items, scene| {
            items.contains(&scene.probe).map(drop)
        }),
        ("add", &["eq", "hash"], |items, scene| {
            items.add(&scene.probe)
        }),
        ("discard", &["del", "eq", "hash"], |items, scene| {
            items.discard(&scene.probe).map(drop)
        }),
        ("pop", &["del"], |items, _| items.pop().map(drop)),
        ("clear", &["del"], |items, _| items.clear()),
        ("repr", &["repr"], |items, _| items.repr().map(drop)),
        ("iter, eq and repr", &["eq", "repr"], |items, scene| {
            for item in items.iter()? {
                let item = item?;
                item.eq(&scene.probe)?;
                item.repr()?;
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
        (
            "for_each_loaded, pop and add",
            &["eq", "hash"],
            |items, scene| {
                items.for_each_loaded(|item| {
                    items.pop()?;
                    items.add(&scene.item())?;
                    match item {
                        Loaded::Object(item) => item.hash().map(drop),
                        _ => Ok(()),
                    }
                })
            },
        ),
        ("sets of it", &["eq", "repr"], |items, scene| {
            let set = PySet::from_iterable(items.py(), items)?;
            set.in_place_or(&scene.other)?.repr()?;
            let set = PyFrozenSet::from_iterable(items.py(), items)?;
            set.or(&scene.other)?.repr().map(drop)
        }),
        ("a list of it", &["repr"], |items, _| {
            let list = PyList::empty(items.py())?;
            list.extend(items)?;
            list.repr().map(drop)
        }),
        ("eq", &["eq"], |items, scene| {
            items.eq(&scene.other).map(drop)
        }),
        ("operators", &["eq"], |items, scene| {
            items.or(&scene.other).map(drop)?;
            items.and(&scene.other).map(drop)?;
            items.sub(&scene.other).map(drop)?;
            items.xor(&scene.other).map(drop)
        }),
        ("operators in place", &["del", "eq"], |items, scene| {
            items.in_place_or(&scene.other).map(drop)?;
            items.in_place_sub(&scene.other).map(drop)
        }),
    ];
    check(&SETS, cases);
}
