//! What the function of a slot takes and returns, and what C gets for it.

use std::fmt;

use super::receiver::Member;
use crate::convert::{ConversionError, Expected, FromPyObject, IntoPyObject};
use crate::error::{IntoRaised, PyErr, PyResult, PySystemError, PyTypeError, Raised, type_name};
use crate::export::by_hand::EntryResult;
use crate::export::expansion::{Arguments, Call, Held, Output, finish};
use crate::export::wording;
use crate::refs::{Borrowed, Object, Owned, Python};
use crate::types::PyAny;

/// A function that fills a slot.
///
/// # Safety
/// As for [`Function`](crate::export::expansion::Function), for `enter`.
pub unsafe trait SlotFunction: Member {
    /// What the slot returns.
    type Output<'py>: EntryResult<'py>;
    /// What the parameters are.
    const TAKES: Takes;

    /// Takes the arguments, converts them, calls the Rust function and converts its result.
    ///
    /// # Errors
    /// [`Mismatch::Operand`] from operators alone.
    fn enter<'a, 'py>(
        call: &Call<'a, 'py, Self>,
        arguments: &mut impl Arguments<'a, 'py>,
    ) -> Result<Self::Output<'py>, Mismatch<'py>>;
}

/// What the parameters of a slot are: what happens if one has another type than the Rust function asks for.
#[derive(Clone, Copy)]
pub enum Takes {
    /// Operands: the operator is left to the other operand's class.
    Operands,
    /// Arguments: `TypeError`.
    Arguments,
    /// The value of a property: `TypeError`, in other words.
    Value,
}

/// Why a slot has no result.
pub enum Mismatch<'py> {
    /// An operand is of a type that the operator is not for: `NotImplemented`.
    Operand,
    /// The exception that is set.
    Raised(Raised<'py>),
}

impl<'py> From<Raised<'py>> for Mismatch<'py> {
    #[inline(always)]
    fn from(raised: Raised<'py>) -> Mismatch<'py> {
        Mismatch::Raised(raised)
    }
}

/// The result of a slot that is no operator.
#[inline(always)]
pub(super) fn settle<'py, R>(result: Result<R, Mismatch<'py>>) -> PyResult<'py, R>
where
    R: EntryResult<'py>,
{
    match result {
        Ok(result) => Ok(result),
        Err(Mismatch::Raised(raised)) => Err(raised),
        Err(Mismatch::Operand) => Err(no_operator()),
    }
}

#[cold]
fn no_operator<'py>() -> Raised<'py> {
    // SAFETY: called by a slot, which is attached.
    let py: Python<'py> = unsafe { Python::assume_attached() };
    py.raise::<PySystemError>("only operators can be left to the other operand")
}

/// The result of an operator: `NotImplemented` if an operand does not fit.
#[inline(always)]
pub(super) fn settle_operator<'py>(
    py: Python<'py>,
    result: Result<Owned<'py, PyAny>, Mismatch<'py>>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    match result {
        Ok(result) => Ok(result),
        Err(Mismatch::Raised(raised)) => Err(raised),
        Err(Mismatch::Operand) => Ok(py.not_implemented().new_ref().into_any()),
    }
}

/// A parameter of a slot.
#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
pub fn operand<'h, 'py, F: SlotFunction, T: FromPyObject<'h, 'py>>(
    call: &Call<'_, 'py, F>,
    held: &'h Held<'py, F>,
    plain: Option<T>,
) -> Result<T, Mismatch<'py>> {
    let operand = match (plain, held.get(call.py())) {
        (Some(plain), _) => return Ok(plain),
        (None, Some(operand)) => operand,
        (None, None) => return Err(Mismatch::Operand),
    };
    match T::from_py_object(operand) {
        Ok(value) => Ok(value),
        Err(ConversionError::Raised(raised)) => Err(Mismatch::Raised(raised)),
        Err(ConversionError::Refused(refusal)) => Err(Mismatch::Raised(match F::TAKES {
            Takes::Operands | Takes::Arguments => {
                wording::refused(F::SIGNATURE, held.position(), refusal)
            }
            Takes::Value => refusal.raise(Some(&format_args!(
                "property '{}' of '{}'",
                F::SIGNATURE.name,
                <F::Class as Object>::NAME
            ))),
        })),
        Err(ConversionError::WrongType) => Err(match F::TAKES {
            Takes::Operands => Mismatch::Operand,
            Takes::Arguments => {
                wording::wrong_type(F::SIGNATURE, held.position(), operand, T::expected).into()
            }
            Takes::Value => {
                let class = <F::Class as Object>::NAME;
                wrong_value(class, F::SIGNATURE.name, operand, T::expected).into()
            }
        }),
    }
}

/// `property 'limit' of 'Recent' must be int, not str`
#[cold]
#[inline(never)]
fn wrong_value<'py>(
    class: &str,
    property: &str,
    value: &Borrowed<'py, PyAny>,
    expected: fn(&mut dyn fmt::Write) -> fmt::Result,
) -> Raised<'py> {
    let (must_be, actual) = (Expected(expected), type_name(value));
    value.py().raise::<PyTypeError>(format_args!(
        "property '{property}' of '{class}' must be {must_be}, not {actual}"
    ))
}

/// A type that the function of a slot can return, where the slot's own result is `R`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what this slot returns",
    label = "the slot returns `{R}`, or a `Result` of it with `Raised`, `PyErr` or an error that has `IntoRaised`"
)]
pub trait SlotOutput<'py, R> {
    /// Converts the result.
    #[doc(hidden)]
    fn into_slot(self, py: Python<'py>) -> PyResult<'py, R>;
}

impl<'py, O: Output<'py>> SlotOutput<'py, Owned<'py, PyAny>> for O {
    #[inline(always)]
    fn into_slot(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        self.into_output(py)
    }
}

/// The next item of an iterator: `None` at its end.
impl<'py, T: IntoPyObject<'py>> SlotOutput<'py, Option<Owned<'py, PyAny>>> for Option<T> {
    #[inline(always)]
    fn into_slot(self, py: Python<'py>) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        self.map(|item| item.into_py_object(py)).transpose()
    }
}

macro_rules! outputs {
    ($($type:ty),*) => { $(
        impl<'py> SlotOutput<'py, $type> for $type {
            #[inline(always)]
            fn into_slot(self, _py: Python<'py>) -> PyResult<'py, $type> {
                Ok(self)
            }
        }

        impl<'py, E: IntoRaised<'py>> SlotOutput<'py, $type> for Result<$type, E> {
            #[inline(always)]
            fn into_slot(self, py: Python<'py>) -> PyResult<'py, $type> {
                self.map_err(|error| error.into_raised(py))
            }
        }

        impl<'py> SlotOutput<'py, $type> for Result<$type, PyErr> {
            #[inline(always)]
            fn into_slot(self, py: Python<'py>) -> PyResult<'py, $type> {
                self.map_err(|error| error.raise(py))
            }
        }
    )* };
}

outputs! { (), bool, usize, isize }

impl<'py, T: IntoPyObject<'py>, E: IntoRaised<'py>> SlotOutput<'py, Option<Owned<'py, PyAny>>>
    for Result<Option<T>, E>
{
    #[inline(always)]
    fn into_slot(self, py: Python<'py>) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        self.map_err(|error| error.into_raised(py))?.into_slot(py)
    }
}

impl<'py, T: IntoPyObject<'py>> SlotOutput<'py, Option<Owned<'py, PyAny>>>
    for Result<Option<T>, PyErr>
{
    #[inline(always)]
    fn into_slot(self, py: Python<'py>) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        self.map_err(|error| error.raise(py))?.into_slot(py)
    }
}

/// Converts the result of a slot's function.
#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
pub fn finish_slot<'py, F: SlotFunction>(
    call: &Call<'_, 'py, F>,
    output: impl SlotOutput<'py, F::Output<'py>>,
) -> Result<F::Output<'py>, Mismatch<'py>> {
    Ok(output.into_slot(call.py())?)
}

/// Converts the result of a method.
#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
pub fn finish_object<'py, F: Member>(
    call: &Call<'_, 'py, F>,
    output: impl Output<'py>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    finish(call.py(), output)
}

/// What `new` of `C` can return: a `C`, or a `Result` of one.
#[diagnostic::on_unimplemented(
    message = "`new` returns `{C}`, or a `Result` of it with `Raised`, `PyErr` or an error that has `IntoRaised`, not `{Self}`"
)]
pub trait NewOutput<'py, C> {
    /// Converts the result.
    #[doc(hidden)]
    fn into_payload(self, py: Python<'py>) -> PyResult<'py, C>;
}

impl<'py, C: super::declared::Class> NewOutput<'py, C> for C {
    #[inline(always)]
    fn into_payload(self, _py: Python<'py>) -> PyResult<'py, C> {
        Ok(self)
    }
}

impl<'py, C: super::declared::Class, E: IntoRaised<'py>> NewOutput<'py, C> for Result<C, E> {
    #[inline(always)]
    fn into_payload(self, py: Python<'py>) -> PyResult<'py, C> {
        self.map_err(|error| error.into_raised(py))
    }
}

impl<'py, C: super::declared::Class> NewOutput<'py, C> for Result<C, PyErr> {
    #[inline(always)]
    fn into_payload(self, py: Python<'py>) -> PyResult<'py, C> {
        self.map_err(|error| error.raise(py))
    }
}

/// Converts the result of `new`.
#[inline(always)]
pub fn finish_new<'py, F: Member>(
    call: &Call<'_, 'py, F>,
    output: impl NewOutput<'py, F::Class>,
) -> PyResult<'py, F::Class> {
    output.into_payload(call.py())
}
