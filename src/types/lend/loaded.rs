//! [`Loaded`]: scalars that are read out of a container by value.

use crate::error::PyResult;
#[cfg(not(Py_GIL_DISABLED))]
use crate::ffi;
use crate::refs::{Borrowed, Owned, TypeCheck};
use crate::types::{DictIter, PyAny, PyBool, PyDict, PyFloat, PyInt, PyList, PyString};

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

impl<'py> Borrowed<'py, PyList> {
    /// The item at `index`: a scalar by value, anything else as a new reference. O(1).
    ///
    /// # Errors
    /// `IndexError` beyond the end.
    #[doc(alias = "PyList_GetItem")]
    #[doc(alias = "PyList_GET_ITEM")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn load(&self, index: usize) -> PyResult<'py, Loaded<'py>> {
        match self.load_within(index) {
            Some(item) => Ok(item),
            None => self.get(index).map(Owned::into_loaded),
        }
    }

    /// Iterates over the items: scalars by value, anything else as new references.
    ///
    /// The list may change meanwhile, as for [`iter`](Borrowed::iter).
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn iter_loaded<'a>(&'a self) -> LoadedListIter<'a, 'py> {
        LoadedListIter {
            list: self,
            index: 0,
        }
    }

    /// The item at `index`, or `None` beyond the end.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn load_within(&self, index: usize) -> Option<Loaded<'py>> {
        if index >= self.len() {
            return None;
        }
        #[cfg(not(Py_GIL_DISABLED))]
        {
            // SAFETY: within the list, since nothing has run since the size was read.
            let item = unsafe { ffi::PyList_GET_ITEM(self.as_ptr(), index as ffi::Py_ssize_t) };
            // SAFETY: the list keeps the item alive, and loading it runs nothing else. NULL if C code is
            // still building the list.
            let item: Option<&Borrowed<'_, PyAny>> =
                unsafe { Borrowed::from_ptr_or_opt(self.py(), item) };
            item.map(Borrowed::<PyAny>::load)
        }
        // Another thread may release the item: a reference must be held while it is read.
        #[cfg(Py_GIL_DISABLED)]
        self.get(index).ok().map(Owned::into_loaded)
    }
}

/// The items of a list, [`Loaded`]: created by [`iter_loaded`](Borrowed::iter_loaded).
#[must_use = "iterators do nothing unless they are used"]
pub struct LoadedListIter<'a, 'py> {
    list: &'a Borrowed<'py, PyList>,
    /// The next index; `usize::MAX` after the end was reached, so that the iterator stays at its end.
    index: usize,
}

impl<'py> Iterator for LoadedListIter<'_, 'py> {
    type Item = Loaded<'py>;

    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn next(&mut self) -> Option<Loaded<'py>> {
        let next = self.list.load_within(self.index);
        self.index = match next {
            Some(_) => self.index + 1,
            None => usize::MAX,
        };
        next
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        let len = self.list.len().saturating_sub(self.index);
        (len, Some(len))
    }
}

impl std::iter::FusedIterator for LoadedListIter<'_, '_> {}

impl<'py> Borrowed<'py, PyDict> {
    /// Iterates over keys and values: scalars by value, anything else as new references.
    ///
    /// If the dict's size or keys change meanwhile, the iteration ends with an error, as for
    /// [`iter`](Borrowed::iter).
    #[doc(alias = "PyDict_Next")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn iter_loaded<'a>(&'a self) -> LoadedDictIter<'a, 'py> {
        LoadedDictIter(self.iter())
    }
}

/// The keys and values of a dict, [`Loaded`]: created by [`iter_loaded`](Borrowed::iter_loaded).
#[must_use = "iterators do nothing unless they are used"]
pub struct LoadedDictIter<'a, 'py>(DictIter<'a, 'py>);

impl<'py> Iterator for LoadedDictIter<'_, 'py> {
    type Item = PyResult<'py, (Loaded<'py>, Loaded<'py>)>;

    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn next(&mut self) -> Option<Self::Item> {
        self.0.next_with(|key, value| (key.load(), value.load()))
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl std::iter::FusedIterator for LoadedDictIter<'_, '_> {}
