//! The interpreter's life, and what surrounds the code that it runs: more methods of [`Python`](crate::Python).

mod attach;
mod detach;
mod embed;
mod environment;
mod release_queue;
mod run;
mod services;

pub use attach::AttachError;
#[cfg(feature = "ledger")]
pub(crate) use release_queue::drain as drain_releases;
