//! A critical section is a closure: what runs inside is attached all the time, and
//! the object is there until the end. The guard of a `repr` keeps its object, too.

use pyptr::sync::with_critical_section;
use pyptr::types::{PyList, PyTuple};
use pyptr::{Borrowed, Owned, Python};

fn detached(py: Python<'_>, list: &Borrowed<'_, PyList>) -> usize {
    let len = with_critical_section(list, || list.len());
    py.detach(|| len)
}

fn released(list: Owned<'_, PyList>) -> usize {
    let len = with_critical_section(&list, || list.len());
    drop(list);
    len
}

fn lent<'py>(tuple: Owned<'py, PyTuple>) -> Option<isize> {
    let item = with_critical_section(&tuple, || tuple.get(0))?;
    Some(item.refcount())
}

fn shown(list: Owned<'_, PyList>) -> bool {
    let guard = list.enter_repr();
    guard.is_ok()
}

fn main() {}
