//! The fuzz targets, without libFuzzer.

pub mod harness;
mod input;
pub mod targets;

/// How much memory is in use: all of it.
#[cfg(address_sanitizer)]
fn held(_py: pyptr::Python<'_>) -> i64 {
    unsafe extern "C" {
        safe fn __sanitizer_get_current_allocated_bytes() -> usize;
    }
    __sanitizer_get_current_allocated_bytes() as i64
}
#[cfg(not(address_sanitizer))]
use harness::counted as held;

// Of the crate's tests.
#[path = "../../tests/random/check.rs"]
mod check;
#[allow(dead_code)]
#[path = "../../tests/it/buffer/exporter.rs"]
mod exporter;
#[path = "../../tests/random/ops/mod.rs"]
mod ops;
#[allow(dead_code)]
#[path = "../../tests/random/program.rs"]
mod program;
#[path = "../../tests/random/referents.rs"]
mod referents;
#[allow(dead_code)]
#[path = "../../tests/random/world.rs"]
mod world;
