//! Objects that refer to themselves through native fields, in ways that the collector sees or does not see.

use pyptr::sync::OnceObject;
use pyptr::types::{PyAny, PyCapsule, PyList, PyType};
use pyptr::{Owned, PyResult, Python, Shared};

use super::heap_types::{Does, instance, set_boxed, set_field};

static NODE: OnceObject<PyType> = OnceObject::new();
static BOXED: OnceObject<PyType> = OnceObject::new();
static UNCLEARED: OnceObject<PyType> = OnceObject::new();
static COLLECTED: OnceObject<PyType> = OnceObject::new();

// The bugs.

/// list -> Node -> list, where Node takes no part in collections.
pub(super) fn cycle(py: Python<'_>) -> PyResult<'_, usize> {
    let list = PyList::empty(py)?;
    let node = instance(py, &NODE, c"leaky.Node", Does::NotCollect)?;
    let held = list.new_ref().into_any().into_shared(); // leak: cycle
    // SAFETY: made by `instance`.
    unsafe { set_field(&node, held) }
    list.append_owned(node)?;
    Ok(list.len())
}

/// The same through a box, and the type shows the collector no more than its type.
pub(super) fn boxed_cycle(py: Python<'_>) -> PyResult<'_, usize> {
    let list = PyList::empty(py)?;
    let node = instance(py, &BOXED, c"leaky.Boxed", Does::NotVisitFields)?;
    let held = list.new_ref().into_any().into_shared(); // leak: boxed cycle
    // SAFETY: made by `instance`.
    unsafe { set_boxed(&node, held) }
    list.append_owned(node)?;
    Ok(list.len())
}

/// The same, and the type shows its fields, but does not let go of them.
pub(super) fn uncleared_cycle(py: Python<'_>) -> PyResult<'_, bool> {
    let node = instance(py, &UNCLEARED, c"leaky.Uncleared", Does::NotClear)?;
    let held = node.new_ref().into_shared(); // leak: uncleared cycle
    // SAFETY: made by `instance`.
    unsafe { set_field(&node, held) }
    Ok(node.is_none())
}

struct Registry {
    _entries: Vec<Shared<PyAny>>,
}

/// list -> capsule -> list, where the capsule holds a Rust value.
pub(super) fn capsule_cycle(py: Python<'_>) -> PyResult<'_, usize> {
    let list = PyList::empty(py)?;
    let held = list.new_ref().into_any().into_shared(); // leak: capsule cycle
    let registry = Registry {
        _entries: vec![held],
    };
    list.append_owned(PyCapsule::new(py, c"leaky.registry", registry)?.into_any())?;
    Ok(list.len())
}

// And what only looks like it.

/// A list in itself, and one in a field that the collector sees.
pub(super) fn collectable_cycles(py: Python<'_>) -> PyResult<'_, usize> {
    let list = PyList::empty(py)?;
    list.append(&list)?;
    let node = collected(py)?;
    // SAFETY: made by `instance`.
    unsafe { set_field(&node, list.new_ref().into_any().into_shared()) }
    list.append_owned(node)?;
    let node = collected(py)?;
    // SAFETY: made by `instance`.
    unsafe { set_boxed(&node, node.new_ref().into_shared()) }
    Ok(list.len())
}

fn collected(py: Python<'_>) -> PyResult<'_, Owned<'_, PyAny>> {
    instance(py, &COLLECTED, c"leaky.Collected", Does::All)
}

/// A cycle that the collector cannot see, and that is broken by hand.
pub(super) fn broken_cycle(py: Python<'_>) -> PyResult<'_, usize> {
    let list = PyList::empty(py)?;
    let node = instance(py, &NODE, c"leaky.Node", Does::NotCollect)?;
    // SAFETY: made by `instance`.
    unsafe { set_field(&node, list.new_ref().into_any().into_shared()) }
    list.append_owned(node)?;
    list.clear()?;
    Ok(list.len())
}
