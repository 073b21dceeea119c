//! [`Function`]: the description of an exported function.

use super::arguments::{Arguments, Call};
use super::signature::Signature;
use crate::error::PyResult;
use crate::refs::Owned;
use crate::sync::Interned;
use crate::types::PyAny;

/// A Rust function, with its name, parameters and docstring in Python.
pub trait Function: 'static {
    /// The state of the function's module.
    type State: Send + Sync + 'static;
    /// The function's parameters.
    const SIGNATURE: &'static Signature;
    /// The docstring with the signature, NUL-terminated.
    const DOC: &'static [u8];
    /// The function's name, NUL-terminated.
    const NAME: &'static [u8];

    /// The names of the parameters that can be passed by name, in order: made by [`Signature::interned`], in
    /// a static for this function.
    fn names() -> &'static [Interned];

    /// Converts the arguments, calls the Rust function and converts its result.
    ///
    /// Generic over both lifetimes: a Rust function that asks for `'static` references does not compile here,
    /// so it cannot keep an argument or a token.
    fn call<'a, 'py>(
        call: &Call<'a, 'py, Self::State>,
        arguments: &mut impl Arguments<'a, 'py>,
    ) -> PyResult<'py, Owned<'py, PyAny>>;
}
