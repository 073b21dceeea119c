//! Kinds of objects that are no type of their own.

use crate::ffi;
use crate::refs::{Borrowed, Object, PyAny, Subtype, TypeCheck};

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
#[cfg_attr(doc, doc = include_str!("../types/pages/PyIterator.md"))]
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

/// A `set` or a `frozenset`: what both can do. [`PySet`](crate::types::PySet) and [`PyFrozenSet`](crate::types::PyFrozenSet) deref to it.
///
/// No type of its own. Iterate with [`iter`](Borrowed::iter): a set that changes its size meanwhile ends
/// the iteration with a `RuntimeError`.
///
#[cfg_attr(doc, doc = include_str!("../types/pages/PyAnySet.md"))]
#[doc(alias = "PyAnySet_Check")]
#[doc(alias = "PyAnySet_CheckExact")]
pub enum PyAnySet {}

// SAFETY: sets are counted like any object.
unsafe impl Object for PyAnySet {
    const NAME: &'static str = "set or frozenset";
}

// SAFETY: every object is of kind `PyAny`.
unsafe impl Subtype for PyAnySet {
    type Base = PyAny;
}

// SAFETY: the C API's own checks; both types share one layout.
unsafe impl TypeCheck for PyAnySet {
    #[inline]
    fn is_type_of(object: &Borrowed<'_, PyAny>) -> bool {
        // SAFETY: a live object; the check reads its type.
        unsafe { ffi::PyAnySet_Check(object.as_ptr()) != 0 }
    }

    #[inline]
    fn is_exact_type_of(object: &Borrowed<'_, PyAny>) -> bool {
        // SAFETY: a live object; the check reads its type.
        unsafe { ffi::PyAnySet_CheckExact(object.as_ptr()) != 0 }
    }
}
