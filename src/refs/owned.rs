//! [`Owned`]: a strong reference, released when it goes out of scope.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use static_assertions::{assert_eq_size, assert_not_impl_any};

use super::leaves_thread::LeavesThread;
use super::{Borrowed, Object, uncounted};
use crate::ledger::{Kind, Site, Token, cloned_while_detached, using};
use crate::refs::{PyAny, PyResult, Python, Raised};
use crate::{ffi, refcount};

/// A strong reference to a Python object of kind `T`: C's *new reference*.
///
/// One word (two with the feature `ledger`). Dropping it releases the reference, exactly once. A function of
/// the C API that *steals* a reference takes an `Owned` by value, so that using it afterwards does not compile.
/// All operations on the object are methods of [`Borrowed`], to which `Owned` derefs.
///
/// An `Owned` belongs to an attached thread: it is neither `Send` nor `Sync`, and cannot leave `'py`. To keep a
/// reference longer, or across threads, turn it into a [`Shared`](crate::Shared).
///
/// ```
/// # use pyptr::{Owned, PyResult, Python, types::PyString};
/// # Python::initialize();
/// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
/// let hello: Owned<'_, PyString> = PyString::new(py, "hello ")?;
/// let twice = hello.new_ref();                    // a second reference to the same object
/// assert!(hello.is(&twice));
/// let hello_world = hello.append_str("world")?;   // steals `hello`: it cannot be used any more
/// assert_eq!(hello_world.to_str()?, "hello world");
/// # Ok(()) }
/// # Python::attach(|py| run(py).unwrap());
/// ```
///
/// # Methods by type
///
/// | of | methods |
/// |---|---|
/// | every `Owned` | [the pointer](#methods-of-every-owned) · [from C](#every-owned-from-c) · [casts](#every-owned-casts) · [to other threads and statics](#every-owned-to-other-threads-and-statics) · [slices](#every-owned-slices) |
/// | by type | [exceptions](#methods-of-exceptions) · [`str`](#methods-of-str) · [`bytes`](#methods-of-bytes) |
/// | all others | [those of `Borrowed`](Borrowed#methods-by-type) |
#[cfg_attr(not(feature = "ledger"), repr(transparent))]
pub struct Owned<'py, T: Object> {
    pub(super) ptr: NonNull<ffi::PyObject>,
    pub(super) token: Token,
    _marker: PhantomData<(Python<'py>, fn() -> T)>,
}

// SAFETY: for no type: nothing has `LeavesThread`, which is there for its sentence.
unsafe impl<'py, T: Object> Send for Owned<'py, T> where Owned<'py, T>: LeavesThread {}
// SAFETY: as above.
unsafe impl<'py, T: Object> Sync for Owned<'py, T> where Owned<'py, T>: LeavesThread {}

assert_eq_size!(Owned<'static, PyAny>, (*mut ffi::PyObject, Token));
assert_eq_size!(Option<Owned<'static, PyAny>>, (*mut ffi::PyObject, Token));
assert_eq_size!(
    PyResult<'static, Owned<'static, PyAny>>,
    (*mut ffi::PyObject, Token)
);
#[cfg(not(feature = "ledger"))]
assert_eq_size!((*mut ffi::PyObject, Token), *mut ffi::PyObject);
assert_not_impl_any!(Owned<'static, PyAny>: Send, Sync, Copy, Default, PartialEq, std::hash::Hash);

/// Covariant in `'py`.
const _: fn() = || {
    fn _covariant<'short, 'long: 'short, T: Object>(owned: Owned<'long, T>) -> Owned<'short, T> {
        owned
    }
};

/// # Methods of every Owned
impl<'py, T: Object> Owned<'py, T> {
    /// The object's address, for the C API; the reference stays with `self`.
    ///
    /// Unlike [`Borrowed::as_ptr`], it does not make the pointer from a Rust reference to the place.
    #[inline(always)]
    pub const fn as_ptr(&self) -> *mut ffi::PyObject {
        self.ptr.as_ptr()
    }

    /// Takes one more reference: the count goes up by one.
    #[doc(alias = "Py_NewRef")]
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    #[allow(clippy::should_implement_trait)] // `Owned` has `ToOwned` too, by std's impl for `Clone`.
    pub fn to_owned(&self) -> Owned<'py, T> {
        self.count(Kind::ToOwned, Site::here())
    }

    /// The same reference as one to any object, [`PyAny`]. No count changes.
    #[inline(always)]
    pub fn into_any(self) -> Owned<'py, PyAny> {
        // SAFETY: every object is of kind `PyAny`.
        unsafe { self.cast_into_unchecked() }
    }

    /// Gives the reference away as a raw pointer, for a C function that steals it. No count changes.
    ///
    /// The reference leaks unless the C function or the caller releases it.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn into_ptr(self) -> *mut ffi::PyObject {
        let (ptr, token) = self.into_parts();
        token.give(ptr);
        ptr.as_ptr()
    }

    /// Never releases the reference, on purpose: the object lives until the process ends, and the ledger does
    /// not report a leak. No count changes.
    ///
    /// For objects that are made once and used until the end of the process.
    ///
    /// ```
    /// # use pyptr::{Python, Ref, types::PyString};
    /// # Python::initialize();
    /// # Python::attach(|py| {
    /// let name: Ref<'_, PyString> = PyString::intern(py, c"encoding").unwrap().leak_static();
    /// assert!(name.eq_str("encoding"));
    /// # });
    /// ```
    #[inline]
    pub fn leak_static(self) -> &'py Borrowed<'py, T> {
        let (ptr, token) = self.into_parts();
        token.mean_to_leak();
        // SAFETY: an `Owned<'py, _>` is only made from a token for 'py, and is not `Send`.
        let py = unsafe { Python::assume_attached() };
        // SAFETY: the reference is never released, so that the object lives on.
        unsafe { Borrowed::from_ptr(py, ptr.as_ptr()) }
    }
}

/// ## Every Owned: from C
impl<'py, T: Object> Owned<'py, T> {
    /// Takes over the reference behind `ptr`: no reference count changes, and the drop releases it.
    ///
    /// Use it for a result that the C API documentation calls a *new reference* and that cannot be NULL. For a
    /// borrowed reference use [`from_borrowed_ptr`](Owned::from_borrowed_ptr): the drop would release a
    /// reference that belongs to another owner.
    ///
    /// # Safety
    /// `ptr` is not NULL and points to an object of kind `T`. The caller owns a reference to the object, which
    /// passes to the result.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn from_owned_ptr(_py: Python<'py>, ptr: *mut ffi::PyObject) -> Owned<'py, T> {
        debug_assert!(!ptr.is_null());
        // SAFETY: the caller promises that `ptr` is not NULL.
        let ptr = unsafe { NonNull::new_unchecked(ptr) };
        // SAFETY: the caller's promise.
        unsafe { Owned::take(ptr, Kind::Adopted, Site::here()) }
    }

    /// [`from_owned_ptr`](Owned::from_owned_ptr) where NULL means that there is no object (and no error).
    ///
    /// # Safety
    /// As for [`from_owned_ptr`](Owned::from_owned_ptr), where `ptr` is not NULL.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn from_owned_ptr_or_opt(
        _py: Python<'py>,
        ptr: *mut ffi::PyObject,
    ) -> Option<Owned<'py, T>> {
        // SAFETY: the caller's promise.
        unsafe { Owned::take_or_opt(ptr, Kind::Adopted, Site::here()) }
    }

    /// [`from_owned_ptr`](Owned::from_owned_ptr) where NULL means that an exception is set.
    ///
    /// # Errors
    /// The exception that is set, if `ptr` is NULL.
    ///
    /// # Safety
    /// As for [`from_owned_ptr`](Owned::from_owned_ptr), where `ptr` is not NULL.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn from_owned_ptr_or_raised(
        py: Python<'py>,
        ptr: *mut ffi::PyObject,
    ) -> PyResult<'py, Owned<'py, T>> {
        // SAFETY: the caller's promise.
        match unsafe { Owned::take_or_opt(ptr, Kind::Adopted, Site::here()) } {
            Some(owned) => Ok(owned),
            None => Err(Raised::set(py)),
        }
    }

    /// Takes a new reference to the object behind a borrowed pointer: the count goes up by one.
    ///
    /// # Safety
    /// `ptr` is not NULL and points to a live object of kind `T`.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn from_borrowed_ptr(py: Python<'py>, ptr: *mut ffi::PyObject) -> Owned<'py, T> {
        // SAFETY: the caller promises that the object is alive now; the borrow ends with this call.
        let object: &Borrowed<'py, T> = unsafe { Borrowed::from_ptr(py, ptr) };
        object.count(Kind::FromBorrowed, Site::here())
    }

    /// [`from_borrowed_ptr`](Owned::from_borrowed_ptr) where NULL means that there is no object.
    ///
    /// # Safety
    /// As for [`from_borrowed_ptr`](Owned::from_borrowed_ptr), where `ptr` is not NULL.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn from_borrowed_ptr_or_opt(
        py: Python<'py>,
        ptr: *mut ffi::PyObject,
    ) -> Option<Owned<'py, T>> {
        let site = Site::here();
        // SAFETY: the caller promises that the object, if any, is alive now.
        let object: Option<&Borrowed<'py, T>> = unsafe { Borrowed::from_ptr_or_opt(py, ptr) };
        object.map(|object| object.count(Kind::FromBorrowed, site))
    }

    /// [`from_borrowed_ptr`](Owned::from_borrowed_ptr) where NULL means that an exception is set.
    ///
    /// # Errors
    /// The exception that is set, if `ptr` is NULL.
    ///
    /// # Safety
    /// As for [`from_borrowed_ptr`](Owned::from_borrowed_ptr), where `ptr` is not NULL.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn from_borrowed_ptr_or_raised(
        py: Python<'py>,
        ptr: *mut ffi::PyObject,
    ) -> PyResult<'py, Owned<'py, T>> {
        // SAFETY: the caller's promise.
        match unsafe { Owned::from_borrowed_ptr_or_opt(py, ptr) } {
            Some(owned) => Ok(owned),
            None => Err(Raised::set(py)),
        }
    }

    /// [`from_owned_ptr`](Owned::from_owned_ptr) for this crate's own results, which the ledger records as new.
    ///
    /// # Safety
    /// As for [`from_owned_ptr`](Owned::from_owned_ptr).
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(crate) unsafe fn from_new_ptr(_py: Python<'py>, ptr: *mut ffi::PyObject) -> Owned<'py, T> {
        debug_assert!(!ptr.is_null());
        // SAFETY: the caller promises that `ptr` is not NULL.
        let ptr = unsafe { NonNull::new_unchecked(ptr) };
        // SAFETY: the caller's promise.
        unsafe { Owned::take(ptr, Kind::New, Site::here()) }
    }

    /// [`from_owned_ptr_or_opt`](Owned::from_owned_ptr_or_opt) for this crate's own results.
    ///
    /// # Safety
    /// As for [`from_owned_ptr_or_opt`](Owned::from_owned_ptr_or_opt).
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(crate) unsafe fn from_new_ptr_or_opt(
        _py: Python<'py>,
        ptr: *mut ffi::PyObject,
    ) -> Option<Owned<'py, T>> {
        // SAFETY: the caller's promise.
        unsafe { Owned::take_or_opt(ptr, Kind::New, Site::here()) }
    }

    /// [`from_owned_ptr_or_raised`](Owned::from_owned_ptr_or_raised) for this crate's own results.
    ///
    /// # Safety
    /// As for [`from_owned_ptr_or_raised`](Owned::from_owned_ptr_or_raised).
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(crate) unsafe fn from_new_ptr_or_raised(
        py: Python<'py>,
        ptr: *mut ffi::PyObject,
    ) -> PyResult<'py, Owned<'py, T>> {
        // SAFETY: the caller's promise.
        match unsafe { Owned::take_or_opt(ptr, Kind::New, Site::here()) } {
            Some(owned) => Ok(owned),
            None => Err(Raised::set(py)),
        }
    }

    /// [`from_owned_ptr`](Owned::from_owned_ptr), with the kind and the line that the ledger records.
    ///
    /// # Safety
    /// As for [`from_owned_ptr`](Owned::from_owned_ptr).
    #[inline(always)]
    pub(crate) unsafe fn take(
        ptr: NonNull<ffi::PyObject>,
        kind: Kind,
        site: Site,
    ) -> Owned<'py, T> {
        let token = match uncounted::<T>() {
            true => Token::NONE,
            false => Token::open(ptr, kind, site),
        };
        // SAFETY: the caller's promise.
        unsafe { Owned::from_parts(ptr, token) }
    }

    /// [`take`](Owned::take), or `None` for NULL.
    ///
    /// # Safety
    /// As for [`from_owned_ptr_or_opt`](Owned::from_owned_ptr_or_opt).
    #[inline(always)]
    unsafe fn take_or_opt(
        ptr: *mut ffi::PyObject,
        kind: Kind,
        site: Site,
    ) -> Option<Owned<'py, T>> {
        // SAFETY: the caller's promise.
        NonNull::new(ptr).map(|ptr| unsafe { Owned::take(ptr, kind, site) })
    }

    /// A new reference that has no record in the ledger: to be given to the interpreter at once.
    #[inline(always)]
    pub(crate) fn unrecorded(object: &Borrowed<'py, T>) -> Owned<'py, T> {
        // SAFETY: a reference to a place is the object's address, and not NULL.
        let ptr = unsafe { NonNull::new_unchecked(object.as_ptr()) };
        if !uncounted::<T>() {
            // SAFETY: the object is alive and its thread attached, by the contract of `Borrowed`.
            unsafe { refcount::incref(object.as_ptr()) }
        }
        // SAFETY: the reference counted just now passes to the result; immortal objects need no count.
        unsafe { Owned::from_parts(ptr, Token::NONE) }
    }

    /// Puts together what [`into_parts`](Owned::into_parts) took apart.
    ///
    /// # Safety
    /// As for [`from_owned_ptr`](Owned::from_owned_ptr); `token` is that of the reference's record.
    #[inline(always)]
    pub(crate) unsafe fn from_parts(ptr: NonNull<ffi::PyObject>, token: Token) -> Owned<'py, T> {
        Owned {
            ptr,
            token,
            _marker: PhantomData,
        }
    }

    /// Notes in the ledger whether the object is complete. Until it is, the ledger shows it to no other code.
    #[inline(always)]
    pub(crate) fn set_complete(&self, complete: bool) {
        self.token.complete(complete);
    }

    /// Takes the reference apart, to pass it to another pointer. Its record in the ledger stays open.
    #[inline(always)]
    pub(crate) fn into_parts(self) -> (NonNull<ffi::PyObject>, Token) {
        let owned = ManuallyDrop::new(self);
        (owned.ptr, owned.token)
    }
}

/// ## Every pointer: a reference of one's own
impl<'py, T: Object> Borrowed<'py, T> {
    /// Takes a new strong reference: the count goes up by one.
    ///
    /// The same as `to_owned()`, except on a `&&Borrowed`: there `to_owned()` copies only the Rust reference,
    /// and `new_ref` still takes a reference to the object.
    #[doc(alias = "Py_NewRef")]
    #[doc(alias = "Py_INCREF")]
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new_ref(&self) -> Owned<'py, T> {
        self.count(Kind::NewRef, Site::here())
    }

    /// Takes a new reference, at `site`.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub(crate) fn count(&self, kind: Kind, site: Site) -> Owned<'py, T> {
        let detached = cloned_while_detached(self.as_ptr());
        // SAFETY: a reference to a place is the object's address, and not NULL.
        let ptr = unsafe { NonNull::new_unchecked(self.as_ptr()) };
        let _attached = self.py();
        if detached {
            Python::attach(|_| {
                // SAFETY: `self` is alive, and the thread attached now.
                unsafe { refcount::incref(self.as_ptr()) }
            });
        } else if !uncounted::<T>() {
            using(self.as_ptr(), site);
            // SAFETY: `self` is alive and its thread attached, by the type's contract.
            unsafe { refcount::incref(self.as_ptr()) }
        }
        // SAFETY: the reference counted just now passes to the result; immortal objects need no count.
        unsafe { Owned::take(ptr, kind, site) }
    }
}

impl<T: Object> Clone for Owned<'_, T> {
    /// Takes one more reference: the count goes up by one.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn clone(&self) -> Self {
        self.count(Kind::Clone, Site::here())
    }
}
