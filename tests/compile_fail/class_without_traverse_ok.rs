//! A class says what it shows to the collector.
#![forbid(unsafe_code)]

struct Num;

pyptr::traverse!(Num);
pyptr::class! { class Num { } }

fn main() {}
