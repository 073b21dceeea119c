//! Casts: checked, exact, unchecked, and upcasts, which need no check.

use std::marker::PhantomData;

use super::{Borrowed, Object, Owned, Subtype, TypeCheck};
use crate::refs::PyAny;

/// ## Every Owned: casts
impl<'py, T: Object> Owned<'py, T> {
    /// The borrowed reference to the object that `self` keeps alive: the explicit form of deref.
    #[inline(always)]
    pub fn as_borrowed(&self) -> &Borrowed<'py, T> {
        // SAFETY: `self` owns a reference to an object of kind `T` for as long as it is borrowed.
        unsafe { Borrowed::from_ptr(self.token(), self.as_ptr()) }
    }

    /// The same reference as one to the base kind, [`Subtype::Base`]. No count changes.
    #[inline(always)]
    pub fn into_base(self) -> Owned<'py, T::Base>
    where
        T: Subtype,
    {
        // SAFETY: `Subtype` promises that every object of kind `T` is one of kind `Base`.
        unsafe { self.cast_into_unchecked() }
    }

    /// Turns the reference into one of kind `U`, or hands it back. No count changes either way.
    ///
    /// # Errors
    /// [`CastIntoError`] with the reference in it, if the object is not an instance of `U`. With `?` it
    /// becomes a `TypeError`, and the reference is released.
    ///
    /// ```
    /// # use pyptr::{Python, types::{PyInt, PyString}};
    /// # Python::initialize();
    /// # Python::attach(|py| {
    /// let any = PyInt::new(py, 1_i64 << 40).unwrap().into_any();
    /// let any = any.cast_into::<PyString>().unwrap_err().into_inner();   // not a str: handed back
    /// assert_eq!(any.cast_into::<PyInt>().unwrap().to_i64().unwrap(), 1 << 40);
    /// # });
    /// ```
    #[inline]
    pub fn cast_into<U: TypeCheck>(self) -> Result<Owned<'py, U>, CastIntoError<'py, T, U>> {
        if U::is_type_of(self.as_any()) {
            // SAFETY: just checked.
            Ok(unsafe { self.cast_into_unchecked() })
        } else {
            Err(CastIntoError {
                object: self,
                _kind: PhantomData,
            })
        }
    }

    /// Like [`cast_into`](Owned::cast_into), but accepts no subclass.
    ///
    /// # Errors
    /// [`CastIntoError`] with the reference in it, if the object's type is not exactly `U`.
    #[inline]
    pub fn cast_into_exact<U: TypeCheck>(self) -> Result<Owned<'py, U>, CastIntoError<'py, T, U>> {
        if U::is_exact_type_of(self.as_any()) {
            // SAFETY: just checked.
            Ok(unsafe { self.cast_into_unchecked() })
        } else {
            Err(CastIntoError {
                object: self,
                _kind: PhantomData,
            })
        }
    }

    /// The same reference as one of kind `U`, without a check. No count changes.
    ///
    /// # Safety
    /// The object is of kind `U`.
    #[inline(always)]
    pub unsafe fn cast_into_unchecked<U: Object>(self) -> Owned<'py, U> {
        let (ptr, token) = self.into_parts();
        // SAFETY: the reference is passed on, and the caller promises the kind.
        unsafe { Owned::from_parts(ptr, token) }
    }

    #[inline(always)]
    fn token(&self) -> crate::Python<'py> {
        // SAFETY: an `Owned<'py, _>` is only made from a token for 'py, and is not `Send`.
        unsafe { crate::Python::assume_attached() }
    }
}

/// ## Every pointer: casts
impl<'py, T: Object> Borrowed<'py, T> {
    /// The same reference as one to the base kind, [`Subtype::Base`]: the explicit form of deref.
    #[inline(always)]
    pub fn as_base(&self) -> &Borrowed<'py, T::Base>
    where
        T: Subtype,
    {
        // SAFETY: `Subtype` promises that every object of kind `T` is one of kind `Base`.
        unsafe { self.cast_unchecked() }
    }

    /// The same reference as one of kind `U`, if the object is an instance of `U` or of a subclass.
    ///
    /// For `int`, `str`, `bytes`, `list`, `tuple`, `dict` and `type` the test is one flag of the object's type;
    /// for other types it compares the object's type, and its bases if need be.
    ///
    /// # Errors
    /// [`CastError`]. `?` turns it into a `TypeError` that names both types; until then no exception is set.
    #[inline]
    pub fn cast<U: TypeCheck>(&self) -> Result<&Borrowed<'py, U>, CastError<'_, 'py, U>> {
        if U::is_type_of(self.as_any()) {
            // SAFETY: just checked.
            Ok(unsafe { self.cast_unchecked() })
        } else {
            Err(CastError::new(self.as_any()))
        }
    }

    /// Like [`cast`](Borrowed::cast), but accepts no subclass.
    ///
    /// # Errors
    /// [`CastError`], as for [`cast`](Borrowed::cast).
    #[inline]
    pub fn cast_exact<U: TypeCheck>(&self) -> Result<&Borrowed<'py, U>, CastError<'_, 'py, U>> {
        if U::is_exact_type_of(self.as_any()) {
            // SAFETY: just checked.
            Ok(unsafe { self.cast_unchecked() })
        } else {
            Err(CastError::new(self.as_any()))
        }
    }

    /// The same reference as one of kind `U`, without a check.
    ///
    /// # Safety
    /// The object is of kind `U`.
    #[inline(always)]
    pub unsafe fn cast_unchecked<U: Object>(&self) -> &Borrowed<'py, U> {
        // SAFETY: `self` is a live object for its own lifetime, which the result has too; the caller
        // promises the kind.
        unsafe { Borrowed::from_ptr(self.py(), self.as_ptr()) }
    }
}

/// A [`cast`](Borrowed::cast) that failed: the object is not of kind `U`.
///
/// Making one costs nothing and raises nothing. `?` in a function that returns
/// [`PyResult`](crate::PyResult) or `Result<_, PyErr>` raises the `TypeError`.
pub struct CastError<'a, 'py, U> {
    pub(crate) object: &'a Borrowed<'py, PyAny>,
    _kind: PhantomData<fn() -> U>,
}

impl<'a, 'py, U> CastError<'a, 'py, U> {
    #[inline]
    pub(crate) fn new(object: &'a Borrowed<'py, PyAny>) -> CastError<'a, 'py, U> {
        CastError {
            object,
            _kind: PhantomData,
        }
    }
}

/// A [`cast_into`](Owned::cast_into) that failed. It holds the reference that was to be cast.
pub struct CastIntoError<'py, T: Object, U> {
    pub(crate) object: Owned<'py, T>,
    _kind: PhantomData<fn() -> U>,
}

impl<'py, T: Object, U> CastIntoError<'py, T, U> {
    /// The reference that could not be cast, unchanged.
    #[inline]
    pub fn into_inner(self) -> Owned<'py, T> {
        self.object
    }
}
