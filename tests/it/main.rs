//! The integration tests: one binary, its modules mirror `src`.

mod code;
mod common;
mod errors;
mod refs;
