//! A cell lends its object for as long as it is borrowed itself, and while a thread is attached.

use pyptr::sync::{Interned, OnceObject};
use pyptr::types::{PyAny, PyString};
use pyptr::{Borrowed, PyResult, Python};

static CELL: OnceObject<PyAny> = OnceObject::new();

fn local<'py>(py: Python<'py>) -> PyResult<'py, &'py Borrowed<'py, PyAny>> {
    let cell = OnceObject::new();
    cell.get_or_import(py, c"sys", c"path") //~ E0515
}

fn replaced(py: Python<'_>, cell: &mut OnceObject<PyAny>) -> Option<isize> {
    let object = cell.get(py)?;
    *cell = OnceObject::new(); //~ E0506
    Some(object.refcount())
}

fn taken(py: Python<'_>, cell: &mut OnceObject<PyAny>) -> Option<isize> {
    let object = cell.get(py)?;
    drop(std::mem::take(cell)); //~ E0502
    Some(object.refcount())
}

fn unattached() -> Option<&'static Borrowed<'static, PyAny>> {
    Python::attach(|py| CELL.get(py)) //~ lifetime
}

fn detached(py: Python<'_>) -> bool {
    let object = CELL.get(py);
    py.detach(|| object.is_some()) //~ E0277
}

fn interned(py: Python<'_>) -> isize {
    let name = Interned::new("name");
    name.get(py).refcount() //~ E0597
}

fn filled<'py>(py: Python<'py>, name: &Borrowed<'py, PyString>) -> bool {
    let cell: OnceObject<PyString> = OnceObject::new();
    cell.get_or_try_init(py, |_| Ok(name)).is_ok() //~ E0308
}

fn main() {}
