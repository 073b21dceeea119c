//! Kinds of objects that are not one Python type.

use crate::ffi;
use crate::refs::{Borrowed, Object, PyAny, Subtype, TypeCheck};

/// Any object with a `__next__`: what [`iter`](Borrowed::iter) returns.
///
/// This kind is not one type but a property of types, like `collections.abc.Iterator`: there is no type object
/// for it. An [`Owned<'py, PyIterator>`](crate::Owned) is a Rust [`Iterator`].
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

// SAFETY: the C API's own check. No code accesses memory because of its result: `next_item` tolerates an object
// that is no iterator any more, after an assignment to its `__class__`.
unsafe impl TypeCheck for PyIterator {
    #[inline]
    fn is_type_of(object: &Borrowed<'_, PyAny>) -> bool {
        // SAFETY: a live object; the check reads its type.
        unsafe { ffi::PyIter_Check(object.as_ptr()) != 0 }
    }

    /// The same as `is_type_of`: there is no one type that an iterator could be exactly.
    #[inline]
    fn is_exact_type_of(object: &Borrowed<'_, PyAny>) -> bool {
        Self::is_type_of(object)
    }
}

/// A `set` or a `frozenset`: the methods that both have. [`PySet`](crate::types::PySet) and
/// [`PyFrozenSet`](crate::types::PyFrozenSet) deref to it.
///
/// This kind is not one Python type. Iterate with [`iter`](Borrowed::iter): if the set changes its size
/// meanwhile, the iteration ends with a `RuntimeError`.
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
