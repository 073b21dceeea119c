//! Truth values.

use std::fmt;

use super::literal::{Kind, Read};
use super::{ConversionError, FromPyObject, IntoPyObject, Plain};
use crate::error::PyResult;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyBool, PyString};

/// From `True`, `False` or a `numpy.bool` (`numpy.bool_` before NumPy 2): the truth of other objects is not tested.
impl<'py> FromPyObject<'_, 'py> for bool {
    const LITERAL: Kind = Kind(Read::Bool);

    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("bool")
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        match object.cast::<PyBool>() {
            Ok(truth) => Ok(truth.is_true()),
            Err(_) => of_numpy(object),
        }
    }

    #[inline(always)]
    fn from_plain(object: &Borrowed<'py, PyAny>, _plain: Plain) -> Option<Self> {
        object.cast::<PyBool>().ok().map(Borrowed::is_true)
    }
}

/// The truth of a `numpy.bool`, which is no subclass of `bool`. It is known by its class's name alone: NumPy may not be
/// installed, and nothing is imported for it.
#[cold]
#[inline(never)]
fn of_numpy<'py>(object: &Borrowed<'py, PyAny>) -> Result<bool, ConversionError<'py>> {
    let class = object.type_of();
    let is = |text: PyResult<'py, Owned<'py, PyAny>>, names: &[&str]| {
        let text = text.ok()?.cast_into_exact::<PyString>().ok()?;
        names.iter().any(|name| text.eq_str(name)).then_some(())
    };
    let named = is(class.getattr(c"__name__"), &["bool", "bool_"]);
    if named
        .and_then(|()| is(class.module_name(), &["numpy"]))
        .is_none()
    {
        return Err(ConversionError::WrongType);
    }
    Ok(object.is_truthy()?)
}

impl<'py> IntoPyObject<'py> for bool {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        Ok(py.bool(self).new_ref().into_any())
    }
}
