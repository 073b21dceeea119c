//! What works on any object.

use std::collections::HashMap;

use pyptr::error::{PyBaseException, PyKeyError, PyTypeError, PyValueError};
use pyptr::types::*;
use pyptr::{Borrowed, IntoPyObject, Owned, PyErr, PyResult};

use super::make;
use crate::world::World;

type Operands = [u8; 3];

/// A value that is none of the program's objects; a failure is one of its outcomes.
fn ignore<T>(result: PyResult<'_, T>) {
    let _ = result;
}

pub fn attribute(world: &World<'_>, [a, b, _]: Operands) {
    let object = world.any(a);
    match b % 4 {
        0 => world.keep_result(object.getattr(c"item")),
        1 => {
            if let Ok(Some(found)) = object.getattr_opt(c"item") {
                world.keep(found);
            }
        }
        2 => ignore(object.hasattr(c"missing")),
        _ => world.keep_result(object.getattr(pyptr::intern!(world.py, "item"))),
    }
}

pub fn set_attribute(world: &World<'_>, [a, b, c]: Operands) {
    let (object, value) = (world.any(a), world.any(b));
    // The attributes of a class are nothing that `check.rs` looks at.
    if object.cast::<PyType>().is_ok() {
        return;
    }
    match c % 4 {
        0 => ignore(object.delattr(c"item")),
        _ => ignore(object.setattr(c"item", &value)),
    }
}

const ALL: [CompareOp; 6] = [
    CompareOp::Lt,
    CompareOp::Le,
    CompareOp::Eq,
    CompareOp::Ne,
    CompareOp::Gt,
    CompareOp::Ge,
];

pub fn compare(world: &World<'_>, [a, b, c]: Operands) {
    let (left, right) = (world.any(a), world.any(b));
    let op = ALL[usize::from(c) % 6];
    match c % 3 {
        0 => ignore(left.eq(&right)),
        1 => ignore(left.compare(&right, op)),
        _ => ignore(left.rich_compare(&right, op)),
    }
}

pub fn hash(world: &World<'_>, [a, ..]: Operands) {
    ignore(world.any(a).hash());
}

pub fn truth(world: &World<'_>, [a, ..]: Operands) {
    ignore(world.any(a).is_truthy());
}

pub fn length(world: &World<'_>, [a, ..]: Operands) {
    let object = world.any(a);
    ignore(Borrowed::<PyAny>::len(&object));
    ignore(object.length_hint(1));
}

pub fn call(world: &World<'_>, [a, b, c]: Operands) {
    let (function, argument) = (world.any(a), world.any(b));
    match c % 4 {
        0 => world.keep_result(function.call0()),
        1 => world.keep_result(function.call1(&argument)),
        2 => world.keep_result(function.call([&*argument, &*argument])),
        _ => {
            let arguments = PyTuple::from_owned(world.py, [argument.new_ref()]).unwrap();
            world.keep_result(function.call_kwargs(&arguments, None));
        }
    }
}

pub fn call_names(world: &World<'_>, [a, b, c]: Operands) {
    let (function, argument) = (world.any(a), world.any(b));
    let name = PyString::intern(world.py, c"item").unwrap();
    match c % 2 {
        0 => {
            let names = PyTuple::from_owned(world.py, [name.into_any()]).unwrap();
            world.keep_result(function.call_kw([&*argument], &names, [&*argument]));
        }
        _ => {
            let names = PyDict::new(world.py).unwrap();
            names.set(&name, &argument).unwrap();
            let none = PyTuple::empty(world.py);
            world.keep_result(function.call_kwargs(&none, Some(&names)));
        }
    }
}

pub fn call_method(world: &World<'_>, [a, b, c]: Operands) {
    let (object, argument) = (world.any(a), world.any(b));
    match c % 4 {
        0 => world.keep_result(object.call_method0(c"copy")),
        1 => world.keep_result(object.call_method1(c"append", &argument)),
        2 => world.keep_result(object.call_method(c"get", [&*argument, &*argument])),
        _ => world.keep_result(object.call_method0(c"__iter__")),
    }
}

pub fn call_slice(world: &World<'_>, [a, b, c]: Operands) {
    let (function, first, second) = (world.any(a), world.any(b), world.any(c));
    let arguments: Vec<&Borrowed<'_, PyAny>> = vec![&first; usize::from(c % 12)];
    world.keep_result(function.call_slice(&arguments));
    drop(second);
}

pub fn item(world: &World<'_>, [a, b, c]: Operands) {
    let (object, key) = (world.any(a), world.any(b));
    match c % 4 {
        0 => world.keep_result(object.get_item(&key)),
        1 => world.keep_result(object.get_at(isize::from(c as i8 % 3))),
        2 => {
            if let Ok(Some(found)) = object.get_item_opt(&key) {
                world.keep(found);
            }
        }
        _ => world.keep_result(Borrowed::<PyAny>::get_slice(&object, 0, 2)),
    }
}

pub fn set_item(world: &World<'_>, [a, b, c]: Operands) {
    let (object, key, value) = (world.any(a), world.any(b), world.any(c));
    match c % 3 {
        0 => ignore(object.set_item(&key, &value)),
        1 => ignore(object.set_at(0, &value)),
        _ if is_endless(&value) => {}
        _ => ignore(Borrowed::<PyAny>::set_slice(&object, 0, 1, &value)),
    }
}

pub fn del_item(world: &World<'_>, [a, b, c]: Operands) {
    let (object, key) = (world.any(a), world.any(b));
    match c % 3 {
        0 => ignore(object.del_item(&key)),
        1 => ignore(object.del_at(0)),
        _ => ignore(Borrowed::<PyAny>::del_slice(&object, 0, 1)),
    }
}

pub fn contains(world: &World<'_>, [a, b, c]: Operands) {
    let (object, item) = (world.any(a), world.any(b));
    match c % 3 {
        0 => ignore(Borrowed::<PyAny>::contains(&object, &item)),
        1 => ignore(object.count_of(&item)),
        _ => ignore(object.index_of(&item)),
    }
}

pub fn iterate(world: &World<'_>, [a, b, _]: Operands) {
    let object = world.any(a);
    let Ok(iterator) = Borrowed::<PyAny>::iter(&object) else {
        return;
    };
    match b % 2 {
        0 => world.keep(iterator),
        // Not to the end: a program may make an endless one.
        _ => {
            for item in iterator.take(usize::from(b % 6)) {
                world.keep_result(item);
            }
        }
    }
}

pub fn text(world: &World<'_>, [a, b, _]: Operands) {
    let object = world.any(a);
    match b % 2 {
        0 => ignore(object.str()),
        _ => ignore(object.ascii()),
    }
}

pub fn repr(world: &World<'_>, [a, ..]: Operands) {
    ignore(world.any(a).repr());
}

pub fn concat(world: &World<'_>, [a, b, c]: Operands) {
    let (left, right) = (world.any(a), world.any(b));
    if is_endless(&right) {
        return;
    }
    match c % 2 {
        0 => world.keep_result(Borrowed::<PyAny>::concat(&left, &right)),
        _ => world.keep_result(left.in_place_concat(&right)),
    }
}

pub fn repeat(world: &World<'_>, [a, b, _]: Operands) {
    let object = world.any(a);
    // What is already long does not double again and again.
    if Borrowed::<PyAny>::len(&object).is_ok_and(|len| len < 20) {
        world.keep_result(object.repeat(isize::from(b as i8 % 3)));
    }
}

pub fn fast(world: &World<'_>, [a, b, _]: Operands) {
    let object = world.any(a);
    if is_endless(&object) {
        return;
    }
    if let Ok(sequence) = object.to_fast(c"not iterable") {
        if let Some(item) = sequence.get(usize::from(b % 4)) {
            world.keep(item);
        }
    }
}

/// Keeps what was loaded, if it is an object.
pub fn keep_loaded<'py>(world: &World<'py>, loaded: Loaded<'_, 'py>) {
    match loaded {
        Loaded::Str(text) => world.keep(text.to_owned()),
        Loaded::Object(object) => world.keep(object.to_owned()),
        _ => {}
    }
}

pub fn load(world: &World<'_>, [a, ..]: Operands) {
    let object = world.any(a);
    let loaded = object.load();
    world.step();
    keep_loaded(world, loaded);
}

pub fn keys(world: &World<'_>, [a, b, _]: Operands) {
    let object = world.any(a);
    match b % 3 {
        0 => world.keep_result(Borrowed::<PyAny>::keys(&object)),
        1 => world.keep_result(Borrowed::<PyAny>::values(&object)),
        _ => world.keep_result(Borrowed::<PyAny>::items(&object)),
    }
}

pub fn is_instance(world: &World<'_>, [a, b, _]: Operands) {
    let (object, class) = (world.any(a), world.any(b));
    ignore(object.is_instance(&class));
    ignore(object.is_subclass(&class));
}

pub fn to_list(world: &World<'_>, [a, ..]: Operands) {
    let object = world.any(a);
    if !is_endless(&object) {
        world.keep_result(object.to_list());
    }
}

pub fn to_tuple(world: &World<'_>, [a, ..]: Operands) {
    let object = world.any(a);
    if !is_endless(&object) {
        world.keep_result(Borrowed::<PyAny>::to_tuple(&object));
    }
}

fn hook<'py>(world: &World<'py>, name: &std::ffi::CStr) -> Owned<'py, PyAny> {
    let hooks = world.py.import(c"hooks").unwrap();
    hooks.getattr(name).unwrap()
}

/// Functions made by `module!`.
pub fn exported(world: &World<'_>, [a, b, c]: Operands) {
    let (first, second) = (world.any(a), world.any(b));
    let pair = || PyTuple::from_owned(world.py, [first.new_ref(), second.new_ref()]).unwrap();
    match c % 7 {
        0 => world.keep_result(hook(world, c"lend").call1(&first)),
        1 => world.keep_result(hook(world, c"lend").call([&*first, &*second])),
        2 => world.keep_result(hook(world, c"give").call1(&first)),
        3 => ignore(hook(world, c"text").call1(&first)),
        4 => world.keep_result(hook(world, c"many").call1(&pair())),
        5 => world.keep_result(hook(world, c"pair").call1(&pair())),
        _ => world.keep_result(hook(world, c"fail").call1(&first)),
    }
}

pub fn exported_names(world: &World<'_>, [a, b, c]: Operands) {
    let (first, second) = (world.any(a), world.any(b));
    let name = |name| {
        PyTuple::from_owned(
            world.py,
            [PyString::intern(world.py, name).unwrap().into_any()],
        )
    };
    match c % 3 {
        0 => {
            let names = name(c"other").unwrap();
            world.keep_result(hook(world, c"lend").call_kw([&*first], &names, [&*second]));
        }
        1 => {
            let (names, times) = (name(c"times").unwrap(), PyInt::new(world.py, 1).unwrap());
            world.keep_result(hook(world, c"give").call_kw([&*first], &names, [&times]));
        }
        _ => {
            let names = name(c"bytes").unwrap();
            ignore(hook(world, c"text").call_kw([&*first], &names, [&*second]));
        }
    }
}

pub fn raise(world: &World<'_>, [a, b, _]: Operands) {
    let raised = world.py.raise::<PyValueError>("text of an error");
    match a % 4 {
        0 => drop(raised),
        1 => match raised.catch::<PyKeyError>() {
            Ok(_) => panic!("a ValueError"),
            Err(raised) => world.keep(raised.into_exception()),
        },
        2 => {
            assert!(raised.is::<PyValueError>() && !raised.is::<PyTypeError>());
            ignore::<()>(Err(PyErr::from(raised).raise(world.py)));
        }
        _ => {
            let error = PyErr::from(raised);
            let second = error.clone_ref(world.py);
            drop(error);
            // Runs while an exception is in a value, not set.
            drop(world.any(b).str());
            world.keep(second.into_exception(world.py));
        }
    }
}

pub fn chain(world: &World<'_>, [a, ..]: Operands) {
    let raised = world.py.raise::<PyValueError>("text of a cause");
    let raised = match a % 2 {
        0 => raised.chain::<PyTypeError>("text of an effect"),
        _ => raised.replace::<PyTypeError>("text of another"),
    };
    world.keep(raised.into_exception());
}

pub fn exception(world: &World<'_>, [a, b, c]: Operands) {
    let error = world.of::<PyBaseException>(a, |py| {
        PyErr::from(py.raise::<PyValueError>("text of an error")).into_exception(py)
    });
    let other = world.any(b);
    match c % 4 {
        0 => {
            if let Ok(cause) = other.cast::<PyBaseException>() {
                error.set_cause(Some(cause.new_ref()));
            }
        }
        1 => {
            if let Some(cause) = error.cause() {
                world.keep(cause);
            }
        }
        2 => error.args().into_iter().for_each(|args| world.keep(args)),
        _ => {
            let exception = error.new_ref();
            drop((error, other));
            world.keep(PyErr::new(exception).into_exception(world.py));
        }
    }
}

pub fn convert(world: &World<'_>, [a, b, _]: Operands) {
    let object = world.any(a);
    if is_endless(&object) {
        return;
    }
    match b % 6 {
        0 => {
            if let Ok(items) = object.extract::<Vec<Owned<'_, PyAny>>>() {
                world.keep_result(items.into_py_object(world.py));
            }
        }
        1 => ignore(object.extract::<Vec<i64>>()),
        2 => {
            if let Ok((first, second)) =
                object.extract::<(&Borrowed<'_, PyAny>, &Borrowed<'_, PyAny>)>()
            {
                let pair = (second.new_ref(), first);
                world.keep_result(pair.into_py_object(world.py));
            }
        }
        3 => ignore(object.extract::<String>()),
        4 => {
            if let Ok(items) = object.extract::<[Owned<'_, PyAny>; 2]>() {
                world.keep_result(items.into_py_object(world.py));
            }
        }
        _ => ignore(object.extract::<Option<f64>>()),
    }
}

/// A list that takes what an iterator over it gives goes on for ever.
pub fn is_endless(object: &Borrowed<'_, PyAny>) -> bool {
    object.cast::<PyIterator>().is_ok()
}

pub fn convert_map(world: &World<'_>, [a, b, _]: Operands) {
    let dict = world.of::<PyDict>(a, |py| {
        let dict = PyDict::new(py).unwrap();
        dict.set(&make::string(py, b), &make::int(py, b)).unwrap();
        dict
    });
    match b % 2 {
        0 => ignore(dict.extract::<HashMap<String, i64>>()),
        _ => {
            if let Ok(map) = dict.extract::<HashMap<i64, Owned<'_, PyAny>>>() {
                world.keep_result(map.into_py_object(world.py));
            }
        }
    }
}

pub fn class(world: &World<'_>, [a, ..]: Operands) {
    let object = world.any(a);
    let class = object.type_of();
    assert!(object.has_exact_type(&class));
    world.keep(class);
}

pub fn collect(world: &World<'_>, [a, ..]: Operands) {
    if a % 8 == 0 {
        crate::check::collect();
        world.step();
    }
}
