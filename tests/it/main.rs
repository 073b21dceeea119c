//! The integration tests: one binary. Its modules mirror `src`; beside them stand what holds for all of it
//! (`rules`, `mutation`, `out_of_memory`, `totals`) and what the tests share (`common`, `python`).

// `libpython!`, which declares functions of C's that pyo3-ffi lacks: see build.rs.
include!(concat!(env!("OUT_DIR"), "/libpython.rs"));

mod buffer;
mod class;
mod common;
mod convert;
mod error;
mod export;
mod interpreter;
mod manual;
mod mutation;
mod out_of_memory;
mod python;
mod refcount;
mod refs;
mod rules;
mod sync;
mod totals;
mod types;

/// Called by `common::attached` before it starts the interpreter.
fn before_start() {
    class::register();
    export::register();
    rules::register();
}
