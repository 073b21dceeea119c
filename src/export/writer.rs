//! Texts that are put together at compile time, or when a module is imported.

use std::ptr;

/// Writes text into `bytes`, or only counts it if `bytes` is empty.
pub(super) struct Writer<'a> {
    pub(super) bytes: &'a mut [u8],
    pub(super) len: usize,
}

impl Writer<'_> {
    #[inline]
    pub(super) const fn text(&mut self, text: &str) {
        self.text_from(text, 0);
    }

    #[inline]
    pub(super) const fn text_from(&mut self, text: &str, start: usize) {
        let text = text.as_bytes().split_at(start).1;
        if self.len + text.len() <= self.bytes.len() {
            let place = self.bytes.split_at_mut(self.len).1.as_mut_ptr();
            // One step for the compiler, where a loop has many for each byte.
            // SAFETY: as many bytes are behind `place`; they are borrowed mutably, so they are no part of `text`.
            unsafe { ptr::copy_nonoverlapping(text.as_ptr(), place, text.len()) };
        }
        self.len += text.len();
    }

    #[inline]
    pub(super) const fn byte(&mut self, byte: u8) {
        if self.len < self.bytes.len() {
            self.bytes[self.len] = byte;
        }
        self.len += 1;
    }
}
