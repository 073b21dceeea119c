//! Defaults as Python writes them: the text of a Rust literal, translated at compile time or when a module is imported.
//!
//! The result is ASCII and one line long: `inspect` accepts nothing else in a signature. What is not known to have an
//! equal value in Python is shown as `...`.

use super::source::{Escape, Text};
use super::writer::Writer;
use crate::convert::Literal;

/// The default of a parameter, for its signature.
#[derive(Clone, Copy)]
pub enum Default {
    /// The Rust expression, as text.
    Source(&'static str),
    /// The value of a named constant.
    Value(Literal),
}

impl Writer<'_> {
    /// Writes the default, or `...`.
    pub(super) const fn default(&mut self, default: Default) {
        let begin = self.len;
        let known = match default {
            Default::Source(source) => {
                let text = Text::new(source.as_bytes());
                self.expression(&text)
            }
            Default::Value(literal) => self.literal(literal),
        };
        if !known {
            // What was written of it is written over.
            self.len = begin;
            self.text("...");
        }
    }

    /// A literal, with a sign or within `Some`; `None`.
    const fn expression(&mut self, text: &Text<'_>) -> bool {
        // Most defaults begin like no `None` and no `Some`, with or without a path.
        if !matches!(text.at(0), b'N' | b'S' | b'O' | b's' | b'c' | b':') {
            return self.simple(text);
        }
        if text.is_variant("None") {
            self.text("None");
            return true;
        }
        match text.inside_some() {
            // The conversion of `None` gives the outer `None`.
            Some(inner) if inner.is_variant("None") || inner.inside_some().is_some() => false,
            Some(inner) => self.simple(&inner),
            None => self.simple(text),
        }
    }

    const fn simple(&mut self, text: &Text<'_>) -> bool {
        if text.is("true") {
            self.text("True");
            return true;
        }
        if text.is("false") {
            self.text("False");
            return true;
        }
        match text.at(0) {
            b'-' => {
                self.text("-");
                self.number(&text.from(1).trimmed())
            }
            b'0'..=b'9' => self.number(text),
            b'"' => self.quoted(&text.from(1), b'"', Quoted::Text),
            b'\'' => self.quoted(&text.from(1), b'\'', Quoted::Char),
            b'r' => self.raw(&text.from(1), Quoted::Text),
            b'b' => match text.at(1) {
                b'"' => self.quoted(&text.from(2), b'"', Quoted::Bytes),
                b'\'' => self.quoted(&text.from(2), b'\'', Quoted::Byte),
                b'r' => self.raw(&text.from(2), Quoted::Bytes),
                _ => false,
            },
            _ => false,
        }
    }

    /// A number without a sign.
    const fn number(&mut self, text: &Text<'_>) -> bool {
        let (prefix, base) = match (text.at(0), text.at(1)) {
            (b'0', b'x') => ("0x", 16),
            (b'0', b'o') => ("0o", 8),
            (b'0', b'b') => ("0b", 2),
            _ => ("", 10),
        };
        if base == 10 {
            return self.decimal(text);
        }
        self.text(prefix);
        let (end, digits) = self.digits(text, 2, base);
        digits > 0 && text.from(end).is_int_suffix()
    }

    /// Digits without their underscores. The place behind them, and their number.
    const fn digits(&mut self, text: &Text<'_>, mut at: usize, base: u32) -> (usize, usize) {
        let mut digits = 0;
        while at < text.len() {
            let byte = text.at(at);
            if (byte as char).to_digit(base).is_some() {
                self.byte(byte);
                digits += 1;
            } else if byte != b'_' {
                break;
            }
            at += 1;
        }
        (at, digits)
    }

    const fn decimal(&mut self, text: &Text<'_>) -> bool {
        // Python has no ints with leading zeros; for floats they make no difference.
        let mut at = 0;
        while at + 1 < text.len()
            && (text.at(at) == b'0' || text.at(at) == b'_')
            && (text.at(at + 1).is_ascii_digit() || text.at(at + 1) == b'_')
        {
            at += 1;
        }
        let (mut at, digits) = self.digits(text, at, 10);
        if digits == 0 {
            // Only zeros and underscores: `0_`.
            self.text("0");
        }
        let mut is_float = false;
        if text.at(at) == b'.' {
            is_float = true;
            self.text(".");
            // Rust's `1.` is `1.` in Python, too.
            at = self.digits(text, at + 1, 10).0;
        }
        if matches!(text.at(at), b'e' | b'E') {
            is_float = true;
            self.text("e");
            at += 1;
            if matches!(text.at(at), b'+' | b'-') {
                self.byte(text.at(at));
                at += 1;
            }
            let (end, digits) = self.digits(text, at, 10);
            if digits == 0 {
                return false;
            }
            at = end;
        }
        let suffix = text.from(at);
        if suffix.is("f64") || suffix.is("f32") {
            if !is_float {
                self.text(".0");
            }
            return true;
        }
        if is_float {
            return suffix.len() == 0;
        }
        suffix.is_int_suffix()
    }

    /// What follows the opening quote of a literal that may have escape sequences.
    const fn quoted(&mut self, text: &Text<'_>, quote: u8, kind: Quoted) -> bool {
        self.open(kind);
        let (mut at, mut count, mut last) = (0, 0, 0);
        loop {
            if at >= text.len() {
                return false;
            }
            let (point, next) = match text.at(at) {
                byte if byte == quote => break,
                b'\\' => match text.escape(at + 1) {
                    Escape::Point(point, next) => (point, next),
                    Escape::Nothing(next) => {
                        at = next;
                        continue;
                    }
                    Escape::Unknown => return false,
                },
                _ => text.point(at),
            };
            if !matches!(kind, Quoted::Byte) {
                self.escaped(point);
            }
            (at, count, last) = (next, count + 1, point);
        }
        match kind {
            Quoted::Byte => self.decimal_number(last as u128),
            _ => self.text("\""),
        }
        let one = matches!(kind, Quoted::Char | Quoted::Byte);
        at + 1 == text.len() && (!one || count == 1)
    }

    /// What follows the `r` of a literal without escape sequences.
    const fn raw(&mut self, text: &Text<'_>, kind: Quoted) -> bool {
        let hashes = text.hashes(0);
        // The closing quote and as many `#` are at the end.
        if text.at(hashes) != b'"' || text.len() < 2 * hashes + 2 {
            return false;
        }
        let end = text.len() - hashes - 1;
        if text.at(end) != b'"' {
            return false;
        }
        let mut at = hashes + 1;
        self.open(kind);
        while at < end {
            if text.at(at) == b'"' && text.hashes(at + 1) >= hashes {
                return false; // Two literals: `r"a" + r"b"`.
            }
            let (point, next) = text.point(at);
            self.escaped(point);
            at = next;
        }
        self.text("\"");
        true
    }

    const fn open(&mut self, kind: Quoted) {
        match kind {
            Quoted::Text | Quoted::Char => self.text("\""),
            Quoted::Bytes => self.text("b\""),
            Quoted::Byte => {}
        }
    }

    /// A code point, or a byte, within a literal of Python that begins with `"`.
    const fn escaped(&mut self, point: u32) {
        match point {
            0x0a => self.text("\\n"),
            0x0d => self.text("\\r"),
            0x09 => self.text("\\t"),
            0x22 => self.text("\\\""),
            0x5c => self.text("\\\\"),
            0x20..=0x7e => self.byte(point as u8),
            0..0x20 | 0x7f..=0xff => self.hex("\\x", point, 2),
            0x100..=0xffff => self.hex("\\u", point, 4),
            _ => self.hex("\\U", point, 8),
        }
    }

    const fn hex(&mut self, prefix: &str, value: u32, digits: u32) {
        self.text(prefix);
        let mut left = digits;
        while left > 0 {
            left -= 1;
            self.byte(b"0123456789abcdef"[(value >> (4 * left)) as usize % 16]);
        }
    }

    const fn decimal_number(&mut self, value: u128) {
        if value >= 10 {
            self.decimal_number(value / 10);
        }
        self.byte(b'0' + (value % 10) as u8);
    }

    /// The value of a constant.
    const fn literal(&mut self, literal: Literal) -> bool {
        match literal {
            Literal::Bool(true) => self.text("True"),
            Literal::Bool(false) => self.text("False"),
            Literal::Int {
                negative,
                magnitude,
            } => {
                if negative {
                    self.text("-");
                }
                self.decimal_number(magnitude);
            }
            Literal::Float(value) => return self.float(value),
            Literal::Char(value) => {
                self.text("\"");
                self.escaped(value as u32);
                self.text("\"");
            }
            Literal::Text(value) => {
                let text = Text::new_untrimmed(value.as_bytes());
                let mut at = 0;
                self.text("\"");
                while at < text.len() {
                    let (point, next) = text.point(at);
                    self.escaped(point);
                    at = next;
                }
                self.text("\"");
            }
            Literal::Bytes(value) => {
                let mut at = 0;
                self.text("b\"");
                while at < value.len() {
                    self.escaped(value[at] as u32);
                    at += 1;
                }
                self.text("\"");
            }
            Literal::Unknown => return false,
        }
        true
    }

    /// Exactly: all digits of the value, as an int and a power of ten.
    const fn float(&mut self, value: f64) -> bool {
        if value.is_nan() {
            return false; // Python has no literal for it.
        }
        if value.is_sign_negative() {
            self.text("-");
        }
        if value.is_infinite() {
            self.text("1e999");
            return true;
        }
        let bits = value.to_bits();
        let (fraction, biased) = (bits & ((1 << 52) - 1), (bits >> 52) as i32 & 0x7ff);
        let (mut mantissa, mut exponent) = match biased {
            0 => (fraction, -1074),
            _ => (fraction | 1 << 52, biased - 1075),
        };
        if mantissa == 0 {
            self.text("0.0");
            return true;
        }
        while mantissa % 2 == 0 {
            (mantissa, exponent) = (mantissa / 2, exponent + 1);
        }
        // Times 2^-k is times 5^k and 10^-k.
        let (factor, times) = match exponent < 0 {
            true => (5, -exponent),
            false => (2, exponent),
        };
        let mut digits = Digits::new(mantissa);
        let mut done = 0;
        while done < times {
            digits.multiply(factor);
            done += 1;
        }
        let mut at = digits.len;
        while at > 0 {
            at -= 1;
            self.byte(b'0' + digits.digits[at]);
        }
        if exponent < 0 {
            self.text("e-");
            self.decimal_number(times as u128);
        } else {
            self.text(".0");
        }
        true
    }
}

/// A number in decimal digits, the lowest first: any finite float times a power of ten.
struct Digits {
    digits: [u8; 800],
    len: usize,
}

impl Digits {
    const fn new(mut value: u64) -> Digits {
        let (mut digits, mut len) = ([0; 800], 0);
        while value > 0 {
            digits[len] = (value % 10) as u8;
            (value, len) = (value / 10, len + 1);
        }
        Digits { digits, len }
    }

    const fn multiply(&mut self, factor: u8) {
        let (mut at, mut carry) = (0, 0);
        while at < self.len {
            let digit = self.digits[at] * factor + carry;
            self.digits[at] = digit % 10;
            (at, carry) = (at + 1, digit / 10);
        }
        if carry > 0 {
            self.digits[self.len] = carry;
            self.len += 1;
        }
    }
}

/// What a literal in quotes stands for.
#[derive(Clone, Copy)]
enum Quoted {
    Text,
    Char,
    Bytes,
    Byte,
}
