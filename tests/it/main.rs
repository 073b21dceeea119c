//! The integration tests: one binary, its modules mirror `src`.

mod abandoned;
mod any;
mod attach;
mod buffer;
mod bytes_growing;
mod call;
mod cast;
mod common;
mod convert;
mod counting;
mod errors;
mod export;
mod failing;
mod kept;
mod manual;
mod mutation;
mod out_of_memory;
mod python;
mod refs;
mod rules;
mod shared;
mod string;
mod string_growing;
mod sync;
mod totals;
mod types_any;
mod types_bytearray;
mod types_bytes;
mod types_c_like;
mod types_capsule;
mod types_code;
mod types_context;
mod types_datetime;
mod types_dict;
mod types_dict_in_place;
mod types_dict_watched;
mod types_float;
mod types_int;
mod types_iterator;
mod types_list;
mod types_list_iter;
mod types_loaded;
mod types_module;
mod types_more;
mod types_numbers;
mod types_protocol;
mod types_proxy;
mod types_services;
mod types_set;
mod types_string;
mod types_text;
mod types_text_more;
mod types_tuple;
mod types_type;
mod types_weakref;

/// Called by `common::attached` before it starts the interpreter.
fn before_start() {
    export::register();
    rules::register();
}
