//! [`Function`]: what an exported function is.

use super::arguments::{Arguments, Call};
use super::signature::Signature;
use crate::error::PyResult;
use crate::refs::Owned;
use crate::sync::Interned;
use crate::types::PyAny;

/// A Rust function with what Python knows about it.
pub trait Function: 'static {
    /// The state of the module that it belongs to.
    type State: Send + Sync + 'static;
    /// Its parameters.
    const SIGNATURE: &'static Signature;
    /// Its docstring with the signature, NUL-terminated.
    const DOC: &'static [u8];
    /// Its name, NUL-terminated.
    const NAME: &'static [u8];

    /// The names of the parameters that can be passed by name, in order: made by
    /// [`Signature::interned`], in a static of the function's own.
    fn names() -> &'static [Interned];

    /// Converts the arguments, calls the Rust function and converts its result.
    ///
    /// For any lifetimes: a function that asks for `'static` references does not fit, so that it cannot
    /// keep an argument or a token.
    fn call<'a, 'py>(
        call: &Call<'a, 'py, Self::State>,
        arguments: &mut impl Arguments<'a, 'py>,
    ) -> PyResult<'py, Owned<'py, PyAny>>;
}
