//! Entries of a class's tables: methods, properties, fields.

use std::ffi::{CStr, c_int, c_void};
use std::ptr;

use super::declared::Class;
#[cfg(not(feature = "ledger"))]
use super::instance::Layout;
use super::line::Line;
use super::output::{SlotFunction, settle};
use super::receiver::Member;
use crate::error::PyAttributeError;
use crate::export::by_hand::EntryResult;
use crate::export::expansion::{Call, Function, Positional, boundary, c_str, call_of, guard};
use crate::export::trampoline;
use crate::ffi;
use crate::ledger;
use crate::refs::{Borrowed, Shared};
use crate::types::PyAny;

/// How a method is bound.
#[derive(Clone, Copy)]
pub enum Binding {
    /// `fn`: to an instance.
    Instance,
    /// `classmethod`: to the class that it is called on.
    Class,
    /// `static`: to nothing.
    Static,
}

/// The entry of a method that has `N` parameters. Unlike a function of a module, one without parameters is METH_NOARGS, which
/// is faster for methods.
pub const fn method<F: Member, const N: usize>(binding: Binding) -> Line {
    assert!(F::SIGNATURE.parameters() == N);
    assert!(
        !super::slots::is_slot(F::SIGNATURE.name),
        "the method of a slot stands without `fn`: `__len__(self) = Name::len;`"
    );
    let (ml_meth, flags) = match (N, F::SIGNATURE.by_name(), F::SIGNATURE.required()) {
        (0, ..) => (
            ffi::PyMethodDefPointer {
                PyCFunction: no_arguments::<F>,
            },
            ffi::METH_NOARGS,
        ),
        (1, 0, 1) => (
            ffi::PyMethodDefPointer {
                PyCFunction: trampoline::one::<F>,
            },
            ffi::METH_O,
        ),
        (_, 0, _) => (
            ffi::PyMethodDefPointer {
                PyCFunctionFast: trampoline::positional::<F>,
            },
            ffi::METH_FASTCALL,
        ),
        _ => (
            ffi::PyMethodDefPointer {
                PyCFunctionFastWithKeywords: trampoline::keywords::<F, N>,
            },
            ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
        ),
    };
    let bound = match binding {
        Binding::Instance => 0,
        Binding::Class => ffi::METH_CLASS,
        Binding::Static => ffi::METH_STATIC,
    };
    Line::Method(ffi::PyMethodDef {
        ml_name: c_str(F::NAME).as_ptr(),
        ml_meth,
        ml_flags: flags | bound,
        ml_doc: c_str(F::DOC).as_ptr(),
    })
}

/// METH_NOARGS.
unsafe extern "C" fn no_arguments<F: Function>(
    this: *mut ffi::PyObject,
    _none: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls with the thread attached, and holds `self` until other code runs.
    let call = unsafe { call_of::<F>(this) };
    boundary::<F>(call.py(), || F::call(&call, &mut Positional::new(&[])))
}

/// A property that is read by `G`.
pub const fn property<G: Member>(set: Option<ffi::setter>) -> Line {
    Line::Property(ffi::PyGetSetDef {
        name: c_str(G::NAME).as_ptr(),
        get: Some(get::<G>),
        set,
        doc: c_str(G::DOC).as_ptr(),
        closure: ptr::null_mut(),
    })
}

unsafe extern "C" fn get<G: Function>(
    this: *mut ffi::PyObject,
    _closure: *mut c_void,
) -> *mut ffi::PyObject {
    // SAFETY: as for a method.
    unsafe { no_arguments::<G>(this, ptr::null_mut()) }
}

/// The setter `S` of a property, without a deleter.
pub const fn setter<S>() -> Option<ffi::setter>
where
    S: Member + for<'py> SlotFunction<Output<'py> = ()>,
{
    Some(set::<S>)
}

/// The setter `S` of a property, and its deleter `D`.
pub const fn setter_and_deleter<S, D>() -> Option<ffi::setter>
where
    S: Member + for<'py> SlotFunction<Output<'py> = ()>,
    D: Member + for<'py> SlotFunction<Output<'py> = ()>,
{
    Some(set_or_delete::<S, D>)
}

unsafe extern "C" fn set<S>(
    this: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
    _closure: *mut c_void,
) -> c_int
where
    S: Member + for<'py> SlotFunction<Output<'py> = ()>,
{
    if value.is_null() {
        // SAFETY: as for a method.
        let call: Call<'_, '_, S> = unsafe { call_of(this) };
        let raised = call.py().raise::<PyAttributeError>(format_args!(
            "property '{}' of '{}' object has no deleter",
            S::SIGNATURE.name,
            <S::Class as crate::refs::Object>::NAME
        ));
        return <()>::into_raw(Err(raised));
    }
    // SAFETY: as for a method; `value` is alive until other code runs.
    unsafe { enter::<S>(this, Some(value)) }
}

unsafe extern "C" fn set_or_delete<S, D>(
    this: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
    _closure: *mut c_void,
) -> c_int
where
    S: Member + for<'py> SlotFunction<Output<'py> = ()>,
    D: Member + for<'py> SlotFunction<Output<'py> = ()>,
{
    match value.is_null() {
        // SAFETY: as for a method.
        true => unsafe { enter::<D>(this, None) },
        // SAFETY: as for a method; `value` is alive until other code runs.
        false => unsafe { enter::<S>(this, Some(value)) },
    }
}

/// # Safety
/// Attached; the objects are alive until other code runs.
#[inline(always)]
unsafe fn enter<S>(this: *mut ffi::PyObject, value: Option<*mut ffi::PyObject>) -> c_int
where
    S: Member + for<'py> SlotFunction<Output<'py> = ()>,
{
    // SAFETY: the caller's promise.
    let call: Call<'_, '_, S> = unsafe { call_of(this) };
    let py = call.py();
    let lent = value.as_slice();
    // SAFETY: the caller's promise.
    let _lent = unsafe { ledger::lend(S::SIGNATURE.label, lent.as_ptr(), lent.len()) };
    // SAFETY: the caller's promise.
    let value: Option<&Borrowed<'_, PyAny>> =
        value.map(|value| unsafe { Borrowed::from_ptr(py, value) });
    guard(
        py,
        S::SIGNATURE.label,
        || settle(S::enter(&call, &mut Positional::new(value.as_slice()))),
        <()>::into_raw,
    )
}

/// A type that a `field` can have: one that never changes, and is one reference.
#[diagnostic::on_unimplemented(
    message = "a `field` is an immutable `Shared<T>`, not `{Self}`",
    note = "what changes, or is no object, is a `property`"
)]
pub trait Field {}

impl<T: crate::refs::Object> Field for Shared<T> {}

/// An entry that is read in place, without a call: the reference at `OFFSET` in the value of `C`. `_of` gives its type.
pub const fn field<C: Class, T: Field, const OFFSET: usize>(
    name: &'static CStr,
    doc: &'static CStr,
    _of: fn(&C) -> &T,
) -> Line {
    #[cfg(not(feature = "ledger"))]
    {
        Line::Field(ffi::PyMemberDef {
            name: name.as_ptr(),
            type_code: ffi::Py_T_OBJECT_EX,
            offset: (Layout::<C>::PAYLOAD + OFFSET) as ffi::Py_ssize_t,
            flags: ffi::Py_READONLY,
            doc: doc.as_ptr(),
        })
    }
    // With the ledger a reference has its record beside it, and is read by a function.
    #[cfg(feature = "ledger")]
    {
        Line::Property(ffi::PyGetSetDef {
            name: name.as_ptr(),
            get: Some(read_field::<C, OFFSET>),
            set: None,
            doc: doc.as_ptr(),
            closure: ptr::null_mut(),
        })
    }
}

#[cfg(feature = "ledger")]
unsafe extern "C" fn read_field<C: Class, const OFFSET: usize>(
    this: *mut ffi::PyObject,
    _closure: *mut c_void,
) -> *mut ffi::PyObject {
    let field = super::instance::payload_of::<C>(this).wrapping_byte_add(OFFSET);
    // SAFETY: the field of an instance, which the caller holds, at the offset that `field` was given with its type. It
    // never changes.
    let object = unsafe { &*field.cast::<Shared<PyAny>>() }.as_ptr();
    // SAFETY: held by the instance.
    unsafe { crate::refcount::incref(object) };
    object
}
