//! [`Loaded`]: a scalar by value, everything else lent.

use crate::refs::{Borrowed, TypeCheck};
use crate::types::{PyAny, PyBool, PyFloat, PyInt, PyString};

/// What an object is, for a `match`: a scalar by value, a text, or any other object, which is lent. Nothing is counted.
///
/// Only instances of the exact types are scalars or texts: an instance of a subclass is an `Object`, as is an int that
/// does not fit into an `i64`. Returned by [`load`](Borrowed::load) of any object, and lent by `for_each_loaded` of
/// [lists](Borrowed::for_each_loaded), tuples, dicts and sets, the fastest loops over them.
///
/// A `Loaded` is `Copy`, has two words and nothing to drop. It can be an argument or a field: see
/// [the guide](crate::guide::fast#values-that-travel).
///
/// ```
/// # use pyptr::{PyResult, Python, types::{Loaded, PyList}};
/// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
/// let list = py.eval(c"[1, 2.5, True, None, 'text', 2**70]", None, None)?.cast_into::<PyList>()?;
/// let mut sum = 0.0;
/// list.for_each_loaded(|item| {
///     match item {
///         Loaded::Int(int) => sum += int as f64,
///         Loaded::Float(float) => sum += float,
///         Loaded::Str(text) => sum += text.to_str()?.len() as f64,
///         _ => {}
///     }
///     PyResult::Ok(())
/// })?;
/// assert_eq!(sum, 7.5);
/// # Ok(()) }
/// # Python::initialize();
/// # Python::attach(|py| run(py).unwrap());
/// ```
#[derive(Clone, Copy, Debug)]
pub enum Loaded<'a, 'py> {
    /// An exact `str`, borrowed.
    Str(&'a Borrowed<'py, PyString>),
    /// An exact `int` that fits.
    Int(i64),
    /// An exact `float`.
    Float(f64),
    /// `True` or `False`.
    Bool(bool),
    /// `None`.
    None,
    /// Anything else, borrowed.
    Object(&'a Borrowed<'py, PyAny>),
}

/// ## Any object: as a scalar
impl<'py> Borrowed<'py, PyAny> {
    /// The object's value if it is a scalar, otherwise the object itself, borrowed. Runs no Python code, counts nothing, and
    /// cannot fail.
    #[inline(always)]
    pub fn load(&self) -> Loaded<'_, 'py> {
        self.load_keeping(|_| ())
    }

    /// [`load`](Borrowed::load), which calls `keep` with the object if it is no scalar.
    #[inline(always)]
    pub(super) fn load_keeping<'a>(
        &'a self,
        keep: impl FnOnce(&'a Borrowed<'py, PyAny>),
    ) -> Loaded<'a, 'py> {
        if PyString::is_exact_type_of(self) {
            keep(self);
            // SAFETY: just checked.
            return Loaded::Str(unsafe { self.cast_unchecked() });
        }
        if PyInt::is_exact_type_of(self) {
            // SAFETY: just checked.
            let int: &Borrowed<'_, PyInt> = unsafe { self.cast_unchecked() };
            if let Ok(value) = int.narrow() {
                return Loaded::Int(value);
            }
        } else if PyFloat::is_exact_type_of(self) {
            // SAFETY: just checked.
            let float: &Borrowed<'_, PyFloat> = unsafe { self.cast_unchecked() };
            return Loaded::Float(float.value());
        } else if self.is_none() {
            return Loaded::None;
        } else if PyBool::is_exact_type_of(self) {
            return Loaded::Bool(self.is(self.py().bool(true)));
        }
        keep(self);
        Loaded::Object(self)
    }
}
