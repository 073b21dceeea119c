//! What was loaded belongs to the attached thread, whether it is a scalar or not, and to what lends it.

use pyptr::types::{Loaded, PyAny, PyDict, PyList};
use pyptr::{Owned, PyResult, Python};

fn detached(py: Python<'_>, item: Loaded<'_, '_>) {
    let _ = item;
    py.detach(|| ())
}

fn looked_at(py: Python<'_>, item: Loaded<'_, '_>) -> bool {
    let none = matches!(item, Loaded::None);
    py.detach(|| none)
}

fn attached() -> Option<bool> {
    Python::attach(|py| matches!(py.none().load(), Loaded::None).into())
}

fn released(object: Owned<'_, PyAny>) -> bool {
    let item = object.load();
    let none = matches!(item, Loaded::None);
    drop(object);
    none
}

fn of_list<'py>(list: Owned<'py, PyList>) -> PyResult<'py, ()> {
    let mut kept = None;
    list.for_each_loaded(|item| {
        if let Loaded::Object(item) = item {
            kept = Some(item.to_owned());
        }
        Ok(())
    })
}

fn of_dict<'py>(dict: Owned<'py, PyDict>) -> PyResult<'py, ()> {
    let mut kept = None;
    dict.for_each_loaded(|_, value| {
        if let Loaded::Object(value) = value {
            kept = Some(value.to_owned());
        }
        Ok(())
    })
}

fn main() {}
