//! [`Ptr`]: the pointer, and what C does with any object.

use std::fmt;
use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::ptr::NonNull;

use static_assertions::{assert_eq_size, assert_impl_all, assert_not_impl_any};

use crate::ffi::{self, attached_here};
use crate::ledger::{Kind, Site, manual};
use crate::refcount;
use crate::refs::{Object, release, uncounted};
use crate::types::PyAny;

/// A pointer to a Python object of kind `T`, whose references are counted by hand: see the
/// [module](super).
///
/// One word, never NULL; `Option<Ptr<T>>` is one word, too, with NULL as `None`. It does not say who owns a
/// reference, nor whether the object is still alive; copying and dropping it change no count. Making one and
/// comparing addresses is safe, everything else is `unsafe`.
///
/// It is neither `Send` nor `Sync`, so that it cannot be used within [`detach`](crate::Python::detach).
#[repr(transparent)]
pub struct Ptr<T: Object> {
    ptr: NonNull<ffi::PyObject>,
    _marker: PhantomData<fn() -> T>,
}

assert_eq_size!(Ptr<PyAny>, *mut ffi::PyObject);
assert_eq_size!(Option<Ptr<PyAny>>, *mut ffi::PyObject);
assert_impl_all!(Ptr<PyAny>: Copy, UnwindSafe, RefUnwindSafe);
assert_not_impl_any!(Ptr<PyAny>: Send, Sync, Default, PartialEq, std::hash::Hash);

impl<T: Object> Ptr<T> {
    /// The pointer behind a raw one, or `None` for NULL. No count changes.
    ///
    /// Safe, because it reads nothing: the caller of an `unsafe` method promises that the object is alive and
    /// of kind `T`.
    #[inline(always)]
    pub fn from_ptr(ptr: *mut ffi::PyObject) -> Option<Ptr<T>> {
        let ptr = NonNull::new(ptr)?;
        manual::seen(ptr);
        Some(Ptr {
            ptr,
            _marker: PhantomData,
        })
    }

    /// Like [`from_ptr`](Ptr::from_ptr), for a *new reference* that a raw call returned. From here on the
    /// caller owns it, and has to release it or give it away. No count changes.
    ///
    /// Without the feature `ledger` it is the same as `from_ptr`. With the feature it records the reference:
    /// the ledger allows only recorded references to be released.
    ///
    /// # Safety
    /// Attached; `ptr` is NULL or points to an object to which the caller owns a reference.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    #[must_use = "the reference leaks unless the caller releases it"]
    pub unsafe fn from_owned_ptr(ptr: *mut ffi::PyObject) -> Option<Ptr<T>> {
        // SAFETY: the caller's promise.
        unsafe { Ptr::enter(ptr, Kind::Adopted) }
    }

    /// [`from_owned_ptr`](Ptr::from_owned_ptr) for this crate's own results, which the ledger records as new.
    ///
    /// # Safety
    /// As for [`from_owned_ptr`](Ptr::from_owned_ptr).
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(super) unsafe fn from_new_ptr(ptr: *mut ffi::PyObject) -> Option<Ptr<T>> {
        // SAFETY: the caller's promise.
        unsafe { Ptr::enter(ptr, Kind::New) }
    }

    /// # Safety
    /// As for [`from_owned_ptr`](Ptr::from_owned_ptr).
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    unsafe fn enter(ptr: *mut ffi::PyObject, kind: Kind) -> Option<Ptr<T>> {
        let result = Ptr::from_ptr(ptr)?;
        manual::open(result.ptr, kind);
        Some(result)
    }

    /// The object's address, for C code that steals the reference: the reference is given away. No count
    /// changes.
    ///
    /// Without the feature `ledger` it is the same as [`as_ptr`](Ptr::as_ptr). With the feature it records that
    /// the reference was given away.
    ///
    /// # Safety
    /// Attached; the object is alive, and the caller owns a reference to it, which it gives up.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    #[must_use = "the reference leaks unless it is passed on"]
    pub unsafe fn give(self) -> *mut ffi::PyObject {
        // SAFETY: the caller's promise.
        unsafe { manual::give(self.ptr) };
        self.as_ptr()
    }

    /// The object's address, for this module.
    #[inline(always)]
    pub(super) fn address(self) -> NonNull<ffi::PyObject> {
        self.ptr
    }

    /// [`from_ptr`](Ptr::from_ptr) without the test for NULL, for pointers that come from a reference.
    ///
    /// # Safety
    /// `ptr` is not NULL.
    #[inline(always)]
    pub(super) unsafe fn from_ptr_unchecked(ptr: *mut ffi::PyObject) -> Ptr<T> {
        debug_assert!(!ptr.is_null());
        Ptr {
            // SAFETY: the caller promises that `ptr` is not NULL.
            ptr: unsafe { NonNull::new_unchecked(ptr) },
            _marker: PhantomData,
        }
    }

    /// The object's address, for the C API. No count changes.
    #[inline(always)]
    pub const fn as_ptr(self) -> *mut ffi::PyObject {
        self.ptr.as_ptr()
    }

    /// Under debug assertions, panics when the thread is not attached. With the feature `ledger`, panics when a release
    /// by hand has destroyed the object.
    #[inline(always)]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    pub(super) fn assert_usable(self) {
        assert_attached();
        manual::must_use(self.ptr);
    }

    /// Takes one more reference. The count goes up by one.
    ///
    /// # Safety
    /// Attached; the object is alive. The caller makes sure that the new reference is released: with
    /// [`decref`](Ptr::decref), by giving it to a function that steals it, or by returning it.
    #[doc(alias = "Py_INCREF")]
    #[inline(always)]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    pub unsafe fn incref(self) {
        assert_attached();
        if !uncounted::<T>() && manual::may_use(self.ptr) {
            // SAFETY: the caller's promise.
            unsafe { refcount::incref(self.as_ptr()) };
            manual::open(self.ptr, Kind::Incref);
        }
    }

    /// Releases a reference. The count goes down by one; at zero the object is destroyed, which may run any
    /// Python code.
    ///
    /// # Safety
    /// Attached; the caller owns a reference to the object, and gives it up. No copy of this pointer is
    /// used afterwards, unless another reference keeps the object alive.
    #[doc(alias = "Py_DECREF")]
    #[inline(always)]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    pub unsafe fn decref(self) {
        // SAFETY: the caller's promise.
        unsafe { self.decref_at(Site::here()) }
    }

    /// [`decref`](Ptr::decref), with the line that the ledger records.
    ///
    /// # Safety
    /// As for [`decref`](Ptr::decref).
    #[inline(always)]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    pub(super) unsafe fn decref_at(self, site: Site) {
        assert_attached();
        if !uncounted::<T>() {
            // SAFETY: the caller's promise.
            unsafe { release(self.ptr, manual::release(self.ptr, site)) }
        }
    }

    /// [`incref`](Ptr::incref) as an expression: returns the same pointer, which now owns the new reference.
    /// The count goes up by one.
    ///
    /// # Safety
    /// As for [`incref`](Ptr::incref).
    #[doc(alias = "Py_NewRef")]
    #[inline(always)]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    #[must_use = "the new reference leaks unless the caller releases it"]
    pub unsafe fn new_ref(self) -> Ptr<T> {
        // SAFETY: the caller's promise.
        unsafe { self.incref() };
        self
    }

    /// The object's reference count, for diagnosis and tests.
    ///
    /// Immortal objects report a constant, and on free-threaded builds other threads change the count at any
    /// time.
    ///
    /// # Safety
    /// Attached; the object is alive.
    #[doc(alias = "Py_REFCNT")]
    #[inline]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    pub unsafe fn refcount(self) -> isize {
        self.assert_usable();
        // SAFETY: the caller's promise.
        unsafe { refcount::refcount(self.as_ptr()) }
    }

    /// Whether both point to the same object (Python's `is`). Safe, because it only compares addresses; for a
    /// freed object the result means nothing.
    #[doc(alias = "Py_Is")]
    #[inline(always)]
    pub fn is<U: Object>(self, other: Ptr<U>) -> bool {
        self.as_ptr() == other.as_ptr()
    }
}

/// Under debug assertions, panics when the thread is not attached.
#[inline(always)]
#[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
pub(super) fn assert_attached() {
    if cfg!(debug_assertions) && !attached_here() {
        not_attached();
    }
}

#[cold]
#[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
fn not_attached() -> ! {
    panic!("a `manual::Ptr` is used on a thread that is not attached to the interpreter")
}

impl<T: Object> Copy for Ptr<T> {}

impl<T: Object> Clone for Ptr<T> {
    /// Copies the pointer. No count changes; [`new_ref`](Ptr::new_ref) takes a reference.
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

/// The kind and the address. Does not access the object, which may have been freed.
impl<T: Object> fmt::Debug for Ptr<T> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} at {:p}, manual>", T::NAME, self.as_ptr())
    }
}

impl<T: Object> UnwindSafe for Ptr<T> {}
impl<T: Object> RefUnwindSafe for Ptr<T> {}
