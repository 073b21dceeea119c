//! A parameter list that Python could not have is refused when the module is compiled.
#![forbid(unsafe_code)]

fn two(a: i64, b: i64) -> i64 {
    a + b
}

pyptr::module! { mod first { fn two(a, *, b, /); } } //~ E0277
pyptr::module! { mod second { fn two(a = 1, b); } } //~ E0277
pyptr::module! { mod third { fn two(a, /, b, /); } } //~ E0277
pyptr::module! { mod fourth { fn two(*, a, *, b); } } //~ E0277

fn main() {}
