//! `==` of a `str` and Rust text.

use crate::error::PyResult;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyString};

macro_rules! equal {
    ($($rust:ty),*) => { $(
        /// Whether the text is the same, as [`eq_str`](Borrowed::eq_str): runs no Python code, also for an instance of a subclass with
        /// its own `__eq__`, and cannot fail.
        ///
        /// Two Python objects have no `==`: comparing them runs Python code, and can fail.
        impl PartialEq<$rust> for Borrowed<'_, PyString> {
            #[inline]
            fn eq(&self, text: &$rust) -> bool {
                self.eq_str(text)
            }
        }

        impl PartialEq<Borrowed<'_, PyString>> for $rust {
            #[inline]
            fn eq(&self, object: &Borrowed<'_, PyString>) -> bool {
                object.eq_str(self)
            }
        }

        impl PartialEq<$rust> for Owned<'_, PyString> {
            #[inline]
            fn eq(&self, text: &$rust) -> bool {
                self.eq_str(text)
            }
        }

        impl PartialEq<Owned<'_, PyString>> for $rust {
            #[inline]
            fn eq(&self, object: &Owned<'_, PyString>) -> bool {
                object.eq_str(self)
            }
        }
    )* };
}

equal! { str, &str, String }

// `eq` is the name of the trait's method as well, which a call would find before the one of any object. An inherent method
// comes first.

/// ## str: comparison
impl<'py> Borrowed<'py, PyString> {
    /// The truth of `self == other`, as for [any object](#method.eq). With Rust text `==` is enough: `text == "spam"`.
    ///
    /// # Errors
    /// What `__eq__` raises: that of `other`, or of a subclass.
    #[inline]
    pub fn eq(&self, other: &Borrowed<'_, PyAny>) -> PyResult<'py, bool> {
        self.as_any().eq(other)
    }
}

/// ## Every Owned: comparison
impl<'py> Owned<'py, PyString> {
    /// The truth of `self == other`, as for [any object](Borrowed::eq).
    ///
    /// # Errors
    /// What `__eq__` raises: that of `other`, or of a subclass.
    #[inline]
    pub fn eq(&self, other: &Borrowed<'_, PyAny>) -> PyResult<'py, bool> {
        self.as_any().eq(other)
    }
}
