//! Raising exceptions from a token.

use std::any::TypeId;
use std::fmt::Display;
use std::marker::PhantomData;
use std::{mem, ptr};

use super::{indicator, room, supersede};
use crate::error::{Exception, Raised};
use crate::ffi;
use crate::markers::{PyBaseException, PyString};
use crate::refs::{Borrowed, Owned, PyAny, Python};

impl<'py> Python<'py> {
    /// Raises `E(message)`: sets the error indicator and returns its token.
    ///
    /// The message may be anything that displays: a `&str`, or `format_args!("{x} is too large")`. An exception
    /// that is set already is replaced: an older [`Raised`] that is still in scope does not clear the new one
    /// when it is dropped.
    ///
    /// If the constructor of `E` needs other arguments than a message (as that of `UnicodeDecodeError` does),
    /// its `TypeError` is what is set. Create such an exception by a call, and [`raise`](crate::Owned::raise)
    /// the instance.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, error::PyValueError};
    /// fn half<'py>(py: Python<'py>, n: i64) -> PyResult<'py, i64> {
    ///     if n % 2 != 0 {
    ///         return Err(py.raise::<PyValueError>(format_args!("{n} is odd")));
    ///     }
    ///     Ok(n / 2)
    /// }
    /// # Python::initialize();
    /// # Python::attach(|py| assert!(half(py, 3).unwrap_err().is::<PyValueError>()));
    /// ```
    #[doc(alias = "PyErr_SetString")]
    #[doc(alias = "PyErr_Format")]
    #[must_use = "return it in `Err`: dropping it clears the exception"]
    #[cold]
    pub fn raise<E: Exception>(self, message: impl Display) -> Raised<'py> {
        self.assert_attached();
        match as_text(&message) {
            Some(text) => raise_text(self, E::type_ptr(self), text),
            None => raise_message(self, E::type_ptr(self), &message),
        }
    }
}

/// The message itself if it is a `&str`: then no buffer has to be written. Decided at compile time.
#[inline(always)]
fn as_text<M: Display>(message: &M) -> Option<&str> {
    if type_id::<M>() != TypeId::of::<&'static str>() {
        return None;
    }
    // SAFETY: `M` is `&str`, apart from its lifetime. The text that it points to outlives the borrow of the
    // message, for which it is returned.
    Some(unsafe { *ptr::from_ref(message).cast::<&str>() })
}

/// The `TypeId` of `T` with every lifetime in it replaced by `'static`.
#[inline(always)]
fn type_id<T>() -> TypeId {
    trait Identified {
        fn id(&self) -> TypeId
        where
            Self: 'static;
    }

    impl<T> Identified for PhantomData<T> {
        #[inline(always)]
        fn id(&self) -> TypeId
        where
            Self: 'static,
        {
            TypeId::of::<T>()
        }
    }

    let kind: &dyn Identified = &PhantomData::<T>;
    // SAFETY: `kind` has no content, and its only method does not depend on lifetimes: a function has the same
    // code for all of them, and a `TypeId` is the same for all of them.
    let kind: &(dyn Identified + 'static) = unsafe { mem::transmute(kind) };
    kind.id()
}

/// Sets `exception`, with its own traceback. The reference is given away.
///
/// An exception that was set before is released, and dropping its token does not clear the new one.
#[cfg_attr(feature = "ledger", track_caller)]
pub(super) fn put<'py>(py: Python<'py>, exception: Owned<'py, PyBaseException>) -> Raised<'py> {
    let replaced = indicator::occupied(py);
    indicator::restore(exception);
    supersede::raised(py, replaced);
    Raised::set(py)
}

/// Raises `kind(value)` (or `value` itself, if it is an instance of `kind`).
#[cold]
pub(super) fn raise_object<'py>(
    py: Python<'py>,
    kind: *mut ffi::PyTypeObject,
    value: Option<&Borrowed<'py, PyAny>>,
) -> Raised<'py> {
    let replaced = indicator::occupied(py);
    let value = value.map_or(ptr::null_mut(), Borrowed::as_ptr);
    // SAFETY: `kind` is an exception type, from the `Exception` trait or checked by the caller; both
    // arguments are borrowed, and the value may be NULL.
    unsafe { ffi::PyErr_SetObject(kind.cast(), value) };
    supersede::raised(py, replaced);
    Raised::set(py)
}

/// Raises `kind(message)`, for a message that has to be formatted. Not generic, as `raise_text`.
#[cold]
#[inline(never)]
pub(super) fn raise_message<'py>(
    py: Python<'py>,
    kind: *mut ffi::PyTypeObject,
    message: &dyn Display,
) -> Raised<'py> {
    match room::formatted(message) {
        Some(text) => raise_text(py, kind, &text),
        None => raise_no_memory(py),
    }
}

/// Raises `MemoryError`, in place of an exception that may be set.
#[cold]
#[inline(never)]
fn raise_no_memory(py: Python<'_>) -> Raised<'_> {
    let replaced = indicator::occupied(py);
    // SAFETY: the token proves the attachment; the call sets the exception that the interpreter keeps for this
    // case.
    unsafe { ffi::PyErr_NoMemory() };
    supersede::raised(py, replaced);
    Raised::set(py)
}

/// Raises `kind(text)`. Not generic, so that a raise is one call in the calling code.
#[cold]
#[inline(never)]
pub(super) fn raise_text<'py>(
    py: Python<'py>,
    kind: *mut ffi::PyTypeObject,
    text: &str,
) -> Raised<'py> {
    let replaced = indicator::occupied(py);
    // Without memory for the text, `copied` sets a `MemoryError`, which is raised instead.
    let value = PyString::copied(py, text);
    if let Some(value) = &value {
        // SAFETY: `kind` is an exception type, from the `Exception` trait; both arguments are borrowed.
        unsafe { ffi::PyErr_SetObject(kind.cast(), value.as_ptr()) };
    }
    supersede::raised(py, replaced);
    Raised::set(py)
}
