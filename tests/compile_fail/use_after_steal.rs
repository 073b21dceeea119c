//! Whatever takes an `Owned` by value has taken it.

use pyptr::error::PyBaseException;
use pyptr::types::{PyAny, PyString};
use pyptr::{Owned, PyResult, Raised};

fn appended_text<'py>(text: Owned<'py, PyString>) -> PyResult<'py, usize> {
    let longer = text.append_str("more")?;
    Ok(longer.len() - text.len()) //~ E0382
}

fn given_to_c(object: Owned<'_, PyAny>) -> isize {
    let _raw = object.into_ptr();
    object.refcount() //~ E0382
}

fn made_shared(object: Owned<'_, PyAny>) -> isize {
    let _shared = object.into_shared();
    object.refcount() //~ E0382
}

fn cast<'py>(object: Owned<'py, PyAny>) -> PyResult<'py, bool> {
    let text = object.cast_into::<PyString>()?;
    Ok(text.is(&object)) //~ E0382
}

fn raised<'py>(exception: Owned<'py, PyBaseException>) -> (Raised<'py>, isize) {
    let raised = exception.raise();
    (raised, exception.refcount()) //~ E0382
}

fn dropped(object: Owned<'_, PyAny>) -> isize {
    drop(object);
    object.refcount() //~ E0382
}

fn main() {}
