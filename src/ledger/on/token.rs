//! [`Token`]: what a pointer carries beside its address, to find its record.

/// The index of no record.
pub(super) const NIL: u32 = u32::MAX;

/// The record of one reference.
///
/// Its layout is that of two numbers, so that it is found in memory.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct Token {
    pub(super) index: u32,
    /// Odd; 0 for a reference that has no record.
    pub(super) generation: u32,
}

impl Token {
    /// No record: for immortal objects, and when there is no memory.
    pub(crate) const NONE: Token = Token {
        index: NIL,
        generation: 0,
    };

    #[inline]
    pub(super) fn is_none(self) -> bool {
        self.generation == 0
    }
}
