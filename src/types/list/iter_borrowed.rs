//! Iterating over a list without taking references: for hot loops that run nothing else.

use crate::ffi;
use crate::refs::Borrowed;
use crate::types::{PyAny, PyList};

/// ## list: iterating without counting
impl<'py> Borrowed<'py, PyList> {
    /// Iterates over the items without taking references.
    ///
    /// [`iter_loaded`](Borrowed::iter_loaded) is safe, and as fast for scalars;
    /// [`iter`](Borrowed::iter) is safe and counts each item up and down.
    ///
    /// # Safety
    /// From this call until the last item is no longer used, the list keeps its items: nothing runs that
    /// could replace or remove one. That is any Python code, and with it whatever may call some:
    /// comparing, hashing, calling, attributes, releasing a last reference, making an object that the
    /// collector tracks; and other threads, which run when this one detaches. On free-threaded builds
    /// they run all the time: there the list is held by
    /// [`with_critical_section`](crate::sync::with_critical_section) around the whole loop, in which
    /// nothing may wait for a lock.
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
            // SAFETY: within the list, by the caller's promise that it does not change.
            let item = unsafe { ffi::PyList_GET_ITEM(self.as_ptr(), index as ffi::Py_ssize_t) };
            index += 1;
            // SAFETY: the list keeps the item while the caller uses it, by the caller's promise. NULL if C
            // code is still building the list.
            unsafe { Borrowed::from_ptr_or_opt(self.py(), item) }
        })
    }
}
