//! The values of constants, read at compile time for a function's signature.

use std::mem::ManuallyDrop;

use super::FromPyObject;

/// A value that Python has a literal for.
#[derive(Clone, Copy)]
pub enum Literal {
    /// `True` or `False`.
    Bool(bool),
    /// An `int`.
    Int {
        /// Whether it is below zero.
        negative: bool,
        /// Its distance from zero.
        magnitude: u128,
    },
    /// A `float`.
    Float(f64),
    /// A `str` of one code point.
    Char(char),
    /// A `str`.
    Text(&'static str),
    /// A `bytes`.
    Bytes(&'static [u8]),
    /// Any other value.
    Unknown,
}

/// How the values of a type are read at compile time: as what they are, since only this crate can name it.
#[derive(Clone, Copy)]
pub struct Kind(pub(super) Read);

/// The Rust type, exactly.
#[derive(Clone, Copy)]
pub(super) enum Read {
    Bool,
    Signed,
    Unsigned,
    Single,
    Double,
    Char,
    Text,
    Bytes,
    Unknown,
}

impl Kind {
    pub(super) const UNKNOWN: Kind = Kind(Read::Unknown);
}

impl Literal {
    /// The value of a constant. It is not dropped.
    pub const fn of<T: FromPyObject<'static, 'static> + 'static>(value: T) -> Literal {
        let value = ManuallyDrop::new(value);
        match T::LITERAL.0 {
            Read::Bool => Literal::Bool(read::<T, bool>(&value)),
            Read::Signed => {
                let value = match size_of::<T>() {
                    1 => read::<T, i8>(&value) as i128,
                    2 => read::<T, i16>(&value) as i128,
                    4 => read::<T, i32>(&value) as i128,
                    8 => read::<T, i64>(&value) as i128,
                    _ => read::<T, i128>(&value),
                };
                Literal::Int {
                    negative: value < 0,
                    magnitude: value.unsigned_abs(),
                }
            }
            Read::Unsigned => Literal::Int {
                negative: false,
                magnitude: match size_of::<T>() {
                    1 => read::<T, u8>(&value) as u128,
                    2 => read::<T, u16>(&value) as u128,
                    4 => read::<T, u32>(&value) as u128,
                    8 => read::<T, u64>(&value) as u128,
                    _ => read::<T, u128>(&value),
                },
            },
            Read::Single => Literal::Float(read::<T, f32>(&value) as f64),
            Read::Double => Literal::Float(read::<T, f64>(&value)),
            Read::Char => Literal::Char(read::<T, char>(&value)),
            Read::Text => Literal::Text(read::<T, &'static str>(&value)),
            Read::Bytes => Literal::Bytes(read::<T, &'static [u8]>(&value)),
            Read::Unknown => Literal::Unknown,
        }
    }
}

/// The value as a `V`, which `T` is: its [`Kind`] says so.
const fn read<T: 'static, V: Copy>(value: &ManuallyDrop<T>) -> V {
    assert!(size_of::<T>() == size_of::<V>());
    // SAFETY: `T` is `V`, apart from a lifetime, which is `'static`: the kinds are declared beside the types' conversions.
    unsafe { std::mem::transmute_copy(value) }
}
