//! Counting by raw calls, right and wrong: what `pytest --refs` says about it is in `tests/python/test_raw.py`, which
//! finds each line by its `// slip:` comment.

use std::ffi::c_int;
use std::ptr;
use std::sync::Mutex;

use pyptr::ledger::CountingAllocator;
use pyptr::types::{PyAny, PyDict, PyList, PyModule, PyString, PyTuple};
use pyptr::{Borrowed, Owned, PyResult, Raised, Shared, ffi};

// `libpython!`, which declares functions of C's that pyo3-ffi lacks: see build.rs.
include!(concat!(env!("OUT_DIR"), "/libpython.rs"));

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

/// Functions as C code calls them: not through `pyptr::ffi`.
mod c {
    use super::*;

    libpython! {
        pub fn Py_IncRef(object: *mut ffi::PyObject);
        pub fn Py_DecRef(object: *mut ffi::PyObject);
        pub fn PyBuffer_Release(view: *mut ffi::Py_buffer);
    }
}

/// The sum of an object's bytes, with or without the release of its buffer: by `pyptr::ffi`, or by C.
fn sum(data: &Borrowed<'_, PyAny>, releases: c_int) -> usize {
    // SAFETY: zeros are an empty buffer.
    let mut view: ffi::Py_buffer = unsafe { std::mem::zeroed() };
    // SAFETY: a live object, and a buffer to fill in.
    unsafe { ffi::PyObject_GetBuffer(data.as_ptr(), &mut view, ffi::PyBUF_SIMPLE) }; // slip: buffer
    // SAFETY: filled in above.
    let bytes = unsafe { std::slice::from_raw_parts(view.buf.cast::<u8>(), view.len as usize) };
    let sum = bytes.iter().map(|&byte| usize::from(byte)).sum();
    match releases {
        0 => {}
        // SAFETY: filled in above.
        1 => unsafe { ffi::PyBuffer_Release(&mut view) },
        // SAFETY: as above.
        _ => unsafe { c::PyBuffer_Release(&mut view) },
    }
    sum
}

struct View(ffi::Py_buffer);
// SAFETY: used by one thread at a time.
unsafe impl Send for View {}
static VIEW: Mutex<Option<Box<View>>> = Mutex::new(None);

/// Keeps a buffer until the next call.
fn keeps_view(data: &Borrowed<'_, PyAny>) -> bool {
    // SAFETY: zeros are an empty buffer.
    let mut view = Box::new(View(unsafe { std::mem::zeroed() }));
    // SAFETY: a live object, and a buffer to fill in.
    unsafe { ffi::PyObject_GetBuffer(data.as_ptr(), &mut view.0, ffi::PyBUF_SIMPLE) };
    let old = VIEW.lock().unwrap().replace(view);
    if let Some(mut old) = old {
        // SAFETY: filled in by an earlier call.
        unsafe { ffi::PyBuffer_Release(&mut old.0) };
    }
    true
}

/// Releases what the dict holds.
fn releases_value(dict: &Borrowed<'_, PyDict>, key: &Borrowed<'_, PyAny>) -> bool {
    // SAFETY: a dict and an object.
    let value = unsafe { ffi::PyDict_GetItem(dict.as_ptr(), key.as_ptr()) };
    // SAFETY: there is none: the reference is the dict's.
    unsafe { ffi::Py_XDECREF(value) }; // slip: releases value
    true
}

/// Releases its argument, as C code may.
fn releases_by_c(object: &Borrowed<'_, PyAny>) -> bool {
    // SAFETY: there is none: the reference is the caller's.
    unsafe { c::Py_DecRef(object.as_ptr()) };
    true
}

/// Takes a reference to its argument, as C code may, and loses it.
fn takes_by_c(object: &Borrowed<'_, PyAny>) -> bool {
    // SAFETY: a live object. The release is missing.
    unsafe { c::Py_IncRef(object.as_ptr()) };
    true
}

/// Takes a reference, and loses it.
fn takes(object: &Borrowed<'_, PyAny>) -> bool {
    // SAFETY: a live object. The release is missing.
    unsafe { ffi::Py_INCREF(object.as_ptr()) }; // slip: takes
    true
}

/// Takes and releases references by hand.
fn pairs<'py>(object: &Borrowed<'py, PyAny>) -> Owned<'py, PyAny> {
    let mut field = object.as_ptr();
    // SAFETY: a live object.
    unsafe { ffi::Py_INCREF(field) };
    // SAFETY: a live object; the reference is handed over below.
    let own = unsafe { ffi::Py_NewRef(field) };
    // SAFETY: the first reference.
    unsafe { ffi::Py_CLEAR(&mut field) };
    // SAFETY: the second one.
    unsafe { Owned::from_owned_ptr(object.py(), own) }
}

/// Calls a function, and replaces its exception. Releases the old one, or all of it but the traceback.
fn calls<'py>(function: &Borrowed<'py, PyAny>, whole: bool) -> PyResult<'py, Owned<'py, PyAny>> {
    // SAFETY: a live object without arguments.
    let result = unsafe { ffi::PyObject_CallNoArgs(function.as_ptr()) };
    if !result.is_null() {
        // SAFETY: a new reference.
        return Ok(unsafe { Owned::from_owned_ptr(function.py(), result) });
    }
    let (mut kind, mut value, mut traceback) = (ptr::null_mut(), ptr::null_mut(), ptr::null_mut());
    // SAFETY: three places for what is set.
    #[allow(deprecated)]
    unsafe {
        ffi::PyErr_Fetch(&mut kind, &mut value, &mut traceback); // slip: traceback
    }
    // SAFETY: new references.
    unsafe { ffi::Py_XDECREF(kind) };
    // SAFETY: as above.
    unsafe { ffi::Py_XDECREF(value) };
    if whole {
        // SAFETY: as above.
        unsafe { ffi::Py_XDECREF(traceback) };
    }
    Err(function
        .py()
        .raise::<pyptr::error::PyValueError>("replaced"))
}

/// Makes a list of the same items, in tuples, by macros that are for new lists.
fn overwrites<'py>(list: &Borrowed<'py, PyList>) -> PyResult<'py, Owned<'py, PyList>> {
    let py = list.py();
    // SAFETY: a list.
    let new = unsafe { ffi::PyList_GetSlice(list.as_ptr(), 0, ffi::Py_ssize_t::MAX) };
    // SAFETY: a new reference, or NULL.
    let new: Owned<'_, PyList> = unsafe { Owned::from_owned_ptr_or_raised(py, new)? };
    for index in 0..new.len() {
        // SAFETY: an object.
        let tuple = unsafe { ffi::PyTuple_Pack(1, new.get(index)?.as_ptr()) };
        // SAFETY: a new reference, or NULL.
        let tuple: Owned<'_, PyTuple> = unsafe { Owned::from_owned_ptr_or_raised(py, tuple)? };
        // SAFETY: a place in the list. What was there is lost.
        unsafe { ffi::PyList_SET_ITEM(new.as_ptr(), index as isize, tuple.into_ptr()) }; // slip: overwrites
    }
    Ok(new)
}

/// Swaps two items, by macros.
fn swaps(list: &Borrowed<'_, PyList>) -> bool {
    // SAFETY: a list with two items.
    let first = unsafe { ffi::PyList_GET_ITEM(list.as_ptr(), 0) };
    // SAFETY: as above.
    let second = unsafe { ffi::PyList_GET_ITEM(list.as_ptr(), 1) };
    // SAFETY: each of the two references stays in the list.
    unsafe { ffi::PyList_SET_ITEM(list.as_ptr(), 0, second) };
    // SAFETY: as above.
    unsafe { ffi::PyList_SET_ITEM(list.as_ptr(), 1, first) };
    true
}

/// Fills a new list by the macro that is for that.
fn fills<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyList>> {
    let py = text.py();
    // SAFETY: a new list, to be filled.
    let list = unsafe { ffi::PyList_New(2) };
    // SAFETY: a new reference, or NULL.
    let list: Owned<'_, PyList> = unsafe { Owned::from_owned_ptr_or_raised(py, list)? };
    for index in 0..2 {
        // SAFETY: two strings.
        let item = unsafe { ffi::PyUnicode_Concat(text.as_ptr(), text.as_ptr()) };
        // SAFETY: a new reference, or NULL.
        let item: Owned<'_, PyAny> = unsafe { Owned::from_owned_ptr_or_raised(py, item)? };
        // SAFETY: an empty place in a new list, which takes the reference.
        unsafe { ffi::PyList_SET_ITEM(list.as_ptr(), index, item.into_ptr()) };
    }
    Ok(list)
}

/// Appends an object to a list.
fn appends(list: &Borrowed<'_, PyList>, object: &Borrowed<'_, PyAny>) -> bool {
    // SAFETY: a list and an object.
    unsafe { ffi::PyList_Append(list.as_ptr(), object.as_ptr()) == 0 }
}

/// Removes all items of a list and of a dict.
fn clears(list: &Borrowed<'_, PyList>, dict: &Borrowed<'_, PyDict>) -> bool {
    // SAFETY: a list; NULL deletes.
    let done =
        unsafe { ffi::PyList_SetSlice(list.as_ptr(), 0, ffi::Py_ssize_t::MAX, ptr::null_mut()) };
    // SAFETY: a dict.
    unsafe { ffi::PyDict_Clear(dict.as_ptr()) };
    done == 0
}

static LAST: Mutex<Option<Shared<PyAny>>> = Mutex::new(None);
static LAST_RAW: Mutex<usize> = Mutex::new(0);

/// Keeps its argument until the next call.
fn keeps(object: &Borrowed<'_, PyAny>) -> bool {
    let old = LAST.lock().unwrap().replace(object.new_ref().into_shared());
    if let Some(old) = old {
        old.release(object.py());
    }
    true
}

/// The same, where nothing but this function knows the reference.
fn keeps_raw(object: &Borrowed<'_, PyAny>) -> bool {
    // SAFETY: a live object.
    let own = unsafe { ffi::Py_NewRef(object.as_ptr()) };
    let old = std::mem::replace(&mut *LAST_RAW.lock().unwrap(), own.expose_provenance());
    // SAFETY: the reference of an earlier call, or NULL.
    unsafe { ffi::Py_XDECREF(ptr::with_exposed_provenance_mut(old)) };
    true
}

static ERROR: Mutex<Option<Shared<PyAny>>> = Mutex::new(None);

/// Raises the same exception again and again.
fn raises<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, bool> {
    let py = text.py();
    // SAFETY: set when the interpreter begins.
    let class = unsafe { ffi::PyExc_KeyError };
    let mut error = ERROR.lock().unwrap();
    if error.is_none() {
        // SAFETY: a class and an argument.
        let new = unsafe { ffi::PyObject_CallOneArg(class, text.as_ptr()) };
        // SAFETY: a new reference, or NULL.
        let new: Owned<'_, PyAny> = unsafe { Owned::from_owned_ptr_or_raised(py, new)? }; // slip: raises
        *error = Some(new.into_shared());
    }
    let error = error.as_ref().expect("made above").bind(py);
    // SAFETY: a class and an instance of it.
    unsafe { ffi::PyErr_SetObject(class, error.as_ptr()) };
    Err(Raised::occurred(py).expect("an exception"))
}

unsafe extern "C" fn dealloc(object: *mut ffi::PyObject) {
    // SAFETY: a live object has a type.
    let kind = unsafe { ffi::Py_TYPE(object) };
    // SAFETY: a live object.
    if unsafe { ffi::PyObject_IS_GC(object) } != 0 {
        // SAFETY: tracked, as it is a complete instance of a class in Python.
        unsafe { ffi::PyObject_GC_UnTrack(object.cast()) };
    }
    // SAFETY: a ready type has the function.
    let free = unsafe { (*kind).tp_free }.expect("it is inherited");
    // SAFETY: nobody has a reference. The type's reference is not released.
    unsafe { free(object.cast()) };
}

/// Adds a base class whose instances do not release their type.
fn init<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, ()> {
    let mut slots = [
        ffi::PyType_Slot {
            slot: ffi::Py_tp_dealloc,
            pfunc: dealloc as *mut _,
        },
        ffi::PyType_Slot {
            slot: 0,
            pfunc: ptr::null_mut(),
        },
    ];
    let mut spec = ffi::PyType_Spec {
        name: c"raw.Base".as_ptr(),
        basicsize: size_of::<ffi::PyObject>() as c_int,
        itemsize: 0,
        flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_BASETYPE) as u32,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: a complete specification.
    let base = unsafe { ffi::PyType_FromSpec(&mut spec) };
    // SAFETY: a new reference, or NULL.
    let base: Owned<'_, PyAny> = unsafe { Owned::from_owned_ptr_or_raised(module.py(), base)? };
    // SAFETY: a module, a name and an object.
    let added =
        unsafe { ffi::PyModule_AddObjectRef(module.as_ptr(), c"Base".as_ptr(), base.as_ptr()) };
    assert_eq!(added, 0);
    Ok(())
}

pyptr::module! {
    /// Raw calls.
    mod raw {
        state: () = init;
        gil: not_used;
        fn sum(data, releases, /);
        fn keeps_view(data, /);
        fn releases_value(dict, key, /);
        fn releases_by_c(object, /);
        fn takes_by_c(object, /);
        fn takes(object, /);
        fn pairs(object, /);
        fn calls(function, whole, /);
        fn overwrites(list, /);
        fn swaps(list, /);
        fn fills(text, /);
        fn appends(list, object, /);
        fn clears(list, dict, /);
        fn keeps(object, /);
        fn keeps_raw(object, /);
        fn raises(text, /);
    }
}
