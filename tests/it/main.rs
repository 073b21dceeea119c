//! The integration tests: one binary, its modules mirror `src`.

mod any;
mod attach;
mod call;
mod cast;
mod code;
mod common;
mod convert;
mod counting;
mod errors;
mod export;
mod manual;
mod out_of_memory;
mod python;
mod refs;
mod rules;
mod shared;
mod string;
mod string_growing;
mod types_any;
mod types_bytes;
mod types_dict;
mod types_float;
mod types_int;
mod types_iterator;
mod types_list;
mod types_module;
mod types_string;
mod types_tuple;

/// Called by `common::attached` before it starts the interpreter.
fn before_start() {
    export::register();
    rules::register();
}
