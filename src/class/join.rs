//! The type objects of a module's classes, made while it is imported.

use std::ffi::{CStr, c_int, c_uint, c_ulong};

use super::declared::{Class, Facts, is_type_of_class};
use super::instance::Layout;
use super::line::{Line, constant};
use crate::error::{PyResult, PySystemError, Raised};
use crate::export::expansion::JoinedClass;
use crate::ffi;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyDict, PyModule, PyType};

/// A class that modules with the state `S` can have: every module, unless the class names a state.
///
/// # Safety
/// `S` is the class's [`State`](Class::State), unless that is `()`.
#[diagnostic::on_unimplemented(
    message = "the class `{Self}` names another state than that of this module",
    label = "the module's state is `{S}`"
)]
pub unsafe trait Joins<S>: Class {}

/// A class of a module with state `S`, under a qualified name.
pub const fn joined<S, C: Joins<S>>(name: &'static CStr) -> JoinedClass<S> {
    JoinedClass::new(name, make::<C>)
}

/// Checks a declaration when it is compiled.
pub const fn check<C: Class>() {
    assert!(
        align_of::<C>() <= 2 * size_of::<usize>(),
        "a class needs a greater alignment than CPython's allocator provides: put the field that needs it into a `Box`"
    );
    assert!(
        !C::FLAGS.subclass || Facts::<C>::NEW.is_some(),
        "a class with the flag `subclass` needs `new`"
    );
    assert!(
        Layout::<C>::SIZE <= c_int::MAX as usize,
        "a class is too large"
    );
}

/// Makes the type object of `C` for a module. A new reference.
fn make<'py, C: Class>(
    module: &Borrowed<'py, PyModule>,
    name: &'static CStr,
) -> PyResult<'py, Owned<'py, PyType>> {
    let py = module.py();
    let flag = |condition: bool, flag: c_ulong| if condition { flag } else { 0 };
    // Always immutable: CPython's test whether `object.__new__` is safe for a class skips classes of which `__new__` was assigned.
    let flags = ffi::Py_TPFLAGS_DEFAULT
        | ffi::Py_TPFLAGS_IMMUTABLETYPE
        | flag(C::FLAGS.subclass, ffi::Py_TPFLAGS_BASETYPE)
        | flag(Facts::<C>::COLLECTED, ffi::Py_TPFLAGS_HAVE_GC)
        | flag(Facts::<C>::CALL.is_some(), ffi::Py_TPFLAGS_HAVE_VECTORCALL)
        // Without `tp_new`, a class would inherit that of `object`.
        | flag(Facts::<C>::NEW.is_none(), ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION);
    let mut spec = ffi::PyType_Spec {
        name: name.as_ptr(),
        basicsize: Layout::<C>::SIZE as c_int,
        itemsize: 0,
        flags: flags as c_uint,
        slots: C::slots(),
    };
    // SAFETY: attached; a live module, and a description whose names, tables and functions live for ever.
    let class = unsafe {
        ffi::PyType_FromModuleAndSpec(module.as_ptr(), &raw mut spec, std::ptr::null_mut())
    };
    // SAFETY: a new reference to a type, or NULL with an exception set.
    let class: Owned<'py, PyType> = unsafe { Owned::from_new_ptr_or_raised(py, class) }?;
    let kind: *mut ffi::PyTypeObject = class.as_ptr().cast();
    // SAFETY: a live type object.
    let size = unsafe { (*kind).tp_basicsize };
    // SAFETY: as above.
    let dealloc = unsafe { (*kind).tp_dealloc };
    let as_declared = is_type_of_class::<C>(kind)
        && size == Layout::<C>::SIZE as ffi::Py_ssize_t
        && dealloc.map(|function| function as usize) == function_of::<C>(ffi::Py_tp_dealloc);
    if !as_declared {
        return Err(changed(&class));
    }
    if let Some((_, vectorcall)) = Facts::<C>::NEW {
        // SAFETY: as above; no other code has seen it yet.
        unsafe { (*kind).tp_vectorcall = Some(vectorcall) };
    }
    // SAFETY: as above.
    let namespace = unsafe { (*kind).tp_dict };
    // SAFETY: the namespace of a heap type, which nothing has replaced.
    let namespace: &Borrowed<'_, PyDict> = unsafe { Borrowed::from_ptr(py, namespace) };
    // That of the name is the module's own without those around it.
    constant(py, namespace, c"__module__", module.name()?)?;
    for item in C::LINES {
        if let Line::Constant(name, add) = *item {
            add(py, namespace, name)?;
        }
    }
    // SAFETY: attached; a live type.
    unsafe { ffi::PyType_Modified(class.as_ptr().cast()) };
    Ok(class)
}

/// The address that the table of `C` has for a slot.
fn function_of<C: Class>(wanted: c_int) -> Option<usize> {
    let mut entry = C::slots();
    loop {
        // SAFETY: an entry of the table, or its end, whose slot is 0.
        let ffi::PyType_Slot { slot, pfunc } = unsafe { *entry };
        match slot {
            0 => return None,
            slot if slot == wanted => return Some(pfunc.addr()),
            // SAFETY: there is another one behind each that is not the end.
            _ => entry = unsafe { entry.add(1) },
        }
    }
}

#[cold]
fn changed<'py>(class: &Borrowed<'py, PyType>) -> Raised<'py> {
    let message = "the interpreter has made a class in another way than it was declared";
    class.py().raise::<PySystemError>(message)
}
