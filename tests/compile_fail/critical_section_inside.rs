//! A critical section is a closure: what runs inside is attached all the time, and
//! the object is there until the end. The guard of a `repr` keeps its object, too.

use pyptr::sync::with_critical_section;
use pyptr::types::{PyList, PyTuple};
use pyptr::{Borrowed, Owned, Python};

fn detached(py: Python<'_>, list: &Borrowed<'_, PyList>) -> usize {
    with_critical_section(list, || py.detach(|| list.len())) //~ E0277
}

fn released(list: Owned<'_, PyList>) -> usize {
    with_critical_section(&list, || {
        drop(list); //~^ E0505
        0
    })
}

fn lent<'py>(tuple: Owned<'py, PyTuple>) -> Option<isize> {
    let item = with_critical_section(&tuple, || tuple.get(0))?;
    drop(tuple); //~ E0505
    Some(item.refcount())
}

fn shown(list: Owned<'_, PyList>) -> bool {
    let guard = list.enter_repr();
    drop(list); //~ E0505
    guard.is_ok()
}

fn main() {}
