//! `float`.

mod basics;
mod bytes;
