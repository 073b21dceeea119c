//! [`SavedIndicator`]: code that starts with a clear indicator, and leaves the outer one as it was.

use super::indicator::{RawIndicator, clear, is_set};
use super::supersede;
use crate::refs::Python;

/// Puts the exception that is set aside, and sets it again when dropped; what was set meanwhile is
/// cleared. So code in between starts with a clear indicator and cannot change the outer one.
pub(crate) struct SavedIndicator<'py> {
    saved: Option<RawIndicator>,
    notes: Option<Box<supersede::Notes>>,
    py: Python<'py>,
}

impl<'py> SavedIndicator<'py> {
    #[inline]
    pub(crate) fn save(py: Python<'py>) -> SavedIndicator<'py> {
        let saved = is_set(py).then(|| RawIndicator::fetch(py));
        let notes = supersede::set_aside();
        SavedIndicator { saved, notes, py }
    }
}

impl Drop for SavedIndicator<'_> {
    #[inline]
    fn drop(&mut self) {
        match self.saved.take() {
            Some(saved) => saved.restore(self.py),
            None if is_set(self.py) => clear(self.py),
            None => {}
        }
        supersede::bring_back(self.notes.take());
    }
}
