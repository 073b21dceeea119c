//! Texts that are put together at compile time.

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
        let text = text.as_bytes();
        let mut i = start;
        while i < text.len() {
            self.byte(text[i]);
            i += 1;
        }
    }

    #[inline]
    pub(super) const fn byte(&mut self, byte: u8) {
        assert!(byte != 0, "a docstring contains a NUL character");
        if self.len < self.bytes.len() {
            self.bytes[self.len] = byte;
        }
        self.len += 1;
    }
}
