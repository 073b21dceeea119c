//! Rust panics on their way to Python: the location is noted by a panic hook, the rest is an exception.

use std::any::Any;
use std::cell::Cell;
use std::mem::{self, ManuallyDrop};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::thread;

use super::raise::raise_text;
use crate::error::{PyResult, PySystemError, Raised};
use crate::ffi::{self, attached_here};
use crate::markers::PyType;
use crate::refs::{Owned, Python, Slot};

thread_local! {
    /// Where the last panic of this thread was. Not dropped when a thread ends with a panic that nobody raised: to
    /// have that done takes more code than there is in this file.
    static PLACE: Cell<Option<ManuallyDrop<Place>>> = const { Cell::new(None) };
}

/// A place in a source file, as in `src/lib.rs:10:5`.
struct Place {
    file: String,
    line: u32,
    column: u32,
}

/// What was noted, which is no more afterwards.
fn noted_place() -> Option<Place> {
    // Not in a thread's last moments, when a panic in here would end the process.
    let place = PLACE.try_with(Cell::take).ok()?;
    place.map(ManuallyDrop::into_inner)
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
                drop(noted_place());
                let place = info.location().map(|location| {
                    ManuallyDrop::new(Place {
                        file: location.file().to_owned(),
                        line: location.line(),
                        column: location.column(),
                    })
                });
                let _ = PLACE.try_with(|noted| noted.set(place));
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
    let text = match noted_place() {
        Some(Place { file, line, column }) => {
            format!("panicked at {file}:{line}:{column}: {message}")
        }
        None => format!("panicked: {message}"),
    };
    discard(payload);
    // What follows calls into Python. A token that was given up may have left an exception set.
    drop(Raised::occurred(py).map(Raised::into_exception));
    match panic_exception(py) {
        Ok(kind) => raise_text(py, kind.as_ptr().cast(), &text),
        Err(raised) => raised.chain::<PySystemError>(text.as_str()),
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
