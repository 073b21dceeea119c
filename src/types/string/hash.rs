//! The hash of a `str`, which the object keeps.

use crate::error::PyResult;
use crate::ffi;
use crate::refs::Borrowed;
use crate::types::{PyAny, PyString};

/// ## str: hash
impl<'py> Borrowed<'py, PyString> {
    /// `hash(self)`. Read from the object, if it is exactly a `str` that was hashed before. For an instance of a subclass its
    /// `__hash__` is called, as by the [`hash`](Borrowed::hash) of any object.
    ///
    /// # Errors
    /// What the `__hash__` of a subclass raises; none for exactly a `str`.
    #[doc(alias = "PyUnstable_Unicode_GET_CACHED_HASH")]
    #[inline]
    pub fn hash(&self) -> PyResult<'py, isize> {
        match self.kept_hash() {
            Some(hash) => Ok(hash),
            None => Borrowed::<PyAny>::hash(self),
        }
    }

    #[inline]
    fn kept_hash(&self) -> Option<isize> {
        // SAFETY: a live object; its type is read.
        if unsafe { ffi::PyUnicode_CheckExact(self.as_ptr()) } == 0 {
            return None;
        }
        // SAFETY: the address of a field of a live str.
        let place = unsafe { &raw mut (*self.as_ptr().cast::<ffi::PyASCIIObject>()).hash };
        // Another thread of a free-threaded build may store the hash meanwhile. Nothing else is read by it, so that no order is needed.
        #[cfg(Py_GIL_DISABLED)]
        let hash = {
            // SAFETY: an aligned number in a live object, which is only accessed atomically once others know of the object.
            let place = unsafe { std::sync::atomic::AtomicIsize::from_ptr(place) };
            place.load(std::sync::atomic::Ordering::Relaxed)
        };
        #[cfg(not(Py_GIL_DISABLED))]
        // SAFETY: a field that only changes under the GIL, which this thread has.
        let hash = unsafe { place.read() };
        // -1 is no hash: it is not computed yet.
        (hash != -1).then_some(hash)
    }
}
