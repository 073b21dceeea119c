//! [`Function`]: the description of an exported function.

use super::arguments::{Arguments, Call};
use super::signature::Signature;
use crate::error::PyResult;
use crate::refs::Owned;
use crate::sync::Interned;
use crate::types::PyAny;

/// A Rust function, with its name, parameters and docstring in Python.
///
/// # Safety
/// [`call`](Function::call) takes all arguments, and the module if it uses that, as [`held`](super::held) does, before
/// any other code runs. `HOLDS` is false only by a [`Holding`](super::Holding) that whoever declares the function has made.
pub unsafe trait Function: Sized + 'static {
    /// The state of the function's module.
    type State: Send + Sync + 'static;
    /// The function's parameters.
    const SIGNATURE: &'static Signature;
    /// The docstring with the signature, NUL-terminated.
    const DOC: &'static [u8];
    /// The function's name, NUL-terminated.
    const NAME: &'static [u8];
    /// The function's name in the ledger's reports, NUL-terminated: `Class.name` for one of a class.
    const LABEL: &'static [u8] = Self::NAME;
    /// Whether it is always called with an object that it is bound to: an instance of its class, or the class.
    const BOUND: bool = false;
    /// Whether a call holds what it lends to the function: see [`held`](super::held).
    const HOLDS: bool;

    /// The names of the parameters that can be passed by name, in order: made by [`Signature::interned`], in
    /// a static for this function.
    fn names() -> &'static [Interned];

    /// Takes the arguments, converts them, calls the Rust function and converts its result.
    ///
    /// Arguments live as long as what holds them, which is local, and the token is of any lifetime: a Rust function
    /// that asks for `'static` references does not compile here, so it cannot keep an argument or a token.
    fn call<'a, 'py>(
        call: &Call<'a, 'py, Self>,
        arguments: &mut impl Arguments<'a, 'py>,
    ) -> PyResult<'py, Owned<'py, PyAny>>;
}
