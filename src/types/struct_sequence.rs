//! Struct sequences: tuples with named fields, such as `os.stat_result`.

use std::ffi::CStr;
use std::ptr;

use crate::error::{PyResult, PyValueError, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyTuple, PyType};

impl PyType {
    /// A new type of tuples with named fields. A new reference.
    ///
    /// Each field has a name and a docstring. The first `visible` fields are also items of the tuple; the
    /// others can only be read by name. To make an instance, call the type with a tuple of all fields
    /// ([`PyTuple::from_owned`](super::PyTuple::from_owned)); or use
    /// [`struct_sequence_from_owned`](crate::Borrowed::struct_sequence_from_owned), which is `unsafe` and
    /// makes no tuple.
    ///
    /// The attributes of the type are constant: CPython reads the number of fields from them.
    ///
    /// # Errors
    /// `ValueError` if `visible` is greater than the number of fields, `MemoryError`.
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
                return Err(py.raise::<PyValueError>(format_args!(
                    "{visible} visible fields, but only {count} fields"
                )));
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
        // SAFETY: attached; the array ends with a NULL, and has at least `visible` fields; C keeps only the
        // texts of the description, which live for ever.
        let kind = unsafe { ffi::PyStructSequence_NewType(&mut description) };
        // SAFETY: a new reference to a type, or NULL with an exception set.
        let kind: Owned<'_, PyType> = unsafe { Owned::from_new_ptr_or_raised(py, kind.cast()) }?;
        forbid_changes(&kind);
        Ok(kind)
    }
}

/// Makes the attributes of a new type constant, as those of a type in C are.
///
/// C reads the number of an instance's fields from them, when it makes, shows and frees an instance: Python code that
/// assigned `n_fields` would make it use memory behind the instance.
#[inline]
fn forbid_changes(kind: &Owned<'_, PyType>) {
    let kind = kind.as_ptr().cast::<ffi::PyTypeObject>();
    let constant = ffi::Py_TPFLAGS_IMMUTABLETYPE;
    #[cfg(not(Py_GIL_DISABLED))]
    // SAFETY: a field of a live type, which no other thread accesses while this thread holds the GIL.
    unsafe {
        (*kind).tp_flags |= constant
    };
    #[cfg(Py_GIL_DISABLED)]
    {
        // SAFETY: a field of a live type, which is written atomically.
        let flags = unsafe { &(*kind).tp_flags };
        flags.fetch_or(constant, std::sync::atomic::Ordering::Relaxed);
    }
}

// The number of an instance's fields is stored only in the attribute `n_fields` of its type, which Python
// code can change if C code has made the type. So the caller must promise it.

/// ## type: struct sequences
impl<'py> Borrowed<'py, PyType> {
    /// A new struct sequence of this type, with all its fields, also those that are no items. The references
    /// to `fields` are stolen: no reference count changes. A new reference.
    ///
    /// The same as calling the type, but without a tuple and without a check of the number of fields.
    ///
    /// # Errors
    /// `MemoryError`; the fields are released in this case.
    ///
    /// # Safety
    /// `self` is a type of struct sequences, made by [`new_struct_sequence`](PyType::new_struct_sequence) or
    /// by C code, with exactly `N` fields, and its attribute `n_fields` was not changed.
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
        // collector does not track the object, so no other code can reach it before it is complete.
        let result: Owned<'py, PyTuple> =
            unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }?;
        for (index, field) in fields.into_iter().enumerate() {
            let (index, field) = (index as ffi::Py_ssize_t, field.into_ptr());
            // SAFETY: there are `N` fields, by the caller's promise; this one is NULL, and the call steals
            // the reference.
            unsafe { ffi::PyStructSequence_SetItem(result.as_ptr(), index, field) };
        }
        // C code usually does not do this, so that cycles through its struct sequences are never found.
        if !result.is_gc_tracked() {
            // SAFETY: a complete object with the collector's header, as tuples have it.
            unsafe { ffi::PyObject_GC_Track(result.as_ptr().cast()) }
        }
        Ok(result)
    }
}

/// ## tuple: struct sequences
impl<'py> Borrowed<'py, PyTuple> {
    /// The field at `index` of a struct sequence, also a field that is no item. It is borrowed from the
    /// struct sequence, as by [`get`](Borrowed::get): no reference count changes. `None` if C code has not
    /// set the field.
    ///
    /// To read a field by its name, use [`getattr`](Borrowed::getattr), which returns a new reference.
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
