//! Conversions between Rust values and Python objects.
//!
//! [`FromPyObject`] reads a Rust value out of a borrowed object: it is what an exported function's
//! parameters and [`extract`](crate::Borrowed::extract) need. [`IntoPyObject`] makes an object of a Rust
//! value: what a result needs.
//!
//! | Rust | from Python | to Python |
//! |---|---|---|
//! | `&Borrowed<T>`, [`Owned<T>`](crate::Owned), [`Shared<T>`](crate::Shared) | an instance of `T` or of a subclass; the first counts nothing | the object itself |
//! | `bool` | exactly `True` or `False` | `bool` |
//! | `i8` .. `i128`, `u8` .. `u128`, `isize`, `usize` | `int`, or an object with `__index__`; `OverflowError` out of range | `int` |
//! | `f32`, `f64` | `float`, or an object with `__float__` or `__index__` | `float` |
//! | `&str`, `String`, `Cow<str>` | `str`, the first and last without a copy; `UnicodeEncodeError` on lone surrogates | `str` |
//! | `char` | `str` of one code point | `str` |
//! | `&[u8]` | `bytes`, without a copy | `bytes` |
//! | `Option<T>` | `None`, or what `T` takes | `None`, or what `T` makes |
//! | `()` | | `None` |
//! | `Vec<T>`, `[T; N]` | any iterable except `str`; `ValueError` if an array's length is not met | `list` |
//! | `(A, B)` and so on, up to eight | `tuple`; `ValueError` if it has another length | `tuple` |
//! | `HashMap<K, V>`, `BTreeMap<K, V>` | `dict` | `dict` |
//!
//! What borrows (`&str`, `&[u8]`, `&Borrowed<T>`) lives as long as the borrow of the object that it was
//! read from, also as an item of a tuple. Lists, dicts and iterators lend nothing: their items are of
//! types that own what they hold (`Vec<String>`, not `Vec<&str>`). An item that cannot be converted
//! raises its own error, such as `expected int, got str`.
//!
//! ```
//! # use pyptr::{PyResult, Python};
//! # Python::initialize();
//! # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
//! let pair = py.eval(c"('spam', 2)", None, None)?;
//! let (word, times): (&str, usize) = pair.extract()?;         // a tuple lends its items
//! let list = py.eval(c"['spam', 'eggs']", None, None)?;
//! let words: Vec<String> = list.extract()?;                   // a list does not
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
//! There is no conversion of `Vec<u8>` to `bytes`, as it is that of `Vec<T>` to a list: pass `&vec[..]`.

mod maps;
mod numbers;
mod option;
mod pointers;
mod sequences;
mod text;
mod tuples;

use std::fmt;

use crate::error::{PyResult, PyTypeError, Raised, type_name};
use crate::ledger;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::PyAny;

/// Why an object could not be converted.
#[derive(Debug)]
pub enum ConversionError<'py> {
    /// The object is of the wrong type. Nothing is raised yet: whoever knows the context words the
    /// `TypeError`, with [`FromPyObject::expected`].
    WrongType,
    /// Anything else: an exception is set.
    Raised(Raised<'py>),
}

impl<'py> From<Raised<'py>> for ConversionError<'py> {
    #[inline]
    fn from(raised: Raised<'py>) -> ConversionError<'py> {
        ConversionError::Raised(raised)
    }
}

/// A Rust value that can be read out of a Python object: `T` in
/// [`extract::<T>()`](Borrowed::extract), the type of an exported function's parameter.
///
/// A value that borrows from the object names `'a`: `&'a str`. One that does not is implemented for any
/// `'a`, and can then be an item of a list, which lends nothing: `Vec<T>` asks for
/// `T: for<'a> FromPyObject<'a, 'py>`.
///
/// ```
/// use pyptr::{Borrowed, ConversionError, FromPyObject, Python, error::PyValueError, types::PyAny};
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
///             other => Err(object.py().raise::<PyValueError>(format_args!("{other} %")).into()),
///         }
///     }
/// }
/// # Python::initialize();
/// # Python::attach(|py| {
/// assert!(py.none().extract::<Percent>().unwrap_err().is::<pyptr::error::PyTypeError>());
/// # });
/// ```
pub trait FromPyObject<'a, 'py>: Sized {
    /// Writes what is accepted, for messages: `str`, `int`, `str or None`.
    ///
    /// # Errors
    /// What `f` reports; writing to a `String` never fails.
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result;

    /// Reads the value out of `object`, which is borrowed.
    ///
    /// # Errors
    /// [`ConversionError::WrongType`] with nothing raised if the object is of the wrong type, the
    /// exception that is set otherwise.
    #[cfg_attr(feature = "ledger", track_caller)]
    fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>>;
}

/// A Rust value of which a Python object can be made: the result of an exported function.
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
pub trait IntoPyObject<'py> {
    /// Makes the object. A new reference; a pointer passes on its own.
    ///
    /// # Errors
    /// `MemoryError`, or what an item's conversion raises. What was made until then is released.
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>>;
}

/// ## Any object: to Rust values
impl<'py> Borrowed<'py, PyAny> {
    /// The Rust value of this object. `self` is borrowed; what the value borrows is borrowed from `self`.
    ///
    /// # Errors
    /// `TypeError` (`expected str, got int`) for an object of the wrong type, and what the conversion
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
