//! CPython aligns instances to two words.
#![forbid(unsafe_code)]

#[allow(dead_code)]
struct Num(Wide);
pyptr::traverse!(Num(_));

pyptr::module! { mod numbers { class Num; } }

struct Wide(#[allow(dead_code)] u8);

pyptr::class! { class Num {} }

fn main() {}
