//! Tuples, lists, dicts, iterators.

use std::ptr;

use pyptr::ffi::{self, Py_ssize_t, PyObject};
use pyptr::types::{PyAny, PyDict, PyIterator, PyList, PyTuple};
use pyptr::{Borrowed, Owned, PyResult, Returned};

// A tuple's item, bounds checked.

#[unsafe(no_mangle)]
pub extern "C" fn typed_tuple_item<'a, 'py>(
    tuple: &'a Borrowed<'py, PyTuple>,
    index: usize,
) -> Option<&'a Borrowed<'py, PyAny>> {
    tuple.get(index)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_tuple_item(tuple: *mut PyObject, index: usize) -> *mut PyObject {
    unsafe {
        if index >= ffi::PyTuple_GET_SIZE(tuple) as usize {
            return ptr::null_mut();
        }
        ffi::PyTuple_GET_ITEM(tuple, index as Py_ssize_t)
    }
}

// The same as a new reference, absence being NULL without an exception.

#[unsafe(no_mangle)]
pub extern "C" fn typed_option<'py>(
    tuple: &Borrowed<'py, PyTuple>,
    index: usize,
) -> Returned<'py, PyAny> {
    let item: Option<Owned<'_, PyAny>> = tuple.get(index).map(Borrowed::new_ref);
    item.into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_option(tuple: *mut PyObject, index: usize) -> *mut PyObject {
    unsafe {
        if index >= ffi::PyTuple_GET_SIZE(tuple) as usize {
            return ptr::null_mut();
        }
        let item = ffi::PyTuple_GET_ITEM(tuple, index as Py_ssize_t);
        ffi::Py_XINCREF(item);
        item
    }
}

// A tuple of two, whose references are taken over.

#[unsafe(no_mangle)]
pub extern "C" fn typed_tuple_build<'py>(
    left: Owned<'py, PyAny>,
    right: Owned<'py, PyAny>,
) -> PyResult<'py, Owned<'py, PyTuple>> {
    PyTuple::from_owned(left.py(), [left, right])
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_tuple_build(
    left: *mut PyObject,
    right: *mut PyObject,
) -> *mut PyObject {
    unsafe {
        let tuple = ffi::PyTuple_New(2);
        if tuple.is_null() {
            ffi::Py_DECREF(right);
            ffi::Py_DECREF(left);
            return ptr::null_mut();
        }
        ffi::PyTuple_SET_ITEM(tuple, 0, left);
        ffi::PyTuple_SET_ITEM(tuple, 1, right);
        tuple
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn typed_list_get<'py>(
    list: &Borrowed<'py, PyList>,
    index: usize,
) -> PyResult<'py, Owned<'py, PyAny>> {
    list.get(index)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_list_get(list: *mut PyObject, index: usize) -> *mut PyObject {
    unsafe { ffi::compat::PyList_GetItemRef(list, index as Py_ssize_t) }
}

// A stolen argument.

#[unsafe(no_mangle)]
pub extern "C" fn typed_list_set<'a, 'py>(
    list: &'a Borrowed<'py, PyList>,
    item: Owned<'py, PyAny>,
) -> PyResult<'py, &'a Borrowed<'py, PyList>> {
    list.set(0, item)?;
    Ok(list)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_list_set(list: *mut PyObject, item: *mut PyObject) -> *mut PyObject {
    unsafe {
        if ffi::PyList_SetItem(list, 0, item) < 0 {
            return ptr::null_mut();
        }
        list
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn typed_list_append<'a, 'py>(
    list: &'a Borrowed<'py, PyList>,
    item: &Borrowed<'py, PyAny>,
) -> PyResult<'py, &'a Borrowed<'py, PyList>> {
    list.append(item)?;
    Ok(list)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_list_append(
    list: *mut PyObject,
    item: *mut PyObject,
) -> *mut PyObject {
    unsafe {
        if ffi::PyList_Append(list, item) < 0 {
            return ptr::null_mut();
        }
        list
    }
}

// Looked up, with a default: absence is told apart from an error.

#[unsafe(no_mangle)]
pub extern "C" fn typed_dict_get<'py>(
    dict: &Borrowed<'py, PyDict>,
    key: &Borrowed<'py, PyAny>,
    default: &Borrowed<'py, PyAny>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    match dict.get(key)? {
        Some(value) => Ok(value),
        None => Ok(default.new_ref()),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_dict_get(
    dict: *mut PyObject,
    key: *mut PyObject,
    default: *mut PyObject,
) -> *mut PyObject {
    unsafe {
        let mut value = ptr::null_mut();
        if ffi::compat::PyDict_GetItemRef(dict, key, &mut value) < 0 {
            return ptr::null_mut();
        }
        if value.is_null() {
            ffi::Py_INCREF(default);
            return default;
        }
        value
    }
}

// The same where the typed one counts by itself.

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_dict_get_counted(
    dict: *mut PyObject,
    key: *mut PyObject,
    default: *mut PyObject,
) -> *mut PyObject {
    unsafe {
        let value = ffi::PyDict_GetItemWithError(dict, key);
        if value.is_null() {
            if !ffi::PyErr_Occurred().is_null() {
                return ptr::null_mut();
            }
            ffi::Py_INCREF(default);
            return default;
        }
        ffi::Py_INCREF(value);
        value
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn typed_dict_set<'a, 'py>(
    dict: &'a Borrowed<'py, PyDict>,
    key: &Borrowed<'py, PyAny>,
    value: &Borrowed<'py, PyAny>,
) -> PyResult<'py, &'a Borrowed<'py, PyDict>> {
    dict.set(key, value)?;
    Ok(dict)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_dict_set(
    dict: *mut PyObject,
    key: *mut PyObject,
    value: *mut PyObject,
) -> *mut PyObject {
    unsafe {
        if ffi::PyDict_SetItem(dict, key, value) < 0 {
            return ptr::null_mut();
        }
        dict
    }
}

// One step of an iterator.

#[unsafe(no_mangle)]
pub extern "C" fn typed_iterate<'py>(
    iterator: &Borrowed<'py, PyIterator>,
    default: &Borrowed<'py, PyAny>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    match iterator.next_item()? {
        Some(item) => Ok(item),
        None => Ok(default.new_ref()),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_iterate(
    iterator: *mut PyObject,
    default: *mut PyObject,
) -> *mut PyObject {
    unsafe {
        let mut item = ptr::null_mut();
        if ffi::compat::PyIter_NextItem(iterator, &mut item) < 0 {
            return ptr::null_mut();
        }
        if item.is_null() {
            ffi::Py_INCREF(default);
            return default;
        }
        item
    }
}
