//! The integration tests: one binary, its modules mirror `src`.

mod common;
mod manual;
mod refs;
