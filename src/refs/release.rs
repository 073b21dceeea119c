//! How a reference is released on an attached thread: the drop of [`Owned`], and the `decref` of manual mode.

use std::ptr::NonNull;

use super::{Object, Owned, PyAny, Shared, uncounted};
use crate::ledger::Release;
use crate::{ffi, refcount};

impl<T: Object> Drop for Owned<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        if !uncounted::<T>() {
            // SAFETY: `self` owns one reference, which is not used after the drop. The thread is attached,
            // because an `Owned` is not `Send` and cannot outlive 'py.
            unsafe { release(self.ptr, self.token.release(self.ptr)) }
        }
    }
}

/// Releases a reference, or does not, as the ledger has decided.
///
/// # Safety
/// `object` is alive, and the caller owns a reference to it, which is not used after this call. With
/// [`Release::Now`] the thread is attached.
#[inline(always)]
pub(crate) unsafe fn release(object: NonNull<ffi::PyObject>, how: Release) {
    match how {
        // SAFETY: the caller's promise.
        Release::Now => unsafe { refcount::decref(object.as_ptr()) },
        Release::Never => {}
        // The reference was dropped on a detached thread: the `Shared` queues the release.
        // SAFETY: the caller owns the reference, and passes it on; every object is of kind `PyAny`.
        Release::Later(token) => drop(unsafe { Shared::<PyAny>::from_parts(object, token) }),
    }
}
