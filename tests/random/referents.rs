//! What an object refers to, as its type's `tp_traverse` shows it. Nothing of the crate takes part.

use std::ffi::{c_int, c_ulong, c_void};

use pyptr::ffi;

pub type Address = *mut ffi::PyObject;

pub fn type_of(object: Address) -> *mut ffi::PyTypeObject {
    // SAFETY: a live object.
    unsafe { ffi::Py_TYPE(object) }
}

/// Whether the object's type has a flag.
pub fn has_flag(object: Address, flag: c_ulong) -> bool {
    // SAFETY: a live type.
    unsafe { ffi::PyType_GetFlags(type_of(object)) & flag != 0 }
}

/// Adds everything that the object refers to, once for each reference.
pub fn traverse(object: Address, referents: &mut Vec<Address>) {
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
