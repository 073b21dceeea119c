//! [`Raised`]: the token of an exception that is set on this thread. Its methods: src/error/raised.rs.

use std::marker::PhantomData;

use static_assertions::{assert_eq_size, assert_not_impl_any};

use super::Python;

/// The token for an exception that is set on this thread: the `Err` of [`PyResult`](crate::PyResult).
///
/// Zero-sized: the exception stays in the thread state, as in C. Dropping the token clears the exception.
/// Returning the token to the interpreter leaves the exception set. [`PyErr`](crate::PyErr) is the form that
/// can be stored.
///
/// No unsafe code relies on the exception being set. If other code has cleared it while the token was alive
/// (raw API calls, or Python code that was called), returning the token to the interpreter raises
/// `SystemError`.
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
    /// The token for an exception that has just been set.
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
/// `PyResult<Owned<T>>` is one machine word, in which NULL is `Err`, as in C (with the feature `ledger` it is
/// two words).
pub type PyResult<'py, T> = Result<T, Raised<'py>>;
