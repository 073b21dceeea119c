//! Docstrings and text signatures, assembled at compile time.
//!
//! CPython reads a function's signature from the beginning of its docstring, up to a line `--`:
//! `inspect.signature` parses it, `help` shows it, `__doc__` leaves it out.

use std::ffi::CStr;

use super::signature::{Item, Signature};
use super::writer::Writer;

/// The attributes of a declaration: the lines of its doc comment, and `None` for what is no such line.
pub type DocText = &'static [Option<&'static str>];

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
    const fn signature(&mut self, signature: &Signature) {
        self.text(signature.name);
        // inspect.signature leaves out the parameter with the dollar sign.
        self.text("($module");
        let mut i = 0;
        while i < signature.items.len() {
            match signature.items[i] {
                Item::Hidden => {}
                Item::Slash => self.text(", /"),
                Item::Star => self.text(", *"),
                Item::Rest { name } => {
                    self.text(", *");
                    self.text(name);
                }
                Item::Keywords { name } => {
                    self.text(", **");
                    self.text(name);
                }
                Item::Parameter { name, default } => {
                    self.text(", ");
                    self.text(name);
                    if let Some(default) = default {
                        self.text("=");
                        self.default(default);
                    }
                }
            }
            i += 1;
        }
        self.text(")\n--\n\n");
    }
}

#[inline]
const fn write_method(writer: &mut Writer<'_>, signature: &Signature, doc: DocText) {
    writer.signature(signature);
    writer.doc(doc);
    writer.len += 1; // the NUL at the end
}

/// The size of a function's docstring with its signature, in bytes.
#[inline]
pub const fn method_doc_len(signature: &Signature, doc: DocText) -> usize {
    let mut writer = Writer {
        bytes: &mut [],
        len: 0,
    };
    write_method(&mut writer, signature, doc);
    writer.len
}

/// A function's docstring with its signature, NUL-terminated.
#[inline]
pub const fn method_doc_bytes<const N: usize>(signature: &Signature, doc: DocText) -> [u8; N] {
    let mut bytes = [0; N];
    write_method(
        &mut Writer {
            bytes: &mut bytes,
            len: 0,
        },
        signature,
        doc,
    );
    bytes
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
pub(super) const fn c_str(bytes: &'static [u8]) -> &'static CStr {
    match CStr::from_bytes_with_nul(bytes) {
        Ok(text) => text,
        Err(_) => panic!("a name or docstring contains a NUL character"),
    }
}
