//! What was loaded belongs to the attached thread, whether it is a scalar or not.

use pyptr::types::{Loaded, PyDict, PyList};
use pyptr::{Owned, Python};

fn detached(py: Python<'_>, item: Loaded<'_>) {
    py.detach(move || drop(item)) //~ E0277
}

fn looked_at(py: Python<'_>, item: Loaded<'_>) -> bool {
    py.detach(|| matches!(item, Loaded::None)) //~ E0277
}

fn attached() -> Option<Loaded<'static>> {
    Python::attach(|py| py.none().load().into()) //~ lifetime
}

fn released(list: Owned<'_, PyList>) -> usize {
    let items = list.iter_loaded();
    drop(list); //~ E0505
    items.count()
}

fn of_dict(dict: Owned<'_, PyDict>) -> usize {
    let items = dict.iter_loaded();
    drop(dict); //~ E0505
    items.count()
}

fn main() {}
