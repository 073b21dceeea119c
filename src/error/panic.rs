//! Rust panics as Python exceptions. A panic hook notes the location, which the payload does not have.

use std::any::Any;
use std::cell::Cell;
use std::mem::{self, ManuallyDrop};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::thread;

use super::panic_type::panic_exception;
use super::raise::raise_text;
use super::room;
use crate::error::{PySystemError, Raised};
use crate::ffi::attached_here;
use crate::refs::Python;

thread_local! {
    /// The location of this thread's last panic. It leaks if the thread ends after a panic that was not raised
    /// as an exception: a destructor for it would need more code than this file has.
    static PLACE: Cell<Option<ManuallyDrop<Place>>> = const { Cell::new(None) };
}

/// A place in a source file, as in `src/lib.rs:10:5`.
struct Place {
    file: String,
    line: u32,
    column: u32,
}

/// Takes the noted location.
fn noted_place() -> Option<Place> {
    // `try_with`, because a panic in here would end the process: a thread that is ending has no thread-locals.
    let place = PLACE.try_with(Cell::take).ok()?;
    place.map(ManuallyDrop::into_inner)
}

/// Installs a panic hook that notes the location of each panic, and then calls the hook that was installed
/// before.
///
/// The payload that `catch_unwind` returns does not have the location. If the program replaces the hook later,
/// the exceptions lack the location, and nothing else.
pub(crate) fn install_hook() {
    static INSTALL: Once = Once::new();
    // `take_hook` panics on a panicking thread, and a destructor may be the first that starts Python.
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

/// Raises a caught panic as an exception of the type [`panic_exception`].
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
        Some(Place { file, line, column }) => room::formatted(&format_args!(
            "panicked at {file}:{line}:{column}: {message}"
        )),
        None => room::formatted(&format_args!("panicked: {message}")),
    };
    let text = text.unwrap_or_else(|| "panicked".to_owned());
    discard(payload);
    // The calls below need a clear indicator, and a token that was forgotten may have left an exception set.
    drop(Raised::occurred(py).map(Raised::into_exception));
    match panic_exception(py) {
        Ok(kind) => raise_text(py, kind.as_ptr().cast(), &text),
        Err(raised) => raised.chain::<PySystemError>(text.as_str()),
    }
}

/// Drops a payload, which is of any type: if its drop panics as well, the process must not end.
fn discard(payload: Box<dyn Any + Send>) {
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        // The drop of this second payload could panic, too.
        mem::forget(another);
    }
}
