//! Counts of references, without those that the arguments have to each other.

use std::collections::HashMap;
use std::ffi::{c_int, c_void};

use pyptr::types::PyAny;
use pyptr::{Owned, ffi};

type Address = *mut ffi::PyObject;

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

fn type_of(object: Address) -> *mut ffi::PyTypeObject {
    // SAFETY: a live object.
    unsafe { ffi::Py_TYPE(object) }
}

fn has_flag(object: Address, flag: std::ffi::c_ulong) -> bool {
    // SAFETY: a live type.
    unsafe { ffi::PyType_GetFlags(type_of(object)) & flag != 0 }
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

fn traverse(object: Address, referents: &mut Vec<Address>) {
    extern "C" fn visit(object: Address, referents: *mut c_void) -> c_int {
        // SAFETY: the vector of `traverse`.
        unsafe { &mut *referents.cast::<Vec<Address>>() }.push(object);
        0
    }
    // SAFETY: a live type.
    let Some(traverse) = (unsafe { (*type_of(object)).tp_traverse }) else {
        return;
    };
    // SAFETY: a live object of this type; `visit` gets the vector, and runs no other code.
    unsafe { traverse(object, visit, std::ptr::from_mut(referents).cast()) };
    if has_flag(object, ffi::Py_TPFLAGS_DICT_SUBCLASS) {
        let of_class = usize::from(has_flag(object, ffi::Py_TPFLAGS_HEAPTYPE));
        add_keys(object, of_class, referents);
    }
}

/// The collector does not look at the keys of a dict that has had no others than strs.
fn add_keys(dict: Address, of_class: usize, referents: &mut Vec<Address>) {
    // SAFETY: a live dict.
    let size = unsafe { ffi::PyDict_Size(dict) } as usize;
    if referents.len() != size + of_class {
        return;
    }
    let (mut position, mut key) = (0, std::ptr::null_mut());
    // SAFETY: a live dict, which nothing changes meanwhile; the value is not asked for.
    while unsafe { ffi::PyDict_Next(dict, &mut position, &mut key, std::ptr::null_mut()) } != 0 {
        referents.push(key);
    }
}
