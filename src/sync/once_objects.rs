//! [`OnceObjects`]: several attributes of one module, imported at the first use.
#![forbid(unsafe_code)]

use std::ffi::CStr;
use std::fmt;

use super::OnceObject;
use crate::error::PyResult;
use crate::markers::PyTuple;
use crate::refs::{Borrowed, Owned, PyAny, Python};

/// [`OnceObject`] for several attributes of one module: a static that imports it at its first use and keeps them all.
///
/// Afterwards getting one counts no reference. They are imported together, so that a name that the module does not have fails at
/// the first use of any.
///
/// ```
/// use pyptr::{Borrowed, PyResult, sync::OnceObjects, types::PyAny};
///
/// static DECIMAL: OnceObjects<2> = OnceObjects::new(c"decimal", [c"Decimal", c"Context"]);
///
/// fn is_decimal<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, bool> {
///     let [decimal, _] = DECIMAL.get(object.py())?;
///     Ok(object.type_of().is(decimal))
/// }
/// # pyptr::Python::initialize();
/// # pyptr::Python::attach(|py| {
/// #     let one = py.import(c"decimal").unwrap().call_method0(c"Decimal").unwrap();
/// #     assert!(is_decimal(&one).unwrap() && !is_decimal(py.none()).unwrap());
/// # });
/// ```
pub struct OnceObjects<const N: usize> {
    module: &'static CStr,
    names: [&'static CStr; N],
    objects: OnceObject<PyTuple>,
}

impl<const N: usize> OnceObjects<N> {
    /// The attributes `names` of the module `module`, which is not imported yet.
    pub const fn new(module: &'static CStr, names: [&'static CStr; N]) -> OnceObjects<N> {
        OnceObjects {
            module,
            names,
            objects: OnceObject::new(),
        }
    }

    /// All attributes, in the order of their names. Borrowed from the cell, which keeps a reference to each.
    ///
    /// # Errors
    /// What the import raises, `AttributeError`, `MemoryError`; nothing is kept then, and the next call tries again. Also
    /// `RuntimeError`, as for [`get_or_try_init`](OnceObject::get_or_try_init), if importing the module needs this cell.
    #[doc(alias = "PyImport_ImportModuleAttrString")]
    #[inline]
    pub fn get<'a, 'py>(&'a self, py: Python<'py>) -> PyResult<'py, [&'a Borrowed<'py, PyAny>; N]> {
        py.assert_attached();
        let objects = self.objects(py)?;
        Ok(std::array::from_fn(|index| match objects.get(index) {
            Some(object) => object,
            None => unreachable!("a tuple of {N}"),
        }))
    }

    /// The attribute with the name at `index`. Borrowed from the cell.
    ///
    /// # Errors
    /// As for [`get`](OnceObjects::get).
    ///
    /// # Panics
    /// If there are not so many names.
    #[inline]
    pub fn get_at<'a, 'py>(
        &'a self,
        py: Python<'py>,
        index: usize,
    ) -> PyResult<'py, &'a Borrowed<'py, PyAny>> {
        py.assert_attached();
        match self.objects(py)?.get(index) {
            Some(object) => Ok(object),
            None => panic!("index {index} of {N} objects"),
        }
    }

    /// The attribute `name`, found by its text. Borrowed from the cell.
    ///
    /// # Errors
    /// As for [`get`](OnceObjects::get).
    ///
    /// # Panics
    /// If it is none of the cell's names.
    #[inline]
    pub fn get_named<'a, 'py>(
        &'a self,
        py: Python<'py>,
        name: &CStr,
    ) -> PyResult<'py, &'a Borrowed<'py, PyAny>> {
        py.assert_attached();
        match self.names.iter().position(|own| *own == name) {
            Some(index) => self.get_at(py, index),
            None => panic!("{name:?} is none of {:?}", self.names),
        }
    }

    #[inline]
    fn objects<'a, 'py>(&'a self, py: Python<'py>) -> PyResult<'py, &'a Borrowed<'py, PyTuple>> {
        self.objects.get_or_try_init(py, |py| self.import(py))
    }

    #[cold]
    fn import<'py>(&self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyTuple>> {
        let module = py.import(self.module)?;
        PyTuple::try_from_fn(py, N, |index| module.getattr(self.names[index]))
    }
}

/// The names. Needs no attached thread.
impl<const N: usize> fmt::Debug for OnceObjects<N> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceObjects")
            .field("module", &self.module)
            .field("names", &self.names)
            .finish()
    }
}
