//! `module!`: what Python sees of the functions, and what happens to references and panics.

mod arguments;
mod by_hand;
mod conversions;
mod errors;
mod grammar;
mod held;
mod hygiene;
mod messages;
mod modules;
mod panics;
mod signatures;
mod state;

/// Called once, before the interpreter is initialised.
pub fn register() {
    conversions::register();
    errors::register();
    grammar::register();
    held::register();
    messages::register();
    modules::register();
    signatures::register();
}
