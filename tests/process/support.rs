//! What the scenarios share.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyptr::types::PyString;
use pyptr::{Python, Shared};

/// The message with which `f` panics.
#[track_caller]
pub fn panic_of<R>(f: impl FnOnce() -> R) -> String {
    let payload = match catch_unwind(AssertUnwindSafe(f)) {
        Ok(_) => panic!("expected a panic"),
        Err(payload) => payload,
    };
    match payload.downcast::<String>() {
        Ok(message) => *message,
        Err(payload) => payload.downcast::<&str>().expect("a message").to_string(),
    }
}

/// A str with one reference for itself and one a `Shared` of the result's second half.
pub fn shared(count: usize) -> (Shared<PyString>, Vec<Shared<PyString>>) {
    Python::attach(|py| {
        let text = PyString::new(py, "shared by a test").unwrap();
        let others = (0..count).map(|_| text.new_ref().into_shared()).collect();
        (text.into_shared(), others)
    })
}

/// Its reference count, seen from within an attachment (which first drains the queue).
pub fn count(text: &Shared<PyString>) -> isize {
    Python::attach(|py| text.bind(py).refcount())
}

/// Its reference count, read without attaching: no thread is, and nothing is drained.
///
/// # Safety
/// No other thread uses the object now.
pub unsafe fn count_while_detached(text: &Shared<PyString>) -> isize {
    // SAFETY: a live object, which no other thread uses.
    unsafe { pyptr::ffi::Py_REFCNT(text.as_ptr()) }
}
