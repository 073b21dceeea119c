//! [`ReprGuard`]: the `repr` of a container that contains itself.

use crate::error::{PyResult, assert_clear, check_truth};
use crate::ffi;
use crate::refs::Borrowed;
use crate::types::PyAny;

/// A `repr` in progress, begun by [`enter_repr`](Borrowed::enter_repr): while the guard lives, `enter_repr`
/// of the same object on this thread returns `None`.
#[must_use = "the guard must live until the `repr` is complete"]
pub struct ReprGuard<'a, 'py>(&'a Borrowed<'py, PyAny>);

/// ## Any object: inside of repr
impl<'py> Borrowed<'py, PyAny> {
    /// Begins the `repr` of a container that may contain itself. `None` if a `repr` of the same object is
    /// already in progress on this thread: write `[...]` then.
    ///
    /// # Errors
    /// `MemoryError`.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{PyAny, PyList}, Borrowed};
    /// fn show<'py>(list: &Borrowed<'py, PyList>) -> PyResult<'py, String> {
    ///     let Some(_guard) = list.enter_repr()? else {
    ///         return Ok("(...)".into());
    ///     };
    ///     let mut text = String::from("(");
    ///     for item in list.iter() {
    ///         match item.cast::<PyList>() {
    ///             Ok(list) => text += &show(list)?,
    ///             Err(_) => text += item.repr()?.to_str()?,
    ///         }
    ///     }
    ///     Ok(text + ")")
    /// }
    /// # Python::initialize();
    /// # Python::attach(|py| {
    /// let list = PyList::empty(py).unwrap();
    /// list.append(&list).unwrap();
    /// assert_eq!(show(&list).unwrap(), "((...))");
    /// # list.clear().unwrap();
    /// # });
    /// ```
    #[doc(alias = "Py_ReprEnter")]
    #[inline]
    pub fn enter_repr(&self) -> PyResult<'py, Option<ReprGuard<'_, 'py>>> {
        assert_clear(self.py());
        // SAFETY: a live object, borrowed for the call.
        let entered = unsafe { ffi::Py_ReprEnter(self.as_ptr()) };
        match check_truth(self.py(), entered)? {
            true => Ok(None),
            false => Ok(Some(ReprGuard(self))),
        }
    }
}

impl Drop for ReprGuard<'_, '_> {
    #[doc(alias = "Py_ReprLeave")]
    #[inline]
    fn drop(&mut self) {
        // SAFETY: a live object, entered on this thread; the call keeps an exception that is set.
        unsafe { ffi::Py_ReprLeave(self.0.as_ptr()) };
    }
}
