//! `module!`: what Python sees of the functions, and what happens to references and panics.

mod arguments;
mod hygiene;
mod modules;
mod panics;
mod state;

pub use modules::register;
