//! Text with lone surrogates, for messages.

use std::fmt::{self, Display, Write};

use super::{PyResult, Raised, room};
use crate::markers::{PyString, PyUnicodeEncodeError};
use crate::refs::Borrowed;

/// Displays the first code points of a text, with lone surrogates as escape sequences. Runs no Python code.
pub(crate) struct Escaped<'a, 'py>(pub(crate) &'a Borrowed<'py, PyString>, pub(crate) usize);

impl Display for Escaped<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for index in 0..self.0.len().min(self.1) {
            // Never beyond the end.
            let point = self.0.code_point(index).unwrap_or_default();
            match char::from_u32(point) {
                Some(char) => f.write_char(char)?,
                None => write!(f, "\\u{point:04x}")?,
            }
        }
        Ok(())
    }
}

/// A copy of a text, in which lone surrogates are escape sequences, as `sys.stderr` writes them.
pub(super) fn to_text<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, String> {
    match text.to_rust_string() {
        Err(raised) if raised.is::<PyUnicodeEncodeError>() => {
            raised.clear();
            room::formatted(&Escaped(text, text.len())).ok_or_else(|| Raised::no_memory(text.py()))
        }
        copy => copy,
    }
}
