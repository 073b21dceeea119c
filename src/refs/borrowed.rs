//! [`Borrowed`]: the place at which a Python object lives.

use std::cell::UnsafeCell;
use std::marker::{PhantomData, PhantomPinned};

use static_assertions::{assert_eq_align, assert_eq_size, assert_not_impl_any};

use super::Object;
use crate::ffi;
use crate::refcount;
use crate::refs::{PyAny, Python};

/// The place at which a Python object of kind `T` lives. Always used behind a reference:
/// `&'a Borrowed<'py, T>` is C's *borrowed reference*.
///
/// It is one word, the object's address, and costs no reference counting. The compiler sees to it that
/// it does not outlive what keeps the object alive: an [`Owned`](crate::Owned), a tuple that holds it, the arguments
/// of a call. It is to [`Owned`](crate::Owned) what `str` is to `String`; [`new_ref`](Borrowed::new_ref) and
/// `to_owned()` take a reference of one's own.
///
/// Being just the pointer, `&[&Borrowed<PyAny>]` is the array of a vectorcall, `Option<&Borrowed<T>>`
/// is C's nullable argument, and both can stand in `extern "C"` signatures.
///
/// The methods of each Python type are inherent methods here, in one `impl` a type, and are reached
/// from every pointer through deref: see [`types`](crate::types).
#[repr(C)]
pub struct Borrowed<'py, T: Object> {
    // The cell must be a field. Inside `PhantomData` it does not count as interior mutability, rustc
    // marks `&Borrowed` as `noalias readonly`, and reading a count, incrementing it and reading it
    // again was miscompiled at -O3; tests/codegen/layout.rs keeps the program.
    _object: UnsafeCell<[ffi::PyObject; 0]>,
    _marker: PhantomData<(Python<'py>, Kind<T>, PhantomPinned)>,
}

/// Covariant in `T`, without owning one.
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
    /// The object's address, for the C API. Still borrowed: no reference count changes, and the pointer
    /// is good for as long as `self`.
    #[inline(always)]
    pub const fn as_ptr(&self) -> *mut ffi::PyObject {
        // The one place where a reference to the zero-sized place becomes a pointer to the object. Its
        // provenance reaches beyond the place under Tree Borrows; see the soundness chapter.
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
    /// Nothing can be concluded from it for safety: on free-threaded builds other threads change it
    /// meanwhile, and immortal objects report a constant.
    #[doc(alias = "Py_REFCNT")]
    #[inline]
    pub fn refcount(&self) -> isize {
        // SAFETY: `self` is alive and its thread attached, by the type's contract.
        unsafe { refcount::refcount(self.as_ptr()) }
    }

    /// The same reference with the kind forgotten, as explicit form of the deref to [`PyAny`].
    #[inline(always)]
    pub fn as_any(&self) -> &Borrowed<'py, PyAny> {
        // SAFETY: every object is of kind `PyAny`; the lifetime is that of `self`.
        unsafe { self.cast_unchecked() }
    }
}
