//! A class says what it shows to the collector.
#![forbid(unsafe_code)]

struct Num;

pyptr::class! { class Num {} } //~ E0277

fn main() {}
