//! [`Loaded`]: scalars that are read out of a container by value.

use crate::refs::{Borrowed, Owned, TypeCheck};
use crate::types::{PyAny, PyBool, PyFloat, PyInt, PyString};

/// An item read out of a container: a scalar by value, without any reference counting; everything else
/// as a new reference.
///
/// Only instances of the exact types are scalars: an instance of a subclass is an `Object`, as is an int that
/// does not fit into an `i64`. Returned by [`list.load(i)`](Borrowed::load),
/// [`list.iter_loaded()`](Borrowed::iter_loaded), the same of dicts, and [`load()`](Borrowed::load) of any
/// object.
///
/// ```
/// # use pyptr::{PyResult, Python, types::{Loaded, PyList}};
/// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
/// let list = py.eval(c"[1, 2.5, True, None, 'text', 2**70]", None, None)?.cast_into::<PyList>()?;
/// let mut sum = 0.0;
/// for item in list.iter_loaded() {
///     match item {
///         Loaded::Int(int) => sum += int as f64,
///         Loaded::Float(float) => sum += float,
///         _ => {}
///     }
/// }
/// assert_eq!(sum, 3.5);
/// # Ok(()) }
/// # Python::initialize();
/// # Python::attach(|py| run(py).unwrap());
/// ```
#[derive(Debug)]
pub enum Loaded<'py> {
    /// An exact `str`, as a new reference.
    Str(Owned<'py, PyString>),
    /// An exact `int` that fits.
    Int(i64),
    /// An exact `float`.
    Float(f64),
    /// `True` or `False`.
    Bool(bool),
    /// `None`.
    None,
    /// Anything else, as a new reference.
    Object(Owned<'py, PyAny>),
}

/// ## Any object: as a scalar
impl<'py> Borrowed<'py, PyAny> {
    /// The object's value if it is a scalar, otherwise a new reference. Runs no Python code and cannot fail.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn load(&self) -> Loaded<'py> {
        match self.load_scalar() {
            Some(scalar) => scalar,
            None => self.new_ref().into_loaded_object(),
        }
    }

    /// The values that need no reference.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn load_scalar(&self) -> Option<Loaded<'py>> {
        if PyInt::is_exact_type_of(self) {
            // SAFETY: just checked.
            let int: &Borrowed<'_, PyInt> = unsafe { self.cast_unchecked() };
            return int.narrow().ok().map(Loaded::Int);
        }
        if PyFloat::is_exact_type_of(self) {
            // SAFETY: just checked.
            let float: &Borrowed<'_, PyFloat> = unsafe { self.cast_unchecked() };
            return Some(Loaded::Float(float.value()));
        }
        if PyBool::is_exact_type_of(self) {
            return Some(Loaded::Bool(self.is(self.py().bool(true))));
        }
        self.is_none().then_some(Loaded::None)
    }
}

/// # Methods of any object
impl<'py> Owned<'py, PyAny> {
    /// The object's value if it is a scalar, and then the reference is released; otherwise the reference
    /// itself. No count is incremented.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn into_loaded(self) -> Loaded<'py> {
        match self.load_scalar() {
            Some(scalar) => scalar,
            None => self.into_loaded_object(),
        }
    }

    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_loaded_object(self) -> Loaded<'py> {
        match PyString::is_exact_type_of(&self) {
            // SAFETY: just checked.
            true => Loaded::Str(unsafe { self.cast_into_unchecked() }),
            false => Loaded::Object(self),
        }
    }
}
