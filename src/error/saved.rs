//! [`SavedIndicator`]: runs code with a clear indicator, and restores the exception that was set before.

use super::indicator::{RawIndicator, clear, is_set};
use super::supersede;
use crate::refs::Python;

/// Takes the exception that is set, if any, and sets it again when dropped, in place of whatever was set
/// meanwhile. The code in between starts with a clear indicator and cannot change the outer one.
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
