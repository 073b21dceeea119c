//! Integers of any size, for the model.

use crate::input::Input;

#[derive(Clone, Debug, PartialEq)]
pub struct Int {
    pub negative: bool,
    /// The most significant byte first, which is not zero.
    pub magnitude: Vec<u8>,
}

impl Int {
    fn new(negative: bool, magnitude: &[u8]) -> Int {
        let zeros = magnitude.iter().take_while(|&&byte| byte == 0).count();
        let magnitude = magnitude[zeros..].to_vec();
        Int {
            negative: negative && !magnitude.is_empty(),
            magnitude,
        }
    }

    /// Small ones, those beside powers of two, and any.
    pub fn chosen(input: &mut Input<'_>) -> Int {
        let negative = input.flag();
        match input.below(4) {
            0 => Int::new(negative, &[input.byte()]),
            1 => {
                let len = input.below(24);
                Int::new(negative, input.bytes(len))
            }
            kind => {
                let bits = match kind {
                    2 => {
                        input.choose(&[7, 8, 15, 16, 24, 31, 32, 53, 63, 64, 127, 128, 1023, 1024])
                    }
                    _ => usize::from(input.byte()),
                };
                let mut magnitude = vec![0; bits / 8 + 2];
                let last = magnitude.len() - 1;
                magnitude[last - bits / 8] = 1 << (bits % 8);
                match input.below(4) {
                    0 => decrement(&mut magnitude),
                    1 => {}
                    // Half of the distance between two numbers of 53 bits.
                    2 if bits > 53 => {
                        let half = bits - 53;
                        magnitude[last - half / 8] |= 1 << (half % 8);
                        magnitude[last] |= input.byte() & 1;
                    }
                    _ => magnitude[last] |= input.byte(),
                }
                Int::new(negative, &magnitude)
            }
        }
    }

    pub fn to_u128(&self) -> Option<u128> {
        match self.negative {
            true => None,
            false => self.absolute(),
        }
    }

    pub fn to_i128(&self) -> Option<i128> {
        match self.negative {
            true => 0_i128.checked_sub_unsigned(self.absolute()?),
            false => self.absolute()?.try_into().ok(),
        }
    }

    fn absolute(&self) -> Option<u128> {
        (self.magnitude.len() <= 16).then(|| {
            let bytes = self.magnitude.iter();
            bytes.fold(0, |number, &byte| number << 8 | u128::from(byte))
        })
    }

    /// The nearest number, to even; infinite if it is too large.
    pub fn to_f64(&self) -> f64 {
        let (first, rest) = self.magnitude.split_at(self.magnitude.len().min(12));
        let first = first
            .iter()
            .fold(0_u128, |number, &byte| number << 8 | u128::from(byte));
        // Whatever the rest is, it decides only where the first 53 bits and half a bit are the same.
        let sticky = rest.iter().any(|&byte| byte != 0);
        let nearest = (first << 1 | u128::from(sticky)) as f64;
        // A power of two at a time: exact, up to the largest.
        let scaled = (0..rest.len()).fold(nearest / 2.0, |number, _| number * 256.0);
        if self.negative { -scaled } else { scaled }
    }
}

impl From<i128> for Int {
    fn from(number: i128) -> Int {
        Int::new(number < 0, &number.unsigned_abs().to_be_bytes())
    }
}

impl From<u128> for Int {
    fn from(number: u128) -> Int {
        Int::new(false, &number.to_be_bytes())
    }
}

/// Less by one.
fn decrement(magnitude: &mut [u8]) {
    for byte in magnitude.iter_mut().rev() {
        *byte = byte.wrapping_sub(1);
        if *byte != u8::MAX {
            break;
        }
    }
}
