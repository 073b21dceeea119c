//! What a call lends to a function: held until the function has returned.
//!
//! Whoever calls a function may lend what it does not hold itself: the arguments of a `functools.partial` die
//! with it, and the function can do away with the partial. So the boundary takes a reference of its own to each
//! argument, and to a module whose state the function uses, before any other code runs. There is none where
//! nothing is borrowed: a number is read at once, and an `Owned` is a reference already.

use std::marker::PhantomData;
use std::ptr::NonNull;

use super::arguments::{Arguments, Call};
use super::function::Function;
use super::state::ModuleRef;
use super::wording;
use crate::convert::{ConversionError, FromPyObject, Plain};
use crate::error::PyResult;
use crate::refs::{Borrowed, Python};
use crate::types::PyAny;
use crate::{ffi, refcount};

/// What the calls of a function hold: a value for `#[holding(..)]` in [`module!`](crate::module#what-a-call-holds).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    arguments: bool,
}

impl Holding {
    /// A reference to each argument that the function borrows from, and to the module if its state is asked for: what
    /// holds where nothing is declared.
    pub const ARGUMENTS: Holding = Holding { arguments: true };

    /// No reference. A call then costs two changes of a count less for each argument.
    ///
    /// ```
    /// use pyptr::export::Holding;
    /// use pyptr::{Borrowed, types::{PyAny, PyInt}};
    ///
    /// fn is_int(object: &Borrowed<'_, PyAny>) -> bool {
    ///     object.cast::<PyInt>().is_ok()
    /// }
    ///
    /// pyptr::module! {
    ///     mod kinds {
    ///         // SAFETY: `cast` runs no other code, and neither do the conversions.
    ///         #[holding(unsafe { Holding::nothing() })]
    ///         fn is_int(object, /);
    ///     }
    /// }
    /// # fn main() {
    /// # kinds().append_to_inittab();
    /// # pyptr::Python::initialize();
    /// # pyptr::Python::attach(|py| py.run(c"import kinds; assert kinds.is_int(1)", None, None).map(drop).unwrap());
    /// # }
    /// ```
    ///
    /// # Safety
    /// For each call, whoever calls keeps the arguments, their array and the module alive until the function has
    /// returned, whatever code runs meanwhile. It is enough if none does: neither the conversions of the arguments and of
    /// the result, nor the function itself, run Python code, drop an `Owned` or a `Shared`, or detach. Calls from bytecode
    /// keep their arguments in any case. C code that calls may lose them: `functools.partial`, `defaultdict`,
    /// `iter(f, sentinel)`, `property`, and handlers of signals, parsers and databases do.
    #[inline]
    pub const unsafe fn nothing() -> Holding {
        Holding { arguments: false }
    }

    /// Whether the arguments are held.
    #[doc(hidden)]
    #[inline]
    pub const fn arguments(self) -> bool {
        self.arguments
    }
}

/// The boundary's own reference for a call of `F`, or nothing. No reference is taken, nor released, for a function
/// that is declared to do without: `F::HOLDS` is false.
pub struct Held<'py, F: Function> {
    object: Option<NonNull<ffi::PyObject>>,
    /// Whether there is a reference to release.
    counted: bool,
    /// The parameter's position in messages, from 1 on.
    position: usize,
    _marker: PhantomData<(Python<'py>, fn() -> F)>,
}

impl<'py, F: Function> Held<'py, F> {
    #[inline(always)]
    fn new(object: Option<&Borrowed<'py, PyAny>>, position: usize) -> Held<'py, F> {
        let object = object.and_then(|object| NonNull::new(object.as_ptr()));
        let counted = match object {
            Some(object) if F::HOLDS => {
                // SAFETY: alive, since it was lent and no other code has run; its lifetime 'py proves the attachment.
                unsafe { refcount::hold(object.as_ptr()) }
            }
            _ => false,
        };
        Held {
            object,
            counted,
            position,
            _marker: PhantomData,
        }
    }

    /// Holds the object that the function is bound to.
    #[inline(always)]
    pub(crate) fn bound(object: &Borrowed<'py, PyAny>) -> Held<'py, F> {
        let object = object.as_ptr();
        // SAFETY: alive, since it was lent and no other code has run; its lifetime 'py proves the attachment.
        let counted = F::HOLDS && unsafe { refcount::hold_mortal(object) };
        Held {
            object: NonNull::new(object),
            counted,
            position: 0,
            _marker: PhantomData,
        }
    }

    /// The parameter's position in messages, from 1 on.
    #[inline(always)]
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    #[inline(always)]
    pub(crate) fn get(&self, py: Python<'py>) -> Option<&Borrowed<'py, PyAny>> {
        // SAFETY: `self` has a reference, or the object is immortal. If `F` does without, whoever declared it promised that
        // its callers have.
        self.object
            .map(|object| unsafe { Borrowed::from_ptr(py, object.as_ptr()) })
    }
}

impl<F: Function> Drop for Held<'_, F> {
    #[inline(always)]
    fn drop(&mut self) {
        if let (Some(object), true) = (self.object, self.counted) {
            // SAFETY: `new` took a reference, since `hold` returned `true`; 'py proves the attachment.
            unsafe { refcount::unhold(object.as_ptr()) }
        }
    }
}

/// Takes the next argument, if it was passed: converts it, if that runs no other code and borrows nothing from it,
/// or else holds it.
#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
pub fn take<'h, 'a, 'py: 'h, F: Function, T: FromPyObject<'h, 'py>>(
    _call: &Call<'a, 'py, F>,
    arguments: &mut impl Arguments<'a, 'py>,
) -> (Held<'py, F>, Option<T>) {
    let argument = arguments.next();
    // No closure, which would be the caller that the ledger notes.
    let plain = match argument {
        Some(argument) => T::from_plain(argument, Plain::new()),
        None => None,
    };
    let left = if plain.is_some() { None } else { argument };
    (Held::new(left, arguments.taken()), plain)
}

/// [`take`] for a parameter of type `T`, which the compiler finds by the Rust function. Its error for a type that cannot
/// be converted has the place of whatever makes the last argument.
#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
pub fn take_parameter<'h, 'a, 'py: 'h, F: Function, T: FromPyObject<'h, 'py>>(
    call: &Call<'a, 'py, F>,
    arguments: &mut impl Arguments<'a, 'py>,
    _parameter: PhantomData<T>,
) -> (Held<'py, F>, Option<T>) {
    take(call, arguments)
}

/// Converts what was taken; an error if it was not passed.
#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
pub fn required<'h, 'py, F: Function, T: FromPyObject<'h, 'py>>(
    call: &Call<'_, 'py, F>,
    held: &'h Held<'py, F>,
    plain: Option<T>,
) -> PyResult<'py, T> {
    match optional(call, held, plain)? {
        Some(value) => Ok(value),
        None => Err(wording::missing(call.py, F::SIGNATURE, held.position)),
    }
}

/// Converts what was taken; `None` if it was not passed.
#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
pub fn optional<'h, 'py, F: Function, T: FromPyObject<'h, 'py>>(
    call: &Call<'_, 'py, F>,
    held: &'h Held<'py, F>,
    plain: Option<T>,
) -> PyResult<'py, Option<T>> {
    let argument = match (plain, held.get(call.py)) {
        (None, Some(argument)) => argument,
        (plain, _) => return Ok(plain),
    };
    match T::from_py_object(argument) {
        Ok(value) => Ok(Some(value)),
        Err(ConversionError::Raised(raised)) => Err(raised),
        Err(ConversionError::Refused(refusal)) => {
            Err(wording::refused(F::SIGNATURE, held.position, refusal))
        }
        Err(ConversionError::WrongType) => Err(wording::wrong_type(
            F::SIGNATURE,
            held.position,
            argument,
            T::expected,
        )),
    }
}

/// Holds the module, if the function is bound to one.
#[inline(always)]
pub fn take_module<'py, F: Function>(call: &Call<'_, 'py, F>) -> Held<'py, F> {
    match call.module {
        Some(object) if F::BOUND => Held::bound(object),
        module => Held::new(module, 0),
    }
}

/// The held module with its state.
#[inline(always)]
pub fn module<'h, 'py, F: Function>(
    call: &Call<'_, 'py, F>,
    held: &'h Held<'py, F>,
) -> PyResult<'py, ModuleRef<'h, 'py, F::State>> {
    ModuleRef::of_call(call.py, held.get(call.py))
}
