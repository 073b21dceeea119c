//! Calls that hold nothing need an `unsafe` block of whoever declares them.
#![forbid(unsafe_code)]

use pyptr::export::Holding;

fn length(text: &str) -> usize {
    text.len()
}

pyptr::module! { mod lengths { #[holding(unsafe { Holding::nothing() })] fn length(text, /); } } //~ unsafe_code

fn main() {}
