//! Iterating over a dict without taking references: for hot loops that run nothing else.

use super::entries::Cursor;
use crate::refs::Borrowed;
use crate::types::{PyAny, PyDict};

/// ## dict: iterating without counting
impl<'py> Borrowed<'py, PyDict> {
    /// Iterates over keys and values without taking references.
    ///
    /// [`for_each_loaded`](Borrowed::for_each_loaded) is safe, and as fast for scalars; [`iter`](Borrowed::iter) is
    /// safe, and takes and releases a reference to each key and value.
    ///
    /// # Safety
    /// From this call until the last use of a key or value, no code may run that could replace or remove one,
    /// as for [lists](Borrowed::iter_borrowed). On free-threaded builds
    /// [`with_critical_section`](crate::sync::with_critical_section) must hold the dict around the whole
    /// loop.
    #[doc(alias = "PyDict_Next")]
    #[inline]
    pub unsafe fn iter_borrowed<'a>(
        &'a self,
    ) -> impl Iterator<Item = (&'a Borrowed<'py, PyAny>, &'a Borrowed<'py, PyAny>)> {
        let mut cursor = Cursor::new(self.py());
        std::iter::from_fn(move || {
            // SAFETY: a live dict that no code changes, by the caller's promise.
            let (key, value) = unsafe { cursor.next(self.as_ptr()) }?;
            // SAFETY: the dict keeps the key while the caller uses it, by the caller's promise.
            let key = unsafe { Borrowed::from_ptr(self.py(), key) };
            // SAFETY: as above.
            let value = unsafe { Borrowed::from_ptr(self.py(), value) };
            Some((key, value))
        })
    }
}
