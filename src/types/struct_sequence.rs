//! Struct sequences: tuples with named fields, as `os.stat_result`.

use std::ffi::CStr;
use std::ptr;

use super::PyType;
use crate::error::{PyResult, PyValueError, assert_clear};
use crate::ffi;
use crate::python::Python;
use crate::refs::Owned;

impl PyType {
    /// A new type of tuples with named fields. A new reference.
    ///
    /// Each field has a name and a documentation. The first `visible` ones are also items of the tuple, the
    /// others have names alone. An instance is made by calling the type with a tuple of all fields, which
    /// [`PyTuple::from_owned`](super::PyTuple::from_owned) makes without counting.
    ///
    /// # Errors
    /// `ValueError` if more are to be visible than there are, `MemoryError`.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{PyInt, PyTuple, PyType}};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let fields = &[(c"x", c"To the right."), (c"y", c"Upwards.")];
    /// let point = PyType::new_struct_sequence(py, c"example.Point", c"A point.", fields, 2)?;
    /// let fields = [PyInt::new(py, 3)?.into_any(), PyInt::new(py, 4)?.into_any()];
    /// let here = point.call1(&*PyTuple::from_owned(py, fields)?)?;
    /// assert_eq!(here.repr()?.to_str()?, "example.Point(x=3, y=4)");
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyStructSequence_NewType")]
    #[doc(alias = "PyStructSequence_Desc")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new_struct_sequence<'py>(
        py: Python<'py>,
        name: &'static CStr,
        doc: &'static CStr,
        fields: &[(&'static CStr, &'static CStr)],
        visible: usize,
    ) -> PyResult<'py, Owned<'py, PyType>> {
        py.assert_attached();
        assert_clear(py);
        let count = fields.len();
        let visible = match i32::try_from(visible) {
            Ok(number) if visible <= count => number,
            _ => {
                let message = format_args!("{visible} of {count} fields visible");
                return Err(py.raise::<PyValueError>(message));
            }
        };
        let field = |&(name, doc): &(&'static CStr, &'static CStr)| ffi::PyStructSequence_Field {
            name: name.as_ptr(),
            doc: doc.as_ptr(),
        };
        let end = ffi::PyStructSequence_Field {
            name: ptr::null(),
            doc: ptr::null(),
        };
        let mut fields: Vec<_> = fields.iter().map(field).chain([end]).collect();
        let mut description = ffi::PyStructSequence_Desc {
            name: name.as_ptr(),
            doc: doc.as_ptr(),
            fields: fields.as_mut_ptr(),
            n_in_sequence: visible,
        };
        // SAFETY: attached; the array ends with a NULL, and has as many fields as are to be visible; of the
        // description nothing is kept but the texts, which live for ever.
        let kind = unsafe { ffi::PyStructSequence_NewType(&mut description) };
        // SAFETY: a new reference to a type, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, kind.cast()) }
    }
}
