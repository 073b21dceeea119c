//! Interned names in statics.

use std::fmt;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use crate::error::{PyErr, PyResult};
use crate::ffi;
use crate::markers::PyString;
use crate::refs::{Borrowed, Owned, PyAny, Python};

/// The interned `str` of a constant text, as a [`&'py Borrowed<'py, PyString>`](crate::Borrowed), without
/// reference counting. The `str` is made when this line of code runs for the first time.
///
/// After that it costs one load from memory. Each place in the code has its own static, which never releases
/// its reference: on purpose, one `str` for each distinct text lives until the process ends.
///
/// # Panics
/// If there is no memory for the `str`.
///
/// ```
/// # use pyptr::{PyResult, Python};
/// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
/// let path = py.import(c"os.path")?;
/// let sep = path.getattr(pyptr::intern!(py, "sep"))?;
/// # assert!(sep.repr()?.len() > 2);
/// # Ok(()) }
/// # Python::initialize();
/// # Python::attach(|py| run(py).unwrap());
/// ```
#[doc(alias = "PyUnicode_InternFromString")]
#[doc(alias = "PyUnicode_InternInPlace")]
#[macro_export]
macro_rules! intern {
    ($py:expr, $text:expr $(,)?) => {{
        static PYPTR_INTERNED: $crate::sync::Interned = $crate::sync::Interned::new($text);
        PYPTR_INTERNED.get($py)
    }};
}

/// A static for an interned `str` that is made at its first use; [`intern!`](crate::intern) declares one.
///
/// ```
/// # use pyptr::{Python, sync::Interned};
/// static NAME: Interned = Interned::new("__name__");
/// # Python::initialize();
/// # Python::attach(|py| {
/// assert!(NAME.get(py).is(NAME.get(py)));
/// # });
/// ```
pub struct Interned {
    text: &'static str,
    /// NULL, or a reference that is never released.
    object: AtomicPtr<ffi::PyObject>,
}

impl Interned {
    /// An `Interned` for `text`. The `str` is not made yet.
    #[inline]
    pub const fn new(text: &'static str) -> Interned {
        Interned {
            text,
            object: AtomicPtr::new(ptr::null_mut()),
        }
    }

    /// The `str`. Borrowed: it lives as long as the interpreter.
    ///
    /// # Panics
    /// If there is no memory for the `str`.
    #[doc(alias = "PyUnicode_InternInPlace")]
    #[inline(always)]
    pub fn get<'py>(&'static self, py: Python<'py>) -> &'py Borrowed<'py, PyString> {
        match self.try_get(py) {
            Ok(object) => object,
            Err(raised) => self.fail(raised),
        }
    }

    /// [`get`](Interned::get), but returns the `MemoryError` instead of panicking.
    #[inline(always)]
    pub(crate) fn try_get<'py>(
        &'static self,
        py: Python<'py>,
    ) -> PyResult<'py, &'py Borrowed<'py, PyString>> {
        py.assert_attached();
        let object = self.object.load(Ordering::Acquire);
        let object = match object.is_null() {
            true => self.make(py)?,
            false => object,
        };
        // SAFETY: a `str`, to which this static holds a reference that is never released.
        Ok(unsafe { Borrowed::from_ptr(py, object) })
    }

    /// Whether `object` is the `str` of this static; `false` before the `str` is made.
    #[inline(always)]
    pub(crate) fn is(&self, object: &Borrowed<'_, PyAny>) -> bool {
        // Only the addresses are compared.
        self.object.load(Ordering::Relaxed) == object.as_ptr()
    }

    /// The text that `new` was given.
    pub(crate) fn text(&self) -> &'static str {
        self.text
    }

    /// Generic, so that it is compiled in the crates that use it, not whenever this crate is built.
    #[cold]
    #[inline(never)]
    fn fail(&self, raised: impl Into<PyErr>) -> ! {
        panic!("cannot intern {:?}: {}", self.text, raised.into())
    }

    #[cold]
    fn make<'py>(&self, py: Python<'py>) -> PyResult<'py, *mut ffi::PyObject> {
        let object = PyString::new(py, self.text)?.into_interned();
        let new = object.into_ptr();
        let null = ptr::null_mut();
        // Acquire on failure, because another thread's object is used then.
        match (self.object).compare_exchange(null, new, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => Ok(new),
            Err(theirs) => {
                // SAFETY: the reference that was given away above; the exchange has failed, so that it is still
                // ours.
                drop(unsafe { Owned::<PyString>::from_new_ptr(py, new) });
                Ok(theirs)
            }
        }
    }
}

/// The text. Needs no attached thread.
impl fmt::Debug for Interned {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Interned").field(&self.text).finish()
    }
}
