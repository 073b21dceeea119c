//! Python values, and the objects that they are the model of.

use std::ffi::CStr;

use pyptr::sync::OnceObject;
use pyptr::types::{
    CodeUnits, PyAny, PyByteArray, PyBytes, PyDict, PyFloat, PyList, PySet, PyString, PyTuple,
};
use pyptr::{Owned, Python};

use super::int::Int;
use crate::input::Input;

#[derive(Clone, Debug)]
pub enum Value {
    None,
    Bool(bool),
    Int(Int),
    Float(f64),
    /// Code points.
    Text(Vec<u32>),
    Bytes(Vec<u8>),
    ByteArray(Vec<u8>),
    List(Vec<Value>),
    Tuple(Vec<Value>),
    /// In the order in which it is iterated over.
    Set(Vec<Value>),
    Dict(Vec<(Value, Value)>),
    /// An iterable, which raises `KeyError` at its end if that is true.
    Iterable(Vec<Value>, bool),
    /// An object with `__index__`.
    Index(Int),
    /// An object with `__float__`.
    Real(f64),
    /// An object that is none of this.
    Other,
}

const HELPERS: &CStr = c"
import struct

object = object

class List(list): pass
class Tuple(tuple): pass
class Dict(dict): pass
class Set(set): pass
class Int(int): pass
class Float(float): pass
class Text(str): pass
class Bytes(bytes): pass

class Iterable:
    def __init__(self, items, fails):
        self.items, self.fails = items, fails
    def __iter__(self):
        yield from self.items
        if self.fails:
            raise KeyError

class Index:
    def __init__(self, value):
        self.value = value
    def __index__(self):
        return self.value

class Real:
    def __init__(self, value):
        self.value = value
    def __float__(self):
        return self.value

def integer(negative, magnitude):
    value = int.from_bytes(magnitude, 'big')
    return -value if negative else value

def same(a, b):
    if type(a) is not type(b):
        return False
    if type(a) is float:
        return struct.pack('d', a) == struct.pack('d', b) or (a != a and b != b)
    if type(a) in (list, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if type(a) is dict:
        kinds = {key: type(key) for key in b}
        return len(a) == len(b) and all(key in b and same(a[key], b[key]) and kinds[key] is type(key) for key in a)
    return a == b
";

pub fn helper<'py>(py: Python<'py>, name: &str) -> Owned<'py, PyAny> {
    static NAMES: OnceObject<PyDict> = OnceObject::new();
    crate::targets::helper(py, &NAMES, HELPERS, name)
}

/// The object of a value that is neither a set nor one of the classes above.
pub fn object<'py>(py: Python<'py>, value: &Value) -> Owned<'py, PyAny> {
    let items = |items: &[Value]| {
        items
            .iter()
            .map(|item| object(py, item))
            .collect::<Vec<_>>()
    };
    match value {
        Value::None => py.none().new_ref().into_any(),
        Value::Bool(value) => py.bool(*value).new_ref().into_any(),
        Value::Int(int) => {
            let magnitude = PyBytes::new(py, &int.magnitude).unwrap().into_any();
            let negative = py.bool(int.negative).new_ref().into_any();
            helper(py, "integer")
                .call([&*negative, &*magnitude])
                .unwrap()
        }
        Value::Float(number) => PyFloat::new(py, *number).unwrap().into_any(),
        Value::Text(points) => PyString::from_code_units(py, CodeUnits::Four(points))
            .unwrap()
            .into_any(),
        Value::Bytes(bytes) => PyBytes::new(py, bytes).unwrap().into_any(),
        Value::ByteArray(bytes) => PyByteArray::new(py, bytes).unwrap().into_any(),
        Value::List(list) => PyList::from_iter_owned(py, items(list)).unwrap().into_any(),
        Value::Tuple(tuple) => PyTuple::from_iter_owned(py, items(tuple))
            .unwrap()
            .into_any(),
        Value::Dict(items) => {
            let dict = PyDict::new(py).unwrap();
            for (key, value) in items {
                dict.set(&object(py, key), &object(py, value)).unwrap();
            }
            dict.into_any()
        }
        other => panic!("no plain value: {other:?}"),
    }
}

type Made<'py> = (Value, Owned<'py, PyAny>);

/// A value, and an object that has it: of a builtin type, or perhaps of a subclass.
pub fn chosen<'py>(py: Python<'py>, input: &mut Input<'_>, depth: usize) -> Made<'py> {
    if depth == 0 {
        return leaf(py, input);
    }
    match input.below(16) {
        0 | 1 => {
            let (values, objects) = several(py, input, depth, chosen);
            let list = PyList::from_iter_owned(py, objects).unwrap().into_any();
            (Value::List(values), perhaps_of(input, "List", list))
        }
        2 | 3 => {
            let (values, objects) = several(py, input, depth, chosen);
            let tuple = PyTuple::from_iter_owned(py, objects).unwrap().into_any();
            (Value::Tuple(values), perhaps_of(input, "Tuple", tuple))
        }
        4 => {
            let (values, objects) = several(py, input, depth, chosen);
            let list = PyList::from_iter_owned(py, objects).unwrap().into_any();
            let fails = input.below(4) == 0;
            let flag = py.bool(fails).new_ref().into_any();
            let object = helper(py, "Iterable").call([&*list, &*flag]).unwrap();
            (Value::Iterable(values, fails), object)
        }
        5 | 6 => dict(py, input, depth),
        7 => set(py, input, depth),
        _ => leaf(py, input),
    }
}

fn several<'py>(
    py: Python<'py>,
    input: &mut Input<'_>,
    depth: usize,
    item: fn(Python<'py>, &mut Input<'_>, usize) -> Made<'py>,
) -> (Vec<Value>, Vec<Owned<'py, PyAny>>) {
    let count = input.below(9);
    (0..count).map(|_| item(py, input, depth - 1)).unzip()
}

/// The same as an instance of a subclass, perhaps.
fn perhaps_of<'py>(
    input: &mut Input<'_>,
    class: &str,
    object: Owned<'py, PyAny>,
) -> Owned<'py, PyAny> {
    match input.below(4) {
        0 => helper(object.py(), class).call1(&object).unwrap(),
        _ => object,
    }
}

fn dict<'py>(py: Python<'py>, input: &mut Input<'_>, depth: usize) -> Made<'py> {
    let dict = PyDict::new(py).unwrap();
    let mut items = Vec::new();
    for _ in 0..input.below(5) {
        let (key, key_object) = hashable(py, input, depth - 1);
        let (value, object) = chosen(py, input, depth - 1);
        // 1, 1.0 and True are one key.
        if !dict.contains(&key_object).unwrap() {
            dict.set(&key_object, &object).unwrap();
            items.push((key, value));
        }
    }
    (
        Value::Dict(items),
        perhaps_of(input, "Dict", dict.into_any()),
    )
}

fn set<'py>(py: Python<'py>, input: &mut Input<'_>, depth: usize) -> Made<'py> {
    let (values, objects) = several(py, input, depth, hashable);
    let list = PyList::from_iter_owned(py, objects.iter().map(|object| object.new_ref())).unwrap();
    let set = PySet::from_iterable(py, &list).unwrap().into_any();
    let set = perhaps_of(input, "Set", set);
    // In its own order.
    let mut items = Vec::new();
    for item in set.iter().unwrap() {
        let item = item.unwrap();
        let index = objects.iter().position(|object| object.is(&item));
        items.push(values[index.unwrap()].clone());
    }
    (Value::Set(items), set)
}

fn hashable<'py>(py: Python<'py>, input: &mut Input<'_>, depth: usize) -> Made<'py> {
    if depth > 0 && input.below(6) == 0 {
        let (values, objects) = several(py, input, depth, hashable);
        let tuple = PyTuple::from_iter_owned(py, objects).unwrap();
        return (Value::Tuple(values), tuple.into_any());
    }
    match leaf(py, input) {
        (Value::ByteArray(bytes), _) => {
            let value = Value::Bytes(bytes);
            let object = object(py, &value);
            (value, object)
        }
        other => other,
    }
}

fn leaf<'py>(py: Python<'py>, input: &mut Input<'_>) -> Made<'py> {
    let with = |value: Value| {
        let object = object(py, &value);
        (value, object)
    };
    let (value, object) = match input.below(16) {
        0 => return with(Value::None),
        1 => return with(Value::Bool(input.flag())),
        2..=5 => with(Value::Int(Int::chosen(input))),
        6 | 7 => with(Value::Float(float(input))),
        8..=10 => with(Value::Text(text(input))),
        11 => {
            let len = input.below(9);
            with(Value::Bytes(input.bytes(len).to_vec()))
        }
        12 => {
            let len = input.below(9);
            return with(Value::ByteArray(input.bytes(len).to_vec()));
        }
        13 => {
            let int = Int::chosen(input);
            let (_, object) = with(Value::Int(int.clone()));
            return (
                Value::Index(int),
                helper(py, "Index").call1(&object).unwrap(),
            );
        }
        14 => {
            let number = float(input);
            let (_, object) = with(Value::Float(number));
            return (
                Value::Real(number),
                helper(py, "Real").call1(&object).unwrap(),
            );
        }
        _ => return (Value::Other, helper(py, "object").call0().unwrap()),
    };
    let class = match value {
        Value::Int(_) => "Int",
        Value::Float(_) => "Float",
        Value::Text(_) => "Text",
        _ => "Bytes",
    };
    (value, perhaps_of(input, class, object))
}

fn float(input: &mut Input<'_>) -> f64 {
    match input.below(4) {
        0 => f64::from(input.signed()) / 4.0,
        1 => input.choose(&[
            0.0,
            -0.0,
            -1.0,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::MAX,
            f64::MIN_POSITIVE,
            f32::MAX as f64,
            // The first that is not rounded to `f32::MAX`, and the one before.
            3.402_823_567_797_336_7e38,
            3.402_823_567_797_336_6e38,
        ]),
        _ => f64::from_bits(input.u64()),
    }
}

fn text(input: &mut Input<'_>) -> Vec<u32> {
    let len = input.choose(&[1, 0, 1, 2, 3, 7]);
    (0..len)
        .map(|_| match input.byte() {
            ascii @ ..0x80 => ascii.into(),
            0x80..0xa0 => 0x80 + u32::from(input.byte() & 0x7f),
            0xa0..0xd8 => u32::from(input.u16()),
            _ => 0x1_0000 + (u32::from(input.u16()) << 4),
        })
        .collect()
}
