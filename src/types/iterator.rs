//! Iterators: what `iter()` returns.

use std::ptr;

use super::PyAny;
use crate::error::{PyResult, assert_clear, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Object, Owned, Subtype, TypeCheck};

/// Any object with a `__next__`: what [`iter`](Borrowed::iter) returns.
///
/// It is no type of its own but a property of types, as `collections.abc.Iterator` is; there is no
/// type object for it. An [`Owned<'py, PyIterator>`](crate::Owned) is a Rust [`Iterator`].
///
/// ```
/// # use pyptr::{PyResult, Python, types::{PyList, PyString}};
/// # Python::initialize();
/// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
/// let words = PyList::from_owned(py, [PyString::new(py, "left")?.into_any()])?;
/// for word in words.as_any().iter()? {
///     assert_eq!(word?.cast::<PyString>()?.to_str()?, "left");
/// }
/// # Ok(()) }
/// # Python::attach(|py| run(py).unwrap());
/// ```
///
#[cfg_attr(doc, doc = include_str!("pages/PyIterator.md"))]
#[doc(alias = "PyIter_Check")]
pub enum PyIterator {}

// SAFETY: iterators are counted like any object.
unsafe impl Object for PyIterator {
    const NAME: &'static str = "iterator";
}

// SAFETY: every object is of kind `PyAny`.
unsafe impl Subtype for PyIterator {
    type Base = PyAny;
}

// SAFETY: the C API's own check. No memory is read on the strength of it: `next_item` tolerates that the
// object has become none since, by an assignment to its `__class__`.
unsafe impl TypeCheck for PyIterator {
    #[inline]
    fn is_type_of(object: &Borrowed<'_, PyAny>) -> bool {
        // SAFETY: a live object; the check reads its type.
        unsafe { ffi::PyIter_Check(object.as_ptr()) != 0 }
    }

    /// The same: there is no type that an iterator could be exactly.
    #[inline]
    fn is_exact_type_of(object: &Borrowed<'_, PyAny>) -> bool {
        Self::is_type_of(object)
    }
}

impl<'py> Borrowed<'py, PyAny> {
    /// `iter(self)`. A new reference.
    ///
    /// # Errors
    /// `TypeError` if the object is not iterable, or what `__iter__` raises.
    #[doc(alias = "PyObject_GetIter")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn iter(&self) -> PyResult<'py, Owned<'py, PyIterator>> {
        assert_clear(self.py());
        // SAFETY: a live object.
        let result = unsafe { ffi::PyObject_GetIter(self.as_ptr()) };
        // SAFETY: a new reference to an iterator (the call checks it), or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}

impl<'py> Borrowed<'py, PyIterator> {
    /// The next item as a new reference, or `None` at the end.
    ///
    /// # Errors
    /// What `__next__` raises, other than `StopIteration`.
    #[doc(alias = "PyIter_NextItem")]
    #[doc(alias = "PyIter_Next")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn next_item(&self) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        assert_clear(self.py());
        // From 3.14 on the call makes sure itself.
        #[cfg(not(Py_3_14))]
        if !has_next(self) {
            return Err(no_iterator(self));
        }
        let mut item = ptr::null_mut();
        // SAFETY: a live iterator; `item` receives a new reference or NULL.
        let status = unsafe { ffi::compat::PyIter_NextItem(self.as_ptr(), &mut item) };
        check_status(self.py(), status)?;
        // SAFETY: a new reference, or NULL at the end.
        Ok(unsafe { Owned::from_new_ptr_or_opt(self.py(), item) })
    }
}

/// Whether there is something for `PyIter_Next` to call: an assignment to `__class__` can take it away.
#[cfg(not(Py_3_14))]
#[inline(always)]
fn has_next(object: &Borrowed<'_, PyIterator>) -> bool {
    // SAFETY: a live object.
    let kind = unsafe { ffi::Py_TYPE(object.as_ptr()) };
    // SAFETY: a live type; the field is read as `PyIter_Check` does.
    unsafe { (*kind).tp_iternext }.is_some()
}

#[cfg(not(Py_3_14))]
#[cold]
#[inline]
fn no_iterator<'py>(object: &Borrowed<'py, PyIterator>) -> crate::Raised<'py> {
    crate::CastError::<PyIterator>::new(object).into()
}

/// Ends where the Python iterator ends. An `Err` does not end it: as in Python, what comes after is up
/// to the iterator.
impl<'py> Iterator for Owned<'py, PyIterator> {
    type Item = PyResult<'py, Owned<'py, PyAny>>;

    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn next(&mut self) -> Option<Self::Item> {
        self.next_item().transpose()
    }
}
