//! Whether a value consists of objects that C writes without running any Python code.

use std::collections::HashSet;

use crate::error::{PyResult, PyValueError, Raised, push};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python, TypeCheck};
use crate::types::{
    PyAny, PyBool, PyByteArray, PyBytes, PyCode, PyComplex, PyDict, PyEllipsis, PyFloat,
    PyFrozenSet, PyInt, PyList, PyMemoryView, PyNone, PySet, PySlice, PyString, PyTuple, PyType,
};

/// The fields of a code object that may be of subclasses, as `code.replace` accepts them. What is left out is copied by
/// CPython, or is a number.
const FIELDS_OF_CODE: &[&std::ffi::CStr] = &[
    c"co_consts",
    c"co_names",
    c"co_filename",
    c"co_name",
    c"co_linetable",
    #[cfg(Py_3_11)]
    c"co_qualname",
    #[cfg(Py_3_11)]
    c"co_exceptiontable",
    #[cfg(not(Py_3_11))]
    c"co_code",
    #[cfg(not(Py_3_11))]
    c"co_varnames",
    #[cfg(not(Py_3_11))]
    c"co_freevars",
    #[cfg(not(Py_3_11))]
    c"co_cellvars",
];

/// `ValueError` if an object in the value is none of those that `marshal` knows by its exact type: C would ask it for a
/// buffer, or compare it with another item of a set, and its class decides what happens then.
///
/// No Python code runs meanwhile. The caller has paused the collector: where allocations can start it, it runs destructors.
pub(super) fn check_plain<'py>(value: &Borrowed<'py, PyAny>) -> PyResult<'py, ()> {
    let py = value.py();
    let mut walk = Walk {
        todo: Vec::new(),
        seen: HashSet::new(),
    };
    walk.find(value, false)?;
    while let Some((object, in_set)) = walk.todo.pop() {
        if let Ok(tuple) = object.cast_exact::<PyTuple>() {
            tuple.iter().try_for_each(|item| walk.find(item, in_set))?;
        } else if let Ok(list) = object.cast_exact::<PyList>() {
            walk.find_all(list, in_set)?;
        } else if let Ok(dict) = object.cast_exact::<PyDict>() {
            walk.find_all(&*dict.keys()?, in_set)?;
            walk.find_all(&*dict.values()?, in_set)?;
        } else if PySet::is_exact_type_of(&object) || PyFrozenSet::is_exact_type_of(&object) {
            // Its items are sorted, which may compare them.
            walk.find_all(&*object.to_list()?, true)?;
        } else if object.cast_exact::<PyCode>().is_ok() {
            for field in FIELDS_OF_CODE {
                walk.find(&*object.getattr(*field)?, in_set)?;
            }
        } else if let Ok(slice) = object.cast_exact::<PySlice>() {
            // Written from 3.14 on.
            let members = [slice.start(), slice.stop(), slice.step()];
            members
                .iter()
                .try_for_each(|member| walk.find(member, in_set))?;
        } else if in_set || !has_own_buffer(&object) {
            return Err(py.raise::<PyValueError>("unmarshallable object"));
        }
    }
    Ok(())
}

/// The objects that are still to be looked at, each with whether it is in a set.
struct Walk<'py> {
    todo: Vec<(Owned<'py, PyAny>, bool)>,
    seen: HashSet<(*mut ffi::PyObject, bool)>,
}

impl<'py> Walk<'py> {
    fn find(&mut self, object: &Borrowed<'py, PyAny>, in_set: bool) -> PyResult<'py, ()> {
        let py = object.py();
        if is_scalar(object) {
            return Ok(());
        }
        if self.seen.try_reserve(1).is_err() {
            return Err(Raised::no_memory(py));
        }
        match self.seen.insert((object.as_ptr(), in_set)) {
            true => push(py, &mut self.todo, (object.to_owned(), in_set)),
            false => Ok(()),
        }
    }

    fn find_all(&mut self, items: &Borrowed<'py, PyList>, in_set: bool) -> PyResult<'py, ()> {
        items.iter().try_for_each(|item| self.find(&item, in_set))
    }
}

/// Has neither items nor code of its own.
fn is_scalar(object: &Borrowed<'_, PyAny>) -> bool {
    PyString::is_exact_type_of(object)
        || PyInt::is_exact_type_of(object)
        || PyFloat::is_exact_type_of(object)
        || PyBytes::is_exact_type_of(object)
        || PyBool::is_type_of(object)
        || PyNone::is_type_of(object)
        || PyComplex::is_exact_type_of(object)
        || PyEllipsis::is_type_of(object)
        || object.is(PyType::of::<crate::error::PyStopIteration>(object.py()))
}

/// Whether the object's class gives its memory, and releases it, without asking another object.
fn has_own_buffer(object: &Borrowed<'_, PyAny>) -> bool {
    PyByteArray::is_exact_type_of(object) || PyMemoryView::is_exact_type_of(object)
}

/// While this lives, allocations do not start the garbage collector. (From 3.12 on they never do: it runs between
/// bytecodes.)
pub(super) struct CollectorPaused {
    was_enabled: bool,
}

impl CollectorPaused {
    #[inline]
    pub(super) fn new(py: Python<'_>) -> CollectorPaused {
        py.assert_attached();
        if cfg!(Py_3_12) {
            return CollectorPaused { was_enabled: false };
        }
        // SAFETY: attached.
        let before = unsafe { ffi::PyGC_Disable() };
        CollectorPaused {
            was_enabled: before != 0,
        }
    }
}

impl Drop for CollectorPaused {
    #[inline]
    fn drop(&mut self) {
        if self.was_enabled {
            // SAFETY: made with a token, and dropped in the same function: attached.
            unsafe { ffi::PyGC_Enable() };
        }
    }
}
