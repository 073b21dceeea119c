//! Iterating over a list without taking references: for hot loops that run nothing else.

use crate::ffi;
use crate::refs::Borrowed;
use crate::types::{PyAny, PyList};

/// ## list: iterating without counting
impl<'py> Borrowed<'py, PyList> {
    /// Iterates over the items without taking references.
    ///
    /// [`for_each_loaded`](Borrowed::for_each_loaded) is safe, and as fast for scalars; [`iter`](Borrowed::iter) is
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
