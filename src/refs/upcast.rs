//! Upcasts that deref does not do: of slices and options.

use std::ops::Deref;

use super::{Borrowed, Object, Owned, Subtype};
use crate::refs::PyAny;

/// ## Every Owned: slices
impl<'py, T: Object> Owned<'py, T> {
    /// A slice of owned references as a slice of borrowed ones, which is what calls take. The result derefs to
    /// that slice. No count changes. Nothing is copied, except with the feature `ledger`, where an `Owned` is
    /// larger than a borrowed reference.
    ///
    /// ```
    /// # use pyptr::{Owned, PyResult, Python, types::PyInt};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let numbers = [PyInt::new(py, 3)?, PyInt::new(py, 4)?];
    /// let max = py.eval(c"max", None, None)?.call_slice(&Owned::slice_as_any(&numbers))?;
    /// assert!(max.is(&numbers[1]));
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[inline(always)]
    pub fn slice_as_any<'s>(
        slice: &'s [Owned<'py, T>],
    ) -> impl Deref<Target = [&'s Borrowed<'py, PyAny>]> {
        #[cfg(feature = "ledger")]
        {
            slice.iter().map(|owned| owned.as_any()).collect::<Vec<_>>()
        }
        #[cfg(not(feature = "ledger"))]
        {
            let (data, len) = (slice.as_ptr(), slice.len());
            // SAFETY: an `Owned` is one word, the object's address, as a `&Borrowed` is; the objects live for
            // as long as the slice is borrowed, and every object is of kind `PyAny`. The result is a shared
            // slice: no reference to an object of another kind can be written into it.
            unsafe { std::slice::from_raw_parts::<&'s Borrowed<'py, PyAny>>(data.cast(), len) }
        }
    }
}

/// ## Every pointer: slices and options
impl<'py, T: Object> Borrowed<'py, T> {
    /// A slice of borrowed references as one of references to any object, [`PyAny`]. Nothing is copied.
    #[inline(always)]
    pub fn slice_as_any<'s, 'a>(
        slice: &'s [&'a Borrowed<'py, T>],
    ) -> &'s [&'a Borrowed<'py, PyAny>] {
        let (data, len) = (slice.as_ptr(), slice.len());
        // SAFETY: a `&Borrowed` of either kind is the object's address, and every object is of kind `PyAny`.
        // The result is a shared slice: no reference to an object of another kind can be written into it.
        unsafe { std::slice::from_raw_parts(data.cast(), len) }
    }

    /// A slice of borrowed references as one of references to the base kind. Nothing is copied.
    #[inline(always)]
    pub fn slice_as_base<'s, 'a>(
        slice: &'s [&'a Borrowed<'py, T>],
    ) -> &'s [&'a Borrowed<'py, T::Base>]
    where
        T: Subtype,
    {
        let (data, len) = (slice.as_ptr(), slice.len());
        // SAFETY: as above; `Subtype` promises that every object of kind `T` is one of kind `Base`.
        unsafe { std::slice::from_raw_parts(data.cast(), len) }
    }

    /// An optional reference as one to any object, [`PyAny`].
    #[inline(always)]
    pub fn opt_as_any<'a>(
        object: Option<&'a Borrowed<'py, T>>,
    ) -> Option<&'a Borrowed<'py, PyAny>> {
        object.map(Borrowed::as_any)
    }
}
