//! [`Raised`]: the token of an exception that is set on this thread. What can be done with it: src/error/raised.rs.

use std::marker::PhantomData;

use static_assertions::{assert_eq_size, assert_not_impl_any};

use super::Python;

/// The token that an exception is set on this thread: the `Err` of [`PyResult`](crate::PyResult).
///
/// Zero-sized: the exception stays in the thread state, as in C. Dropping the token clears the
/// exception. Returning it to the interpreter leaves it set. [`PyErr`](crate::PyErr) is the form that
/// can be stored.
///
/// No unsafe code relies on it: a token whose exception has been cleared behind its back (by raw API
/// calls, or by calling into Python while it was alive) makes the boundary raise `SystemError`.
#[must_use = "dropping a `Raised` clears the exception"]
pub struct Raised<'py>(PhantomData<Python<'py>>);

assert_eq_size!(Raised<'static>, ());
assert_not_impl_any!(Raised<'static>: Send, Sync, Clone, Copy, Default);

/// Covariant in `'py`.
const _: fn() = || {
    fn _covariant<'short, 'long: 'short>(raised: Raised<'long>) -> Raised<'short> {
        raised
    }
};

impl<'py> Raised<'py> {
    /// The token of an exception that is set just now.
    #[inline(always)]
    pub(crate) fn set(_py: Python<'py>) -> Raised<'py> {
        Raised(PhantomData)
    }

    /// The token of the attached thread.
    #[inline(always)]
    pub fn py(&self) -> Python<'py> {
        // SAFETY: a `Raised<'py>` is only made from a token for 'py, and is not `Send`.
        unsafe { Python::assume_attached() }
    }
}

impl std::panic::UnwindSafe for Raised<'_> {}
impl std::panic::RefUnwindSafe for Raised<'_> {}

/// The result of everything that can raise: `Err` means that an exception is set on this thread.
///
/// `PyResult<Owned<T>>` is one machine word, NULL being `Err`, exactly as C returns it.
pub type PyResult<'py, T> = Result<T, Raised<'py>>;
