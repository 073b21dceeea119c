//! Methods of [`Python`](crate::Python): starting and ending the interpreter, attaching, and the environment of
//! running code.

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
