//! Struct sequences: tuples with named fields, as `os.stat_result`.

use std::ffi::CStr;
use std::ptr;

use crate::error::{PyResult, PyValueError, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyTuple, PyType};

impl PyType {
    /// A new type of tuples with named fields. A new reference.
    ///
    /// Each field has a name and a documentation. The first `visible` ones are also items of the tuple, the
    /// others have names alone. An instance is made by calling the type with a tuple of all fields, which
    /// [`PyTuple::from_owned`](super::PyTuple::from_owned) makes without counting; or, without the tuple, by
    /// [`struct_sequence_from_owned`](crate::Borrowed::struct_sequence_from_owned), which is `unsafe`.
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

// Nothing in an instance tells how many fields it has: C reads the attribute `n_fields` of its type, which
// Python code can change. So what goes by their number has to be promised.

/// ## type: struct sequences
impl<'py> Borrowed<'py, PyType> {
    /// A new struct sequence of this type, of all its fields, the hidden ones included. Their references are
    /// taken over: no reference count changes. A new reference.
    ///
    /// The same as calling the type, without a tuple in between and without a check of the number.
    ///
    /// # Errors
    /// `MemoryError`; the fields are released then.
    ///
    /// # Safety
    /// `self` is a type of struct sequences ([`new_struct_sequence`](PyType::new_struct_sequence), or one of
    /// C's) with exactly `N` fields, and its attribute `n_fields` has been left as it was made.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{PyInt, PyType}};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let fields = &[(c"x", c"To the right."), (c"y", c"Upwards.")];
    /// let point = PyType::new_struct_sequence(py, c"example.Point", c"A point.", fields, 2)?;
    /// let fields = [PyInt::new(py, 3)?.into_any(), PyInt::new(py, 4)?.into_any()];
    /// // SAFETY: the type was made here, with two fields.
    /// let here = unsafe { point.struct_sequence_from_owned(fields) }?;
    /// assert_eq!(here.repr()?.to_str()?, "example.Point(x=3, y=4)");
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyStructSequence_New")]
    #[doc(alias = "PyStructSequence_SetItem")]
    #[doc(alias = "PyStructSequence_SET_ITEM")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub unsafe fn struct_sequence_from_owned<const N: usize>(
        &self,
        fields: [Owned<'py, PyAny>; N],
    ) -> PyResult<'py, Owned<'py, PyTuple>> {
        assert_clear(self.py());
        // SAFETY: a type of struct sequences, by the caller's promise.
        let result = unsafe { ffi::PyStructSequence_New(self.as_ptr().cast()) };
        // SAFETY: a new reference to a tuple, or NULL with an exception set. All fields are NULL, and the
        // collector does not know it, so that nobody finds it before it is complete.
        let result: Owned<'py, PyTuple> =
            unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }?;
        for (index, field) in fields.into_iter().enumerate() {
            let (index, field) = (index as ffi::Py_ssize_t, field.into_ptr());
            // SAFETY: there are `N` fields, by the caller's promise; this one is NULL, and the call steals
            // the reference.
            unsafe { ffi::PyStructSequence_SetItem(result.as_ptr(), index, field) };
        }
        // C leaves that out, so that cycles through its struct sequences are never found.
        if !result.is_gc_tracked() {
            // SAFETY: a complete object with the collector's header, as tuples have it.
            unsafe { ffi::PyObject_GC_Track(result.as_ptr().cast()) }
        }
        Ok(result)
    }
}

/// ## tuple: struct sequences
impl<'py> Borrowed<'py, PyTuple> {
    /// The field at `index` of a struct sequence, one of those, too, that are no items: borrowed from it, as
    /// by [`get`](Borrowed::get). No reference count changes. `None` if C code has not filled it in.
    ///
    /// By its name a field is an attribute, and a new reference.
    ///
    /// # Safety
    /// `self` is a struct sequence, of a type with more than `index` fields.
    #[doc(alias = "PyStructSequence_GetItem")]
    #[doc(alias = "PyStructSequence_GET_ITEM")]
    #[inline]
    pub unsafe fn struct_sequence_field(&self, index: usize) -> Option<&Borrowed<'py, PyAny>> {
        // SAFETY: within the fields, by the caller's promise.
        let field =
            unsafe { ffi::PyStructSequence_GetItem(self.as_ptr(), index as ffi::Py_ssize_t) };
        // SAFETY: a struct sequence keeps its fields for as long as it lives, which is for the borrow of
        // `self`; nothing can replace them.
        unsafe { Borrowed::from_ptr_or_opt(self.py(), field) }
    }
}
