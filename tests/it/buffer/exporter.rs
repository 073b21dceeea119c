//! An exporter that says of its memory what the test wants it to say.

use std::ffi::{CStr, c_int, c_void};
use std::ptr;

use pyptr::sync::OnceObject;
use pyptr::types::{PyAny, PyType};
use pyptr::{Owned, PyResult, Python, ffi};

/// What `bf_getbuffer` fills in. `None` is NULL.
pub struct Fields {
    pub memory: Vec<u8>,
    /// Where `buf` points to in the memory.
    pub start: usize,
    pub len: isize,
    pub item_size: isize,
    pub readonly: bool,
    pub format: Option<&'static CStr>,
    pub dimensions: c_int,
    pub shape: Option<Vec<isize>>,
    pub strides: Option<Vec<isize>>,
    pub suboffsets: Option<Vec<isize>>,
}

impl Fields {
    /// One dimension of bytes, without any lie.
    pub fn bytes(memory: &[u8]) -> Fields {
        Fields {
            memory: memory.to_vec(),
            start: 0,
            len: memory.len() as isize,
            item_size: 1,
            readonly: false,
            format: Some(c"B"),
            dimensions: 1,
            shape: Some(vec![memory.len() as isize]),
            strides: Some(vec![1]),
            suboffsets: None,
        }
    }

    /// An object that exports this, and frees it when it is freed itself.
    pub fn export(self, py: Python<'_>) -> Owned<'_, PyAny> {
        static KIND: OnceObject<PyType> = OnceObject::new();
        let object = KIND
            .get_or_try_init(py, make_type)
            .unwrap()
            .call0()
            .unwrap();
        // SAFETY: an object of the type above, which has this field, still NULL.
        unsafe { (*object.as_ptr().cast::<Exporter>()).fields = Box::into_raw(Box::new(self)) };
        object
    }
}

fn make_type(py: Python<'_>) -> PyResult<'_, Owned<'_, PyType>> {
    let slot = |slot, function| ffi::PyType_Slot {
        slot,
        pfunc: function,
    };
    let mut slots = [
        slot(ffi::Py_bf_getbuffer, get_buffer as *mut c_void),
        slot(ffi::Py_tp_dealloc, free as *mut c_void),
        slot(0, ptr::null_mut()),
    ];
    let mut spec = ffi::PyType_Spec {
        name: c"here.Exporter".as_ptr(),
        basicsize: size_of::<Exporter>() as c_int,
        itemsize: 0,
        flags: ffi::Py_TPFLAGS_DEFAULT as std::ffi::c_uint,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: a description of a type whose objects have one field more than plain ones, without a reference.
    unsafe { PyType::from_spec(py, None, &mut spec, None) }
}

#[repr(C)]
struct Exporter {
    head: ffi::PyObject,
    fields: *mut Fields,
}

unsafe extern "C" fn free(object: *mut ffi::PyObject) {
    // SAFETY: an object of the type above, the last reference to which is gone.
    let fields = unsafe { (*object.cast::<Exporter>()).fields };
    // SAFETY: NULL, or from `Box::into_raw`; each buffer has had a reference.
    drop((!fields.is_null()).then(|| unsafe { Box::from_raw(fields) }));
    // SAFETY: a live object, which has a reference to its type.
    let kind = unsafe { ffi::Py_TYPE(object) };
    // SAFETY: allocated by `tp_alloc`, and no part of any collection.
    unsafe { ffi::PyObject_Free(object.cast()) };
    // SAFETY: the object's reference.
    unsafe { ffi::Py_DECREF(kind.cast()) };
}

unsafe extern "C" fn get_buffer(
    object: *mut ffi::PyObject,
    view: *mut ffi::Py_buffer,
    _flags: c_int,
) -> c_int {
    // SAFETY: an object of the type above, whose field is set.
    let fields = unsafe { (*object.cast::<Exporter>()).fields };
    // SAFETY: from `Box::into_raw`, freed with the object, and used here alone.
    let fields = unsafe { &mut *fields };
    let numbers = |numbers: &mut Option<Vec<isize>>| {
        numbers
            .as_mut()
            .map_or(ptr::null_mut(), |numbers| numbers.as_mut_ptr())
    };
    // SAFETY: a live object.
    unsafe { ffi::Py_INCREF(object) };
    let filled = ffi::Py_buffer {
        buf: match fields.memory.is_empty() {
            true => ptr::null_mut(),
            false => fields.memory[fields.start..].as_mut_ptr().cast(),
        },
        obj: object,
        len: fields.len,
        itemsize: fields.item_size,
        readonly: c_int::from(fields.readonly),
        ndim: fields.dimensions,
        format: fields
            .format
            .map_or(ptr::null_mut(), |format| format.as_ptr().cast_mut()),
        shape: numbers(&mut fields.shape),
        strides: numbers(&mut fields.strides),
        suboffsets: numbers(&mut fields.suboffsets),
        internal: ptr::null_mut(),
    };
    // SAFETY: the caller's place for the view.
    unsafe { view.write(filled) };
    0
}
