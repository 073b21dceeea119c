//! An exported function that asks for `'static` could keep what is lent to it for a call.
#![forbid(unsafe_code)]

use pyptr::Borrowed;
use pyptr::types::PyAny;

fn by_position(object: &'static Borrowed<'static, PyAny>) -> usize {
    object.as_ptr() as usize
}

fn by_name(text: &'static str, times: usize) -> String {
    text.repeat(times)
}

fn in_an_option(object: Option<&'static Borrowed<'static, PyAny>>) -> bool {
    object.is_some()
}

pyptr::module! { mod first { fn by_position(object, /); } } //~ E0521 E0716
pyptr::module! { mod second { fn by_name(text, *, times = 2); } } //~ E0521 E0716
pyptr::module! { mod third { fn in_an_option(object = None); } } //~ E0521 E0716

fn main() {}
