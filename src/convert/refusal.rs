//! [`Refusal`]: the error of a conversion before it is raised, so that whoever knows the place can name it.

use std::fmt::{self, Display};

use super::{ConversionError, Expected};
use crate::error::{
    Escaped, Exception, PyTypeError, PyUnicodeEncodeError, Raised, formatted, joined, type_name,
};
use crate::refs::{Borrowed, Python};
use crate::types::{PyAny, PyBool, PyInt, PyString};

/// Why an object of the right type was not converted: the class and the message of the exception that is raised for it.
///
/// It is raised by whoever knows the place: `add() argument 'small' must be int from 0 to 255, not 300` for a parameter of
/// an exported function, `item 2: expected int from 0 to 255, got 300` where a list is [extracted](Borrowed::extract).
///
/// ```
/// use pyptr::convert::{ConversionError, Refusal};
/// use pyptr::{Borrowed, FromPyObject, error::PyValueError, types::PyAny};
/// use std::fmt;
///
/// struct Even(i64);
///
/// impl<'a, 'py> FromPyObject<'a, 'py> for Even {
///     fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
///         f.write_str("int")
///     }
///
///     fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
///         match i64::from_py_object(object)? {
///             odd if odd % 2 != 0 => {
///                 Err(Refusal::new::<PyValueError>(object.py(), format_args!("{odd} is odd")).into())
///             }
///             even => Ok(Even(even)),
///         }
///     }
/// }
/// # use pyptr::Python;
/// # Python::initialize();
/// # Python::attach(|py| {
/// let numbers = py.eval(c"[2, 3]", None, None).unwrap();
/// let error = numbers.extract::<Vec<Even>>().map(drop).unwrap_err();
/// assert_eq!(error.into_exception().str().unwrap().to_str().unwrap(), "item 1: 3 is odd");
/// # });
/// ```
#[derive(Debug)]
pub struct Refusal<'py>(Box<Content<'py>>);

#[derive(Debug)]
struct Content<'py> {
    py: Python<'py>,
    reason: Reason<'py>,
    /// Where in the object, from the outside to the inside: `item 1, value of 'a'`.
    place: String,
}

/// Raises an exception of some class.
type Raise = for<'py> fn(Python<'py>, &dyn Display) -> Raised<'py>;

#[derive(Debug)]
enum Reason<'py> {
    /// `must be EXPECTED, not ACTUAL`.
    Mismatch {
        raise: Raise,
        expected: Option<String>,
        actual: Option<String>,
    },
    /// A sentence of its own. `None` if there was no memory for it.
    Text { raise: Raise, text: Option<String> },
    /// A `UnicodeEncodeError`, which is set.
    Encoding(Raised<'py>),
}

impl<'py> Refusal<'py> {
    /// A refusal for which `E(message)` is raised, with the place before the message.
    #[cold]
    #[inline(never)]
    pub fn new<E: Exception>(py: Python<'py>, message: impl Display) -> Refusal<'py> {
        py.assert_attached();
        let text = formatted(&message);
        let raise: Raise = raise::<E>;
        Refusal::with(py, Reason::Text { raise, text })
    }

    /// `EXPECTED` is what the object should have been, and `ACTUAL` what it is.
    #[cold]
    #[inline(never)]
    pub(super) fn mismatch<E: Exception>(
        py: Python<'py>,
        expected: &dyn Display,
        actual: &dyn Display,
    ) -> Refusal<'py> {
        let raise: Raise = raise::<E>;
        let (expected, actual) = (formatted(expected), formatted(actual));
        Refusal::with(
            py,
            Reason::Mismatch {
                raise,
                expected,
                actual,
            },
        )
    }

    fn with(py: Python<'py>, reason: Reason<'py>) -> Refusal<'py> {
        let place = String::new();
        Refusal(Box::new(Content { py, reason, place }))
    }

    /// Adds the place of the object in another one.
    fn inside(mut self, place: &dyn Display) -> Refusal<'py> {
        /// Nested containers may be deep.
        const LONGEST: usize = 400;
        let inner = match self.0.place.as_str() {
            "" => "",
            place if place.len() > LONGEST => ", ..",
            place => &format!(", {place}"),
        };
        let outer = formatted(place).unwrap_or_default();
        self.0.place = joined(&[&outer, inner]).unwrap_or_default();
        self
    }

    /// Raises the exception. `subject` is the whole object, such as `add() argument 'small'`.
    #[cold]
    #[inline(never)]
    pub(crate) fn raise(self, subject: Option<&dyn Display>) -> Raised<'py> {
        let Content { py, reason, place } = *self.0;
        match reason {
            Reason::Mismatch {
                raise,
                expected: Some(expected),
                actual: Some(actual),
            } => match subject {
                Some(_) => {
                    let place = Place(subject, &place, "");
                    raise(
                        py,
                        &format_args!("{place} must be {expected}, not {actual}"),
                    )
                }
                None => {
                    let place = Place(None, &place, ": ");
                    raise(
                        py,
                        &format_args!("{place}expected {expected}, got {actual}"),
                    )
                }
            },
            Reason::Text {
                raise,
                text: Some(text),
            } => raise(py, &format_args!("{}{text}", Place(subject, &place, ": "))),
            Reason::Mismatch { .. } | Reason::Text { .. } => Raised::no_memory(py),
            Reason::Encoding(raised) => encoding(raised, subject, &place),
        }
    }
}

/// Raises `E(message)`.
#[cold]
fn raise<'py, E: Exception>(py: Python<'py>, message: &dyn Display) -> Raised<'py> {
    py.raise::<E>(message)
}

/// The subject and the place in it, and what ends them if there is any of the two.
struct Place<'a>(Option<&'a dyn Display>, &'a str, &'static str);

impl Display for Place<'_> {
    #[cold]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0, self.1) {
            (Some(subject), "") => write!(f, "{subject}{}", self.2),
            (Some(subject), place) => write!(f, "{subject}, {place}{}", self.2),
            (None, "") => Ok(()),
            (None, place) => write!(f, "{place}{}", self.2),
        }
    }
}

/// The `UnicodeEncodeError` with the place behind its reason: it makes its message of its attributes.
fn encoding<'py>(raised: Raised<'py>, subject: Option<&dyn Display>, place: &str) -> Raised<'py> {
    if subject.is_none() && place.is_empty() {
        return raised;
    }
    let py = raised.py();
    let exception = raised.into_exception();
    let place = format_args!("surrogates not allowed in {}", Place(subject, place, "")).to_string();
    let set = PyString::new(py, &place).and_then(|reason| exception.setattr(c"reason", &reason));
    match set {
        Ok(()) => exception.raise(),
        Err(raised) => raised,
    }
}

impl<'py> From<Refusal<'py>> for ConversionError<'py> {
    #[inline]
    fn from(refusal: Refusal<'py>) -> ConversionError<'py> {
        ConversionError::Refused(refusal)
    }
}

/// The error of a str without UTF-8, or what else was raised.
#[cold]
pub(super) fn without_utf8(raised: Raised<'_>) -> ConversionError<'_> {
    match raised.is::<PyUnicodeEncodeError>() {
        true => Refusal::with(raised.py(), Reason::Encoding(raised)).into(),
        false => ConversionError::Raised(raised),
    }
}

/// The error of an item that was not converted, with the item's place in its container.
#[cold]
#[inline(never)]
pub(super) fn at_item<'py>(
    error: ConversionError<'py>,
    item: &Borrowed<'py, PyAny>,
    expected: fn(&mut dyn fmt::Write) -> fmt::Result,
    place: &dyn Display,
) -> ConversionError<'py> {
    let refusal = match error {
        ConversionError::Raised(raised) => return raised.into(),
        ConversionError::Refused(refusal) => refusal,
        ConversionError::WrongType => {
            let actual = match item.is_none() {
                true => "None".to_owned(),
                false => type_name(item),
            };
            Refusal::mismatch::<PyTypeError>(item.py(), &Expected(expected), &actual)
        }
    };
    refusal.inside(place).into()
}

/// Displays a key of a mapping, with a prefix if its value can be shown. Runs no Python code.
pub(super) struct Key<'a, 'py>(pub(super) &'static str, pub(super) &'a Borrowed<'py, PyAny>);

impl Display for Key<'_, '_> {
    #[cold]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Key(prefix, key) = *self;
        shown(f, prefix, "a key", key)
    }
}

/// Displays an item of a set. Runs no Python code.
pub(super) struct Member<'a, 'py>(pub(super) &'a Borrowed<'py, PyAny>);

impl Display for Member<'_, '_> {
    #[cold]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown(f, "item ", "an item", self.0)
    }
}

/// The value with a prefix, or what it is otherwise.
#[cold]
fn shown(
    f: &mut fmt::Formatter<'_>,
    prefix: &str,
    otherwise: &str,
    key: &Borrowed<'_, PyAny>,
) -> fmt::Result {
    const LONGEST: usize = 40;
    if let Ok(text) = key.cast::<PyString>() {
        let dots = if text.len() > LONGEST { ".." } else { "" };
        return write!(f, "{prefix}'{}{dots}'", Escaped(text, LONGEST));
    }
    if let Ok(truth) = key.cast::<PyBool>() {
        let truth = if truth.is_true() { "True" } else { "False" };
        return write!(f, "{prefix}{truth}");
    }
    if let Some(Ok(int)) = key.cast::<PyInt>().ok().map(|int| int.narrow()) {
        return write!(f, "{prefix}{int}");
    }
    match key.is_none() {
        true => write!(f, "{prefix}None"),
        false => write!(f, "{otherwise} of type {}", type_name(key)),
    }
}
