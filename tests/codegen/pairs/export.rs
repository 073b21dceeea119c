//! Functions that Python calls: entry points written with types, and those that `module!` makes.

use std::ptr;

use pyptr::error::PyValueError;
use pyptr::export::by_hand::guarded;
use pyptr::ffi::{self, Py_ssize_t, PyObject};
use pyptr::types::{PyAny, PyInt, PyString};
use pyptr::{Borrowed, Owned, PyResult, Returned};

use crate::raw_str;

// becomes a `SystemError`; the raw one trusts it.

#[unsafe(no_mangle)]
pub extern "C" fn typed_returned<'py>(
    _module: Option<&Borrowed<'py, PyAny>>,
    object: &Borrowed<'py, PyAny>,
) -> Returned<'py, PyString> {
    fn body<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyString>> {
        let left = object.str()?;
        // Not `concat_str`, which makes no str of the right side as the raw function does.
        left.concat(&*PyString::new(object.py(), "!")?)
    }
    body(object).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_returned(
    _module: *mut PyObject,
    object: *mut PyObject,
) -> *mut PyObject {
    unsafe {
        let left = ffi::PyObject_Str(object);
        if left.is_null() {
            return ptr::null_mut();
        }
        let right = raw_str("!");
        if right.is_null() {
            ffi::Py_DECREF(left);
            return ptr::null_mut();
        }
        let result = ffi::PyUnicode_Concat(left, right);
        ffi::Py_DECREF(right);
        ffi::Py_DECREF(left);
        result
    }
}

// The same with the guard, which names the function in the ledger only. Beside `raw_returned`.

#[unsafe(no_mangle)]
pub extern "C" fn typed_guarded<'py>(
    _module: Option<&Borrowed<'py, PyAny>>,
    object: &Borrowed<'py, PyAny>,
) -> Returned<'py, PyString> {
    guarded(object.py(), c"guarded", || {
        let left = object.str()?;
        left.concat(&*PyString::new(object.py(), "!")?)
    })
}

// A function that may raise.

#[unsafe(no_mangle)]
pub extern "C" fn typed_error<'py>(
    _module: Option<&Borrowed<'py, PyAny>>,
    text: &Borrowed<'py, PyString>,
) -> Returned<'py, PyInt> {
    fn body<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyInt>> {
        match text.is_identifier() {
            false => Err(text.py().raise::<PyValueError>("no name")),
            true => PyInt::new(text.py(), 1),
        }
    }
    body(text).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_error(_module: *mut PyObject, text: *mut PyObject) -> *mut PyObject {
    match unsafe { ffi::PyUnicode_IsIdentifier(text) } {
        1 => unsafe { ffi::PyLong_FromLongLong(1) },
        _ => no_name(),
    }
}

#[cold]
#[inline(never)]
fn no_name() -> *mut PyObject {
    unsafe { ffi::PyErr_SetString(ffi::PyExc_ValueError, c"no name".as_ptr()) };
    ptr::null_mut()
}

// What `module!` makes of functions, beside what one writes by hand for METH_O, METH_FASTCALL and
// METH_FASTCALL | METH_KEYWORDS, called by position.

fn one<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
    let right = text.repr()?;
    text.concat(&right)
}

fn two<'py>(
    left: &Borrowed<'py, PyString>,
    right: &Borrowed<'py, PyString>,
) -> PyResult<'py, Owned<'py, PyString>> {
    let right = right.repr()?;
    left.concat(&right)
}

/// Nothing can happen to its argument meanwhile.
fn idle(_object: &Borrowed<'_, PyAny>) {}

/// Its argument.
fn same<'a, 'py>(object: &'a Borrowed<'py, PyAny>) -> &'a Borrowed<'py, PyAny> {
    object
}

pyptr::module! {
    mod exported {
        fn idle(object, /);
        fn same(object, /);
        fn one(text, /);
        fn two(left, right, /);
        fn keywords(left, right) = two;
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_exported_one(
    _module: *mut PyObject,
    text: *mut PyObject,
) -> *mut PyObject {
    unsafe {
        held(text, || {
            if ffi::PyUnicode_Check(text) == 0 {
                return wrong_arguments();
            }
            body(text, text)
        })
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_exported_two(
    _module: *mut PyObject,
    arguments: *const *mut PyObject,
    count: Py_ssize_t,
) -> *mut PyObject {
    unsafe {
        if count != 2 {
            return wrong_arguments();
        }
        checked(*arguments, *arguments.add(1))
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn raw_exported_keywords(
    _module: *mut PyObject,
    arguments: *const *mut PyObject,
    count: Py_ssize_t,
    names: *mut PyObject,
) -> *mut PyObject {
    unsafe {
        if !names.is_null() || count != 2 {
            return by_name(arguments, count, names);
        }
        checked(*arguments, *arguments.add(1))
    }
}

#[inline(always)]
unsafe fn checked(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject {
    unsafe {
        held(right, || {
            held(left, || {
                if ffi::PyUnicode_Check(left) == 0 || ffi::PyUnicode_Check(right) == 0 {
                    return wrong_arguments();
                }
                body(left, right)
            })
        })
    }
}

/// What Python code runs meanwhile may release what was lent.
#[inline(always)]
pub(crate) unsafe fn held(
    object: *mut PyObject,
    call: impl FnOnce() -> *mut PyObject,
) -> *mut PyObject {
    unsafe {
        ffi::Py_INCREF(object);
        let result = call();
        ffi::Py_DECREF(object);
        result
    }
}

#[inline(always)]
unsafe fn body(left: *mut PyObject, right: *mut PyObject) -> *mut PyObject {
    unsafe {
        let right = ffi::PyObject_Repr(right);
        if right.is_null() {
            return ptr::null_mut();
        }
        let result = ffi::PyUnicode_Concat(left, right);
        ffi::Py_DECREF(right);
        result
    }
}

/// Stands for what finds the values by their names, which is not compared.
#[cold]
#[inline(never)]
unsafe fn by_name(
    arguments: *const *mut PyObject,
    count: Py_ssize_t,
    names: *mut PyObject,
) -> *mut PyObject {
    unsafe {
        if count == 0 && !names.is_null() && ffi::PyTuple_GET_SIZE(names) == 2 {
            return checked(*arguments, *arguments.add(1));
        }
    }
    wrong_arguments()
}

#[cold]
#[inline(never)]
fn wrong_arguments() -> *mut PyObject {
    unsafe { ffi::PyErr_SetString(ffi::PyExc_TypeError, c"two strs are wanted".as_ptr()) };
    ptr::null_mut()
}
