//! The interpreter's life, and what surrounds the code that it runs.

mod attach;
mod detach;
mod environment;
mod run;
mod services;
