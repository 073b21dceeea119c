//! [`Line`]: what a declaration says of a class, one value for each of its lines, and its flags.

use crate::convert::IntoPyObject;
use crate::error::{PyResult, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Python};
use crate::types::PyDict;
use std::ffi::{CStr, c_int, c_void};

/// Two objects in, a new reference or NULL out.
pub type BinaryEntry = unsafe fn(*mut ffi::PyObject, *mut ffi::PyObject) -> *mut ffi::PyObject;
/// Three objects in, a new reference or NULL out. The third may be `None`.
pub type TernaryEntry =
    unsafe fn(*mut ffi::PyObject, *mut ffi::PyObject, *mut ffi::PyObject) -> *mut ffi::PyObject;
/// An object, a key or name, and the value: 0, or -1 with an exception set.
pub type SetEntry = unsafe fn(*mut ffi::PyObject, *mut ffi::PyObject, *mut ffi::PyObject) -> c_int;
/// An object and a key or name: 0, or -1 with an exception set.
pub type DeleteEntry = unsafe fn(*mut ffi::PyObject, *mut ffi::PyObject) -> c_int;

/// One of the functions that share a slot of CPython.
#[derive(Clone, Copy)]
pub enum Half {
    /// Two operands in the order of the slot, or a comparison.
    Binary(BinaryEntry),
    /// Two operands, of which the second is of the class.
    Reflected(BinaryEntry),
    /// A power.
    Power(TernaryEntry),
    /// A power of which the second operand is of the class.
    ReflectedPower(TernaryEntry),
    /// Sets an item or attribute.
    Set(SetEntry),
    /// Deletes an item or attribute.
    Delete(DeleteEntry),
}

/// A line of a declaration.
#[derive(Clone, Copy)]
pub enum Line {
    /// `fn`, `static` or `classmethod`.
    Method(ffi::PyMethodDef),
    /// `property`.
    Property(ffi::PyGetSetDef),
    /// `field`, which is read in place.
    Field(ffi::PyMemberDef),
    /// A slot that one function fills, and a second slot with the same function (0: none).
    Slot(ffi::PyType_Slot, c_int),
    /// A slot that several functions fill, with one of them. `operator` tells those of a comparison apart.
    Part {
        /// The slot, with the function for C.
        slot: ffi::PyType_Slot,
        /// The comparison (`Py_EQ` and so on), 0 otherwise.
        operator: c_int,
        /// The function.
        half: Half,
    },
    /// `new`: `tp_new`, and `tp_vectorcall`.
    New(ffi::newfunc, ffi::vectorcallfunc),
    /// `__call__`, whose pointer each instance has.
    Call(ffi::vectorcallfunc),
    /// `__del__`.
    Finalizer(ffi::destructor),
    /// `const`.
    Constant(&'static CStr, AddConstant),
}

/// Makes the value of a constant.
pub type AddConstant =
    for<'py> fn(Python<'py>, &Borrowed<'py, PyDict>, &'static CStr) -> PyResult<'py, ()>;

/// What a declaration says with `#[flags(..)]`.
#[derive(Clone, Copy, Default)]
pub struct Flags {
    /// Python classes can be derived.
    pub subclass: bool,
    /// Weak references to instances can be made.
    pub weakref: bool,
    /// Instances have a `__dict__`.
    pub dict: bool,
}

impl Flags {
    /// No flag.
    pub const NONE: Flags = Flags {
        subclass: false,
        weakref: false,
        dict: false,
    };

    /// The flags of both.
    pub const fn and(self, other: Flags) -> Flags {
        Flags {
            subclass: self.subclass || other.subclass,
            weakref: self.weakref || other.weakref,
            dict: self.dict || other.dict,
        }
    }
}

/// Adds a constant to the namespace of a class.
pub fn constant<'py>(
    py: Python<'py>,
    namespace: &Borrowed<'py, PyDict>,
    name: &'static CStr,
    value: impl IntoPyObject<'py>,
) -> PyResult<'py, ()> {
    let value = value.into_py_object(py)?;
    // SAFETY: attached; a live dict, a NUL-terminated name, and a value that is borrowed for the call.
    let status =
        unsafe { ffi::PyDict_SetItemString(namespace.as_ptr(), name.as_ptr(), value.as_ptr()) };
    check_status(py, status)
}

/// A pointer that a slot has in C.
pub(super) const fn slot(slot: c_int, function: *mut c_void) -> ffi::PyType_Slot {
    ffi::PyType_Slot {
        slot,
        pfunc: function,
    }
}
