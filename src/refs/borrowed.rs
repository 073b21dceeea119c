//! [`Borrowed`]: the place at which a Python object lives.

use std::cell::UnsafeCell;
use std::marker::{PhantomData, PhantomPinned};

use static_assertions::{assert_eq_align, assert_eq_size, assert_not_impl_any};

use super::Object;
use crate::ledger::{self, Site};
use crate::refs::{PyAny, PyResult, Python, Raised};
use crate::{ffi, refcount};

/// The place at which a Python object of kind `T` lives. Always used behind a reference:
/// `&'a Borrowed<'py, T>` is C's *borrowed reference*.
///
/// The reference is one word, the object's address, and changes no reference count. The compiler makes sure
/// that it does not outlive what keeps the object alive: an [`Owned`](crate::Owned), a tuple that holds the
/// object, the arguments of a call. `Borrowed` is to [`Owned`](crate::Owned) what `str` is to `String`;
/// [`new_ref`](Borrowed::new_ref) and `to_owned()` take a new strong reference.
///
/// Because the reference is only a pointer, `&[&Borrowed<PyAny>]` has the layout of a vectorcall's array, and
/// `&Borrowed<T>` and `Option<&Borrowed<T>>` (C's nullable argument) can stand in `extern "C"` signatures.
///
/// The methods of each Python type are inherent methods of `Borrowed`, and [`Owned`](crate::Owned) derefs to
/// it: see [`types`](crate::types).
#[repr(C)]
pub struct Borrowed<'py, T: Object> {
    // The cell must be a field: inside `PhantomData` it does not count as interior mutability. rustc would mark
    // `&Borrowed` as `noalias readonly`, and a program that read, incremented and read a count again was
    // miscompiled at -O3; tests/codegen/layout.rs has that program.
    _object: UnsafeCell<[ffi::PyObject; 0]>,
    _marker: PhantomData<(Python<'py>, Kind<T>, PhantomPinned)>,
}

/// Covariant in `T`, without owning a `T`.
pub(super) type Kind<T> = fn() -> T;

/// [`&Borrowed`](Borrowed) with one lifetime in place of two, for structs: both are covariant.
pub type Ref<'a, T> = &'a Borrowed<'a, T>;

assert_eq_size!(&'static Borrowed<'static, PyAny>, *mut ffi::PyObject);
assert_eq_size!(
    Option<&'static Borrowed<'static, PyAny>>,
    *mut ffi::PyObject
);
assert_eq_size!(Borrowed<'static, PyAny>, ());
assert_eq_align!(Borrowed<'static, PyAny>, ffi::PyObject);
assert_not_impl_any!(Borrowed<'static, PyAny>: Send, Sync, Unpin, Clone, Copy, Default, PartialEq, std::hash::Hash);
assert_not_impl_any!(&'static Borrowed<'static, PyAny>: Send);

/// Covariant in `'py` and in the borrow.
const _: fn() = || {
    fn _covariant<'short, 'long: 'short, T: Object>(
        place: &'long Borrowed<'long, T>,
    ) -> &'short Borrowed<'short, T> {
        place
    }
};

impl<'py, T: Object> Borrowed<'py, T> {
    /// The borrowed reference behind a raw pointer. No reference count changes.
    ///
    /// # Safety
    /// `ptr` is not NULL and points to an object of kind `T`. A strong reference keeps the object alive for all
    /// of `'a`: no code that runs meanwhile may release that reference. The caller chooses `'a`: name it, or
    /// tie it to the owner in the signature of the calling function.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn from_ptr<'a>(_py: Python<'py>, ptr: *mut ffi::PyObject) -> &'a Borrowed<'py, T> {
        debug_assert!(!ptr.is_null());
        ledger::borrowed(ptr, Site::here());
        // SAFETY: `Borrowed` is a zero-sized place with the object's alignment, so that any live object's
        // address is a valid reference to one; the caller promises that it lives for 'a.
        unsafe { &*ptr.cast_const().cast::<Borrowed<'py, T>>() }
    }

    /// [`from_ptr`](Borrowed::from_ptr) where NULL means that there is no object (and no error).
    ///
    /// # Safety
    /// As for [`from_ptr`](Borrowed::from_ptr), where `ptr` is not NULL.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn from_ptr_or_opt<'a>(
        _py: Python<'py>,
        ptr: *mut ffi::PyObject,
    ) -> Option<&'a Borrowed<'py, T>> {
        ledger::borrowed(ptr, Site::here());
        // SAFETY: as in `from_ptr`; NULL is `None`.
        unsafe { ptr.cast_const().cast::<Borrowed<'py, T>>().as_ref() }
    }

    /// [`from_ptr`](Borrowed::from_ptr) where NULL means that an exception is set.
    ///
    /// # Errors
    /// The exception that is set, if `ptr` is NULL.
    ///
    /// # Safety
    /// As for [`from_ptr`](Borrowed::from_ptr), where `ptr` is not NULL.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn from_ptr_or_raised<'a>(
        py: Python<'py>,
        ptr: *mut ffi::PyObject,
    ) -> PyResult<'py, &'a Borrowed<'py, T>> {
        // SAFETY: the caller's promise.
        match unsafe { Borrowed::from_ptr_or_opt(py, ptr) } {
            Some(object) => Ok(object),
            None => Err(Raised::set(py)),
        }
    }

    /// The object's address, for the C API. No reference count changes: the pointer is borrowed, and valid for
    /// as long as `self`.
    #[inline(always)]
    pub const fn as_ptr(&self) -> *mut ffi::PyObject {
        // The only place where a reference to the zero-sized place becomes a pointer to the object. Under Tree
        // Borrows, the pointer's provenance reaches beyond the place; see the soundness chapter.
        self._object.get().cast()
    }

    /// The token of the attached thread that this reference belongs to.
    #[inline(always)]
    pub fn py(&self) -> Python<'py> {
        // SAFETY: a `Borrowed<'py, _>` is only made from a token for 'py, and is not `Send`.
        unsafe { Python::assume_attached() }
    }

    /// Whether both are the same object (Python's `is`).
    #[doc(alias = "Py_Is")]
    #[inline(always)]
    pub fn is<U: Object>(&self, other: &Borrowed<'_, U>) -> bool {
        self.as_ptr() == other.as_ptr()
    }

    /// The object's reference count, for diagnosis and tests.
    ///
    /// No unsafe code may rely on it: on free-threaded builds other threads change it at any time, and immortal
    /// objects report a constant.
    #[doc(alias = "Py_REFCNT")]
    #[inline]
    pub fn refcount(&self) -> isize {
        // SAFETY: `self` is alive and its thread attached, by the type's contract.
        unsafe { refcount::refcount(self.as_ptr()) }
    }

    /// The same reference as one to any object, [`PyAny`]: the explicit form of deref.
    #[inline(always)]
    pub fn as_any(&self) -> &Borrowed<'py, PyAny> {
        // SAFETY: every object is of kind `PyAny`; the lifetime is that of `self`.
        unsafe { self.cast_unchecked() }
    }
}
