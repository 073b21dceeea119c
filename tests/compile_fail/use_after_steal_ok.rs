//! Whatever takes an `Owned` by value has taken it.

use pyptr::error::PyBaseException;
use pyptr::types::{PyAny, PyString};
use pyptr::{Owned, PyResult, Raised};

fn appended_text<'py>(text: Owned<'py, PyString>) -> PyResult<'py, usize> {
    let longer = text.new_ref().append_str("more")?;
    Ok(longer.len() - text.len())
}

fn given_to_c(object: Owned<'_, PyAny>) -> isize {
    let _raw = object.as_ptr();
    object.refcount()
}

fn made_shared(object: Owned<'_, PyAny>) -> isize {
    let _shared = object.new_ref().into_shared();
    object.refcount()
}

fn cast<'py>(object: Owned<'py, PyAny>) -> PyResult<'py, bool> {
    let text = object.cast::<PyString>()?;
    Ok(text.is(&object))
}

fn raised<'py>(exception: Owned<'py, PyBaseException>) -> (Raised<'py>, isize) {
    let raised = exception.new_ref().raise();
    (raised, exception.refcount())
}

fn dropped(object: Owned<'_, PyAny>) -> isize {
    drop(object.new_ref());
    object.refcount()
}

fn main() {}
