//! Methods of [`Python`](crate::Python): starting and ending the interpreter, attaching, and the environment of
//! running code.

mod at_exit;
mod attach;
mod config;
mod detach;
mod embed;
mod ended;
mod environment;
mod fields;
mod release_queue;
mod run;
mod services;
mod start;
mod status;

pub use attach::AttachError;
pub use config::PyConfig;
#[cfg(feature = "ledger")]
pub(crate) use release_queue::drain as drain_releases;
pub use status::InitializeError;
