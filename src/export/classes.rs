//! The classes of a module: made while it is imported, kept by it, and shown to the collector.

use std::ffi::{CStr, c_int, c_void};
use std::marker::PhantomData;

use crate::error::{PyResult, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyModule, PyTuple, PyType};

/// A class of a module with state `S`.
pub struct JoinedClass<S> {
    /// The qualified name: `module.Class`.
    name: &'static CStr,
    /// Makes the type object for a module, with this name.
    make: MakeClass,
    _state: PhantomData<fn(S)>,
}

impl<S> JoinedClass<S> {
    /// A class that modules with this state can have, which [`class::Joins`](crate::class) makes sure of.
    #[inline]
    pub(crate) const fn new(name: &'static CStr, make: MakeClass) -> JoinedClass<S> {
        JoinedClass {
            name,
            make,
            _state: PhantomData,
        }
    }
}

/// Makes a type object: a new reference.
pub(crate) type MakeClass =
    for<'py> fn(&Borrowed<'py, PyModule>, &'static CStr) -> PyResult<'py, Owned<'py, PyType>>;

/// Makes the classes of a module, adds each under its name, and returns all of them.
pub(super) fn add_classes<'py, S>(
    module: &Borrowed<'py, PyModule>,
    classes: &[Option<JoinedClass<S>>],
) -> PyResult<'py, Owned<'py, PyTuple>> {
    let mut made = Vec::with_capacity(classes.len());
    for class in classes.iter().flatten() {
        let kind = (class.make)(module, class.name)?;
        // SAFETY: attached; a live module and a live type, of which the module takes a reference.
        let status = unsafe { ffi::PyModule_AddType(module.as_ptr(), kind.as_ptr().cast()) };
        check_status(module.py(), status)?;
        made.push(kind);
    }
    PyTuple::from_iter_owned(module.py(), made.into_iter().map(Owned::into_any))
}

/// How the collector sees the state of a module.
pub struct StateTraverse<S> {
    /// Shows what the state holds.
    pub traverse: fn(&S, ffi::visitproc, *mut c_void) -> c_int,
    /// Empties its cells.
    pub clear: fn(&S, Python<'_>),
}
