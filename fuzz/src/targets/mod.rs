//! What is fuzzed: for each target a function that carries an input out, and compares what happens with a model.

pub mod arguments;
pub mod buffer;
pub mod convert;
pub mod program;
pub mod text;
