//! Conversions between Rust values and Python objects.
//!
//! [`FromPyObject`] converts a borrowed object to a Rust value: for the parameters of exported functions, and
//! for [`extract`](crate::Borrowed::extract). [`IntoPyObject`] converts a Rust value to an object: for the
//! results of exported functions.
//!
#![doc = include_str!("table.md")]
//!
//! A value that borrows (`&str`, `&[u8]`, `&Borrowed<T>`) lives as long as the borrow of the object that it
//! was read from, and of a tuple if it was an item of that. Other containers can release an item at any time,
//! so nothing can be borrowed from them: their items are converted to types that own their content
//! (`Vec<String>`, not `Vec<&str>`). The error for an item that cannot be converted names its place, as
//! `item 3: expected int, got str` or `value of 'width': expected int from 0 to 255, got 300`.
//!
//! ```
//! # use pyptr::{PyResult, Python};
//! # Python::initialize();
//! # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
//! let pair = py.eval(c"('spam', 2)", None, None)?;
//! let (word, times): (&str, usize) = pair.extract()?;         // items may borrow from a tuple
//! let list = py.eval(c"['spam', 'eggs']", None, None)?;
//! let words: Vec<String> = list.extract()?;                   // but not from a list
//! # assert_eq!((word, times, words.len()), ("spam", 2, 2));
//! # Ok(()) }
//! # Python::attach(|py| run(py).unwrap());
//! ```
//!
//! ```compile_fail
//! # use pyptr::{PyResult, Python};
//! # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
//! let list = py.eval(c"['spam', 'eggs']", None, None)?;
//! let words: Vec<&str> = list.extract()?;                     // error: not general enough
//! # Ok(()) }
//! ```
//!
//! Containers may be nested, also through types of your own: `struct Tree(Vec<Tree>)`. `RecursionError` if they are
//! nested too deep: the nested conversions of a thread may use 256 KiB of its stack (1 MiB with debug assertions).
//! `MemoryError` if there is no memory for all items.
//!
//! A `Vec<u8>` becomes a `list`, as every `Vec<T>` does. To make `bytes` of it, pass `&vec[..]`.

mod constant;
mod depth;
mod literal;
mod maps;
mod nonzero;
mod numbers;
mod option;
mod paths;
mod pointers;
mod refusal;
mod sequences;
mod sets;
mod text;
mod time;
mod truth;
mod tuples;

use std::fmt;

use crate::error::{PyResult, PyTypeError, Raised, type_name};
use crate::ledger;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::PyAny;

/// Why an object could not be converted.
#[derive(Debug)]
pub enum ConversionError<'py> {
    /// The object is of the wrong type. No exception is set: the caller, which knows the context, raises the
    /// `TypeError`, with the text of [`FromPyObject::expected`].
    WrongType,
    /// The object is of the right type, and its value does not fit: a number out of range, a text without UTF-8, a wrong
    /// number of items, or an item for which one of these or `WrongType` holds. The caller raises the exception.
    Refused(Refusal<'py>),
    /// Any other error: its exception is set.
    Raised(Raised<'py>),
}

impl<'py> From<Raised<'py>> for ConversionError<'py> {
    #[inline]
    fn from(raised: Raised<'py>) -> ConversionError<'py> {
        ConversionError::Raised(raised)
    }
}

/// A Rust type that a Python object can be converted to: `T` in [`extract::<T>()`](Borrowed::extract), the
/// type of an exported function's parameter.
///
/// A type that borrows from the object has the lifetime `'a`: `&'a str`. A type that does not borrow
/// implements the trait for every `'a`. Only such a type can be an item of a `Vec<T>`, which asks for
/// `T: for<'a> FromPyObject<'a, 'py>`.
///
/// ```
/// use pyptr::{Borrowed, ConversionError, FromPyObject, Python, convert::Refusal};
/// use pyptr::{error::PyValueError, types::PyAny};
/// use std::fmt;
///
/// #[derive(Debug)]
/// struct Percent(u8);
///
/// impl<'a, 'py> FromPyObject<'a, 'py> for Percent {
///     fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
///         f.write_str("int")
///     }
///
///     fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
///         match u8::from_py_object(object)? {
///             percent @ 0..=100 => Ok(Percent(percent)),
///             other => Err(Refusal::new::<PyValueError>(object.py(), format_args!("{other} %")).into()),
///         }
///     }
/// }
/// # Python::initialize();
/// # Python::attach(|py| {
/// assert!(py.none().extract::<Percent>().unwrap_err().is::<pyptr::error::PyTypeError>());
/// # });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be made of a Python object",
    label = "it does not implement `FromPyObject`",
    note = "the table at `pyptr::convert` has the types that can; implement the trait for one of your own",
    note = "a `&mut` is none of them: threads share Python's objects"
)]
pub trait FromPyObject<'a, 'py>: Sized {
    /// How constants of this type are read for a signature. It is this crate's alone to declare: `Kind` has no path.
    #[doc(hidden)]
    const LITERAL: Kind = Kind::UNKNOWN;

    /// Writes the name of the accepted type, for messages: `str`, `int`, `str or None`.
    ///
    /// # Errors
    /// What `f` returns; writing to a `String` never fails.
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result;

    /// Converts `object`, which is borrowed.
    ///
    /// # Errors
    /// [`ConversionError::WrongType`], without an exception set, if the object is of the wrong type;
    /// [`ConversionError::Refused`] for a value that does not fit; [`ConversionError::Raised`] for any other error.
    #[cfg_attr(feature = "ledger", track_caller)]
    fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>>;

    /// Converts `object` if that runs no other code, raises nothing, and borrows nothing from `object`. Whoever calls
    /// this does not hold `object`, so it is this crate's alone to implement: `Plain` has no path.
    #[doc(hidden)]
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn from_plain(_object: &Borrowed<'py, PyAny>, _plain: Plain) -> Option<Self> {
        None
    }
}

mod plain {
    /// The parameter of [`FromPyObject::from_plain`](super::FromPyObject::from_plain), for which no other crate has a
    /// name.
    #[derive(Clone, Copy)]
    pub struct Plain(());

    impl Plain {
        #[inline(always)]
        pub(crate) fn new() -> Plain {
            Plain(())
        }
    }
}

pub(crate) use plain::Plain;

use literal::Kind;
#[doc(hidden)]
pub use literal::Literal;
pub use refusal::Refusal;

/// A Rust type that can be converted to a Python object: the type of an exported function's result.
///
/// ```
/// use pyptr::{IntoPyObject, Owned, PyResult, Python, types::PyAny};
///
/// struct Celsius(f64);
///
/// impl<'py> IntoPyObject<'py> for Celsius {
///     fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
///         self.0.into_py_object(py)
///     }
/// }
/// # Python::initialize();
/// # Python::attach(|py| {
/// let object = Celsius(36.6).into_py_object(py).unwrap();
/// assert_eq!(object.extract::<f64>().unwrap(), 36.6);
/// # });
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot become a Python object",
    label = "it does not implement `IntoPyObject`",
    note = "the table at `pyptr::convert` has the types that can; implement the trait for one of your own"
)]
pub trait IntoPyObject<'py> {
    /// Makes the object. A new reference; `Owned` and `Shared` return the reference that they hold.
    ///
    /// # Errors
    /// `MemoryError`, or what an item's conversion raises. The objects made before the error are released.
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>>;

    /// The same for the result of an exported function, which nobody can lose: it goes to the interpreter at once. What a
    /// conversion makes of a singleton needs no record in the ledger then.
    #[doc(hidden)]
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_result(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>>
    where
        Self: Sized,
    {
        self.into_py_object(py)
    }
}

/// ## Any object: to Rust values
impl<'py> Borrowed<'py, PyAny> {
    /// Converts this object to a Rust value. `self` is borrowed; a value that borrows, such as `&str`,
    /// borrows from `self`.
    ///
    /// # Errors
    /// `TypeError` (`expected str, got int`) if the object is of the wrong type, or what the conversion
    /// raises: see [the table](crate::convert).
    ///
    /// ```
    /// # use pyptr::{Python, types::PyString};
    /// # Python::initialize();
    /// # Python::attach(|py| {
    /// let text = PyString::new(py, "spam").unwrap();
    /// assert_eq!(text.extract::<&str>().unwrap(), "spam");       // no copy
    /// let error = text.extract::<Option<i64>>().unwrap_err();
    /// assert_eq!(error.into_exception().str().unwrap().to_str().unwrap(), "expected int or None, got str");
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn extract<'a, T: FromPyObject<'a, 'py>>(&'a self) -> PyResult<'py, T> {
        ledger::called_here();
        T::from_py_object(self).map_err(|error| match error {
            ConversionError::WrongType => wrong_type(self, T::expected),
            ConversionError::Refused(refusal) => refusal.raise(None),
            ConversionError::Raised(raised) => raised,
        })
    }
}

/// Raises the `TypeError` for an object of the wrong type, as [`CastError`](crate::CastError) words it.
#[cold]
#[inline(never)]
fn wrong_type<'py>(
    object: &Borrowed<'py, PyAny>,
    expected: fn(&mut dyn fmt::Write) -> fmt::Result,
) -> Raised<'py> {
    let (expected, actual) = (Expected(expected), type_name(object));
    (object.py()).raise::<PyTypeError>(format_args!("expected {expected}, got {actual}"))
}

/// Displays what [`FromPyObject::expected`] writes.
pub(crate) struct Expected(pub(crate) fn(&mut dyn fmt::Write) -> fmt::Result);

impl fmt::Display for Expected {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}
