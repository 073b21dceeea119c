//! The integration tests: one binary, its modules mirror `src`.

mod common;
mod convert;
mod export;
mod python;
mod refs;
mod types_dict;
mod types_iterator;
mod types_list;
mod types_tuple;
