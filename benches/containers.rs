//! A list of a million ints, built and summed; a dict of a hundred thousand strs, built, looked up and
//! iterated over.
//!
//! What is built is destroyed off the clock. C reads borrowed items where the GIL protects them, and takes
//! the strong references that CPython's documentation asks for on free-threaded builds; pyptr's methods are
//! the safe ones.

use pyo3::prelude::*;
use pyo3::types::{PyDict as Pyo3Dict, PyList as Pyo3List, PyString as Pyo3String};
use pyptr::error::PyTypeError;
use pyptr::sync::with_critical_section;
use pyptr::types::{Loaded, PyDict, PyInt, PyList, PyString};
use pyptr::{Borrowed, Owned, PyResult, Python};
use pyptr_benches::c::Text;
use pyptr_benches::{Bench, C, FFI, PYO3, PYPTR, builder, c, contestant};

const INTS: usize = 1_000_000;
const STRS: usize = 100_000;

/// C word for word.
mod ffi {
    use std::ptr;

    use pyo3_ffi::*;

    pub unsafe fn list_build(count: Py_ssize_t) -> *mut PyObject {
        unsafe {
            let list = PyList_New(count);
            if list.is_null() {
                return list;
            }
            for i in 0..count {
                let item = PyLong_FromSsize_t(i);
                if item.is_null() {
                    Py_DECREF(list);
                    return ptr::null_mut();
                }
                PyList_SET_ITEM(list, i, item);
            }
            list
        }
    }

    pub unsafe fn list_sum(list: *mut PyObject) -> i64 {
        unsafe {
            let mut sum = 0;
            let mut i = 0;
            while i < PyList_GET_SIZE(list) {
                #[cfg(Py_GIL_DISABLED)]
                let item = PyList_GetItemRef(list, i);
                #[cfg(not(Py_GIL_DISABLED))]
                let item = PyList_GET_ITEM(list, i);
                if item.is_null() {
                    return -1;
                }
                let value = match PyLong_Check(item) {
                    0 => -1,
                    _ => PyLong_AsLongLong(item),
                };
                #[cfg(Py_GIL_DISABLED)]
                Py_DECREF(item);
                if value == -1 {
                    if PyErr_Occurred().is_null() {
                        PyErr_SetString(PyExc_TypeError, c"an int is required".as_ptr());
                    }
                    return -1;
                }
                sum += value;
                i += 1;
            }
            sum
        }
    }

    pub unsafe fn dict_build(texts: &[&str]) -> *mut PyObject {
        unsafe {
            let dict = PyDict_New();
            if dict.is_null() {
                return dict;
            }
            for text in texts {
                let (data, size) = (text.as_ptr().cast(), text.len() as Py_ssize_t);
                let key = PyUnicode_FromStringAndSize(data, size);
                let value = PyUnicode_FromStringAndSize(data, size);
                if key.is_null() || value.is_null() || PyDict_SetItem(dict, key, value) < 0 {
                    Py_XDECREF(key);
                    Py_XDECREF(value);
                    Py_DECREF(dict);
                    return ptr::null_mut();
                }
                Py_DECREF(key);
                Py_DECREF(value);
            }
            dict
        }
    }

    pub unsafe fn dict_lookup(dict: *mut PyObject, keys: &[*mut PyObject]) -> Py_ssize_t {
        unsafe {
            let mut sum = 0;
            for &key in keys {
                #[cfg(Py_GIL_DISABLED)]
                let value = {
                    let mut value = ptr::null_mut();
                    if PyDict_GetItemRef(dict, key, &mut value) < 0 {
                        return -1;
                    }
                    value
                };
                #[cfg(not(Py_GIL_DISABLED))]
                let value = PyDict_GetItemWithError(dict, key);
                #[cfg(not(Py_GIL_DISABLED))]
                if value.is_null() && !PyErr_Occurred().is_null() {
                    return -1;
                }
                if !value.is_null() {
                    sum += match PyUnicode_Check(value) {
                        0 => 0,
                        _ => PyUnicode_GET_LENGTH(value),
                    };
                    #[cfg(Py_GIL_DISABLED)]
                    Py_DECREF(value);
                }
            }
            sum
        }
    }

    pub unsafe fn dict_iterate(dict: *mut PyObject) -> Py_ssize_t {
        unsafe {
            let (mut sum, mut position) = (0, 0);
            let (mut key, mut value) = (ptr::null_mut(), ptr::null_mut());
            #[cfg(Py_GIL_DISABLED)]
            let mut section = std::mem::zeroed();
            #[cfg(Py_GIL_DISABLED)]
            PyCriticalSection_Begin(&mut section, dict);
            while PyDict_Next(dict, &mut position, &mut key, &mut value) != 0 {
                for object in [key, value] {
                    if PyUnicode_Check(object) != 0 {
                        sum += PyUnicode_GET_LENGTH(object);
                    }
                }
            }
            #[cfg(Py_GIL_DISABLED)]
            PyCriticalSection_End(&mut section);
            sum
        }
    }

    pub unsafe fn dict_iterate_new_references(dict: *mut PyObject) -> Py_ssize_t {
        unsafe {
            let (mut sum, mut position) = (0, 0);
            let (mut key, mut value) = (ptr::null_mut(), ptr::null_mut());
            #[cfg(Py_GIL_DISABLED)]
            let mut section = std::mem::zeroed();
            #[cfg(Py_GIL_DISABLED)]
            PyCriticalSection_Begin(&mut section, dict);
            while PyDict_Next(dict, &mut position, &mut key, &mut value) != 0 {
                Py_INCREF(key);
                Py_INCREF(value);
                for object in [key, value] {
                    if PyUnicode_Check(object) != 0 {
                        sum += PyUnicode_GET_LENGTH(object);
                    }
                }
                Py_DECREF(value);
                Py_DECREF(key);
            }
            #[cfg(Py_GIL_DISABLED)]
            PyCriticalSection_End(&mut section);
            sum
        }
    }
}

fn list_build(py: Python<'_>) -> PyResult<'_, Owned<'_, PyList>> {
    PyList::try_from_fn(py, INTS, |i| Ok(PyInt::new(py, i as i64)?.into_any()))
}

fn list_sum<'py>(list: &Borrowed<'py, PyList>) -> PyResult<'py, i64> {
    let mut sum = 0;
    for item in list.iter() {
        sum += item.cast::<PyInt>()?.to_i64()?;
    }
    Ok(sum)
}

/// By value: an exact int is not counted.
fn list_sum_loaded<'py>(list: &Borrowed<'py, PyList>) -> PyResult<'py, i64> {
    let mut sum = 0;
    list.for_each_loaded(|item| {
        sum += match item {
            Loaded::Int(value) => value,
            Loaded::Object(item) => item.cast::<PyInt>()?.to_i64()?,
            _ => return Err(list.py().raise::<PyTypeError>("an int is required")),
        };
        Ok(())
    })?;
    Ok(sum)
}

fn dict_build<'py>(py: Python<'py>, texts: &[&str]) -> PyResult<'py, Owned<'py, PyDict>> {
    let dict = PyDict::new(py)?;
    for text in texts {
        let (key, value) = (PyString::new(py, text)?, PyString::new(py, text)?);
        dict.insert_owned(key.into_any(), value.into_any())?;
    }
    Ok(dict)
}

fn dict_lookup<'py>(
    dict: &Borrowed<'py, PyDict>,
    keys: &[Owned<'py, PyString>],
) -> PyResult<'py, usize> {
    let mut sum = 0;
    for key in keys {
        if let Some(value) = dict.get(key)? {
            sum += value.cast::<PyString>().map_or(0, |text| text.len());
        }
    }
    Ok(sum)
}

fn dict_iterate<'py>(dict: &Borrowed<'py, PyDict>) -> PyResult<'py, usize> {
    let mut sum = 0;
    dict.try_for_each(|key, value| {
        sum += key.cast::<PyString>().map_or(0, |text| text.len());
        sum += value.cast::<PyString>().map_or(0, |text| text.len());
        PyResult::Ok(())
    })?;
    Ok(sum)
}

/// What comes out of the dict can be kept. On free-threaded builds it is locked for each item.
fn dict_iterate_new_references<'py>(dict: &Borrowed<'py, PyDict>) -> PyResult<'py, usize> {
    let mut sum = 0;
    for item in dict.iter() {
        let (key, value) = item?;
        sum += key.cast::<PyString>().map_or(0, |text| text.len());
        sum += value.cast::<PyString>().map_or(0, |text| text.len());
    }
    Ok(sum)
}

/// Nothing is counted, as in C: nothing runs in the loop that could change the dict.
fn dict_iterate_borrowed<'py>(dict: &Borrowed<'py, PyDict>) -> usize {
    let mut sum = 0;
    with_critical_section(dict, || {
        // SAFETY: the loop runs no Python code and releases nothing, and the dict is locked.
        for (key, value) in unsafe { dict.iter_borrowed() } {
            sum += key.cast::<PyString>().map_or(0, |text| text.len());
            sum += value.cast::<PyString>().map_or(0, |text| text.len());
        }
    });
    sum
}

mod by_pyo3 {
    use super::*;

    pub fn list_sum(list: &Bound<'_, Pyo3List>) -> pyo3::PyResult<i64> {
        let mut sum = 0;
        for item in list.iter() {
            sum += item.extract::<i64>()?;
        }
        Ok(sum)
    }

    pub fn dict_build<'py>(
        py: pyo3::Python<'py>,
        texts: &[&str],
    ) -> pyo3::PyResult<Bound<'py, Pyo3Dict>> {
        let dict = Pyo3Dict::new(py);
        for text in texts {
            dict.set_item(text, text)?;
        }
        Ok(dict)
    }

    pub fn dict_lookup(
        dict: &Bound<'_, Pyo3Dict>,
        keys: &[Bound<'_, Pyo3String>],
    ) -> pyo3::PyResult<usize> {
        let mut sum = 0;
        for key in keys {
            if let Some(value) = dict.get_item(key)? {
                sum += value
                    .cast::<Pyo3String>()
                    .map_or(Ok(0), |text| text.len())?;
            }
        }
        Ok(sum)
    }

    pub fn dict_iterate(dict: &Bound<'_, Pyo3Dict>) -> pyo3::PyResult<usize> {
        let mut sum = 0;
        for (key, value) in dict.iter() {
            sum += key.cast::<Pyo3String>().map_or(Ok(0), |text| text.len())?;
            sum += value
                .cast::<Pyo3String>()
                .map_or(Ok(0), |text| text.len())?;
        }
        Ok(sum)
    }
}

fn run(bench: &mut Bench<'_>) -> Result<(), pyptr::PyErr> {
    let (py, pyo3) = (bench.py, bench.pyo3);
    // SAFETY: a new reference, or NULL with an exception set.
    let owned = move |object| unsafe {
        Owned::<pyptr::types::PyAny>::from_owned_ptr_or_raised(py, object).expect("memory")
    };
    bench.compare(
        "list of 1,000,000 ints, built",
        INTS,
        vec![
            // SAFETY: attached.
            builder(C, || owned(unsafe { c::c_list_build(INTS as _) })),
            // SAFETY: attached.
            builder(FFI, || owned(unsafe { ffi::list_build(INTS as _) })),
            builder(PYO3, || {
                Pyo3List::new(pyo3, 0..INTS as i64).expect("memory")
            }),
            builder(PYPTR, || list_build(py).expect("memory")),
        ],
    );

    let list = list_build(py)?;
    let pointer = list.as_ptr();
    // SAFETY: a live list.
    let bound = unsafe { Bound::from_borrowed_ptr(pyo3, pointer) };
    let bound = bound.cast_into::<Pyo3List>().expect("a list");
    bench.compare(
        "list of 1,000,000 ints, summed",
        INTS,
        vec![
            // SAFETY: a live list.
            contestant(C, || unsafe { c::c_list_sum(pointer) }),
            // SAFETY: as above.
            contestant(FFI, || unsafe { ffi::list_sum(pointer) }),
            contestant(PYO3, || by_pyo3::list_sum(&bound).expect("ints")),
            contestant(PYPTR, || list_sum(&list).expect("ints")),
            contestant("pyptr for_each_loaded", || {
                list_sum_loaded(&list).expect("ints")
            }),
        ],
    );

    let texts: Vec<String> = (0..STRS).map(|i| format!("key number {i}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let c_texts: Vec<Text> = texts.iter().map(|text| Text::of(text)).collect();
    bench.compare(
        "dict of 100,000 strs, built",
        STRS,
        vec![
            builder(C, || {
                // SAFETY: pointer and length of an array of texts.
                owned(unsafe { c::c_dict_build(c_texts.as_ptr(), STRS as _) })
            }),
            // SAFETY: attached.
            builder(FFI, || owned(unsafe { ffi::dict_build(&texts) })),
            builder(PYO3, || by_pyo3::dict_build(pyo3, &texts).expect("memory")),
            builder(PYPTR, || dict_build(py, &texts).expect("memory")),
        ],
    );

    let dict = dict_build(py, &texts)?;
    let pointer = dict.as_ptr();
    // SAFETY: a live dict.
    let bound = unsafe { Bound::from_borrowed_ptr(pyo3, pointer) };
    let bound = bound.cast_into::<Pyo3Dict>().expect("a dict");
    // Other objects than the dict's own keys.
    let keys = texts.iter().map(|text| PyString::new(py, text));
    let keys = keys.collect::<PyResult<'_, Vec<_>>>()?;
    let pointers: Vec<_> = keys.iter().map(Owned::as_ptr).collect();
    let as_bound = |key: &Owned<'_, PyString>| {
        // SAFETY: a live str.
        let key = unsafe { Bound::from_borrowed_ptr(pyo3, key.as_ptr()) };
        key.cast_into::<Pyo3String>().expect("a str")
    };
    dict_lookup(&dict, &keys)?; // They know their hashes from now on.
    let bound_keys: Vec<_> = keys.iter().map(as_bound).collect();
    bench.compare(
        "dict of 100,000 strs, looked up",
        STRS,
        vec![
            contestant(C, || {
                // SAFETY: a live dict, and an array of live objects.
                unsafe { c::c_dict_lookup(pointer, pointers.as_ptr(), STRS as _) }
            }),
            // SAFETY: as above.
            contestant(FFI, || unsafe { ffi::dict_lookup(pointer, &pointers) }),
            contestant(PYO3, || {
                by_pyo3::dict_lookup(&bound, &bound_keys).expect("strs")
            }),
            contestant(PYPTR, || dict_lookup(&dict, &keys).expect("strs")),
        ],
    );
    bench.compare(
        "dict of 100,000 strs, iterated",
        STRS,
        vec![
            // SAFETY: a live dict.
            contestant(C, || unsafe { c::c_dict_iterate(pointer) }),
            // SAFETY: a live dict.
            contestant(FFI, || unsafe { ffi::dict_iterate(pointer) }),
            contestant(PYO3, || by_pyo3::dict_iterate(&bound).expect("strs")),
            contestant(PYPTR, || dict_iterate(&dict).expect("strs")),
            contestant("pyptr iter_borrowed", || dict_iterate_borrowed(&dict)),
        ],
    );
    bench.compare(
        "dict of 100,000 strs, iterated, new references",
        STRS,
        vec![
            // SAFETY: a live dict.
            contestant(C, || unsafe { c::c_dict_iterate_new_references(pointer) }),
            // SAFETY: a live dict.
            contestant(FFI, || unsafe { ffi::dict_iterate_new_references(pointer) }),
            contestant(PYO3, || by_pyo3::dict_iterate(&bound).expect("strs")),
            contestant(PYPTR, || dict_iterate_new_references(&dict).expect("strs")),
        ],
    );
    Ok(())
}

fn main() {
    Bench::main("containers", |bench| run(bench).expect("no exception"));
}
