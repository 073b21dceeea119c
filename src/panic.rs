//! Rust panics on their way to Python: the location is noted by a panic hook, the rest is an exception.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::{mem, thread};

use crate::error::{PyResult, PySystemError, Raised};
use crate::export::Slot;
use crate::ffi;
use crate::python::{Python, attached_here};
use crate::refs::Owned;
use crate::types::PyType;

thread_local! {
    /// Where the last panic of this thread was, `src/lib.rs:10:5`.
    static LOCATION: Cell<Option<String>> = const { Cell::new(None) };
}

/// Notes the locations of panics from now on; the hook that was installed before runs as well.
///
/// The payload that `catch_unwind` returns does not have them. A program that installs a hook of its own
/// later loses the location in the exception, and nothing else.
pub(crate) fn install_hook() {
    static INSTALL: Once = Once::new();
    // A destructor may be the first to start or to import something; the hook cannot be replaced then.
    if thread::panicking() {
        return;
    }
    INSTALL.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if attached_here() {
                let location = info.location().map(ToString::to_string);
                // Not in a thread's last moments, when a panic in here would end the process.
                let _ = LOCATION.try_with(|noted| noted.set(location));
            }
            previous(info);
        }));
    });
}

/// Raises a caught panic as [`panic_exception`].
#[cold]
#[inline(never)]
pub(crate) fn raise<'py>(py: Python<'py>, payload: Box<dyn Any + Send>) -> Raised<'py> {
    let message = match payload.downcast_ref::<&'static str>() {
        Some(message) => message,
        None => payload
            .downcast_ref::<String>()
            .map_or("(no message)", String::as_str),
    };
    let text = match LOCATION.try_with(Cell::take) {
        Ok(Some(location)) => format!("panicked at {location}: {message}"),
        _ => format!("panicked: {message}"),
    };
    discard(payload);
    // What follows calls into Python. A token that was given up may have left an exception set.
    drop(Raised::occurred(py).map(Raised::into_exception));
    match panic_exception(py) {
        Ok(kind) => match crate::types::PyString::new(py, &text) {
            Ok(text) => Raised::from_type(&kind, Some(&text)),
            Err(raised) => raised,
        },
        Err(raised) => raised.chain::<PySystemError>(text),
    }
}

/// Drops a payload. It is a value of any type, and one whose drop panics, too, must not end the process.
fn discard(payload: Box<dyn Any + Send>) {
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // It may be one of the same type.
        mem::forget(another);
    }
}

/// The exception type of Rust panics, `pyptr.PanicException`, a subclass of `RuntimeError`.
///
/// Its message is `panicked at src/lib.rs:10:5: ` and the panic's own. A library built with pyptr has a
/// type of its own: catch it by this reference in Rust, or as `RuntimeError` in Python.
///
/// # Errors
/// `MemoryError`, if the type cannot be made.
#[cfg_attr(feature = "ledger", track_caller)]
pub fn panic_exception(py: Python<'_>) -> PyResult<'_, Owned<'_, PyType>> {
    static TYPE: Slot<PyType> = Slot::new();
    TYPE.get_or_try_init(py, |py| {
        // SAFETY: reading a variable that is written before any thread is attached.
        let base = unsafe { ffi::PyExc_RuntimeError };
        // SAFETY: NUL-terminated strings and a borrowed base class; NULL is an empty dict.
        let kind = unsafe {
            ffi::PyErr_NewExceptionWithDoc(
                c"pyptr.PanicException".as_ptr(),
                c"A Rust function panicked: the program has a bug.".as_ptr(),
                base,
                std::ptr::null_mut(),
            )
        };
        // SAFETY: a new reference to a type, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, kind) }
    })
}
