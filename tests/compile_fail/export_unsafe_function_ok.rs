//! `module!` does not call an `unsafe fn` behind the back of `forbid(unsafe_code)`.
#![forbid(unsafe_code)]

use std::string::String as Text;

fn text(bytes: &[u8]) -> Text {
    Text::from_utf8_lossy(bytes).into_owned()
}

fn length(text: &str) -> usize {
    text.len()
}

pyptr::module! { mod first { fn text(bytes, /); } }
pyptr::module! { mod second { fn named(bytes) = self::text; } }
pyptr::module! { mod third { fn length(text = str::trim("default ")); } }

fn main() {}
