//! `str`: formatting, by Rust's `format_args!` and by Python's `%`.

use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyString, StringBuilder};
use std::fmt::{self, Write};

impl PyString {
    /// Formats `format_args!(..)` into a new `str`, without a `String` in between.
    ///
    /// # Errors
    /// `MemoryError`, or `SystemError` if the `fmt` method of an argument returns an error.
    ///
    /// ```
    /// # use pyptr::{Python, types::PyString};
    /// # Python::initialize();
    /// # Python::attach(|py| {
    /// let text = PyString::format(py, format_args!("{} of {}", 3, 4)).unwrap();
    /// assert!(text.eq_str("3 of 4"));
    /// # });
    /// ```
    #[doc(alias = "PyUnicode_FromFormat")]
    #[doc(alias = "PyUnicode_FromFormatV")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn format<'py>(
        py: Python<'py>,
        text: fmt::Arguments<'_>,
    ) -> PyResult<'py, Owned<'py, PyString>> {
        py.assert_attached();
        let mut builder = StringBuilder::new(py);
        let written = builder.write_fmt(text);
        let text = builder.finish()?;
        match written {
            Ok(()) => Ok(text),
            Err(_) => Err(py.raise::<crate::error::PySystemError>(
                "an argument's `fmt` method returned an error",
            )),
        }
    }
}

/// ## str: formatting
impl<'py> Borrowed<'py, PyString> {
    /// `self % args`, as a new reference; both are borrowed.
    ///
    /// # Errors
    /// `TypeError` if the arguments do not match the format, what their methods raise, `MemoryError`.
    #[doc(alias = "PyUnicode_Format")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn format_with(&self, args: &Borrowed<'_, PyAny>) -> PyResult<'py, Owned<'py, PyString>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyUnicode_Format(self.as_ptr(), args.as_ptr()) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}
