//! An exporter that says of its memory what the test wants it to say.

use std::ffi::{CStr, c_int, c_void};
use std::ptr;

use pyptr::types::{PyAny, PyType};
use pyptr::{Owned, Python, ffi};

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

    /// An object that exports this. It and its memory are never freed: a test may keep pointers.
    pub fn export(self, py: Python<'_>) -> Owned<'_, PyAny> {
        let slot = |slot, function| ffi::PyType_Slot {
            slot,
            pfunc: function,
        };
        let mut slots = [
            slot(ffi::Py_bf_getbuffer, get_buffer as *mut c_void),
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
        let kind = unsafe { PyType::from_spec(py, None, &mut spec, None) }.unwrap();
        let object = kind.call0().unwrap();
        // SAFETY: an object of the type above, which has this field, still NULL.
        unsafe { (*object.as_ptr().cast::<Exporter>()).fields = Box::leak(Box::new(self)) };
        object
    }
}

#[repr(C)]
struct Exporter {
    head: ffi::PyObject,
    fields: *mut Fields,
}

unsafe extern "C" fn get_buffer(
    object: *mut ffi::PyObject,
    view: *mut ffi::Py_buffer,
    _flags: c_int,
) -> c_int {
    // SAFETY: an object of the type above, whose field is set.
    let fields = unsafe { (*object.cast::<Exporter>()).fields };
    // SAFETY: leaked, and used here alone.
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
