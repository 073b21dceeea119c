//! [`DeferDecref`]: Zig's `defer object.decref()`.

use super::Ptr;
use crate::refs::Object;

/// Releases a reference when it goes out of scope: see [`Ptr::defer_decref`].
///
/// It holds no pointer that can be asked for: the [`Ptr`] is `Copy` and stays in use beside it.
#[must_use = "the reference is released at once unless the guard is bound to a name such as `_release`"]
pub struct DeferDecref<T: Object>(Ptr<T>);

impl<T: Object> DeferDecref<T> {
    /// Only for [`Ptr::defer_decref`], whose caller promises what the drop needs.
    #[inline(always)]
    pub(super) fn new(ptr: Ptr<T>) -> DeferDecref<T> {
        DeferDecref(ptr)
    }
}

impl<T: Object> Drop for DeferDecref<T> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: promised to `Ptr::defer_decref`, the only place where a guard is made.
        unsafe { self.0.decref() }
    }
}
