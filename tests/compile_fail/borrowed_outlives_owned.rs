//! A borrowed reference lives as long as the owner that it was borrowed from.

use pyptr::types::PyString;
use pyptr::{Borrowed, Owned, PyResult, Python};

fn scope<'py>(py: Python<'py>) -> PyResult<'py, usize> {
    let outer: &Borrowed<'py, PyString>;
    {
        let inner = PyString::new(py, "inner")?;
        outer = &inner; //~ E0597
    }
    Ok(outer.len())
}

fn returned<'a, 'py>(py: Python<'py>) -> PyResult<'py, &'a Borrowed<'py, PyString>> {
    let text = PyString::new(py, "returned")?;
    Ok(text.as_borrowed()) //~ E0515
}

fn overwritten<'py>(mut text: Owned<'py, PyString>, other: Owned<'py, PyString>) -> usize {
    let borrowed = text.as_borrowed();
    text = other; //~ E0506
    borrowed.len() + text.len()
}

fn main() {}
