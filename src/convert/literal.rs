//! The values that a function's signature can show. They are read at compile time: see constant.rs.

/// A value that Python has a literal for.
#[derive(Clone, Copy)]
pub enum Literal {
    /// `True` or `False`.
    Bool(bool),
    /// An `int`.
    Int {
        /// Whether it is below zero.
        negative: bool,
        /// Its distance from zero.
        magnitude: u128,
    },
    /// A `float`.
    Float(f64),
    /// A `str` of one code point.
    Char(char),
    /// A `str`.
    Text(&'static str),
    /// A `bytes`.
    Bytes(&'static [u8]),
    /// Any other value.
    Unknown,
}

/// How the values of a type are read at compile time: as what they are, since only this crate can name it.
#[derive(Clone, Copy)]
pub struct Kind(pub(super) Read);

/// The Rust type, exactly.
#[derive(Clone, Copy)]
pub(super) enum Read {
    Bool,
    Signed,
    Unsigned,
    Single,
    Double,
    Char,
    Text,
    Bytes,
    Unknown,
}

impl Kind {
    pub(super) const UNKNOWN: Kind = Kind(Read::Unknown);
}
