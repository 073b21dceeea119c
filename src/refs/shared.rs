//! [`Shared`]: a reference that may leave `'py` and cross threads.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use static_assertions::{assert_eq_size, assert_impl_all, assert_not_impl_any};

use super::{Borrowed, Object, Owned};
use crate::ffi;
use crate::ledger::{Kind, Site, Token};
use crate::refs::{PyAny, Python};

/// A strong reference that belongs to no thread: `Send`, `Sync` and `'static`.
///
/// One word (two with the feature `ledger`). The object can be used only through [`bind`](Shared::bind), which
/// takes a token. Keep a `Shared` in a static, in module state, in a struct, or send it to another thread.
///
/// Dropping it on an attached thread releases the reference at once. Dropping it while detached never blocks:
/// the release is queued, and done at the next attach or by the interpreter's main thread between two
/// bytecodes, whichever comes first. (CPython 3.10 and 3.11 look at the queue only when the main thread takes
/// the GIL again: a loop that never lets it go delays the release.) [`release`](Shared::release) does not have
/// to ask whether the thread is attached. Once the interpreter has begun to finalise, a `Shared` that is
/// dropped while detached leaks its reference.
///
/// Not `Clone`, because cloning needs an attached thread: see [`clone_ref`](Shared::clone_ref).
///
/// A `Shared` belongs to the main interpreter of the process: modules made with [`module!`](crate::module)
/// refuse to be imported into subinterpreters, and on a thread that is attached to one, dropping queues the release.
// Its drop: src/interpreter/release_queue.rs.
#[cfg_attr(not(feature = "ledger"), repr(transparent))]
pub struct Shared<T: Object> {
    pub(crate) ptr: NonNull<ffi::PyObject>,
    pub(crate) token: Token,
    _marker: PhantomData<fn() -> T>,
}

// SAFETY: the object is accessed only with a token, which proves an attached thread, or in `drop`, which counts
// only while attached. The interpreter synchronises accesses to objects: by the GIL, or by atomic counts and
// per-object locks on free-threaded builds.
unsafe impl<T: Object> Send for Shared<T> {}
// SAFETY: as for `Send`: `&Shared` gives access to the object only with a token.
unsafe impl<T: Object> Sync for Shared<T> {}

assert_eq_size!(Shared<PyAny>, Owned<'static, PyAny>);
assert_eq_size!(Option<Shared<PyAny>>, Owned<'static, PyAny>);
assert_impl_all!(Shared<PyAny>: Send, Sync);
assert_not_impl_any!(Shared<PyAny>: Clone);

impl<T: Object> Shared<T> {
    /// A borrowed reference to the object, for an attached thread. No reference count changes.
    #[inline(always)]
    pub fn bind<'a, 'py>(&'a self, py: Python<'py>) -> &'a Borrowed<'py, T> {
        py.assert_attached();
        // SAFETY: `self` owns a reference for as long as it is borrowed, and `py` proves the attachment.
        unsafe { Borrowed::from_ptr(py, self.ptr.as_ptr()) }
    }

    /// Turns the reference into an `Owned` of this thread. No count changes.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn into_owned(self, py: Python<'_>) -> Owned<'_, T> {
        py.assert_attached();
        let (ptr, token) = self.into_parts();
        token.hand_over();
        // SAFETY: the reference that `self` owned passes to the result.
        unsafe { Owned::from_parts(ptr, token) }
    }

    /// The reference behind `ptr`, with its record.
    ///
    /// # Safety
    /// `ptr` points to an object of kind `T`, and the caller owns a reference to it, which passes to the result.
    #[inline(always)]
    pub(super) unsafe fn from_parts(ptr: NonNull<ffi::PyObject>, token: Token) -> Shared<T> {
        Shared {
            ptr,
            token,
            _marker: PhantomData,
        }
    }

    #[inline(always)]
    fn into_parts(self) -> (NonNull<ffi::PyObject>, Token) {
        let shared = ManuallyDrop::new(self);
        (shared.ptr, shared.token)
    }

    /// Takes one more reference: the count goes up by one.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn clone_ref(&self, py: Python<'_>) -> Shared<T> {
        let clone = self.bind(py).count(Kind::Clone, Site::here());
        clone.into_shared()
    }

    /// Releases the reference now. Dropping does the same, but first asks whether the thread is attached (2
    /// ns).
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn release(self, py: Python<'_>) {
        drop(self.into_owned(py));
    }

    /// Whether both refer to the same object. Needs no attached thread.
    #[inline]
    pub fn is(&self, other: &Shared<T>) -> bool {
        self.ptr == other.ptr
    }

    /// The object's address. It may be used with the C API only while attached.
    #[inline(always)]
    pub const fn as_ptr(&self) -> *mut ffi::PyObject {
        self.ptr.as_ptr()
    }

    /// Gives the reference away as a raw pointer. It leaks unless other code releases it.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn into_ptr(self) -> *mut ffi::PyObject {
        let (ptr, token) = self.into_parts();
        token.give(ptr);
        ptr.as_ptr()
    }
}

/// ## Every Owned: to other threads and statics
impl<T: Object> Owned<'_, T> {
    /// Turns the reference into a [`Shared`], which is not bound to this thread and `'py`. No count changes.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn into_shared(self) -> Shared<T> {
        Shared::from(self)
    }
}

impl<T: Object> From<Owned<'_, T>> for Shared<T> {
    /// Turns the reference into a [`Shared`]. No count changes.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn from(owned: Owned<'_, T>) -> Shared<T> {
        let (ptr, token) = owned.into_parts();
        token.hand_over();
        // SAFETY: the reference that `owned` held passes to the result.
        unsafe { Shared::from_parts(ptr, token) }
    }
}

impl<T: Object> From<&Borrowed<'_, T>> for Shared<T> {
    /// Takes a new reference: the count goes up by one.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn from(object: &Borrowed<'_, T>) -> Shared<T> {
        object.count(Kind::ToOwned, Site::here()).into_shared()
    }
}
