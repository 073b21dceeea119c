//! Docstrings and text signatures: those of classes assembled at compile time, those of functions when their module is
//! imported, which costs the compiler less.
//!
//! CPython reads a function's signature from the beginning of its docstring, up to a line `--`:
//! `inspect.signature` parses it, `help` shows it, `__doc__` leaves it out.

use std::ffi::CStr;

use super::name::python_bytes;
use super::signature::{DocText, Item, Signature};
use super::writer::Writer;

impl Writer<'_> {
    /// The lines of a doc comment, without the space that follows `///`.
    #[inline]
    const fn doc(&mut self, lines: DocText) {
        let (mut i, mut first) = (0, true);
        while i < lines.len() {
            if let Some(line) = lines[i] {
                if !first {
                    self.text("\n");
                }
                let indented = matches!(line.as_bytes(), [b' ', ..]);
                self.text_from(line, indented as usize);
                first = false;
            }
            i += 1;
        }
    }

    #[inline]
    const fn signature(&mut self, signature: &Signature, first: First) {
        self.text(signature.name);
        self.text("(");
        // inspect.signature leaves out the parameter with the dollar sign.
        let mut any = true;
        match first {
            First::Module => self.text("$module"),
            First::Instance => self.text("$self"),
            First::Class => self.text("$type"),
            First::Nothing => any = false,
        }
        let mut i = 0;
        while i < signature.items.len() {
            if any && !matches!(signature.items[i], Item::Hidden) {
                self.text(", ");
            }
            match signature.items[i] {
                Item::Hidden => {}
                Item::Slash => self.text("/"),
                Item::Star => self.text("*"),
                Item::Rest { name } => {
                    self.text("*");
                    self.text(name);
                }
                Item::Keywords { name } => {
                    self.text("**");
                    self.text(name);
                }
                Item::Parameter { name, default } => {
                    self.text(name);
                    if let Some(default) = default {
                        self.text("=");
                        self.default(default);
                    }
                }
            }
            any |= !matches!(signature.items[i], Item::Hidden);
            i += 1;
        }
        self.text(")\n--\n\n");
    }
}

/// Checks the lines of a doc comment at compile time.
#[inline]
pub(super) const fn check(lines: DocText) {
    let mut i = 0;
    while i < lines.len() {
        if let Some(line) = lines[i] {
            assert!(!has_nul(line), "a docstring contains a NUL character");
        }
        i += 1;
    }
}

const fn has_nul(text: &str) -> bool {
    let (text, mut i) = (text.as_bytes(), 0);
    while i < text.len() {
        if text[i] == 0 {
            return true;
        }
        i += 1;
    }
    false
}

/// What is before the parameters in a signature, and left out by `inspect.signature`.
#[derive(Clone, Copy)]
pub enum First {
    /// The module of a function.
    Module,
    /// The instance of a method.
    Instance,
    /// The class of a class method.
    Class,
    /// Nothing: a static method, or the class itself.
    Nothing,
}

#[inline]
const fn write_method(writer: &mut Writer<'_>, signature: &Signature, first: First, doc: DocText) {
    writer.signature(signature, first);
    writer.doc(doc);
    writer.len += 1; // the NUL at the end
}

/// The size of a docstring with its signature, in bytes.
#[inline]
pub const fn signed_doc_len(signature: &Signature, first: First, doc: DocText) -> usize {
    let mut writer = Writer {
        bytes: &mut [],
        len: 0,
    };
    write_method(&mut writer, signature, first, doc);
    writer.len
}

/// A docstring with its signature, NUL-terminated.
#[inline]
pub const fn signed_doc_bytes<const N: usize>(
    signature: &Signature,
    first: First,
    doc: DocText,
) -> [u8; N] {
    check(doc);
    let mut bytes = [0; N];
    write_signed_doc(&mut bytes, signature, first, doc);
    bytes
}

/// Writes a docstring with its signature into zeros, as many as [`signed_doc_len`].
#[inline]
pub(super) const fn write_signed_doc(
    bytes: &mut [u8],
    signature: &Signature,
    first: First,
    doc: DocText,
) {
    let mut writer = Writer { bytes, len: 0 };
    write_method(&mut writer, signature, first, doc);
}

/// The size of a docstring, in bytes.
#[inline]
pub const fn doc_len(doc: DocText) -> usize {
    let mut writer = Writer {
        bytes: &mut [],
        len: 0,
    };
    writer.doc(doc);
    writer.len + 1
}

/// A docstring, NUL-terminated.
#[inline]
pub const fn doc_bytes<const N: usize>(doc: DocText) -> [u8; N] {
    check(doc);
    let mut bytes = [0; N];
    Writer {
        bytes: &mut bytes,
        len: 0,
    }
    .doc(doc);
    bytes
}

/// A NUL-terminated text, checked at compile time.
#[inline]
pub const fn c_str(bytes: &'static [u8]) -> &'static CStr {
    match CStr::from_bytes_with_nul(bytes) {
        Ok(text) => text,
        Err(_) => panic!("a name or docstring contains a NUL character"),
    }
}

/// The name of what a declaration declares, from `concat!` with a NUL at the end, as Python has it.
#[inline]
pub const fn name(text: &'static str) -> &'static CStr {
    c_str(python_bytes(text.as_bytes()))
}
