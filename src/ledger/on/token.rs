//! [`Token`]: the second word of a pointer, which leads to its record.

/// The index that stands for no record.
pub(super) const NIL: u32 = u32::MAX;

/// The record of one reference.
///
/// `repr(C)`: the search for references in memory relies on the layout of these two numbers.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Token {
    pub(super) index: u32,
    /// Odd; 0 for a reference that has no record.
    pub(super) generation: u32,
}

impl Token {
    /// No record: for pointers to kinds that are immortal, and if there was no memory for a record.
    pub(crate) const NONE: Token = Token {
        index: NIL,
        generation: 0,
    };

    #[inline]
    pub(super) fn is_none(self) -> bool {
        self.generation == 0
    }
}
