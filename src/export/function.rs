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
    /// The function's name, NUL-terminated, for the tables of a class, which are made at compile time. Those of a module
    /// are made when it is imported.
    const NAME: &'static [u8] = b"\0";
    /// The docstring with the signature, NUL-terminated, for the tables of a class.
    const DOC: &'static [u8] = b"\0";
    /// Whether it is always called with an object that it is bound to: an instance of its class, or the class.
    const BOUND: bool = false;
    /// Whether a call holds what it lends to the function: see [`held`](super::held).
    const HOLDS: bool = true;

    /// The names of the parameters that can be passed by name, in order: a static for this
    /// function.
    #[inline(always)]
    fn names() -> &'static [Interned] {
        &[]
    }

    /// Takes the arguments, converts them, calls the Rust function and converts its result.
    ///
    /// Arguments live as long as what holds them, which is local, and the token is of any lifetime: a Rust function
    /// that asks for `'static` references does not compile here, so it cannot keep an argument or a token.
    fn call<'a, 'py>(
        call: &Call<'a, 'py, Self>,
        arguments: &mut impl Arguments<'a, 'py>,
    ) -> PyResult<'py, Owned<'py, PyAny>>;
}
