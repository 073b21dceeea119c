//! A tuple's items as an array: the arguments of a function, a record of known length.

use crate::error::{PyResult, PyTypeError};
use crate::refs::Borrowed;
use crate::types::{PyAny, PyTuple};

/// ## tuple: unpacking
impl<'py> Borrowed<'py, PyTuple> {
    /// The items as an array of length `N`, borrowed from the tuple as by [`get`](Borrowed::get): no
    /// reference count changes. The tuple must have at least `min` items; the others may be missing, and are
    /// then `None`.
    ///
    /// With a `name`, messages are about the arguments of the function of that name, as in CPython.
    ///
    /// An item that is still NULL is `None`, too: see [`get`](Borrowed::get). To convert the items as well,
    /// [`extract`](Borrowed::extract) a tuple of Rust types.
    ///
    /// # Errors
    /// `TypeError` for fewer than `min` items or more than `N`.
    ///
    /// # Panics
    /// If `min` is more than `N`.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{PyInt, PyTuple}};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let args = PyTuple::from_owned(py, [PyInt::new(py, 1)?.into_any()])?;
    /// let [first, second] = args.unpack(Some("example"), 1)?;
    /// assert!(first.is_some() && second.is_none());
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyArg_UnpackTuple")]
    #[inline]
    pub fn unpack<const N: usize>(
        &self,
        name: Option<&str>,
        min: usize,
    ) -> PyResult<'py, [Option<&Borrowed<'py, PyAny>>; N]> {
        assert!(min <= N, "at least {min} items of {N}");
        match self.len() {
            len if len < min => Err(self.wrong_len(name, "at least", min, min == N)),
            len if len > N => Err(self.wrong_len(name, "at most", N, min == N)),
            _ => Ok(std::array::from_fn(|index| self.get(index))),
        }
    }

    #[cold]
    fn wrong_len(
        &self,
        name: Option<&str>,
        bound: &str,
        wanted: usize,
        exactly: bool,
    ) -> crate::error::Raised<'py> {
        let (bound, space) = if exactly { ("", "") } else { (bound, " ") };
        let (len, s) = (self.len(), if wanted == 1 { "" } else { "s" });
        let py = self.py();
        match name {
            Some(name) => py.raise::<PyTypeError>(format_args!(
                "{name} expected {bound}{space}{wanted} argument{s}, got {len}"
            )),
            None => py.raise::<PyTypeError>(format_args!(
                "unpacked tuple should have {bound}{space}{wanted} element{s}, but has {len}"
            )),
        }
    }
}
