//! New objects.

use std::ffi::CStr;

use pyptr::error::PyValueError;
use pyptr::types::*;
use pyptr::{Borrowed, Owned, PyErr, PyResult, Python};

use crate::world::World;

type Operands = [u8; 3];

/// An int that CPython does not share.
pub fn int(py: Python<'_>, number: u8) -> Owned<'_, PyInt> {
    PyInt::new(py, (1 << 41) + i64::from(number)).unwrap()
}

/// A str that CPython does not share. Some are not ASCII.
pub fn string(py: Python<'_>, number: u8) -> Owned<'_, PyString> {
    let end = if number % 3 == 0 {
        "\u{e9}\u{20ac}"
    } else {
        "plain"
    };
    PyString::new(py, &format!("text {} {end}", number % 8)).unwrap()
}

pub fn some_bytes(py: Python<'_>, number: u8) -> Owned<'_, PyBytes> {
    PyBytes::new(py, format!("bytes {number}").as_bytes()).unwrap()
}

pub fn fresh<'py>(world: &World<'py>, which: u8) -> Owned<'py, PyAny> {
    let py = world.py;
    match which % 5 {
        0 => int(py, which).into_any(),
        1 => string(py, which).into_any(),
        2 => PyList::empty(py).unwrap().into_any(),
        3 => instance(world, c"Node", &int(py, which)).unwrap(),
        _ => instance(world, c"Odd", &string(py, which)).unwrap(),
    }
}

/// `Class(argument)`.
pub fn instance<'py>(
    world: &World<'py>,
    class: &CStr,
    argument: &Borrowed<'py, PyAny>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    let name = class.to_str().unwrap();
    let class = world.classes.get_str(name)?.unwrap();
    class.call1(argument)
}

pub fn number(world: &World<'_>, [a, ..]: Operands) {
    world.keep(int(world.py, a));
}

pub fn float(world: &World<'_>, [a, ..]: Operands) {
    world.keep_result(PyFloat::new(world.py, f64::from(a) + 0.5));
}

pub fn text(world: &World<'_>, [a, ..]: Operands) {
    world.keep(string(world.py, a));
}

pub fn bytes(world: &World<'_>, [a, ..]: Operands) {
    world.keep(some_bytes(world.py, a));
}

fn of_class(world: &World<'_>, class: &CStr, which: u8) {
    let argument = world.any(which);
    world.keep_result(instance(world, class, &argument));
}

pub fn node(world: &World<'_>, [a, ..]: Operands) {
    of_class(world, c"Node", a);
}

pub fn small(world: &World<'_>, [a, ..]: Operands) {
    of_class(world, c"Small", a);
}

pub fn odd(world: &World<'_>, [a, ..]: Operands) {
    of_class(world, c"Odd", a);
}

pub fn list(world: &World<'_>, [a, b, c]: Operands) {
    let list = PyList::from_owned(
        world.py,
        [
            world.any(a).into_owned(),
            world.any(b).new_ref(),
            world.any(c).new_ref(),
        ],
    );
    world.keep_result(list);
}

pub fn tuple(world: &World<'_>, [a, b, c]: Operands) {
    let items = [world.any(a).new_ref(), world.any(b).into_owned()];
    match c % 2 {
        0 => world.keep_result(PyTuple::from_owned(world.py, items)),
        _ => world.keep_result(PyTuple::from_iter_owned(world.py, items)),
    }
}

pub fn dict(world: &World<'_>, [a, b, c]: Operands) {
    let dict = PyDict::new(world.py).unwrap();
    for number in 0..c % 20 {
        let value = world.any(b);
        // A failure is one of the program's objects.
        let _ = dict.set(&int(world.py, number), &value);
    }
    let (key, value) = (world.any(a), world.any(b));
    let _ = dict.set(&key, &value);
    drop((key, value));
    world.keep(dict);
}

pub fn set(world: &World<'_>, [a, b, c]: Operands) {
    let items = world.any(a);
    match c % 3 {
        0 => world.keep_result(PySet::from_iterable(world.py, &items)),
        1 => world.keep_result(PyFrozenSet::from_iterable(world.py, &items)),
        _ => {
            let set = PySet::new(world.py).unwrap();
            let _ = set.add(&items);
            let _ = set.add(&world.any(b));
            world.keep(set);
        }
    }
}

pub fn odd_list(world: &World<'_>, [a, ..]: Operands) {
    let list = PyList::from_owned(world.py, [world.any(a).new_ref()]).unwrap();
    world.keep_result(instance(world, c"OddList", &list));
}

pub fn odd_dict(world: &World<'_>, [a, b, _]: Operands) {
    let dict = PyDict::new(world.py).unwrap();
    let _ = dict.set(&string(world.py, a), &world.any(b));
    world.keep_result(instance(world, c"OddDict", &dict));
}

pub fn odd_tuple(world: &World<'_>, [a, b, _]: Operands) {
    let items = [world.any(a).new_ref(), world.any(b).new_ref()];
    let tuple = PyTuple::from_owned(world.py, items).unwrap();
    world.keep_result(instance(world, c"OddTuple", &tuple));
}

pub fn odd_text(world: &World<'_>, [a, ..]: Operands) {
    world.keep_result(instance(world, c"OddText", &string(world.py, a)));
}

pub fn slice(world: &World<'_>, [a, b, c]: Operands) {
    let (start, stop) = (world.any(a), world.any(b));
    let step = (c % 2 == 0).then(|| world.any(c));
    let slice = PySlice::new(world.py, Some(&start), Some(&stop), step.as_deref());
    world.keep_result(slice);
}

pub fn method(world: &World<'_>, [a, b, _]: Operands) {
    let (function, object) = (world.any(a), world.any(b));
    if let Ok(method) = PyMethod::new(&function, &object) {
        assert!(method.function().is(&*function) && method.object().is(&*object));
        world.keep(method);
    }
}

pub fn weak(world: &World<'_>, [a, b, _]: Operands) {
    let object = world.of::<PyAny>(a, |_| fresh(world, 3));
    match b % 2 {
        0 => world.keep_result(PyWeakref::new(&object, None)),
        _ => {
            let upgraded = PyWeakref::new(&object, None).map(|weak| weak.upgrade().unwrap());
            world.keep_result(upgraded);
        }
    }
}

/// An iterator that calls a function.
pub fn function(world: &World<'_>, [a, ..]: Operands) {
    let item = world.any(a);
    let calls = instance(world, c"Calls", &item).unwrap();
    world.keep_result(PyIterator::over_calls(world.py, &calls, &calls));
}

/// An exception with an object in it.
pub fn error(world: &World<'_>, [a, ..]: Operands) {
    let value = world.any(a);
    let kind = PyType::of::<PyValueError>(world.py);
    let error = PyErr::from(pyptr::Raised::from_type(kind, Some(&value)));
    world.keep(error.into_exception(world.py));
}
