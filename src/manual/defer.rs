//! [`DeferDecref`]: Zig's `defer object.decref()`.

use super::Ptr;
use crate::ledger::Site;
use crate::refs::Object;

/// Releases a reference when it goes out of scope: see [`Ptr::defer_decref`].
///
/// It holds no pointer that can be asked for: the [`Ptr`] is `Copy` and stays in use beside it.
#[must_use = "the reference is released at once unless the guard is bound to a name such as `_release`"]
pub struct DeferDecref<T: Object> {
    ptr: Ptr<T>,
    /// The line that the ledger is to name: a drop has none.
    site: Site,
}

impl<T: Object> DeferDecref<T> {
    /// Only for [`Ptr::defer_decref`], whose caller promises what the drop needs.
    #[inline(always)]
    pub(super) fn new(ptr: Ptr<T>, site: Site) -> DeferDecref<T> {
        DeferDecref { ptr, site }
    }
}

impl<T: Object> Drop for DeferDecref<T> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: promised to `Ptr::defer_decref`, the only place where a guard is made.
        unsafe { self.ptr.decref_at(self.site) }
    }
}
