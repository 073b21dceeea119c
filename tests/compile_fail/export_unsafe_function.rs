//! `module!` does not call an `unsafe fn` behind the back of `forbid(unsafe_code)`.
#![forbid(unsafe_code)]

use std::str::from_utf8_unchecked as text;

fn length(text: &str) -> usize {
    text.len()
}

pyptr::module! { mod first { fn text(bytes, /); } } //~ E0133
pyptr::module! { mod second { fn named(bytes) = std::str::from_utf8_unchecked; } } //~ E0133
pyptr::module! { mod third { fn length(text = std::str::from_utf8_unchecked(b"default")); } } //~ E0133

fn main() {}
