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

impl<T: Object> Ptr<T> {
    /// [`decref`](Ptr::decref) at the end of the scope, on whatever way it is left: `return`, `?` or a
    /// panic. No count changes until then.
    ///
    /// # Safety
    /// As for [`decref`](Ptr::decref), at the time when the guard is dropped: the thread is attached
    /// then, and nothing else has released the reference.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn defer_decref(self) -> DeferDecref<T> {
        DeferDecref {
            ptr: self,
            site: Site::here(),
        }
    }
}

impl<T: Object> Drop for DeferDecref<T> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: promised to `Ptr::defer_decref`, the only place where a guard is made.
        unsafe { self.ptr.decref_at(self.site) }
    }
}
