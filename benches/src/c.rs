//! The functions of c/bench.c.

use std::ffi::{c_char, c_long, c_longlong};

use pyo3_ffi::{Py_ssize_t, PyObject};

/// A text as C takes it.
#[repr(C)]
pub struct Text {
    pub data: *const c_char,
    pub size: Py_ssize_t,
}

impl Text {
    pub fn of(text: &str) -> Text {
        Text {
            data: text.as_ptr().cast(),
            size: text.len() as Py_ssize_t,
        }
    }
}

unsafe extern "C" {
    pub fn PyInit_c_functions() -> *mut PyObject;
    pub fn c_pairs(object: *mut PyObject, times: c_long);
    pub fn c_increfs(object: *mut PyObject, times: c_long);
    pub fn c_list_append(object: *mut PyObject, times: c_long) -> *mut PyObject;
    pub fn c_none_pairs(times: c_long);
    pub fn c_append(piece: *const c_char, size: Py_ssize_t, times: c_long) -> *mut PyObject;
    pub fn c_list_build(count: Py_ssize_t) -> *mut PyObject;
    pub fn c_list_sum(list: *mut PyObject) -> c_longlong;
    pub fn c_dict_build(texts: *const Text, count: Py_ssize_t) -> *mut PyObject;
    pub fn c_dict_lookup(
        dict: *mut PyObject,
        keys: *const *mut PyObject,
        count: Py_ssize_t,
    ) -> Py_ssize_t;
    pub fn c_dict_iterate(dict: *mut PyObject) -> Py_ssize_t;
    pub fn c_dict_iterate_new_references(dict: *mut PyObject) -> Py_ssize_t;
    pub fn c_raise_and_catch(times: c_long) -> c_long;
    pub fn c_call_and_catch(function: *mut PyObject, times: c_long) -> c_long;
}
