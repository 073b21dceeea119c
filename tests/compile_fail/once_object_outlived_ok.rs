//! A cell lends its object for as long as it is borrowed itself, and while a thread is attached.

use pyptr::sync::{Interned, OnceObject};
use pyptr::types::{PyAny, PyString};
use pyptr::{Borrowed, PyResult, Python};

static CELL: OnceObject<PyAny> = OnceObject::new();

fn local<'py>(py: Python<'py>) -> PyResult<'py, &'py Borrowed<'py, PyAny>> {
    CELL.get_or_import(py, c"sys", c"path")
}

fn replaced(py: Python<'_>, cell: &mut OnceObject<PyAny>) -> Option<isize> {
    let object = cell.get(py)?;
    let count = object.refcount();
    *cell = OnceObject::new();
    Some(count)
}

fn taken(py: Python<'_>, cell: &mut OnceObject<PyAny>) -> Option<isize> {
    let object = cell.get(py)?;
    let count = object.refcount();
    drop(std::mem::take(cell));
    Some(count)
}

fn unattached() -> bool {
    Python::attach(|py| CELL.get(py).is_some())
}

fn detached(py: Python<'_>) -> bool {
    let there = CELL.get(py).is_some();
    py.detach(|| there)
}

fn interned(py: Python<'_>) -> isize {
    static NAME: Interned = Interned::new("name");
    NAME.get(py).refcount()
}

fn filled<'py>(py: Python<'py>, name: &Borrowed<'py, PyString>) -> bool {
    let cell: OnceObject<PyString> = OnceObject::new();
    cell.get_or_try_init(py, |_| Ok(name.new_ref())).is_ok()
}

fn main() {}
