//! The values of constants, read at compile time.

use std::mem::ManuallyDrop;

use super::FromPyObject;
use super::literal::{Literal, Read};

impl Literal {
    /// The value of a constant. It is not dropped.
    #[inline]
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
