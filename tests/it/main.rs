//! The integration tests: one binary, its modules mirror `src`.

mod common;
mod export;
mod refs;
