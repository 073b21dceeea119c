//! Rust's memory for what Python code decides the size of. Without it the caller raises `MemoryError`; Rust's own
//! growth would end the process.

use std::fmt::{self, Display, Write};

use super::{PyResult, Raised};
use crate::refs::Python;

/// An empty `Vec` with room for exactly `len` items. `MemoryError` if there is none.
#[inline]
pub(crate) fn with_room<T>(py: Python<'_>, len: usize) -> PyResult<'_, Vec<T>> {
    let mut items = Vec::new();
    match items.try_reserve_exact(len) {
        Ok(()) => Ok(items),
        Err(_) => Err(Raised::no_memory(py)),
    }
}

/// Makes room for at least `more` items. `MemoryError` if there is none.
#[inline]
pub(crate) fn reserve<'py, T>(
    py: Python<'py>,
    items: &mut Vec<T>,
    more: usize,
) -> PyResult<'py, ()> {
    items.try_reserve(more).map_err(|_| Raised::no_memory(py))
}

/// Adds an item to the end. `MemoryError` if there is no room; the item is dropped then.
#[inline]
pub(crate) fn push<'py, T>(py: Python<'py>, items: &mut Vec<T>, item: T) -> PyResult<'py, ()> {
    if items.len() == items.capacity() {
        reserve(py, items, 1)?;
    }
    items.push(item);
    Ok(())
}

/// A copy of a text, or `None` if there is no memory for it. No exception is set.
#[inline]
pub(crate) fn copy_of(text: &str) -> Option<String> {
    joined(&[text])
}

/// All pieces, one after the other, in exactly as much memory as they take; or `None` if there is none. No exception
/// is set.
#[inline]
pub(crate) fn joined(pieces: &[&str]) -> Option<String> {
    let mut text = String::new();
    let lens = pieces.iter().map(|piece| piece.len());
    let len = lens.fold(0, usize::saturating_add);
    text.try_reserve_exact(len).ok()?;
    pieces.iter().for_each(|piece| text.push_str(piece));
    Some(text)
}

/// What `message` displays, or `None` if there is no memory for it. No exception is set. If a part of the message
/// fails to display, it ends there.
pub(crate) fn formatted(message: &dyn Display) -> Option<String> {
    let mut text = Text {
        text: String::new(),
        failed: false,
    };
    let _ = write!(text, "{message}");
    (!text.failed).then_some(text.text)
}

/// Text that grows, or says that it cannot.
struct Text {
    text: String,
    failed: bool,
}

impl fmt::Write for Text {
    #[inline]
    fn write_str(&mut self, piece: &str) -> fmt::Result {
        if self.text.try_reserve(piece.len()).is_err() {
            self.failed = true;
            return Err(fmt::Error);
        }
        self.text.push_str(piece);
        Ok(())
    }
}
