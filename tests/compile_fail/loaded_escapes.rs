//! What was loaded belongs to the attached thread, whether it is a scalar or not, and to what lends it.

use pyptr::types::{Loaded, PyAny, PyDict, PyList};
use pyptr::{Owned, PyResult, Python};

fn detached(py: Python<'_>, item: Loaded<'_, '_>) {
    py.detach(move || drop(item)) //~ E0277
}

fn looked_at(py: Python<'_>, item: Loaded<'_, '_>) -> bool {
    py.detach(|| matches!(item, Loaded::None)) //~ E0277
}

fn attached() -> Option<Loaded<'static, 'static>> {
    Python::attach(|py| py.none().load().into()) //~ lifetime
}

fn released(object: Owned<'_, PyAny>) -> bool {
    let item = object.load();
    drop(object); //~ E0505
    matches!(item, Loaded::None)
}

fn of_list<'py>(list: Owned<'py, PyList>) -> PyResult<'py, ()> {
    let mut kept = None;
    list.for_each_loaded(|item| {
        kept = Some(item); //~ E0521
        Ok(())
    })
}

fn of_dict<'py>(dict: Owned<'py, PyDict>) -> PyResult<'py, ()> {
    let mut kept = None;
    dict.for_each_loaded(|_, value| {
        kept = Some(value); //~ E0521
        Ok(())
    })
}

fn main() {}
