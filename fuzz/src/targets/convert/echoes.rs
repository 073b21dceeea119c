//! The same conversions for the arguments of exported functions, some of which take a shorter way.

use pyptr::types::PyAny;
use pyptr::{Borrowed, FromPyObject};

use super::agree;
use super::model::Model;
use super::value::Value;

/// Functions that return their argument.
macro_rules! echoes {
    ($($name:ident $other:ident: $type:ty;)+) => {
        $(
            fn $name(value: $type) -> $type {
                value
            }
        )+

        pyptr::module! {
            pub mod echoes {
                gil: not_used;
                $(fn $name(value, /);)+
                $(fn $other(value) = $name;)+
            }
        }

        /// Calls each, by position and by name.
        pub fn check(value: &Value, object: &Borrowed<'_, PyAny>) {
            let module = object.py().import(c"echoes").unwrap();
            let names = &[$((stringify!($name), stringify!($other))),+];
            let mut names = names.iter();
            $({
                let (one, other) = names.next().unwrap();
                call::<$type>(value, object, &module, one);
                call::<$type>(value, object, &module, other);
            })+
        }
    };
}

echoes! {
    byte byte_named: i8;
    short short_named: u16;
    int int_named: i64;
    natural natural_named: u64;
    wide wide_named: i128;
    widest widest_named: u128;
    single single_named: f32;
    double double_named: f64;
    truth truth_named: bool;
    optional optional_named: Option<i32>;
    twice twice_named: Option<Option<f64>>;
    text text_named: String;
    letter letter_named: char;
    pair pair_named: (i64, String);
    list list_named: Vec<u8>;
}

fn call<'py, T>(
    value: &Value,
    object: &Borrowed<'py, PyAny>,
    module: &Borrowed<'py, PyAny>,
    name: &str,
) where
    T: Model + for<'a> FromPyObject<'a, 'py>,
{
    let name = std::ffi::CString::new(name).unwrap();
    let result = module.call_method1(&*name, object);
    let result = result.and_then(|result| result.extract::<T>());
    agree(value, result, T::of(value), T::same);
}
