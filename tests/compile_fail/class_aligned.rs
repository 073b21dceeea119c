//! CPython aligns instances to two words.
#![forbid(unsafe_code)]

#[allow(dead_code)]
struct Num(Wide);
pyptr::traverse!(Num(_));

pyptr::module! { mod numbers { class Num; } }

#[repr(align(64))]
struct Wide(u8);

pyptr::class! { class Num {} } //~ E0080

fn main() {}
