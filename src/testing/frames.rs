//! What the local variables of running Python functions refer to: the collector does not look into them.

use std::collections::HashMap;

use super::edges::Object;
use crate::error::PyResult;
use crate::ffi;
use crate::refs::{Owned, Python};
use crate::types::{PyDict, PyFrame};

/// For each object, how many local variables of running functions refer to it. On free-threaded builds only those of
/// this thread, because other threads go on.
///
/// No reference to the objects is kept: they stay alive while this thread runs no Python code.
pub(super) fn locals(py: Python<'_>) -> HashMap<Object, isize> {
    let mut found = HashMap::new();
    for top in running(py).unwrap_or_default() {
        let mut next = Some(top);
        while let Some(frame) = next {
            of_frame(&frame, &mut |object| *found.entry(object).or_default() += 1);
            next = frame.back();
        }
    }
    found
}

/// The innermost frame of each thread.
fn running(py: Python<'_>) -> PyResult<'_, Vec<Owned<'_, PyFrame>>> {
    if cfg!(Py_GIL_DISABLED) {
        return Ok(PyFrame::current(py).into_iter().collect());
    }
    let frames = py.import(c"sys")?.call_method0(c"_current_frames")?;
    let frames = frames.cast_into::<PyDict>()?;
    let frames = frames.values()?;
    let mut all = Vec::with_capacity(frames.len());
    for frame in frames.iter() {
        all.push(frame.cast_into::<PyFrame>()?);
    }
    Ok(all)
}

/// A variable that functions share is a cell, which the collector knows.
#[cfg(Py_3_12)]
fn of_frame(frame: &Owned<'_, PyFrame>, found: &mut impl FnMut(Object)) {
    let code = frame.code();
    let (Ok(names), Ok(shared)) = (code.varnames(), code.cellvars()) else {
        return;
    };
    for name in names.iter() {
        if shared.iter().any(|shared| shared.as_ptr() == name.as_ptr()) {
            continue;
        }
        // SAFETY: a live frame, and a str from its code.
        let value = unsafe { ffi::PyFrame_GetVar(frame.as_ptr().cast(), name.as_ptr()) };
        if value.is_null() {
            // A variable without a value.
            // SAFETY: attached; the exception was set just now.
            unsafe { ffi::PyErr_Clear() };
            continue;
        }
        found(Object(value));
        // SAFETY: the reference from above; the frame holds another one.
        unsafe { ffi::Py_DECREF(value) };
    }
}

/// On 3.11 a frame's variables could be had only as a dict, which would keep them alive. So this reads them where they
/// are, behind the nine words of a `_PyInterpreterFrame`.
#[cfg(all(Py_3_11, not(Py_3_12)))]
fn of_frame(frame: &Owned<'_, PyFrame>, found: &mut impl FnMut(Object)) {
    // The calling frame comes first.
    const BEFORE_FRAME: usize = size_of::<ffi::PyObject>() / size_of::<usize>() + 1;
    const BEFORE_VARIABLES: usize = 9;
    let code = frame.code();
    let (Ok(names), Ok(shared), Ok(free)) = (code.varnames(), code.cellvars(), code.freevars())
    else {
        return;
    };
    // A parameter that is shared has one place for both.
    let own = shared
        .iter()
        .filter(|shared| !names.iter().any(|name| name.as_ptr() == shared.as_ptr()));
    let count = names.len() + own.count() + free.len();
    // SAFETY: within the frame object.
    let inner = unsafe {
        frame
            .as_ptr()
            .cast::<*mut *mut ffi::PyObject>()
            .add(BEFORE_FRAME)
    };
    // SAFETY: the frame's own data, which lives as long as the frame object.
    let inner = unsafe { inner.read() };
    for index in 0..count {
        // SAFETY: one of the frame's variables.
        let variable = unsafe { inner.add(BEFORE_VARIABLES + index) };
        // SAFETY: an object or NULL.
        let value = unsafe { variable.read() };
        if !value.is_null() {
            found(Object(value));
        }
    }
}

/// On 3.10 the collector's own function shows all variables of a frame, also while it runs.
#[cfg(not(Py_3_11))]
fn of_frame(frame: &Owned<'_, PyFrame>, found: &mut impl FnMut(Object)) {
    use std::ffi::{c_int, c_void};

    unsafe extern "C" fn visit<F: FnMut(Object)>(
        object: *mut ffi::PyObject,
        found: *mut c_void,
    ) -> c_int {
        // SAFETY: what is passed below, and is not used meanwhile.
        let found = unsafe { &mut *found.cast::<F>() };
        found(Object(object));
        0
    }
    fn function_of<F: FnMut(Object)>(_: &F) -> ffi::visitproc {
        visit::<F>
    }
    let visit = function_of(found);
    // SAFETY: a live object has a type.
    let kind = unsafe { ffi::Py_TYPE(frame.as_ptr()) };
    // SAFETY: a live type.
    if let Some(traverse) = unsafe { (*kind).tp_traverse } {
        // SAFETY: a live frame; `visit` gets what it expects.
        unsafe { traverse(frame.as_ptr(), visit, std::ptr::from_mut(found).cast()) };
    }
}
