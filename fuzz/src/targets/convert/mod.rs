//! Conversions: values of nested Python types to each of many Rust types, and back. What fits, and which exception
//! what does not fit raises, is what the model says.

mod echoes;
mod int;
mod model;
mod value;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use pyptr::types::{PyAny, PyList, PyString};
use pyptr::{Borrowed, FromPyObject, IntoPyObject, Owned, PyResult, Python, Shared};

use crate::input::Input;
pub use echoes::echoes;
use model::{Fault, Model};
use value::{Value, chosen, helper, object};

pub fn convert(py: Python<'_>, data: &[u8]) {
    let mut input = Input::new(data);
    let mut count = 0;
    while !input.is_empty() && count < 4 {
        let which = input.below(5);
        let (value, object) = chosen(py, &mut input, 4);
        let unshared = object.refcount() == 1;
        check_some(which, &value, &object);
        assert!(!unshared || object.refcount() == 1, "{value:?}");
        count += 1;
    }
}

macro_rules! check_types {
    ($value:ident $object:ident: $($type:ty;)+) => {{
        $(check::<$type>($value, $object);)+
    }};
}

/// A part of the types, which is faster than all.
fn check_some(which: usize, value: &Value, object: &Borrowed<'_, PyAny>) {
    match which {
        0 => check_types! { value object:
            i8; i16; i32; i64; i128; isize;
            u8; u16; u32; u64; u128; usize;
            bool; f32; f64; char; String;
            Option<i32>; Option<Option<u64>>;
        },
        1 => check_types! { value object:
            Vec<i64>; Vec<u8>; Vec<String>; Vec<Vec<i16>>; Vec<f64>; Vec<Option<bool>>; Vec<char>;
            Vec<(i64, String)>; Vec<HashMap<String, u8>>; Option<Vec<String>>;
            [u8; 3]; [String; 2]; [Vec<u64>; 1]; [i8; 0]; [[f32; 1]; 2];
        },
        2 => check_types! { value object:
            (i32,); (i64, String); (bool, char, f64); (Option<u8>, Vec<i32>, (u16, f32), String);
            (i64, i64, i64, i64, i64, i64, i64, i64); Option<(f32, Option<char>)>;
            HashMap<String, i64>; HashMap<char, (u8, Option<bool>)>; HashMap<(i64, bool), u128>;
            BTreeMap<i32, Vec<String>>; BTreeMap<String, BTreeMap<i64, f64>>;
            BTreeMap<Option<u8>, Vec<u8>>;
        },
        3 => check_borrowing(value, object),
        _ => echoes::check(value, object),
    }
}

fn check<'py, T>(value: &Value, object: &Borrowed<'py, PyAny>)
where
    T: Model + IntoPyObject<'py> + for<'a> FromPyObject<'a, 'py>,
{
    let py = object.py();
    let converted = object.extract::<T>();
    let Some(converted) = agree(value, converted, T::of(value), T::same) else {
        return;
    };
    // Back, to what is the same again.
    let plain = converted.value();
    let back = converted.into_py_object(py).unwrap();
    assert_is(&back, &plain);
    let again = back.extract::<T>().unwrap();
    assert!(again.same(&T::of(&plain).unwrap()));
}

/// Panics unless both are the same: a value, or the kind of an error.
fn agree<T>(
    value: &Value,
    ours: PyResult<'_, T>,
    model: Result<T, Fault>,
    same: impl Fn(&T, &T) -> bool,
) -> Option<T> {
    let name = std::any::type_name::<T>();
    match (ours, model) {
        (Ok(ours), Ok(model)) => {
            assert!(same(&ours, &model), "{name} of {value:?}");
            Some(ours)
        }
        (Err(raised), Err(fault)) => {
            assert!(fault.is(&raised), "{name} of {value:?}: not {fault:?}");
            None
        }
        (Ok(_), Err(fault)) => panic!("{name} accepts {value:?}, and not {fault:?}"),
        (Err(_), Ok(_)) => panic!("{name} refuses {value:?}"),
    }
}

/// Panics unless the object is exactly the plain value.
fn assert_is(made: &Borrowed<'_, PyAny>, plain: &Value) {
    let py = made.py();
    let same = helper(py, "same").call([made, &*object(py, plain)]);
    assert!(same.unwrap().is_truthy().unwrap(), "{plain:?}");
}

/// What borrows from the object, or is a reference to it.
fn check_borrowing<'py>(value: &Value, object: &Borrowed<'py, PyAny>) {
    let text = || String::of(value);
    agree(
        value,
        object.extract::<&str>().map(str::to_owned),
        text(),
        String::eq,
    );
    agree(
        value,
        object.extract::<Cow<'_, str>>().map(Cow::into_owned),
        text(),
        String::eq,
    );
    let bytes = match value {
        Value::Bytes(bytes) => Ok(bytes.clone()),
        _ => Err(Fault::Type),
    };
    agree(
        value,
        object.extract::<&[u8]>().map(<[u8]>::to_vec),
        bytes,
        Vec::eq,
    );
    let pair = match value {
        Value::Tuple(items) => match &items[..] {
            [first, Value::Bytes(second)] => String::of(first).map(|first| (first, second.clone())),
            [first, _] => Err(String::of(first).err().unwrap_or(Fault::Type)),
            _ => Err(Fault::Value),
        },
        _ => Err(Fault::Type),
    };
    let borrowed = object.extract::<(&str, &[u8])>();
    let borrowed = borrowed.map(|(text, bytes)| (text.to_owned(), bytes.to_vec()));
    agree(value, borrowed, pair, PartialEq::eq);
    let list = object
        .extract::<Owned<'py, PyList>>()
        .map(|list| list.is(object));
    agree(value, list, kind(matches!(value, Value::List(_))), bool::eq);
    let shared = object.extract::<Shared<PyString>>();
    let shared = shared.map(|shared| shared.bind(object.py()).is(object));
    agree(
        value,
        shared,
        kind(matches!(value, Value::Text(_))),
        bool::eq,
    );
    let optional = object.extract::<Option<&Borrowed<'py, PyString>>>();
    let optional = optional.map(|text| text.is_none_or(|text| text.is(object)));
    let fits = matches!(value, Value::Text(_) | Value::None);
    agree(value, optional, kind(fits), bool::eq);
}

fn kind(fits: bool) -> Result<bool, Fault> {
    if fits { Ok(true) } else { Err(Fault::Type) }
}
