//! On raw `pyo3-ffi`: c/bench.c word for word.

use std::cell::UnsafeCell;
use std::ffi::{CStr, c_int, c_void};
use std::ptr;

use pyo3_ffi::*;

unsafe extern "C" fn none(_module: *mut PyObject, _a: *mut PyObject) -> *mut PyObject {
    unsafe { Py_NewRef(Py_None()) }
}

#[cold]
unsafe fn wrong_count(name: &CStr, expected: c_int, count: Py_ssize_t) -> *mut PyObject {
    unsafe {
        PyErr_Format(
            PyExc_TypeError,
            c"%s() takes %d arguments (%zd given)".as_ptr(),
            name.as_ptr(),
            expected,
            count,
        )
    }
}

unsafe extern "C" fn two_arguments(
    _module: *mut PyObject,
    _args: *mut *mut PyObject,
    count: Py_ssize_t,
) -> *mut PyObject {
    unsafe {
        if count != 2 {
            return wrong_count(c"two_arguments", 2, count);
        }
        Py_NewRef(Py_None())
    }
}

const NAMES: [&CStr; 2] = [c"a", c"b"];

struct Interned(UnsafeCell<[*mut PyObject; 2]>);

// SAFETY: written when the module is imported, and never again.
unsafe impl Sync for Interned {}

static INTERNED: Interned = Interned(UnsafeCell::new([ptr::null_mut(); 2]));

unsafe fn find(name: *mut PyObject) -> Option<usize> {
    unsafe {
        let interned = &*INTERNED.0.get();
        interned
            .iter()
            .position(|&other| other == name)
            .or_else(|| {
                NAMES
                    .iter()
                    .position(|other| PyUnicode_CompareWithASCIIString(name, other.as_ptr()) == 0)
            })
    }
}

unsafe extern "C" fn by_keyword(
    _module: *mut PyObject,
    args: *const *mut PyObject,
    count: Py_ssize_t,
    keywords: *mut PyObject,
) -> *mut PyObject {
    unsafe {
        let mut values = [ptr::null_mut(); 2];
        if count > 2 {
            return wrong_count(c"by_keyword", 2, count);
        }
        for i in 0..count {
            values[i as usize] = *args.offset(i);
        }
        if !keywords.is_null() {
            for i in 0..PyTuple_GET_SIZE(keywords) {
                let name = PyTuple_GET_ITEM(keywords, i);
                let Some(index) = find(name) else {
                    let format = c"by_keyword() got an unexpected keyword argument %R";
                    return PyErr_Format(PyExc_TypeError, format.as_ptr(), name);
                };
                if !values[index].is_null() {
                    let format = c"by_keyword() got argument %R twice";
                    return PyErr_Format(PyExc_TypeError, format.as_ptr(), name);
                }
                values[index] = *args.offset(count + i);
            }
        }
        for (value, name) in values.iter().zip(NAMES) {
            if value.is_null() {
                let format = c"by_keyword() misses argument '%s'";
                return PyErr_Format(PyExc_TypeError, format.as_ptr(), name.as_ptr());
            }
        }
        Py_NewRef(Py_None())
    }
}

unsafe extern "C" fn same(_module: *mut PyObject, a: *mut PyObject) -> *mut PyObject {
    unsafe { Py_NewRef(a) }
}

unsafe extern "C" fn new_int(_module: *mut PyObject, a: *mut PyObject) -> *mut PyObject {
    unsafe {
        let value = PyLong_AsLongLong(a);
        if value == -1 && !PyErr_Occurred().is_null() {
            return ptr::null_mut();
        }
        PyLong_FromLongLong(value.wrapping_add(1))
    }
}

unsafe extern "C" fn new_str(_module: *mut PyObject, a: *mut PyObject) -> *mut PyObject {
    unsafe {
        let mut size = 0;
        let text = PyUnicode_AsUTF8AndSize(a, &mut size);
        if text.is_null() {
            return ptr::null_mut();
        }
        PyUnicode_FromStringAndSize(text, size)
    }
}

unsafe extern "C" fn add(
    _module: *mut PyObject,
    args: *mut *mut PyObject,
    count: Py_ssize_t,
) -> *mut PyObject {
    unsafe {
        if count != 2 {
            return wrong_count(c"add", 2, count);
        }
        let a = PyLong_AsLongLong(*args);
        if a == -1 && !PyErr_Occurred().is_null() {
            return ptr::null_mut();
        }
        let b = PyLong_AsLongLong(*args.add(1));
        if b == -1 && !PyErr_Occurred().is_null() {
            return ptr::null_mut();
        }
        PyLong_FromLongLong(a.wrapping_add(b))
    }
}

unsafe extern "C" fn raises(_module: *mut PyObject, _unused: *mut PyObject) -> *mut PyObject {
    unsafe { PyErr_SetString(PyExc_ValueError, c"a message of some length".as_ptr()) };
    ptr::null_mut()
}

const fn method(name: &'static CStr, function: PyMethodDefPointer, flags: c_int) -> PyMethodDef {
    PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: function,
        ml_flags: flags,
        ml_doc: ptr::null(),
    }
}

const fn plain(f: PyCFunction) -> PyMethodDefPointer {
    PyMethodDefPointer { PyCFunction: f }
}

const fn fast(f: PyCFunctionFast) -> PyMethodDefPointer {
    PyMethodDefPointer { PyCFunctionFast: f }
}

const fn named(f: PyCFunctionFastWithKeywords) -> PyMethodDefPointer {
    PyMethodDefPointer {
        PyCFunctionFastWithKeywords: f,
    }
}

struct Table<T>(UnsafeCell<T>);

// SAFETY: only the interpreter writes to them, under its own locks.
unsafe impl<T> Sync for Table<T> {}

static METHODS: Table<[PyMethodDef; 10]> = Table(UnsafeCell::new([
    method(c"no_arguments", plain(none), METH_NOARGS),
    method(c"one_argument", plain(none), METH_O),
    method(c"two_arguments", fast(two_arguments), METH_FASTCALL),
    method(
        c"by_keyword",
        named(by_keyword),
        METH_FASTCALL | METH_KEYWORDS,
    ),
    method(c"same", plain(same), METH_O),
    method(c"new_int", plain(new_int), METH_O),
    method(c"new_str", plain(new_str), METH_O),
    method(c"add", fast(add), METH_FASTCALL),
    method(c"raises", plain(raises), METH_NOARGS),
    PyMethodDef::zeroed(),
]));

unsafe extern "C" fn execute(_module: *mut PyObject) -> c_int {
    for (index, name) in NAMES.iter().enumerate() {
        unsafe { (*INTERNED.0.get())[index] = PyUnicode_InternFromString(name.as_ptr()) };
    }
    0
}

const SLOTS: usize = if cfg!(Py_GIL_DISABLED) { 3 } else { 2 };

static MODULE_SLOTS: Table<[PyModuleDef_Slot; SLOTS]> = Table(UnsafeCell::new([
    PyModuleDef_Slot {
        slot: Py_mod_exec,
        value: execute as unsafe extern "C" fn(*mut PyObject) -> c_int as *mut c_void,
    },
    #[cfg(Py_GIL_DISABLED)]
    PyModuleDef_Slot {
        slot: Py_mod_gil,
        value: Py_MOD_GIL_NOT_USED,
    },
    PyModuleDef_Slot {
        slot: 0,
        value: ptr::null_mut(),
    },
]));

static DEFINITION: Table<PyModuleDef> = Table(UnsafeCell::new(PyModuleDef {
    m_base: PyModuleDef_HEAD_INIT,
    m_name: c"ffi_functions".as_ptr(),
    m_doc: ptr::null(),
    m_size: 0,
    m_methods: METHODS.0.get().cast(),
    m_slots: MODULE_SLOTS.0.get().cast(),
    m_traverse: None,
    m_clear: None,
    m_free: None,
}));

unsafe extern "C" fn init() -> *mut PyObject {
    unsafe { PyModuleDef_Init(DEFINITION.0.get()) }
}

pub(super) fn register() {
    // SAFETY: no interpreter is running; the name and the function live for ever.
    unsafe { PyImport_AppendInittab(c"ffi_functions".as_ptr(), Some(init)) };
}
