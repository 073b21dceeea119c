//! A borrowed reference lives as long as the owner that it was borrowed from.

use pyptr::types::PyString;
use pyptr::{Borrowed, Owned, PyResult, Python};

fn scope<'py>(py: Python<'py>) -> PyResult<'py, usize> {
    let outer: Owned<'py, PyString>;
    {
        let inner = PyString::new(py, "inner")?;
        outer = inner;
    }
    Ok(outer.len())
}

fn returned<'py>(py: Python<'py>) -> PyResult<'py, Owned<'py, PyString>> {
    let text = PyString::new(py, "returned")?;
    Ok(text)
}

fn overwritten<'py>(mut text: Owned<'py, PyString>, other: Owned<'py, PyString>) -> usize {
    let borrowed: &Borrowed<'py, PyString> = &text.new_ref();
    text = other;
    borrowed.len() + text.len()
}

fn main() {}
