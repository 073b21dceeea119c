//! What was loaded belongs to the attached thread, whether it is a scalar or not.

use pyptr::types::{Loaded, PyDict, PyList};
use pyptr::{Owned, Python};

fn detached(py: Python<'_>, item: Loaded<'_>) {
    drop(item);
    py.detach(|| ())
}

fn looked_at(py: Python<'_>, item: Loaded<'_>) -> bool {
    let none = matches!(item, Loaded::None);
    py.detach(|| none)
}

fn attached() -> Option<bool> {
    Python::attach(|py| matches!(py.none().load(), Loaded::None).into())
}

fn released(list: Owned<'_, PyList>) -> usize {
    let items = list.iter_loaded();
    items.count()
}

fn of_dict(dict: Owned<'_, PyDict>) -> usize {
    let items = dict.iter_loaded();
    items.count()
}

fn main() {}
