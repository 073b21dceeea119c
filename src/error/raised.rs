//! The methods of [`Raised`].

use std::fmt::{self, Display};
use std::mem;

use super::{Raised, indicator, raise, supersede};
use crate::error::name_of_type;
use crate::ffi;
use crate::markers::{Exception, PyBaseException, PySystemError, PyType};
use crate::refs::{Borrowed, Owned, PyAny, Python};

impl<'py> Raised<'py> {
    /// The token for an exception that raw API calls have set, or `None` if none is set.
    #[doc(alias = "PyErr_Occurred")]
    #[inline]
    pub fn occurred(py: Python<'py>) -> Option<Raised<'py>> {
        py.assert_attached();
        indicator::is_set(py).then(|| Raised::set(py))
    }

    /// Whether the exception is an instance of `E` or of a subclass.
    #[doc(alias = "PyErr_ExceptionMatches")]
    #[inline]
    pub fn is<E: Exception>(&self) -> bool {
        let kind = E::type_ptr(self.py()).cast();
        // SAFETY: a type object, which lives as long as the interpreter.
        unsafe { indicator::matches(self.py(), kind) }
    }

    /// Whether the exception is an instance of the class `kind` or of a subclass; `kind` may be a tuple
    /// of classes, as in an `except` clause, or of such tuples, nested to any depth.
    #[doc(alias = "PyErr_ExceptionMatches")]
    #[inline]
    #[doc(alias = "PyErr_GivenExceptionMatches")]
    pub fn matches(&self, kind: &Borrowed<'_, PyAny>) -> bool {
        matches_any(self.py(), kind)
    }

    /// Catches the exception if it is an `E`: returns it, and leaves the indicator clear.
    ///
    /// # Errors
    /// The token itself, with the exception still set, if the exception is no `E`: `?` passes it on.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, error::{PyKeyError, PyValueError}};
    /// # fn lookup<'py>(py: Python<'py>) -> PyResult<'py, i64> { Err(py.raise::<PyKeyError>("k")) }
    /// fn lookup_or_zero<'py>(py: Python<'py>) -> PyResult<'py, i64> {
    ///     lookup(py).or_else(|raised| raised.catch::<PyKeyError>().map(|_key_error| 0))
    /// }
    /// # Python::initialize();
    /// # Python::attach(|py| assert_eq!(lookup_or_zero(py).unwrap(), 0));
    /// ```
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn catch<E: Exception>(self) -> Result<Owned<'py, E>, Raised<'py>> {
        if !self.is::<E>() {
            return Err(self);
        }
        let exception = self.into_exception();
        // Before 3.12 a class can match by its `__subclasscheck__` alone: the object's own type decides.
        match E::is_type_of(&exception) {
            // SAFETY: just checked.
            true => Ok(unsafe { exception.cast_into_unchecked() }),
            false => Err(raise::put(exception.py(), exception)),
        }
    }

    /// Takes the exception from the thread; the indicator is clear afterwards.
    ///
    /// The result is a normalised instance with its traceback. If no exception is set, it is a `SystemError`
    /// that says so.
    #[doc(alias = "PyErr_GetRaisedException")]
    #[doc(alias = "PyErr_Fetch")]
    #[cfg_attr(feature = "ledger", track_caller)]
    #[doc(alias = "PyErr_NormalizeException")]
    #[inline]
    pub fn into_exception(self) -> Owned<'py, PyBaseException> {
        let py = self.py();
        // The token's drop would clear the indicator, and use up a note.
        mem::forget(self);
        if !indicator::is_set(py) {
            set_missing(py);
        }
        // Before 3.12 `take` normalises: a note has the address of the normalised exception.
        let exception = indicator::take(py).expect("an exception is set");
        supersede::taken(exception.as_ptr());
        exception
    }

    /// Replaces the exception by `E(message)`, and releases the old one.
    #[inline]
    pub fn replace<E: Exception>(self, message: impl Display) -> Raised<'py> {
        let py = self.py();
        drop(self);
        py.raise::<E>(message)
    }

    /// Replaces the exception by `E(message)` with the old one as its `__cause__`, as
    /// `raise E(message) from old`.
    #[doc(alias = "PyException_SetCause")]
    #[doc(alias = "PyException_SetContext")]
    #[inline]
    pub fn chain<E: Exception>(self, message: impl Display) -> Raised<'py> {
        let py = self.py();
        let cause = self.into_exception();
        let exception = py.raise::<E>(message).into_exception();
        exception.set_context(Some(cause.new_ref()));
        exception.set_cause(Some(cause));
        exception.raise()
    }

    /// Clears the exception. The same as dropping the token, but explicit.
    #[doc(alias = "PyErr_Clear")]
    #[inline]
    pub fn clear(self) {}

    /// Leaves the exception set and consumes the token, for a function that itself returns C's failure value.
    ///
    /// If no exception is set, sets a `SystemError` that says so.
    #[cold]
    pub fn leave_set(self) {
        let py = self.py();
        mem::forget(self);
        // If one is set, no note changes: older tokens that are still alive must not clear it.
        if !indicator::is_set(py) {
            set_missing(py);
        }
    }

    /// Prints the exception with its traceback and causes to `sys.stderr`, and clears it.
    ///
    /// Unlike C's `PyErr_Print`, it does not end the process for `SystemExit`.
    #[doc(alias = "PyErr_Print")]
    #[doc(alias = "PyErr_Display")]
    #[doc(alias = "PyErr_DisplayException")]
    #[inline]
    pub fn print(self) {
        self.into_exception().print();
    }

    /// Reports the exception to `sys.unraisablehook` and clears it, for code that cannot return an error (such
    /// as a destructor). `context` is the object that the report names. If no exception is set, a `SystemError`
    /// that says so is reported.
    #[doc(alias = "PyErr_WriteUnraisable")]
    #[inline]
    pub fn write_unraisable(self, context: Option<&Borrowed<'py, PyAny>>) {
        let context = context.map_or(std::ptr::null_mut(), Borrowed::as_ptr);
        let py = self.py();
        mem::forget(self);
        // `PyErr_WriteUnraisable` needs an exception that is set.
        if !indicator::is_set(py) {
            set_missing(py);
        }
        supersede::taken(indicator::address(py));
        // SAFETY: attached; `context` is borrowed and may be NULL; the call clears the indicator.
        unsafe { ffi::PyErr_WriteUnraisable(context) };
    }

    /// Raises an exception of the class `kind` with `value` as its argument (or `value` itself, if it is
    /// an instance of `kind`). For classes that are known at run time only.
    ///
    /// As in C, a tuple is spread into the constructor's arguments, and no value or `None` means no argument.
    ///
    /// Sets a `TypeError` instead if `kind` is no exception class. Both references are borrowed.
    #[doc(alias = "PyErr_SetObject")]
    #[doc(alias = "PyErr_SetNone")]
    #[inline]
    pub fn from_type(
        kind: &Borrowed<'py, PyType>,
        value: Option<&Borrowed<'py, PyAny>>,
    ) -> Raised<'py> {
        let py = kind.py();
        // SAFETY: `kind` is a type object, borrowed for the call.
        if unsafe { ffi::PyExceptionClass_Check(kind.as_ptr()) } == 0 {
            return py.raise::<super::PyTypeError>("exceptions must derive from BaseException");
        }
        raise::raise_object(py, kind.as_ptr().cast(), value)
    }
}

/// Whether the exception matches `kind`, or a class in the tuple `kind`, or in a tuple in it.
///
/// C's function calls itself for each tuple in a tuple, without a limit.
#[inline]
fn matches_any(py: Python<'_>, kind: &Borrowed<'_, PyAny>) -> bool {
    let Some(len) = len_of_tuple(kind.as_ptr()) else {
        // SAFETY: a live object, borrowed for the call; one that is no exception class matches nothing.
        return unsafe { indicator::matches(py, kind.as_ptr()) };
    };
    // The tuples that were begun, the innermost one last, and the items left of each.
    let mut begun = vec![(kind.as_ptr(), 0..len)];
    while let Some((tuple, items)) = begun.last_mut() {
        let Some(index) = items.next() else {
            begun.pop();
            continue;
        };
        // SAFETY: a live tuple and an index within. It keeps its item, and no other code runs in this loop.
        let item = unsafe { ffi::PyTuple_GET_ITEM(*tuple, index) };
        if item.is_null() {
            // Of a tuple that C code is still filling.
            continue;
        }
        match len_of_tuple(item) {
            // Without memory for another level, what is deeper is not found.
            Some(len) if begun.try_reserve(1).is_ok() => begun.push((item, 0..len)),
            Some(_) => {}
            // SAFETY: a live object, as above.
            None if unsafe { indicator::matches(py, item) } => return true,
            None => {}
        }
    }
    false
}

/// The number of items if the live object is a tuple.
#[inline]
fn len_of_tuple(object: *mut ffi::PyObject) -> Option<ffi::Py_ssize_t> {
    // SAFETY: a live object, by the caller's promise.
    let is_tuple = unsafe { ffi::PyTuple_Check(object) } != 0;
    // SAFETY: a live tuple.
    is_tuple.then(|| unsafe { ffi::Py_SIZE(object) })
}

/// Sets the `SystemError` for a failure that was reported without an exception. The token that reported it is
/// being consumed.
#[cold]
fn set_missing(py: Python<'_>) {
    // The consumed token no longer counts as an older one.
    supersede::was_superseded(py);
    mem::forget(py.raise::<PySystemError>("error reported without an exception set"));
}

impl Drop for Raised<'_> {
    #[cold]
    fn drop(&mut self) {
        let py = self.py();
        if !supersede::was_superseded(py) {
            indicator::clear(py);
        }
    }
}

/// # Methods of exceptions
impl<'py, E: Exception> Owned<'py, E> {
    /// Raises this exception, with its own traceback. The reference is given away.
    #[doc(alias = "PyErr_SetRaisedException")]
    #[doc(alias = "PyErr_Restore")]
    #[inline]
    pub fn raise(self) -> Raised<'py> {
        let exception = self.into_base_exception();
        raise::put(exception.py(), exception)
    }

    /// The same reference as one to any exception, [`PyBaseException`]. No count changes.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn into_base_exception(self) -> Owned<'py, PyBaseException> {
        // SAFETY: `Exception` promises a subclass of `BaseException`.
        unsafe { self.cast_into_unchecked() }
    }
}

/// The type and address of the exception that is set. Runs no Python code.
impl fmt::Debug for Raised<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let py = self.py();
        // SAFETY: attached; a borrowed reference to the type of what is set, or NULL.
        let kind = unsafe { ffi::PyErr_Occurred() };
        // SAFETY: the exception that is set keeps its type alive.
        let kind: Option<Owned<'_, PyAny>> = unsafe { Owned::from_borrowed_ptr_or_opt(py, kind) };
        match kind {
            None => f.write_str("Raised(nothing)"),
            Some(kind) => {
                // Read both before the first write: the writer may run any code, and clear the exception.
                let name = kind.cast::<PyType>().map(name_of_type);
                // Up to 3.11, C code can set what is no class.
                let name = name.unwrap_or_else(|_| "no class".to_owned());
                let address = indicator::address(py);
                write!(f, "Raised({name} at {address:p})")
            }
        }
    }
}
