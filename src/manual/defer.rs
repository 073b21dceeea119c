//! [`DeferDecref`]: a `decref` at the end of a scope, as Zig's `defer object.decref()`.

use super::Ptr;
use crate::ledger::Site;
use crate::refs::Object;

/// Releases a reference when it goes out of scope: see [`Ptr::defer_decref`].
///
/// The guard gives no access to the pointer: the [`Ptr`] is `Copy`, and can still be used.
#[must_use = "the reference is released at once unless the guard is bound to a name such as `_release`"]
pub struct DeferDecref<T: Object> {
    ptr: Ptr<T>,
    /// The line that the ledger names, because a drop has no caller location.
    site: Site,
}

impl<T: Object> Ptr<T> {
    /// Calls [`decref`](Ptr::decref) at the end of the scope, also if the scope is left by `return`, `?` or a
    /// panic. No count changes until then.
    ///
    /// # Safety
    /// As for [`decref`](Ptr::decref), at the time when the guard is dropped: the thread is attached then, and
    /// no other code has released the reference.
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
        // SAFETY: the caller of `Ptr::defer_decref`, the only function that makes a guard, has promised it.
        unsafe { self.ptr.decref_at(self.site) }
    }
}
