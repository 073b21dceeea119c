//! What each Rust type makes of a value, and which value it becomes: the table at the head of `pyptr::convert`, again.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use pyptr::Raised;
use pyptr::error::{PyKeyError, PyOverflowError, PyTypeError, PyUnicodeEncodeError, PyValueError};

use super::int::Int;
use super::value::Value;

/// Why a value is refused.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    Type,
    Overflow,
    Value,
    Encode,
    /// What the iterable raises itself.
    Key,
}

impl Fault {
    pub fn is(self, raised: &Raised<'_>) -> bool {
        match self {
            Fault::Type => raised.is::<PyTypeError>(),
            Fault::Overflow => raised.is::<PyOverflowError>(),
            Fault::Encode => raised.is::<PyUnicodeEncodeError>(),
            Fault::Value => raised.is::<PyValueError>() && !raised.is::<PyUnicodeEncodeError>(),
            Fault::Key => raised.is::<PyKeyError>(),
        }
    }
}

pub trait Model: Sized {
    fn of(value: &Value) -> Result<Self, Fault>;
    /// Whether both are the same; NaN is.
    fn same(&self, other: &Self) -> bool;
    fn value(&self) -> Value;
}

macro_rules! integers {
    ($($wide:ident $read:ident: $($type:ty)+;)+) => { $($(
        impl Model for $type {
            fn of(value: &Value) -> Result<Self, Fault> {
                match value {
                    Value::Bool(value) => Ok((*value).into()),
                    Value::Int(int) | Value::Index(int) => {
                        let fits = int.$read().and_then(|wide| wide.try_into().ok());
                        fits.ok_or(Fault::Overflow)
                    }
                    _ => Err(Fault::Type),
                }
            }

            fn same(&self, other: &Self) -> bool {
                self == other
            }

            fn value(&self) -> Value {
                Value::Int(Int::from(*self as $wide))
            }
        }
    )+)+ };
}

integers! {
    i128 to_i128: i8 i16 i32 i64 i128 isize;
    u128 to_u128: u8 u16 u32 u64 u128 usize;
}

impl Model for bool {
    fn of(value: &Value) -> Result<Self, Fault> {
        match value {
            Value::Bool(value) => Ok(*value),
            _ => Err(Fault::Type),
        }
    }

    fn same(&self, other: &Self) -> bool {
        self == other
    }

    fn value(&self) -> Value {
        Value::Bool(*self)
    }
}

impl Model for f64 {
    fn of(value: &Value) -> Result<Self, Fault> {
        match value {
            Value::Float(number) | Value::Real(number) => Ok(*number),
            Value::Bool(value) => Ok((*value).into()),
            Value::Int(int) | Value::Index(int) => match int.to_f64() {
                number if number.is_finite() => Ok(number),
                _ => Err(Fault::Overflow),
            },
            _ => Err(Fault::Type),
        }
    }

    fn same(&self, other: &Self) -> bool {
        self.to_bits() == other.to_bits() || (self.is_nan() && other.is_nan())
    }

    fn value(&self) -> Value {
        Value::Float(*self)
    }
}

impl Model for f32 {
    fn of(value: &Value) -> Result<Self, Fault> {
        let number = f64::of(value)?;
        // Half of the distance to the next power of two beyond the largest: rounded up.
        let limit = f64::from(f32::MAX) + 2_f64.powi(103);
        match number.abs() >= limit && number.is_finite() {
            true => Err(Fault::Overflow),
            false => Ok(number as f32),
        }
    }

    fn same(&self, other: &Self) -> bool {
        self.to_bits() == other.to_bits() || (self.is_nan() && other.is_nan())
    }

    fn value(&self) -> Value {
        Value::Float((*self).into())
    }
}

impl Model for String {
    fn of(value: &Value) -> Result<Self, Fault> {
        match value {
            Value::Text(points) => {
                let chars = points.iter().map(|&point| char::from_u32(point));
                chars.collect::<Option<String>>().ok_or(Fault::Encode)
            }
            _ => Err(Fault::Type),
        }
    }

    fn same(&self, other: &Self) -> bool {
        self == other
    }

    fn value(&self) -> Value {
        Value::Text(self.chars().map(u32::from).collect())
    }
}

impl Model for char {
    fn of(value: &Value) -> Result<Self, Fault> {
        let text = String::of(value)?;
        match text.chars().count() {
            1 => Ok(text.chars().next().unwrap()),
            _ => Err(Fault::Type),
        }
    }

    fn same(&self, other: &Self) -> bool {
        self == other
    }

    fn value(&self) -> Value {
        Value::Text(vec![(*self).into()])
    }
}

/// The items of an iterable, and what it raises behind them.
fn items(value: &Value) -> Result<(Vec<Value>, Option<Fault>), Fault> {
    let integers = |bytes: &[u8]| {
        let integers = bytes.iter().map(|&byte| byte.value());
        integers.collect()
    };
    match value {
        Value::List(items) | Value::Tuple(items) | Value::Set(items) => Ok((items.clone(), None)),
        Value::Bytes(bytes) | Value::ByteArray(bytes) => Ok((integers(bytes), None)),
        Value::Dict(items) => Ok((items.iter().map(|(key, _)| key.clone()).collect(), None)),
        Value::Iterable(items, fails) => Ok((items.clone(), fails.then_some(Fault::Key))),
        _ => Err(Fault::Type),
    }
}

impl<T: Model> Model for Vec<T> {
    fn of(value: &Value) -> Result<Self, Fault> {
        let (items, end) = items(value)?;
        let vec = items.iter().map(T::of).collect::<Result<_, _>>()?;
        end.map_or(Ok(vec), Err)
    }

    fn same(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(a, b)| a.same(b))
    }

    fn value(&self) -> Value {
        Value::List(self.iter().map(T::value).collect())
    }
}

impl<T: Model, const N: usize> Model for [T; N] {
    fn of(value: &Value) -> Result<Self, Fault> {
        let (items, end) = items(value)?;
        let mut array = Vec::new();
        for item in &items {
            // One more item is too many, whatever it is.
            if array.len() == N {
                return Err(Fault::Value);
            }
            array.push(T::of(item)?);
        }
        if let Some(fault) = end {
            return Err(fault);
        }
        array.try_into().map_err(|_| Fault::Value)
    }

    fn same(&self, other: &Self) -> bool {
        self.iter().zip(other).all(|(a, b)| a.same(b))
    }

    fn value(&self) -> Value {
        Value::List(self.iter().map(T::value).collect())
    }
}

impl<T: Model> Model for Option<T> {
    fn of(value: &Value) -> Result<Self, Fault> {
        match value {
            Value::None => Ok(None),
            other => T::of(other).map(Some),
        }
    }

    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Some(a), Some(b)) => a.same(b),
            (None, None) => true,
            _ => false,
        }
    }

    fn value(&self) -> Value {
        self.as_ref().map_or(Value::None, T::value)
    }
}

macro_rules! tuples {
    ($($($item:ident $index:tt)+;)+) => { $(
        impl<$($item: Model),+> Model for ($($item,)+) {
            fn of(value: &Value) -> Result<Self, Fault> {
                let count = [$($index),+].len();
                match value {
                    Value::Tuple(items) if items.len() == count => Ok(($($item::of(&items[$index])?,)+)),
                    Value::Tuple(_) => Err(Fault::Value),
                    _ => Err(Fault::Type),
                }
            }

            fn same(&self, other: &Self) -> bool {
                $(self.$index.same(&other.$index))&&+
            }

            fn value(&self) -> Value {
                Value::Tuple(vec![$(self.$index.value()),+])
            }
        }
    )+ };
}

tuples! {
    A 0;
    A 0 B 1;
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
}

/// The items of a dict, converted, with the last value of each key.
fn pairs<K: Model, V: Model>(value: &Value) -> Result<Vec<(K, V)>, Fault> {
    let Value::Dict(items) = value else {
        return Err(Fault::Type);
    };
    let items = items
        .iter()
        .map(|(key, value)| Ok((K::of(key)?, V::of(value)?)));
    items.collect()
}

impl<K: Model + Eq + Hash, V: Model> Model for HashMap<K, V> {
    fn of(value: &Value) -> Result<Self, Fault> {
        Ok(pairs(value)?.into_iter().collect())
    }

    fn same(&self, other: &Self) -> bool {
        let same = |(key, value): (&K, &V)| other.get(key).is_some_and(|other| value.same(other));
        self.len() == other.len() && self.iter().all(same)
    }

    fn value(&self) -> Value {
        Value::Dict(
            self.iter()
                .map(|(key, value)| (key.value(), value.value()))
                .collect(),
        )
    }
}

impl<K: Model + Ord, V: Model> Model for BTreeMap<K, V> {
    fn of(value: &Value) -> Result<Self, Fault> {
        Ok(pairs(value)?.into_iter().collect())
    }

    fn same(&self, other: &Self) -> bool {
        let same = |((a, b), (c, d)): ((&K, &V), (&K, &V))| a == c && b.same(d);
        self.len() == other.len() && self.iter().zip(other).all(same)
    }

    fn value(&self) -> Value {
        Value::Dict(
            self.iter()
                .map(|(key, value)| (key.value(), value.value()))
                .collect(),
        )
    }
}
