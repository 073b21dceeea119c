//! The integration tests: one binary, its modules mirror `src`.

mod call;
mod common;
mod refs;
mod types_any;
mod types_bytes;
mod types_float;
mod types_int;
mod types_module;
mod types_string;
