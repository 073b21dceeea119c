//! [`Returned`]: the result of an `extern "C"` function.

use std::marker::PhantomData;
use std::ptr;

use static_assertions::{assert_eq_size, assert_not_impl_any};

use super::{Object, Owned};
use crate::ffi;
use crate::refs::{PyAny, PyResult, Raised};

/// The result of an `extern "C"` function that the interpreter calls: a new reference, or NULL.
///
/// One word in every build. It is made from an [`Owned`], from an `Option` of one (`None` is NULL without an
/// exception, as at the end of an iterator) or from a [`PyResult`] of either (`Err` is NULL with the exception
/// left set). The reference passes to the C caller; a `Returned` that is dropped instead leaks it.
///
/// ```
/// use pyptr::{Borrowed, Returned, types::{PyAny, PyString}};
///
/// /// A valid `PyCFunction`: METH_O.
/// extern "C" fn shout(
///     _module: Option<&Borrowed<'_, PyAny>>,
///     text: &Borrowed<'_, PyAny>,
/// ) -> Returned<'static, PyString> {
///     # unimplemented!()
/// }
/// ```
#[repr(transparent)]
#[must_use = "the reference in it leaks unless it is returned to the interpreter"]
pub struct Returned<'py, T: Object> {
    ptr: *mut ffi::PyObject,
    _marker: PhantomData<Owned<'py, T>>,
}

assert_eq_size!(Returned<'static, PyAny>, *mut ffi::PyObject);
assert_not_impl_any!(Returned<'static, PyAny>: Send, Sync, Clone);

impl<T: Object> Returned<'_, T> {
    /// A result made of a reference that has been given away as a raw pointer, or of NULL.
    #[inline(always)]
    pub(crate) fn from_ptr(ptr: *mut ffi::PyObject) -> Self {
        Returned {
            ptr,
            _marker: PhantomData,
        }
    }

    /// The pointer, for a function whose signature has raw pointers.
    #[inline(always)]
    pub fn into_ptr(self) -> *mut ffi::PyObject {
        self.ptr
    }
}

impl<'py, T: Object> From<Owned<'py, T>> for Returned<'py, T> {
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn from(owned: Owned<'py, T>) -> Self {
        Returned::from_ptr(owned.into_ptr())
    }
}

impl<'py, T: Object> From<Option<Owned<'py, T>>> for Returned<'py, T> {
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn from(owned: Option<Owned<'py, T>>) -> Self {
        Returned {
            ptr: match owned {
                Some(owned) => owned.into_ptr(),
                None => ptr::null_mut(),
            },
            _marker: PhantomData,
        }
    }
}

impl<'py, T: Object> From<PyResult<'py, Owned<'py, T>>> for Returned<'py, T> {
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn from(result: PyResult<'py, Owned<'py, T>>) -> Self {
        match result {
            Ok(owned) => owned.into(),
            Err(raised) => raised.into(),
        }
    }
}

impl<'py, T: Object> From<PyResult<'py, Option<Owned<'py, T>>>> for Returned<'py, T> {
    /// For `Ok(None)` NULL without an exception, as at the end of an iterator (`tp_iternext`). Of a method that returns
    /// it the interpreter makes a `SystemError`.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn from(result: PyResult<'py, Option<Owned<'py, T>>>) -> Self {
        match result {
            Ok(owned) => owned.into(),
            Err(raised) => raised.into(),
        }
    }
}

impl<'py, T: Object> From<Raised<'py>> for Returned<'py, T> {
    /// NULL, with the exception left set; if no exception is set, sets a `SystemError`.
    #[inline]
    fn from(raised: Raised<'py>) -> Self {
        raised.leave_set();
        Returned::from_ptr(ptr::null_mut())
    }
}
