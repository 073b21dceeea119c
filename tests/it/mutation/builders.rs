//! Lists, tuples, sets and dicts that are made of the items of a list, or of an iterator, which changes that
//! list meanwhile.

use pyptr::types::{ListBuilder, PyAny, PyDict, PyFrozenSet, PyList, PySet, PyTuple, TupleBuilder};
use pyptr::{Owned, PyResult};

use super::list::LISTS;
use super::{Case, check};

#[test]
fn while_others_are_built_of_it() {
    let cases: &[Case<PyList>] = &[
        ("a list builder", &["eq", "repr"], |items, scene| {
            let mut list = ListBuilder::with_capacity(items.py(), items.len())?;
            for item in items {
                item.eq(&scene.probe)?;
                item.repr()?;
                list.push(item)?;
            }
            list.finish().repr().map(drop)
        }),
        ("a tuple builder", &["eq"], |items, scene| {
            let mut tuple = TupleBuilder::with_len(items.py(), items.len())?;
            for item in items {
                item.eq(&scene.probe)?;
                // Beyond the length it is released.
                tuple.push(item);
            }
            tuple.finish().map(drop)
        }),
        ("try_from_fn", &["eq", "repr"], |items, scene| {
            let next = |index| {
                let item = items.get(index)?;
                item.eq(&scene.probe)?;
                item.repr()?;
                Ok(item)
            };
            PyList::try_from_fn(items.py(), items.len(), next).map(drop)?;
            PyTuple::try_from_fn(items.py(), items.len(), next).map(drop)
        }),
        ("from_iter_owned", &["repr"], |items, _| {
            let shown = || items.iter().filter(|item| item.repr().is_ok());
            PyList::from_iter_owned(items.py(), shown())?.repr()?;
            PyTuple::from_iter_owned(items.py(), shown())?.repr()?;
            Ok(())
        }),
    ];
    check(&LISTS, cases);
}

#[test]
fn while_others_are_built_of_an_iterator() {
    let cases: &[Case<PyList>] = &[
        ("to_list", &["next"], |_, scene| {
            scene.steps().to_list().map(drop)
        }),
        ("to_tuple", &["next"], |_, scene| {
            scene.steps().to_tuple().map(drop)
        }),
        ("Vec", &["next"], |_, scene| {
            let all: PyResult<'_, Vec<Owned<'_, PyAny>>> = scene.steps().extract();
            all.map(drop)
        }),
        ("sets", &["eq", "hash", "next"], |items, scene| {
            PySet::from_iterable(items.py(), &scene.steps()).map(drop)?;
            PyFrozenSet::from_iterable(items.py(), &scene.steps()).map(drop)
        }),
        ("the list itself", &["next", "repr"], |items, scene| {
            for item in scene.steps().iter()? {
                let item = item?;
                item.repr()?;
                items.append_owned(item)?;
            }
            Ok(())
        }),
        ("a dict", &["eq", "hash", "next"], |items, scene| {
            let dict = PyDict::new(items.py())?;
            for item in scene.steps().iter()? {
                dict.insert_owned(item?, scene.item())?;
            }
            Ok(())
        }),
    ];
    check(&LISTS, cases);
}
