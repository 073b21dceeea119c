//! [`Owned`]: a strong reference, released when it goes out of scope.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use static_assertions::{assert_eq_size, assert_not_impl_any};

use super::{Borrowed, Object, Shared};
use crate::error::{PyResult, Raised};
use crate::python::Python;
use crate::types::PyAny;
use crate::{ffi, refcount};

/// A strong reference to a Python object of kind `T`: C's *new reference*.
///
/// One word. Dropping it releases the reference, exactly once. Functions of the C API that *steal* a
/// reference take an `Owned` by value, so that using it afterwards does not compile. Everything that
/// can be done with the object is a method of [`Borrowed`], to which it derefs.
///
/// It belongs to an attached thread: it is neither `Send` nor `Sync`, and cannot leave `'py`. To keep a
/// reference longer, or across threads, turn it into a [`Shared`].
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
#[repr(transparent)]
pub struct Owned<'py, T: Object> {
    ptr: NonNull<ffi::PyObject>,
    _marker: PhantomData<(Python<'py>, fn() -> T)>,
}

assert_eq_size!(Owned<'static, PyAny>, *mut ffi::PyObject);
assert_eq_size!(Option<Owned<'static, PyAny>>, *mut ffi::PyObject);
assert_eq_size!(PyResult<'static, Owned<'static, PyAny>>, *mut ffi::PyObject);
assert_not_impl_any!(Owned<'static, PyAny>: Send, Sync, Copy, Default, PartialEq, std::hash::Hash);

/// Covariant in `'py`.
const _: fn() = || {
    fn _covariant<'short, 'long: 'short, T: Object>(owned: Owned<'long, T>) -> Owned<'short, T> {
        owned
    }
};

impl<'py, T: Object> Owned<'py, T> {
    /// Takes over the reference behind `ptr`: no reference count changes, and the drop releases it.
    ///
    /// For a result that the documentation calls a *new reference* and that cannot be NULL. Of a borrowed
    /// result it would release a reference that belongs to somebody else: use
    /// [`from_borrowed_ptr`](Owned::from_borrowed_ptr).
    ///
    /// # Safety
    /// `ptr` is not NULL and points to an object of kind `T`, and the caller owns a reference to it, which
    /// passes to the result.
    #[inline(always)]
    pub unsafe fn from_owned_ptr(_py: Python<'py>, ptr: *mut ffi::PyObject) -> Owned<'py, T> {
        debug_assert!(!ptr.is_null());
        Owned {
            // SAFETY: the caller promises that `ptr` is not NULL.
            ptr: unsafe { NonNull::new_unchecked(ptr) },
            _marker: PhantomData,
        }
    }

    /// [`from_owned_ptr`](Owned::from_owned_ptr) where NULL means that there is no object (and no error).
    ///
    /// # Safety
    /// As for [`from_owned_ptr`](Owned::from_owned_ptr), where `ptr` is not NULL.
    #[inline(always)]
    pub unsafe fn from_owned_ptr_or_opt(
        _py: Python<'py>,
        ptr: *mut ffi::PyObject,
    ) -> Option<Owned<'py, T>> {
        NonNull::new(ptr).map(|ptr| Owned {
            ptr,
            _marker: PhantomData,
        })
    }

    /// [`from_owned_ptr`](Owned::from_owned_ptr) where NULL means that an exception is set.
    ///
    /// # Errors
    /// The exception that is set, if `ptr` is NULL.
    ///
    /// # Safety
    /// As for [`from_owned_ptr`](Owned::from_owned_ptr), where `ptr` is not NULL.
    #[inline(always)]
    pub unsafe fn from_owned_ptr_or_raised(
        py: Python<'py>,
        ptr: *mut ffi::PyObject,
    ) -> PyResult<'py, Owned<'py, T>> {
        match NonNull::new(ptr) {
            Some(ptr) => Ok(Owned {
                ptr,
                _marker: PhantomData,
            }),
            None => Err(Raised::set(py)),
        }
    }

    /// Takes a new reference to the object behind a borrowed pointer: the count goes up by one.
    ///
    /// # Safety
    /// `ptr` is not NULL and points to a live object of kind `T`.
    #[inline(always)]
    pub unsafe fn from_borrowed_ptr(py: Python<'py>, ptr: *mut ffi::PyObject) -> Owned<'py, T> {
        // SAFETY: the caller promises that the object is alive now; the borrow ends with this call.
        let object: &Borrowed<'py, T> = unsafe { Borrowed::from_ptr(py, ptr) };
        object.new_ref()
    }

    /// [`from_borrowed_ptr`](Owned::from_borrowed_ptr) where NULL means that there is no object.
    ///
    /// # Safety
    /// As for [`from_borrowed_ptr`](Owned::from_borrowed_ptr), where `ptr` is not NULL.
    #[inline(always)]
    pub unsafe fn from_borrowed_ptr_or_opt(
        py: Python<'py>,
        ptr: *mut ffi::PyObject,
    ) -> Option<Owned<'py, T>> {
        // SAFETY: the caller promises that the object, if any, is alive now.
        let object: Option<&Borrowed<'py, T>> = unsafe { Borrowed::from_ptr_or_opt(py, ptr) };
        object.map(Borrowed::new_ref)
    }

    /// [`from_borrowed_ptr`](Owned::from_borrowed_ptr) where NULL means that an exception is set.
    ///
    /// # Errors
    /// The exception that is set, if `ptr` is NULL.
    ///
    /// # Safety
    /// As for [`from_borrowed_ptr`](Owned::from_borrowed_ptr), where `ptr` is not NULL.
    #[inline(always)]
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

    /// Gives the reference away as a raw pointer, for a C function that steals it. No count changes.
    ///
    /// The reference leaks unless somebody releases it.
    #[inline(always)]
    pub fn into_ptr(self) -> *mut ffi::PyObject {
        ManuallyDrop::new(self).ptr.as_ptr()
    }

    /// The object's address, for the C API; the reference stays with `self`.
    ///
    /// Like [`Borrowed::as_ptr`], but it does not go through a reference to the place.
    #[inline(always)]
    pub const fn as_ptr(&self) -> *mut ffi::PyObject {
        self.ptr.as_ptr()
    }

    /// Takes one more reference: the count goes up by one.
    #[doc(alias = "Py_NewRef")]
    #[inline(always)]
    #[allow(clippy::should_implement_trait)] // `ToOwned` comes by the blanket impl, by way of `Clone`.
    pub fn to_owned(&self) -> Owned<'py, T> {
        self.new_ref()
    }

    /// The same reference with the kind forgotten. No count changes.
    #[inline(always)]
    pub fn into_any(self) -> Owned<'py, PyAny> {
        // SAFETY: every object is of kind `PyAny`.
        unsafe { self.cast_into_unchecked() }
    }

    /// Frees the reference from its thread and its `'py`, to keep it. No count changes.
    #[inline(always)]
    pub fn into_shared(self) -> Shared<T> {
        Shared::from(self)
    }
}

impl<T: Object> Drop for Owned<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        if !T::IMMORTAL {
            // SAFETY: `self` owns one reference, which nobody uses after this, and its thread is attached
            // because it is neither `Send` nor able to outlive 'py.
            unsafe { refcount::decref(self.ptr.as_ptr()) }
        }
    }
}

impl<T: Object> Clone for Owned<'_, T> {
    /// Takes one more reference: the count goes up by one.
    #[inline(always)]
    fn clone(&self) -> Self {
        self.new_ref()
    }
}
