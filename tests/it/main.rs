//! The integration tests: one binary, its modules mirror `src`.

mod any;
mod attach;
mod cast;
mod code;
mod common;
mod errors;
mod refs;
mod shared;
mod string;
