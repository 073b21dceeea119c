//! From the interpreter's argument array to the parameters of a Rust function.

use super::signature::Signature;
use super::state::ModuleRef;
use super::wording;
use crate::convert::{ConversionError, FromPyObject};
use crate::error::PyResult;
use crate::refs::{Borrowed, Python};
use crate::types::PyAny;

/// The arguments of one call, one for each parameter in order.
///
/// # Premise
/// The caller holds a reference to each argument for the whole call. The C API promises this, and all
/// extension code relies on it; the soundness chapter names the cases in which CPython breaks the promise.
pub trait Arguments<'a, 'py> {
    /// The argument for the next parameter; `None` if it was not passed.
    fn next(&mut self) -> Option<&'a Borrowed<'py, PyAny>>;
    /// The number of arguments taken so far.
    fn taken(&self) -> usize;
}

/// Arguments passed by position.
pub struct Positional<'a, 'py> {
    arguments: &'a [&'a Borrowed<'py, PyAny>],
    taken: usize,
}

impl<'a, 'py> Positional<'a, 'py> {
    #[inline(always)]
    pub(super) fn new(arguments: &'a [&'a Borrowed<'py, PyAny>]) -> Self {
        Positional {
            arguments,
            taken: 0,
        }
    }
}

impl<'a, 'py> Arguments<'a, 'py> for Positional<'a, 'py> {
    #[inline(always)]
    fn next(&mut self) -> Option<&'a Borrowed<'py, PyAny>> {
        let argument = self.arguments.get(self.taken).copied();
        self.taken += 1;
        argument
    }

    #[inline(always)]
    fn taken(&self) -> usize {
        self.taken
    }
}

/// Arguments passed by position and by name, sorted into one slot for each parameter.
pub struct Sorted<'a, 'py> {
    slots: &'a [Option<&'a Borrowed<'py, PyAny>>],
    taken: usize,
}

impl<'a, 'py> Sorted<'a, 'py> {
    #[inline(always)]
    pub(super) fn new(slots: &'a [Option<&'a Borrowed<'py, PyAny>>]) -> Self {
        Sorted { slots, taken: 0 }
    }
}

impl<'a, 'py> Arguments<'a, 'py> for Sorted<'a, 'py> {
    #[inline(always)]
    fn next(&mut self) -> Option<&'a Borrowed<'py, PyAny>> {
        let argument = self.slots.get(self.taken).copied().flatten();
        self.taken += 1;
        argument
    }

    #[inline(always)]
    fn taken(&self) -> usize {
        self.taken
    }
}

/// A call without its arguments: the token and the module.
pub struct Call<'a, 'py, S> {
    py: Python<'py>,
    module: Option<&'a Borrowed<'py, PyAny>>,
    signature: &'static Signature,
    _state: std::marker::PhantomData<fn() -> S>,
}

impl<'a, 'py, S: Send + Sync + 'static> Call<'a, 'py, S> {
    #[inline(always)]
    pub(super) fn new(
        py: Python<'py>,
        module: Option<&'a Borrowed<'py, PyAny>>,
        signature: &'static Signature,
    ) -> Self {
        Call {
            py,
            module,
            signature,
            _state: std::marker::PhantomData,
        }
    }

    /// The token.
    #[inline(always)]
    pub fn py(&self) -> Python<'py> {
        self.py
    }

    /// The module with its state.
    #[inline]
    pub fn module(&self) -> PyResult<'py, ModuleRef<'a, 'py, S>> {
        ModuleRef::of_call(self.py, self.module)
    }
}

/// Converts the next argument; an error if it was not passed.
#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
pub fn required<'a, 'py, S, T: FromPyObject<'a, 'py>>(
    call: &Call<'a, 'py, S>,
    arguments: &mut impl Arguments<'a, 'py>,
) -> PyResult<'py, T> {
    match arguments.next() {
        Some(argument) => convert(call, argument, arguments.taken()),
        None => Err(wording::missing(call.py, call.signature, arguments.taken())),
    }
}

/// Converts the next argument; `None` if it was not passed.
#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
pub fn optional<'a, 'py, S, T: FromPyObject<'a, 'py>>(
    call: &Call<'a, 'py, S>,
    arguments: &mut impl Arguments<'a, 'py>,
) -> PyResult<'py, Option<T>> {
    match arguments.next() {
        Some(argument) => convert(call, argument, arguments.taken()).map(Some),
        None => Ok(None),
    }
}

#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
fn convert<'a, 'py, S, T: FromPyObject<'a, 'py>>(
    call: &Call<'a, 'py, S>,
    argument: &'a Borrowed<'py, PyAny>,
    position: usize,
) -> PyResult<'py, T> {
    match T::from_py_object(argument) {
        Ok(value) => Ok(value),
        Err(ConversionError::Raised(raised)) => Err(raised),
        Err(ConversionError::WrongType) => Err(wording::wrong_type(
            call.signature,
            position,
            argument,
            T::expected,
        )),
    }
}
