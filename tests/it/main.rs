//! The integration tests: one binary, its modules mirror `src`.

mod call;
mod code;
mod common;
mod convert;
mod errors;
mod export;
mod manual;
mod python;
mod refs;
mod rules;
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
