//! Heap types as C makes them, of instances with native fields. They differ in what they do for the
//! collector and for their own counts.

use std::ffi::{CStr, c_int, c_uint, c_void};
use std::mem;
use std::ptr;

use pyptr::sync::OnceObject;
use pyptr::types::{PyAny, PyType};
use pyptr::{Owned, PyResult, Python, Shared, ffi};

#[repr(C)]
struct Instance {
    base: ffi::PyObject,
    fields: Fields,
}

#[derive(Default)]
struct Fields {
    direct: Option<Shared<PyAny>>,
    boxed: Option<Box<Shared<PyAny>>>,
}

/// Where an instance's fields are.
fn fields(instance: *mut ffi::PyObject) -> *mut Fields {
    instance
        .wrapping_byte_add(mem::offset_of!(Instance, fields))
        .cast()
}

/// What a type does.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Does {
    /// Takes part in collections, and shows its fields.
    All,
    /// Takes part in collections, but does not release its fields when it is asked to.
    NotClear,
    /// Takes part in collections, but shows only its type.
    NotVisitFields,
    /// Takes no part in collections.
    NotCollect,
    /// Does not release the reference to its type that every instance has.
    NotReleaseType,
}

/// A new instance, without its own `__init__`.
pub(super) fn instance<'py>(
    py: Python<'py>,
    kind: &'static OnceObject<PyType>,
    name: &'static CStr,
    does: Does,
) -> PyResult<'py, Owned<'py, PyAny>> {
    let kind = kind.get_or_try_init(py, |py| new_type(py, name, does))?;
    // SAFETY: a live heap type; allocates an instance, which holds a reference to it.
    let instance = unsafe { ffi::PyType_GenericAlloc(kind.as_ptr().cast(), 0) };
    if !instance.is_null() {
        // SAFETY: an instance of this layout, zeroed.
        unsafe { fields(instance).write(Fields::default()) }
    }
    // SAFETY: a new reference, or NULL with an exception set.
    unsafe { Owned::from_owned_ptr_or_raised(py, instance) }
}

/// # Safety
/// An instance made here.
pub(super) unsafe fn set_field(instance: &Owned<'_, PyAny>, value: Shared<PyAny>) {
    // SAFETY: of this layout, and nobody else looks at the field now.
    unsafe { (*fields(instance.as_ptr())).direct = Some(value) }
}

/// # Safety
/// An instance made here.
pub(super) unsafe fn set_boxed(instance: &Owned<'_, PyAny>, value: Shared<PyAny>) {
    // SAFETY: of this layout, and nobody else looks at the field now.
    unsafe { (*fields(instance.as_ptr())).boxed = Some(Box::new(value)) }
}

fn new_type<'py>(
    py: Python<'py>,
    name: &'static CStr,
    does: Does,
) -> PyResult<'py, Owned<'py, PyType>> {
    let slot = |slot, function| ffi::PyType_Slot {
        slot,
        pfunc: function,
    };
    let collected = !matches!(does, Does::NotCollect | Does::NotReleaseType);
    let dealloc: ffi::destructor = match does {
        Does::NotReleaseType => dealloc_and_keep_type,
        _ => dealloc,
    };
    let visit: ffi::traverseproc = match does {
        Does::NotVisitFields => traverse_type,
        _ => traverse,
    };
    let mut slots = vec![slot(ffi::Py_tp_dealloc, dealloc as *mut c_void)];
    let mut flags = ffi::Py_TPFLAGS_DEFAULT;
    if collected {
        flags |= ffi::Py_TPFLAGS_HAVE_GC;
        slots.push(slot(ffi::Py_tp_traverse, visit as *mut c_void));
        if does == Does::All {
            slots.push(slot(ffi::Py_tp_clear, clear as ffi::inquiry as *mut c_void));
        }
    }
    slots.push(slot(0, ptr::null_mut()));
    let mut spec = ffi::PyType_Spec {
        name: name.as_ptr(),
        basicsize: mem::size_of::<Instance>() as c_int,
        itemsize: 0,
        flags: flags as c_uint,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: the slots are those of this layout; the name is static.
    unsafe { PyType::from_spec(py, None, &raw mut spec, None) }
}

/// What is common to both.
///
/// # Safety
/// An instance that is being freed.
unsafe fn free(this: *mut ffi::PyObject) {
    // SAFETY: alive still.
    let kind = unsafe { ffi::Py_TYPE(this) };
    // SAFETY: a live type.
    if unsafe { ffi::PyType_IS_GC(kind) } != 0 {
        // SAFETY: it is being freed, and the collector has no business with it.
        unsafe { ffi::PyObject_GC_UnTrack(this.cast()) }
    }
    // SAFETY: of this layout, and dropped once.
    unsafe { ptr::drop_in_place(fields(this)) }
    // SAFETY: a live type.
    if let Some(free) = unsafe { (*kind).tp_free } {
        // SAFETY: the type's own function, for an object that was allocated by the type.
        unsafe { free(this.cast()) }
    }
}

unsafe extern "C" fn dealloc(this: *mut ffi::PyObject) {
    // SAFETY: an instance that is being freed.
    let kind = unsafe { ffi::Py_TYPE(this) };
    // SAFETY: as above.
    unsafe { free(this) }
    // SAFETY: the instance's reference to its type.
    unsafe { ffi::Py_DECREF(kind.cast()) }
}

unsafe extern "C" fn dealloc_and_keep_type(this: *mut ffi::PyObject) {
    // SAFETY: an instance that is being freed. Its reference to its type is forgotten.
    unsafe { free(this) }
}

unsafe extern "C" fn traverse(
    this: *mut ffi::PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: a live instance of this layout.
    let fields = unsafe { &*fields(this) };
    for field in fields.direct.iter().chain(fields.boxed.as_deref()) {
        // SAFETY: the collector's function, for an object that the instance refers to.
        let result = unsafe { visit(field.as_ptr(), arg) };
        if result != 0 {
            return result;
        }
    }
    // SAFETY: what the collector passes.
    unsafe { traverse_type(this, visit, arg) }
}

unsafe extern "C" fn traverse_type(
    this: *mut ffi::PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: a live instance.
    let kind = unsafe { ffi::Py_TYPE(this) };
    // SAFETY: the collector's function, for an object that the instance refers to.
    unsafe { visit(kind.cast(), arg) }
}

unsafe extern "C" fn clear(this: *mut ffi::PyObject) -> c_int {
    // SAFETY: a live instance of this layout.
    let fields = unsafe { &mut *fields(this) };
    drop(mem::take(fields));
    0
}
