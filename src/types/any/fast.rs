//! Iterables as lists or tuples.

use std::ffi::CStr;

use crate::error::{PyResult, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Owned, TypeCheck};
use crate::types::{PyAny, PyList, PyString, PyTuple};

/// A list or a tuple, whose items are read by index: the result of [`to_fast`](Borrowed::to_fast).
///
/// Other code can change a list between two accesses: ask for its length each time.
#[derive(Debug)]
pub enum FastSequence<'py> {
    /// The list itself, or a new list of the items of another iterable.
    List(Owned<'py, PyList>),
    /// A tuple.
    Tuple(Owned<'py, PyTuple>),
}

/// ## Any object: fast sequences
impl<'py> Borrowed<'py, PyAny> {
    /// The object itself if it is a list or tuple, otherwise a new list of its items. A new reference.
    ///
    /// # Errors
    /// `TypeError` with the message `message` if the object is not iterable, or what iterating raises; `UnicodeDecodeError`
    /// if the object is no list or tuple and `message` is not UTF-8.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let items = py.eval(c"{3}", None, None)?.to_fast(c"expected some numbers")?;
    /// assert_eq!(items.len(), 1);
    /// assert_eq!(items.get(0).unwrap().extract::<i64>()?, 3);
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PySequence_Fast")]
    #[inline]
    pub fn to_fast(&self, message: &CStr) -> PyResult<'py, FastSequence<'py>> {
        assert_clear(self.py());
        let is_fast = PyList::is_exact_type_of(self) || PyTuple::is_exact_type_of(self);
        if !is_fast && message.to_str().is_err() {
            // C decodes the message while another exception is set. If that fails, a debug build ends the process.
            PyString::from_utf8(self.py(), message.to_bytes(), None)?;
        }
        // SAFETY: a live object, borrowed for the call; a NUL-terminated string.
        let result = unsafe { ffi::PySequence_Fast(self.as_ptr(), message.as_ptr()) };
        // SAFETY: a new reference to a list or a tuple, or NULL with an exception set.
        let result: Owned<'_, PyAny> = unsafe { Owned::from_new_ptr_or_raised(self.py(), result)? };
        match result.cast_into::<PyTuple>() {
            Ok(tuple) => Ok(FastSequence::Tuple(tuple)),
            Err(other) => Ok(FastSequence::List(other.into_inner().cast_into()?)),
        }
    }
}

impl<'py> FastSequence<'py> {
    /// The current number of items.
    #[doc(alias = "PySequence_Fast_GET_SIZE")]
    #[inline]
    pub fn len(&self) -> usize {
        match self {
            FastSequence::List(list) => list.len(),
            FastSequence::Tuple(tuple) => tuple.len(),
        }
    }

    /// Whether there are no items.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at `index` as a new reference; `None` beyond the end.
    #[doc(alias = "PySequence_Fast_GET_ITEM")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get(&self, index: usize) -> Option<Owned<'py, PyAny>> {
        match self {
            FastSequence::List(list) if index < list.len() => list.get(index).ok(),
            FastSequence::List(_) => None,
            FastSequence::Tuple(tuple) => Some(tuple.get(index)?.new_ref()),
        }
    }
}
