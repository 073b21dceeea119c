//! Interned names that statics hold.

use std::fmt;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use crate::error::{PyErr, PyResult};
use crate::ffi;
use crate::markers::PyString;
use crate::refs::{Borrowed, Owned, PyAny, Python};

/// The interned `str` of a constant text, made where this line of code first runs:
/// [`&'py Borrowed<'py, PyString>`](crate::Borrowed), without reference counting.
///
/// Afterwards it is one load from memory. Each place has a static of its own, which holds a reference
/// for ever: one to each distinct text leaks, on purpose, until the process ends.
///
/// # Panics
/// If there is no memory for the text.
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

/// A static for an interned `str`, made at its first use: what [`intern!`](crate::intern) declares.
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
    /// Makes no object yet.
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
    /// If there is no memory for it.
    #[doc(alias = "PyUnicode_InternInPlace")]
    #[inline(always)]
    pub fn get<'py>(&'static self, py: Python<'py>) -> &'py Borrowed<'py, PyString> {
        match self.try_get(py) {
            Ok(object) => object,
            Err(raised) => self.fail(raised),
        }
    }

    /// [`get`](Interned::get) with the `MemoryError` that there may be.
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
        // SAFETY: a str, to which a reference is held that is never released.
        Ok(unsafe { Borrowed::from_ptr(py, object) })
    }

    /// Whether `object` is that very `str`; false before it is made.
    #[inline(always)]
    pub(crate) fn is(&self, object: &Borrowed<'_, PyAny>) -> bool {
        // The object itself is not looked at.
        self.object.load(Ordering::Relaxed) == object.as_ptr()
    }

    /// What it was declared with.
    pub(crate) fn text(&self) -> &'static str {
        self.text
    }

    /// Generic, so that it is compiled where it is used: not by everyone who builds this crate.
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
        // Acquire on failure: another thread's object is about to be used.
        match (self.object).compare_exchange(null, new, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => Ok(new),
            Err(theirs) => {
                // SAFETY: the reference that was given away above, and nobody has taken.
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
