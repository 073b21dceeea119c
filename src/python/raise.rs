//! Raising exceptions from a token.

use std::any::TypeId;
use std::fmt::Display;
use std::marker::PhantomData;
use std::{mem, ptr};

use super::Python;
use crate::error::{Exception, Raised};

impl<'py> Python<'py> {
    /// Raises `E(message)`: sets the error indicator and returns its token.
    ///
    /// The message may be anything that displays: a `&str`, or `format_args!("{x} is too large")`. An
    /// exception that is set already is replaced; an older [`Raised`] that is still in scope does not
    /// clear the new one when it is dropped.
    ///
    /// An exception whose constructor wants other arguments than a message (such as `UnicodeDecodeError`)
    /// comes out as the `TypeError` of that constructor: make it by a call, and
    /// [`raise`](crate::Owned::raise) the instance.
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
            Some(text) => crate::error::raise_text(self, E::type_ptr(self), text),
            None => crate::error::raise_message(self, E::type_ptr(self), &message),
        }
    }
}

/// The message itself if it is a `&str`, which nobody has to write into a buffer then. Settled at compile
/// time.
#[inline(always)]
fn as_text<M: Display>(message: &M) -> Option<&str> {
    if type_id::<M>() != TypeId::of::<&'static str>() {
        return None;
    }
    // SAFETY: apart from its lifetimes, `M` is `&str`; it is copied for the borrow of the message, which the
    // text outlives.
    Some(unsafe { *ptr::from_ref(message).cast::<&str>() })
}

/// The `TypeId` of a type with all its lifetimes taken for `'static`.
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
    // SAFETY: an object without content, whose one method depends on no lifetime: the code of a function
    // is the same for all of them, and so is a `TypeId`.
    let kind: &(dyn Identified + 'static) = unsafe { mem::transmute(kind) };
    kind.id()
}
