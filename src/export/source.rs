//! The text of a Rust expression, read as literal.rs needs it.

/// An escape sequence: what it stands for, and the place behind it.
pub(super) enum Escape {
    Point(u32, usize),
    /// A continued line.
    Nothing(usize),
    Unknown,
}

/// A part of the source.
pub(super) struct Text<'a>(&'a [u8]);

impl<'a> Text<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Text<'a> {
        Text(bytes.trim_ascii())
    }

    pub(super) const fn new_untrimmed(bytes: &'a [u8]) -> Text<'a> {
        Text(bytes)
    }

    pub(super) const fn trimmed(&self) -> Text<'a> {
        Text(self.0.trim_ascii())
    }

    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    /// The byte at this place; NUL behind the end, which no source has.
    pub(super) const fn at(&self, at: usize) -> u8 {
        if at < self.0.len() { self.0[at] } else { 0 }
    }

    pub(super) const fn from(&self, start: usize) -> Text<'a> {
        if start > self.0.len() {
            return Text(&[]);
        }
        Text(self.0.split_at(start).1)
    }

    pub(super) const fn is(&self, other: &str) -> bool {
        let other = other.as_bytes();
        self.0.len() == other.len() && self.after(other).is_some()
    }

    /// The rest behind this beginning.
    const fn after(&self, begin: &[u8]) -> Option<Text<'a>> {
        let mut at = 0;
        while at < begin.len() {
            if self.at(at) != begin[at] {
                return None;
            }
            at += 1;
        }
        Some(self.from(at))
    }

    /// How many `#` there are from this place on.
    pub(super) const fn hashes(&self, start: usize) -> usize {
        let mut at = start;
        while self.at(at) == b'#' {
            at += 1;
        }
        at - start
    }

    pub(super) const fn is_int_suffix(&self) -> bool {
        let suffix = self.0;
        matches!(
            suffix,
            b"" | b"i8" | b"i16" | b"i32" | b"i64" | b"i128" | b"isize"
        ) || matches!(
            suffix,
            b"u8" | b"u16" | b"u32" | b"u64" | b"u128" | b"usize"
        )
    }

    /// The rest behind the name of a variant of `Option`, with or without its path.
    const fn after_variant(&self, variant: &str) -> Option<Text<'a>> {
        const PATHS: [&[u8]; 6] = [
            b"",
            b"Option::",
            b"std::option::Option::",
            b"core::option::Option::",
            b"::std::option::Option::",
            b"::core::option::Option::",
        ];
        let mut index = 0;
        while index < PATHS.len() {
            if let Some(rest) = self.after(PATHS[index]) {
                if let Some(rest) = rest.after(variant.as_bytes()) {
                    return Some(rest);
                }
            }
            index += 1;
        }
        None
    }

    pub(super) const fn is_variant(&self, variant: &str) -> bool {
        matches!(self.after_variant(variant), Some(rest) if rest.len() == 0)
    }

    /// What is between the parentheses of `Some(..)`.
    pub(super) const fn inside_some(&self) -> Option<Text<'a>> {
        match self.after_variant("Some") {
            Some(rest) if rest.at(0) == b'(' && rest.at(rest.len() - 1) == b')' => {
                Some(Text::new(rest.0.split_at(rest.len() - 1).0.split_at(1).1))
            }
            _ => None,
        }
    }

    /// The code point that begins at this place, and the place behind it.
    pub(super) const fn point(&self, at: usize) -> (u32, usize) {
        let first = self.at(at) as u32;
        let (mut point, more) = match first {
            0..0x80 => (first, 0),
            0x80..0xe0 => (first & 0x1f, 1),
            0xe0..0xf0 => (first & 0x0f, 2),
            _ => (first & 0x07, 3),
        };
        let mut index = 1;
        while index <= more {
            point = point << 6 | self.at(at + index) as u32 & 0x3f;
            index += 1;
        }
        (point, at + more + 1)
    }

    /// What follows a backslash, at this place.
    pub(super) const fn escape(&self, at: usize) -> Escape {
        let point = match self.at(at) {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'0' => 0,
            byte @ (b'\\' | b'\'' | b'"') => byte,
            b'x' => {
                let (high, low) = (self.at(at + 1) as char, self.at(at + 2) as char);
                return match (high.to_digit(16), low.to_digit(16)) {
                    (Some(high), Some(low)) => Escape::Point(16 * high + low, at + 3),
                    _ => Escape::Unknown,
                };
            }
            b'u' => return self.braced(at + 1),
            b'\n' | b'\r' => {
                let mut at = at;
                while matches!(self.at(at), b' ' | b'\t' | b'\n' | b'\r') {
                    at += 1;
                }
                return Escape::Nothing(at);
            }
            _ => return Escape::Unknown,
        };
        Escape::Point(point as u32, at + 1)
    }

    /// `{1f600}`, in which there may be underscores.
    const fn braced(&self, mut at: usize) -> Escape {
        if self.at(at) != b'{' {
            return Escape::Unknown;
        }
        let mut point = 0;
        loop {
            at += 1;
            match self.at(at) {
                b'_' => {}
                b'}' => return Escape::Point(point, at + 1),
                byte => match (byte as char).to_digit(16) {
                    Some(digit) => point = 16 * point + digit,
                    None => return Escape::Unknown,
                },
            }
        }
    }
}
