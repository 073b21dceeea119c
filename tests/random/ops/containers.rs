//! Lists, tuples, dicts, sets and iterators.

use pyptr::types::*;
use pyptr::{Borrowed, Owned, PyResult, Python, Raised};

use super::any::{is_endless, keep_loaded};
use super::make;
use crate::world::{Held, World};

type Operands = [u8; 3];

/// Containers that grow without end make programs slow.
const LONG: usize = 64;

fn list<'w, 'py>(world: &'w World<'py>, which: u8) -> Held<'w, 'py, PyList> {
    world.of(which, |py| {
        PyList::from_owned(
            py,
            [
                make::int(py, which).into_any(),
                make::string(py, which).into_any(),
            ],
        )
        .unwrap()
    })
}

fn tuple<'w, 'py>(world: &'w World<'py>, which: u8) -> Held<'w, 'py, PyTuple> {
    world.of(which, |py| {
        PyTuple::from_owned(
            py,
            [
                make::int(py, which).into_any(),
                make::string(py, which).into_any(),
            ],
        )
        .unwrap()
    })
}

fn dict<'w, 'py>(world: &'w World<'py>, which: u8) -> Held<'w, 'py, PyDict> {
    world.of(which, |py| {
        let dict = PyDict::new(py).unwrap();
        for number in 0..which % 12 {
            dict.set(&make::string(py, number), &make::int(py, number))
                .unwrap();
        }
        dict
    })
}

fn set<'w, 'py>(world: &'w World<'py>, which: u8) -> Held<'w, 'py, PySet> {
    world.of(which, |py| {
        let set = PySet::new(py).unwrap();
        set.add(&make::string(py, which)).unwrap();
        set
    })
}

pub fn list_append(world: &World<'_>, [a, b, _]: Operands) {
    let (list, item) = (list(world, a), world.any(b));
    if list.len() < LONG {
        list.append(&item).unwrap();
    }
}

pub fn list_append_owned(world: &World<'_>, [a, b, _]: Operands) {
    let (list, item) = (list(world, a), world.any(b).into_owned());
    if list.len() < LONG {
        list.append_owned(item).unwrap();
    }
}

pub fn list_get(world: &World<'_>, [a, b, _]: Operands) {
    world.keep_result(list(world, a).get(usize::from(b % 4)));
}

pub fn list_set(world: &World<'_>, [a, b, c]: Operands) {
    let (list, item) = (list(world, a), world.any(b).into_owned());
    let _ = list.set(usize::from(c % 4), item);
}

pub fn list_insert(world: &World<'_>, [a, b, c]: Operands) {
    let (list, item) = (list(world, a), world.any(b));
    if list.len() < LONG {
        list.insert(usize::from(c % 4), &item).unwrap();
    }
}

pub fn list_del(world: &World<'_>, [a, b, _]: Operands) {
    let _ = list(world, a).del(usize::from(b % 4));
}

pub fn list_extend(world: &World<'_>, [a, b, _]: Operands) {
    let (list, items) = (list(world, a), world.any(b));
    if list.len() < LONG && !is_endless(&items) {
        let _ = list.extend(&items);
    }
}

pub fn list_slice(world: &World<'_>, [a, b, c]: Operands) {
    let slice = list(world, a).get_slice(usize::from(b % 4), usize::from(c % 6));
    world.keep_result(slice);
}

pub fn list_set_slice(world: &World<'_>, [a, b, c]: Operands) {
    let (list, items) = (list(world, a), world.any(b));
    let (low, high) = (usize::from(c % 3), usize::from(c % 7));
    if list.len() < LONG && !is_endless(&items) {
        let _ = match c % 4 {
            0 => list.del_slice(low, high),
            _ => list.set_slice(low, high, &items),
        };
    }
}

pub fn list_sort(world: &World<'_>, [a, ..]: Operands) {
    let _ = list(world, a).sort();
}

pub fn list_reverse(world: &World<'_>, [a, ..]: Operands) {
    list(world, a).reverse().unwrap();
}

pub fn list_clear(world: &World<'_>, [a, ..]: Operands) {
    list(world, a).clear().unwrap();
}

pub fn list_index(world: &World<'_>, [a, b, _]: Operands) {
    let (list, item) = (list(world, a), world.any(b));
    let _ = list.index(&item);
    world.keep_result(list.to_tuple());
}

pub fn list_iterate(world: &World<'_>, [a, b, _]: Operands) {
    for item in list(world, a).iter().take(usize::from(b % 8)) {
        world.keep(item);
        world.step();
    }
}

pub fn list_loaded(world: &World<'_>, [a, b, _]: Operands) {
    let mut left = b % 8;
    let ended = list(world, a).for_each_loaded(|item| {
        world.step();
        keep_loaded(world, item);
        left = left.checked_sub(1).ok_or(())?;
        Ok(())
    });
    let _: Result<(), ()> = ended;
}

/// Python code runs between the items, and the builder may be abandoned.
pub fn list_build(world: &World<'_>, [a, b, c]: Operands) {
    let mut builder = ListBuilder::with_capacity(world.py, usize::from(a % 5)).unwrap();
    for number in 0..b % 6 {
        builder.push(world.any(number ^ c).new_ref()).unwrap();
        world.step();
    }
    match c % 4 {
        0 => drop(builder),
        _ => world.keep(builder.finish()),
    }
}

pub fn list_from_fn(world: &World<'_>, [a, b, c]: Operands) {
    let item = |index: usize| {
        world.step();
        match index == usize::from(c % 8) {
            true => Err(world
                .py
                .raise::<pyptr::error::PyValueError>("text of the end")),
            false => Ok(world.any(a ^ index as u8).new_ref()),
        }
    };
    let count = usize::from(b % 6);
    match c % 2 {
        0 => world.keep_result(PyList::try_from_fn(world.py, count, item)),
        _ => world.keep_result(PyTuple::try_from_fn(world.py, count, item)),
    }
}

pub fn tuple_get(world: &World<'_>, [a, b, _]: Operands) {
    let tuple = tuple(world, a);
    if let Some(item) = tuple.get(usize::from(b % 3)) {
        world.step();
        world.keep(item.new_ref());
    }
}

pub fn tuple_slice(world: &World<'_>, [a, b, c]: Operands) {
    let slice = tuple(world, a).get_slice(usize::from(b % 3), usize::from(c % 4));
    world.keep_result(slice);
}

pub fn tuple_index(world: &World<'_>, [a, b, _]: Operands) {
    let (tuple, item) = (tuple(world, a), world.any(b));
    let _ = tuple.index(&item);
}

pub fn tuple_iterate(world: &World<'_>, [a, ..]: Operands) {
    for item in tuple(world, a).iter().take(8) {
        world.step();
        world.keep(item.new_ref());
    }
}

pub fn tuple_unpack(world: &World<'_>, [a, ..]: Operands) {
    let tuple = tuple(world, a);
    if let Ok([first, second, third]) = tuple.unpack::<3>(Some("unpack"), 1) {
        world.step();
        for item in [first, second, third].into_iter().flatten() {
            world.keep(item.new_ref());
        }
    }
}

pub fn tuple_build(world: &World<'_>, [a, b, c]: Operands) {
    let length = usize::from(a % 4);
    let mut builder = TupleBuilder::with_len(world.py, length).unwrap();
    for number in 0..b % 4 {
        if usize::from(number) < length {
            builder.push(world.any(number ^ c).new_ref());
            world.step();
        }
    }
    match c % 4 {
        0 => drop(builder),
        _ => world.keep_result(builder.finish()),
    }
}

pub fn dict_set(world: &World<'_>, [a, b, c]: Operands) {
    let (dict, key, value) = (dict(world, a), world.any(b), world.any(c));
    let _ = dict.set(&key, &value);
}

pub fn dict_insert(world: &World<'_>, [a, b, c]: Operands) {
    let (dict, key) = (dict(world, a), world.any(b).new_ref());
    let value = world.any(c).into_owned();
    let _ = dict.insert_owned(key, value);
}

fn keep_some<'py>(world: &World<'py>, found: PyResult<'py, Option<Owned<'py, PyAny>>>) {
    if let Ok(Some(found)) = found {
        world.keep(found);
    }
}

pub fn dict_get(world: &World<'_>, [a, b, _]: Operands) {
    let (dict, key) = (dict(world, a), world.any(b));
    keep_some(world, dict.get(&key));
    let _ = Borrowed::<PyDict>::contains(&dict, &key);
}

pub fn dict_get_str(world: &World<'_>, [a, b, c]: Operands) {
    let dict = dict(world, a);
    let key = make::string(world.py, b).to_rust_string().unwrap();
    match c % 4 {
        0 => keep_some(world, dict.get_str(&key)),
        1 => keep_some(world, dict.pop_str(&key)),
        2 => drop(dict.del_str(&key)),
        _ => drop(dict.contains_str(&key)),
    }
}

pub fn dict_del(world: &World<'_>, [a, b, _]: Operands) {
    let (dict, key) = (dict(world, a), world.any(b));
    let _ = dict.del(&key);
}

pub fn dict_pop(world: &World<'_>, [a, b, _]: Operands) {
    let (dict, key) = (dict(world, a), world.any(b));
    keep_some(world, dict.pop(&key));
}

pub fn dict_setdefault(world: &World<'_>, [a, b, c]: Operands) {
    let (dict, key, value) = (dict(world, a), world.any(b), world.any(c));
    world.keep_result(dict.setdefault(&key, &value));
}

pub fn dict_copy(world: &World<'_>, [a, ..]: Operands) {
    world.keep_result(dict(world, a).copy());
}

pub fn dict_update(world: &World<'_>, [a, b, _]: Operands) {
    let (dict, other) = (dict(world, a), world.any(b));
    if !is_endless(&other) {
        let _ = dict.update(&other);
    }
}

pub fn dict_merge(world: &World<'_>, [a, b, c]: Operands) {
    let (dict, other) = (dict(world, a), world.any(b));
    if !is_endless(&other) {
        let _ = match c % 2 {
            0 => dict.merge(&other, c % 4 == 0),
            _ => dict.merge_pairs(&other, c % 4 == 1),
        };
    }
}

pub fn dict_lists(world: &World<'_>, [a, b, _]: Operands) {
    let dict = dict(world, a);
    let lists = match b % 3 {
        0 => Borrowed::<PyDict>::keys(&dict),
        1 => Borrowed::<PyDict>::values(&dict),
        _ => Borrowed::<PyDict>::items(&dict),
    };
    world.keep_result(lists);
}

/// Other code runs while the loop lends its items.
pub fn dict_for_each(world: &World<'_>, [a, b, _]: Operands) {
    let mut left = b % 40;
    let dict = dict(world, a);
    let result: Result<(), Raised<'_>> = dict.try_for_each(|key, value| {
        world.step();
        if left % 7 == 3 {
            world.keep(key.new_ref());
            world.keep(value.new_ref());
        }
        left = left
            .checked_sub(1)
            .ok_or_else(|| world.py.raise::<pyptr::error::PyValueError>("enough"))?;
        Ok(())
    });
    drop(result);
}

pub fn dict_iterate(world: &World<'_>, [a, b, _]: Operands) {
    for item in dict(world, a).iter().take(usize::from(b % 8)) {
        let Ok((key, value)) = item else { break };
        world.step();
        world.keep(key);
        world.keep(value);
    }
}

pub fn dict_loaded(world: &World<'_>, [a, b, _]: Operands) {
    let mut left = b % 8;
    let ended = dict(world, a).for_each_loaded(|key, value| {
        world.step();
        keep_loaded(world, key);
        world.step();
        keep_loaded(world, value);
        left = left
            .checked_sub(1)
            .ok_or_else(|| world.py.raise::<pyptr::error::PyValueError>("enough"))?;
        Ok(())
    });
    let _: Result<(), Raised<'_>> = ended;
}

pub fn dict_clear(world: &World<'_>, [a, ..]: Operands) {
    dict(world, a).clear();
}

pub fn set_add(world: &World<'_>, [a, b, _]: Operands) {
    let (set, item) = (set(world, a), world.any(b));
    let _ = set.add(&item);
}

pub fn set_discard(world: &World<'_>, [a, b, _]: Operands) {
    let (set, item) = (set(world, a), world.any(b));
    let _ = set.discard(&item);
}

pub fn set_pop(world: &World<'_>, [a, ..]: Operands) {
    world.keep_result(set(world, a).pop());
}

pub fn set_contains(world: &World<'_>, [a, b, _]: Operands) {
    let (set, item) = (set(world, a), world.any(b));
    let _ = set.as_base().contains(&item);
}

pub fn set_from(world: &World<'_>, [a, ..]: Operands) {
    let items = world.any(a);
    if !is_endless(&items) {
        world.keep_result(PySet::from_iterable(world.py, &items));
    }
}

pub fn set_clear(world: &World<'_>, [a, ..]: Operands) {
    set(world, a).clear().unwrap();
}

pub fn iterator_next(world: &World<'_>, [a, b, _]: Operands) {
    let iterator = world.of::<PyIterator>(a, |py: Python<'_>| {
        let list = PyList::from_owned(py, [make::int(py, b).into_any()]).unwrap();
        list.as_any().iter().unwrap()
    });
    keep_some(world, iterator.next_item());
}
