//! `int`: from text in any base; the sign, the lowest bits.

use std::cmp::Ordering;
#[cfg(Py_3_13)]
use std::ffi::c_int;

use super::Beyond;
use crate::error::PyResult;
use crate::ffi;
use crate::python::Python;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyInt, PyString};

impl PyInt {
    /// The `int` that `text` spells in base 2 to 36, of any size, as `int(text, base)`. A new reference.
    ///
    /// A sign, surrounding white space and single underscores between digits are allowed. Base 0 takes
    /// the base from a prefix such as `0x`. Quadratic in the number of digits for bases that are no
    /// powers of two, which is why CPython limits it to 4300 digits there by default.
    ///
    /// # Errors
    /// `ValueError` for anything else, a NUL included, and for another base; `MemoryError`.
    ///
    /// ```
    /// # use pyptr::{Python, types::PyInt};
    /// # Python::initialize();
    /// # Python::attach(|py| {
    /// let number = PyInt::from_str_radix(py, "ffff_ffff_ffff_ffff_f", 16).unwrap();
    /// assert_eq!(number.to_u128().unwrap(), 0xf_ffff_ffff_ffff_ffff);
    /// # });
    /// ```
    #[doc(alias = "PyLong_FromUnicodeObject")]
    #[doc(alias = "PyLong_FromString")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_str_radix<'py>(
        py: Python<'py>,
        text: &str,
        base: u32,
    ) -> PyResult<'py, Owned<'py, PyInt>> {
        let text = PyString::new(py, text)?;
        #[cfg(Py_3_13)]
        // SAFETY: a live str, borrowed for the call. A base too large for C is as wrong as 1.
        let result = unsafe {
            ffi::PyLong_FromUnicodeObject(text.as_ptr(), c_int::try_from(base).unwrap_or(1))
        };
        #[cfg(not(Py_3_13))]
        let result = {
            // The function above, as it can be reached by public means: `int(text, base)`.
            let base = PyInt::new(py, base.into())?;
            let args = [text.as_ptr(), base.as_ptr()];
            let int = (&raw mut ffi::PyLong_Type).cast();
            // SAFETY: a live type and an array of two live objects, borrowed for the call.
            unsafe { ffi::PyObject_Vectorcall(int, args.as_ptr(), 2, std::ptr::null_mut()) }
        };
        // SAFETY: a new reference to an int (`int` itself was called), or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

impl Borrowed<'_, PyInt> {
    /// The lowest 64 bits of the value, in two's complement: `self % 2**64`. Cannot fail.
    #[doc(alias = "PyLong_AsUnsignedLongLongMask")]
    #[doc(alias = "PyLong_AsUnsignedLongMask")]
    #[inline]
    pub fn to_u64_wrapping(&self) -> u64 {
        // SAFETY: a live int, for which the call raises nothing.
        unsafe { ffi::PyLong_AsUnsignedLongLongMask(self.as_ptr()) }
    }

    /// Whether the value is less than zero, zero or greater. Cannot fail.
    #[doc(alias = "PyLong_GetSign")]
    #[doc(alias = "PyLong_IsNegative")]
    #[doc(alias = "PyLong_IsZero")]
    #[doc(alias = "PyLong_IsPositive")]
    #[inline]
    pub fn sign(&self) -> Ordering {
        match self.narrow() {
            Ok(value) => value.cmp(&0),
            Err(Beyond::Below) => Ordering::Less,
            Err(Beyond::Above) => Ordering::Greater,
        }
    }
}
