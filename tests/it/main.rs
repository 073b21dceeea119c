//! The integration tests: one binary, its modules mirror `src`.

mod common;
mod convert;
mod refs;
