//! `Borrowed`, `Owned` and `Shared`.

use std::fmt;

use super::{ConversionError, FromPyObject, IntoPyObject, Plain};
use crate::error::PyResult;
use crate::refs::{Borrowed, Object, Owned, Python, Shared, TypeCheck};
use crate::types::PyAny;

/// An instance of `T` or of a subclass, still borrowed. No reference count changes, and for a builtin
/// type the test is one flag of the object's type.
impl<'a, 'py, T: TypeCheck> FromPyObject<'a, 'py> for &'a Borrowed<'py, T> {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str(T::NAME)
    }

    #[inline(always)]
    fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        object.cast().map_err(|_| ConversionError::WrongType)
    }

    #[inline(always)]
    fn from_plain(object: &Borrowed<'py, PyAny>, _plain: Plain) -> Option<Self> {
        immortal(object)
    }
}

/// The object, for ever, if it is an instance of `T` and all of these are immortal.
#[inline(always)]
fn immortal<'a, 'py, T: TypeCheck>(object: &Borrowed<'py, PyAny>) -> Option<&'a Borrowed<'py, T>> {
    if !T::IMMORTAL {
        return None;
    }
    let object = object.cast::<T>().ok()?;
    // SAFETY: of this kind, as just checked, and never freed.
    Some(unsafe { Borrowed::from_ptr(object.py(), object.as_ptr()) })
}

/// An instance of `T` or of a subclass, as a new reference.
impl<'py, T: TypeCheck> FromPyObject<'_, 'py> for Owned<'py, T> {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str(T::NAME)
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let object = <&Borrowed<'py, T>>::from_py_object(object)?;
        Ok(object.to_owned())
    }

    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn from_plain(object: &Borrowed<'py, PyAny>, _plain: Plain) -> Option<Self> {
        Self::from_py_object(object).ok()
    }
}

/// An instance of `T` or of a subclass, as a new reference.
impl<'py, T: TypeCheck> FromPyObject<'_, 'py> for Shared<T> {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str(T::NAME)
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        Ok(Owned::<T>::from_py_object(object)?.into_shared())
    }

    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn from_plain(object: &Borrowed<'py, PyAny>, _plain: Plain) -> Option<Self> {
        Self::from_py_object(object).ok()
    }
}

/// The reference is passed on; no count changes.
impl<'py, T: Object> IntoPyObject<'py> for Owned<'py, T> {
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, _py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        Ok(self.into_any())
    }
}

/// A new reference to the same object.
impl<'py, T: Object> IntoPyObject<'py> for &Owned<'py, T> {
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, _py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        Ok(self.new_ref().into_any())
    }
}

/// A new reference to the same object.
impl<'py, T: Object> IntoPyObject<'py> for &Borrowed<'py, T> {
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, _py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        Ok(self.new_ref().into_any())
    }
}

/// The reference is passed on; no count changes.
impl<'py, T: Object> IntoPyObject<'py> for Shared<T> {
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        Ok(self.into_owned(py).into_any())
    }
}

/// A new reference to the same object.
impl<'py, T: Object> IntoPyObject<'py> for &Shared<T> {
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        Ok(self.bind(py).new_ref().into_any())
    }
}
