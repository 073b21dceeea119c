//! Iterating over containers without taking references: for hot loops that run no other code.

use std::ptr;

use crate::ffi;
use crate::refs::Borrowed;
#[cfg(not(windows))]
use crate::types::PyAnySet;
use crate::types::dict::Cursor;
use crate::types::{PyAny, PyDict, PyList};

impl<'py> Borrowed<'py, PyList> {
    /// Iterates over the items without taking references.
    ///
    /// [`iter_loaded`](Borrowed::iter_loaded) is safe, and as fast for scalars; [`iter`](Borrowed::iter) is
    /// safe, and takes and releases a reference to each item.
    ///
    /// # Safety
    /// From this call until the last use of an item, no code may run that could replace or remove an item of
    /// the list. That means no Python code, and no operation that may run Python code: comparing, hashing,
    /// calling, access to attributes, releasing the last reference to an object, making an object that the
    /// collector tracks. It also means no other thread, so this thread must not detach. On free-threaded
    /// builds other threads run all the time: there
    /// [`with_critical_section`](crate::sync::with_critical_section) must hold the list around the whole
    /// loop, in which nothing may wait for a lock.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, sync::with_critical_section, types::{PyList, PyString}};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let words = py.eval(c"['spam', 'eggs']", None, None)?.cast_into::<PyList>()?;
    /// let strings = with_critical_section(&words, || {
    ///     // SAFETY: a cast reads the type, and counting runs nothing; the list is locked.
    ///     let words = unsafe { words.iter_borrowed() };
    ///     words.filter(|word| word.cast_exact::<PyString>().is_ok()).count()
    /// });
    /// assert_eq!(strings, 2);
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyList_GET_ITEM")]
    #[inline]
    pub unsafe fn iter_borrowed<'a>(&'a self) -> impl Iterator<Item = &'a Borrowed<'py, PyAny>> {
        let mut index = 0;
        std::iter::from_fn(move || {
            if index >= self.len() {
                return None;
            }
            // SAFETY: within the list, by the caller's promise that the list does not change.
            let item = unsafe { ffi::PyList_GET_ITEM(self.as_ptr(), index as ffi::Py_ssize_t) };
            index += 1;
            // SAFETY: the list keeps the item while the caller uses it, by the caller's promise. NULL if C
            // code is still building the list.
            unsafe { Borrowed::from_ptr_or_opt(self.py(), item) }
        })
    }
}

impl<'py> Borrowed<'py, PyDict> {
    /// Iterates over keys and values without taking references.
    ///
    /// [`iter_loaded`](Borrowed::iter_loaded) is safe, and as fast for scalars; [`iter`](Borrowed::iter) is
    /// safe, and takes and releases a reference to each key and value.
    ///
    /// # Safety
    /// From this call until the last use of a key or value, no code may run that could replace or remove one,
    /// as for [lists](Borrowed::iter_borrowed). On free-threaded builds
    /// [`with_critical_section`](crate::sync::with_critical_section) must hold the dict around the whole
    /// loop.
    #[doc(alias = "PyDict_Next")]
    #[inline]
    pub unsafe fn iter_borrowed<'a>(
        &'a self,
    ) -> impl Iterator<Item = (&'a Borrowed<'py, PyAny>, &'a Borrowed<'py, PyAny>)> {
        let mut cursor = Cursor::new(self.py());
        std::iter::from_fn(move || {
            // SAFETY: a live dict that no code changes, by the caller's promise.
            let (key, value) = unsafe { cursor.next(self.as_ptr()) }?;
            // SAFETY: the dict keeps the key while the caller uses it, by the caller's promise.
            let key = unsafe { Borrowed::from_ptr(self.py(), key) };
            // SAFETY: as above.
            let value = unsafe { Borrowed::from_ptr(self.py(), value) };
            Some((key, value))
        })
    }
}

// What pyo3-ffi does not declare is not linked on Windows, see ffi.rs.
#[cfg(not(windows))]
impl<'py> Borrowed<'py, PyAnySet> {
    /// Iterates over the items without taking references.
    ///
    /// [`iter`](Borrowed::iter) is safe, makes an iterator object, and takes and releases a reference to each
    /// item.
    ///
    /// # Safety
    /// From this call until the last use of an item, no code may run that could add or remove one, as for
    /// [lists](Borrowed::iter_borrowed). On free-threaded builds
    /// [`with_critical_section`](crate::sync::with_critical_section) must hold the set around the whole loop.
    #[doc(alias = "_PySet_NextEntry")]
    #[inline]
    pub unsafe fn iter_borrowed<'a>(&'a self) -> impl Iterator<Item = &'a Borrowed<'py, PyAny>> {
        let mut position: ffi::Py_ssize_t = 0;
        std::iter::from_fn(move || {
            let (mut item, mut hash, set) = (ptr::null_mut(), 0, self.as_ptr());
            // SAFETY: a live set that no code changes, by the caller's promise.
            match unsafe { ffi::_PySet_NextEntry(set, &mut position, &mut item, &mut hash) } {
                // SAFETY: the set keeps the item while the caller uses it, by the caller's promise.
                1 => Some(unsafe { Borrowed::from_ptr(self.py(), item) }),
                _ => None,
            }
        })
    }
}
