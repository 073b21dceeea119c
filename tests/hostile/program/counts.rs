//! Counts of references, without those that the arguments have to each other.

use std::collections::HashMap;

use pyptr::types::PyAny;
use pyptr::{Owned, ffi};

use super::referents::{Address, has_flag, traverse, type_of};

/// Of each object, how many references to it are in none of the objects that can be reached from them. `None` if it
/// is not the call's `own`, or a class, to which anything may refer.
/// What is `hidden` belongs to the test, and is not looked into.
pub fn excess(
    objects: &[Owned<'_, PyAny>],
    own: &[bool],
    hidden: &[*mut ffi::PyObject],
) -> Vec<Option<isize>> {
    let mut known: HashMap<Address, isize> = HashMap::new();
    let mut todo: Vec<Address> = Vec::new();
    for object in objects {
        if known.insert(object.as_ptr(), 0).is_none() {
            todo.push(object.as_ptr());
        }
    }
    let roots = todo.len();
    let (mut referents, mut begun) = (Vec::new(), 0);
    while let Some(object) = todo.get(begun).copied() {
        begun += 1;
        let is_hidden = hidden.contains(&object);
        if is_hidden || begun > roots && is_of_program(object) || begun > 3_000 {
            continue;
        }
        referents.clear();
        traverse(object, &mut referents);
        for &referent in &referents {
            let count = known.entry(referent).or_insert_with(|| {
                todo.push(referent);
                0
            });
            *count += 1;
        }
    }
    let excess = objects.iter().zip(own).map(|(object, own)| {
        let counted = *own && !has_flag(object.as_ptr(), ffi::Py_TPFLAGS_TYPE_SUBCLASS);
        // Immortal objects have a count of at least this.
        let counted = counted && object.refcount() < 1 << 28;
        counted.then(|| object.refcount() - known[&object.as_ptr()])
    });
    excess.collect()
}

/// What leads to all objects there are: classes, modules, functions, frames.
fn is_of_program(object: Address) -> bool {
    if has_flag(object, ffi::Py_TPFLAGS_TYPE_SUBCLASS) {
        return true;
    }
    // SAFETY: a live type, whose name is NUL-terminated.
    let name = unsafe { (*type_of(object)).tp_name };
    // SAFETY: as above.
    let name = unsafe { std::ffi::CStr::from_ptr(name) };
    [c"module", c"function", c"frame", c"code"].contains(&name)
}
