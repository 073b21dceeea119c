//! How a reference is given up on an attached thread: the drop of [`Owned`], and the `decref` of manual mode.

use std::ptr::NonNull;

use super::{Object, Owned, PyAny, Shared};
use crate::ledger::Release;
use crate::{ffi, refcount};

impl<T: Object> Drop for Owned<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        if !T::IMMORTAL {
            // SAFETY: `self` owns one reference, which nobody uses after this, and its thread is attached
            // because it is neither `Send` nor able to outlive 'py.
            unsafe { release(self.ptr, self.token.release(self.ptr)) }
        }
    }
}

/// Releases a reference, as far as the ledger has said that it may be.
///
/// # Safety
/// `object` is alive, and the caller owns a reference to it, which nobody uses after this. The thread is attached,
/// but for what only the ledger can see.
#[inline(always)]
pub(crate) unsafe fn release(object: NonNull<ffi::PyObject>, how: Release) {
    match how {
        // SAFETY: the caller's promise.
        Release::Now => unsafe { refcount::decref(object.as_ptr()) },
        Release::Never => {}
        // Dropped on a detached thread, it waits for an attached one.
        // SAFETY: the caller's promise; every object is of kind `PyAny`.
        Release::Later(token) => drop(unsafe { Shared::<PyAny>::from_parts(object, token) }),
    }
}
