//! Rust's traits for the pointers: deref, borrow, ownership, formatting, unwinding.
#![forbid(unsafe_code)]

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::panic::{RefUnwindSafe, UnwindSafe};

use super::{Borrowed, Object, Owned, PyAny, Shared, Subtype};
use crate::ledger::{Kind, Site};

impl<'py, T: Object> Deref for Owned<'py, T> {
    type Target = Borrowed<'py, T>;

    #[inline(always)]
    fn deref(&self) -> &Borrowed<'py, T> {
        self.as_borrowed()
    }
}

/// Upcasting: a `&Borrowed<PyString>` serves wherever a `&Borrowed<PyAny>` is asked for.
impl<'py, T: Subtype> Deref for Borrowed<'py, T> {
    type Target = Borrowed<'py, T::Base>;

    #[inline(always)]
    fn deref(&self) -> &Borrowed<'py, T::Base> {
        self.as_base()
    }
}

impl<'py, T: Object> Borrow<Borrowed<'py, T>> for Owned<'py, T> {
    #[inline(always)]
    fn borrow(&self) -> &Borrowed<'py, T> {
        self
    }
}

impl<'py, T: Object> AsRef<Borrowed<'py, T>> for Owned<'py, T> {
    #[inline(always)]
    fn as_ref(&self) -> &Borrowed<'py, T> {
        self
    }
}

impl<'py, T: Object> AsRef<Borrowed<'py, T>> for Borrowed<'py, T> {
    #[inline(always)]
    fn as_ref(&self) -> &Borrowed<'py, T> {
        self
    }
}

impl<'py, T: Object> ToOwned for Borrowed<'py, T> {
    type Owned = Owned<'py, T>;

    /// Takes a new reference: the count goes up by one.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn to_owned(&self) -> Owned<'py, T> {
        self.count(Kind::ToOwned, Site::here())
    }
}

/// Upcasting, as [`into_any`](Owned::into_any).
impl<'py, T: Subtype> From<Owned<'py, T>> for Owned<'py, PyAny> {
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn from(owned: Owned<'py, T>) -> Owned<'py, PyAny> {
        owned.into_any()
    }
}

impl<'py, T: Object> From<&Borrowed<'py, T>> for Owned<'py, T> {
    /// Takes a new reference: the count goes up by one.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn from(object: &Borrowed<'py, T>) -> Owned<'py, T> {
        object.count(Kind::ToOwned, Site::here())
    }
}

/// The kind, the address and the reference count. Runs no Python code.
impl<T: Object> fmt::Debug for Borrowed<'_, T> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "<{} at {:p}, {} refs>",
            T::NAME,
            self.as_ptr(),
            self.refcount()
        )
    }
}

/// The kind, the address and the reference count. Runs no Python code.
impl<T: Object> fmt::Debug for Owned<'_, T> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// The kind and the address. Needs no attached thread and runs no Python code.
impl<T: Object> fmt::Debug for Shared<T> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{} at {:p}, shared>", T::NAME, self.as_ptr())
    }
}

// A panic does not make a pointer invalid, and Python keeps the content of objects consistent.
impl<T: Object> UnwindSafe for Borrowed<'_, T> {}
impl<T: Object> RefUnwindSafe for Borrowed<'_, T> {}
impl<T: Object> UnwindSafe for Owned<'_, T> {}
impl<T: Object> RefUnwindSafe for Owned<'_, T> {}
impl<T: Object> UnwindSafe for Shared<T> {}
impl<T: Object> RefUnwindSafe for Shared<T> {}
