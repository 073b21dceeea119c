//! The functions for C of the slots: each calls the Rust function of the declaration.

use std::ffi::{c_int, c_void};

use super::declared::{Class, Facts, Part};
use super::line::Half;
use super::output::{SlotFunction, settle, settle_operator};
use super::receiver::Member;
use crate::error::{PyAttributeError, PyResult, PyTypeError, SavedIndicator};
use crate::export::by_hand::EntryResult;
use crate::export::expansion::{Call, Positional, call_of, guard};
use crate::export::trampoline;
use crate::ffi::{self, Py_hash_t, Py_ssize_t};
use crate::ledger;
use crate::refs::{Borrowed, Owned, Python, Returned};
use crate::types::PyAny;

type Ptr = *mut ffi::PyObject;

/// Runs a slot's function with an instance and other objects.
///
/// # Safety
/// Attached for 'py; `this` is an instance of the class. All objects are alive until other code runs.
#[inline(always)]
unsafe fn run<'py, F: SlotFunction, const N: usize>(
    this: Ptr,
    others: [Ptr; N],
) -> <F::Output<'py> as EntryResult<'py>>::Raw {
    // SAFETY: the caller's promise.
    let call: Call<'_, 'py, F> = unsafe { call_of(this) };
    let py = call.py();
    // SAFETY: the caller's promise.
    let _lent = unsafe { ledger::lend(F::SIGNATURE.label, others.as_ptr(), N) };
    // SAFETY: the caller's promise.
    let others = others.map(|object| unsafe { Borrowed::from_ptr(py, object) });
    guard(
        py,
        F::SIGNATURE.label,
        || settle(F::enter(&call, &mut Positional::new(&others))),
        EntryResult::into_raw,
    )
}

/// [`run`] for an operator: `NotImplemented` if the operand is of a type that it is not for.
///
/// # Safety
/// As for [`run`].
#[inline(always)]
unsafe fn operate<F, const N: usize>(this: Ptr, others: [Ptr; N]) -> Ptr
where
    F: for<'py> SlotFunction<Output<'py> = Owned<'py, PyAny>>,
{
    // SAFETY: the caller's promise.
    let call: Call<'_, '_, F> = unsafe { call_of(this) };
    let py = call.py();
    // SAFETY: the caller's promise.
    let _lent = unsafe { ledger::lend(F::SIGNATURE.label, others.as_ptr(), N) };
    // SAFETY: the caller's promise.
    let others = others.map(|object| unsafe { Borrowed::from_ptr(py, object) });
    guard(
        py,
        F::SIGNATURE.label,
        || settle_operator(py, F::enter(&call, &mut Positional::new(&others))),
        |result| Returned::from(result).into_ptr(),
    )
}

/// A function of the instance that returns an object.
pub(super) unsafe extern "C" fn unary<F>(this: Ptr) -> Ptr
where
    F: for<'py> SlotFunction<Output<'py> = Owned<'py, PyAny>>,
{
    // SAFETY: the interpreter calls a slot on an attached thread, with an instance.
    unsafe { run::<F, 0>(this, []) }.into_ptr()
}

/// The next item: NULL without an exception at the end.
pub(super) unsafe extern "C" fn next<F>(this: Ptr) -> Ptr
where
    F: for<'py> SlotFunction<Output<'py> = Option<Owned<'py, PyAny>>>,
{
    // SAFETY: as for `unary`.
    unsafe { run::<F, 0>(this, []) }.into_ptr()
}

/// The length.
pub(super) unsafe extern "C" fn length<F>(this: Ptr) -> Py_ssize_t
where
    F: for<'py> SlotFunction<Output<'py> = usize>,
{
    // SAFETY: as for `unary`.
    unsafe { run::<F, 0>(this, []) }
}

/// The hash.
pub(super) unsafe extern "C" fn hash<F>(this: Ptr) -> Py_hash_t
where
    F: for<'py> SlotFunction<Output<'py> = isize>,
{
    // SAFETY: as for `unary`.
    unsafe { run::<F, 0>(this, []) }
}

/// The truth.
pub(super) unsafe extern "C" fn truth<F>(this: Ptr) -> c_int
where
    F: for<'py> SlotFunction<Output<'py> = bool>,
{
    // SAFETY: as for `unary`.
    unsafe { run::<F, 0>(this, []) }
}

/// Whether the instance contains an object.
pub(super) unsafe extern "C" fn contains<F>(this: Ptr, item: Ptr) -> c_int
where
    F: for<'py> SlotFunction<Output<'py> = bool>,
{
    // SAFETY: as for `unary`; the item is held by the caller until other code runs.
    unsafe { run::<F, 1>(this, [item]) }
}

/// The item of a key, or the attribute of a name.
pub(super) unsafe extern "C" fn get<F>(this: Ptr, key: Ptr) -> Ptr
where
    F: for<'py> SlotFunction<Output<'py> = Owned<'py, PyAny>>,
{
    // SAFETY: as for `contains`.
    unsafe { run::<F, 1>(this, [key]) }.into_ptr()
}

/// `__getattr__`: what is asked for names that are not found otherwise.
pub(super) unsafe extern "C" fn get_missing<F>(this: Ptr, name: Ptr) -> Ptr
where
    F: for<'py> SlotFunction<Output<'py> = Owned<'py, PyAny>>,
{
    // SAFETY: a slot runs on an attached thread.
    let py = unsafe { Python::assume_attached() };
    let [_this, _name] = [this, name].map(|lent| {
        // SAFETY: the caller holds both until other code runs.
        let lent: &Borrowed<'_, PyAny> = unsafe { Borrowed::from_ptr(py, lent) };
        lent.new_ref() // finding the name may run Python code
    });
    // SAFETY: live objects; attached.
    let found = unsafe { ffi::PyObject_GenericGetAttr(this, name) };
    // SAFETY: a new reference, or NULL with an exception set.
    let found: PyResult<'_, Owned<'_, PyAny>> = unsafe { Owned::from_new_ptr_or_raised(py, found) };
    match found {
        Err(raised) if raised.is::<PyAttributeError>() => {
            drop(raised);
            // SAFETY: as for `get`; both are held.
            unsafe { get::<F>(this, name) }
        }
        found => Returned::from(found).into_ptr(),
    }
}

/// `__get__`: the attribute's owner, or `None`, and the class, or `None`.
pub(super) unsafe extern "C" fn descriptor_get<F>(this: Ptr, object: Ptr, kind: Ptr) -> Ptr
where
    F: for<'py> SlotFunction<Output<'py> = Owned<'py, PyAny>>,
{
    // SAFETY: as for `contains`.
    unsafe { run::<F, 2>(this, [or_none(object), or_none(kind)]) }.into_ptr()
}

#[inline(always)]
fn or_none(object: Ptr) -> Ptr {
    match object.is_null() {
        // SAFETY: the address of a static object.
        true => unsafe { ffi::Py_None() },
        false => object,
    }
}

/// `__call__`, by vectorcall, of a function with `N` parameters.
pub(super) unsafe extern "C" fn call<F, const N: usize>(
    this: Ptr,
    arguments: *const Ptr,
    count_and_flag: usize,
    names: Ptr,
) -> Ptr
where
    F: Member,
{
    // The bit that lets the callee use the place before the first argument.
    let count = (count_and_flag & (usize::MAX >> 1)) as Py_ssize_t;
    // SAFETY: the arguments of METH_FASTCALL with keywords, lent in the same way.
    unsafe { trampoline::keywords::<F, N>(this, arguments, count, names) }
}

/// `__del__`: an exception is written to `sys.unraisablehook`.
pub(super) unsafe extern "C" fn finalize<F>(this: Ptr)
where
    F: for<'py> SlotFunction<Output<'py> = ()>,
{
    // SAFETY: called on an attached thread.
    let py = unsafe { Python::assume_attached() };
    let _saved = SavedIndicator::save(py);
    // SAFETY: as for `unary`.
    let status = unsafe { run::<F, 0>(this, []) };
    if status < 0 {
        // SAFETY: attached, with an exception set; the object is alive.
        unsafe { ffi::PyErr_WriteUnraisable(this) };
    }
}

/// `__buffer__`.
///
/// # Safety
/// In a table of `Class`.
pub unsafe trait Buffer {
    /// The class.
    type Class: Class;
    /// The bytes, which live as long as the instance.
    fn bytes(this: &Self::Class) -> &[u8];
}

/// `bf_getbuffer`: read-only, so that nothing has to be counted. The view holds the instance, and with it the bytes.
pub(super) unsafe extern "C" fn buffer<B: Buffer>(
    this: Ptr,
    view: *mut ffi::Py_buffer,
    flags: c_int,
) -> c_int {
    // SAFETY: called on an attached thread.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: an instance, which the caller holds until other code runs.
    let instance: &Borrowed<'_, B::Class> = unsafe { Borrowed::from_ptr(py, this) };
    let instance = instance.new_ref();
    guard(
        py,
        c"__buffer__",
        || Ok(B::bytes(instance.payload())),
        |bytes| match bytes {
            Ok(bytes) => {
                let (data, len) = (bytes.as_ptr().cast_mut().cast::<c_void>(), bytes.len());
                // SAFETY: a view to be filled; the bytes live as long as the instance, of which it takes a reference.
                unsafe { ffi::PyBuffer_FillInfo(view, this, data, len as Py_ssize_t, 1, flags) }
            }
            Err(raised) => {
                // SAFETY: a view to be filled: C asks for NULL in it after an error.
                unsafe { (*view).obj = std::ptr::null_mut() };
                raised.leave_set();
                -1
            }
        },
    )
}

/// A comparison or operator of the function `F`, whose first parameter is the instance.
pub(super) unsafe fn binary<F>(this: Ptr, other: Ptr) -> Ptr
where
    F: for<'py> SlotFunction<Output<'py> = Owned<'py, PyAny>>,
{
    // SAFETY: the caller's promise, that of `operate`.
    unsafe { operate::<F, 1>(this, [other]) }
}

/// A power of the function `F`, which takes `N` operands beside the instance.
pub(super) unsafe fn power<F, const N: usize>(this: Ptr, other: Ptr, modulo: Ptr) -> Ptr
where
    F: for<'py> SlotFunction<Output<'py> = Owned<'py, PyAny>>,
{
    match N {
        // SAFETY: the address of a static object.
        1 if modulo == unsafe { ffi::Py_None() } => {
            // SAFETY: the caller's promise.
            unsafe { operate::<F, 1>(this, [other]) }
        }
        1 => not_implemented(),
        // SAFETY: the caller's promise.
        _ => unsafe { operate::<F, 2>(this, [other, modulo]) },
    }
}

/// Sets an item or attribute by the function `F`.
pub(super) unsafe fn set<F>(this: Ptr, key: Ptr, value: Ptr) -> c_int
where
    F: for<'py> SlotFunction<Output<'py> = ()>,
{
    // SAFETY: the caller's promise.
    unsafe { run::<F, 2>(this, [key, value]) }
}

/// Deletes an item or attribute by the function `F`.
pub(super) unsafe fn delete<F>(this: Ptr, key: Ptr) -> c_int
where
    F: for<'py> SlotFunction<Output<'py> = ()>,
{
    // SAFETY: the caller's promise.
    unsafe { run::<F, 1>(this, [key]) }
}

#[inline(always)]
fn not_implemented() -> Ptr {
    // SAFETY: a slot runs on an attached thread.
    let py = unsafe { Python::assume_attached() };
    py.not_implemented().new_ref().into_ptr()
}

/// Whether `object` is an instance of `C`.
///
/// # Safety
/// Attached; `object` is alive.
#[inline(always)]
unsafe fn is<C: Class>(object: Ptr) -> bool {
    // SAFETY: the caller's promise.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: the caller's promise; it lives until other code runs.
    let object: &Borrowed<'_, PyAny> = unsafe { Borrowed::from_ptr(py, object) };
    C::is_type_of(object)
}

/// A binary operator: either operand may be of the class, and each is checked.
pub(super) unsafe extern "C" fn binary_slot<C: Class, const SLOT: c_int>(
    left: Ptr,
    right: Ptr,
) -> Ptr {
    let forward = const { Facts::<C>::part(SLOT, 0, Part::Forward) };
    let reflected = const { Facts::<C>::part(SLOT, 0, Part::Reflected) };
    if let Some(Half::Binary(forward)) = forward {
        // SAFETY: an operand, which is alive until other code runs.
        if unsafe { is::<C>(left) } {
            // SAFETY: an instance, and an operand; both are alive until other code runs.
            return unsafe { forward(left, right) };
        }
    }
    if let Some(Half::Reflected(reflected)) = reflected {
        // SAFETY: an operand, which is alive until other code runs.
        if unsafe { is::<C>(right) } {
            // SAFETY: as above.
            return unsafe { reflected(right, left) };
        }
    }
    not_implemented()
}

/// `**` and `pow()`.
pub(super) unsafe extern "C" fn power_slot<C: Class, const SLOT: c_int>(
    left: Ptr,
    right: Ptr,
    modulo: Ptr,
) -> Ptr {
    let forward = const { Facts::<C>::part(SLOT, 0, Part::Forward) };
    let reflected = const { Facts::<C>::part(SLOT, 0, Part::Reflected) };
    if let Some(Half::Power(forward)) = forward {
        // SAFETY: an operand, which is alive until other code runs.
        if unsafe { is::<C>(left) } {
            // SAFETY: an instance, and operands; all are alive until other code runs.
            return unsafe { forward(left, right, modulo) };
        }
    }
    if let Some(Half::ReflectedPower(reflected)) = reflected {
        // SAFETY: an operand, which is alive until other code runs.
        if unsafe { is::<C>(right) } {
            // SAFETY: as above.
            return unsafe { reflected(right, left, modulo) };
        }
    }
    not_implemented()
}

/// A comparison. `!=` without `__ne__` is the opposite of `__eq__`.
pub(super) unsafe extern "C" fn compare_slot<C: Class>(
    this: Ptr,
    other: Ptr,
    operator: c_int,
) -> Ptr {
    const fn of<C: Class>(operator: c_int) -> Option<Half> {
        Facts::<C>::part(ffi::Py_tp_richcompare, operator, Part::Forward)
    }
    let half = match operator {
        ffi::Py_EQ => const { of::<C>(ffi::Py_EQ) },
        ffi::Py_NE => const { of::<C>(ffi::Py_NE) },
        ffi::Py_LT => const { of::<C>(ffi::Py_LT) },
        ffi::Py_LE => const { of::<C>(ffi::Py_LE) },
        ffi::Py_GT => const { of::<C>(ffi::Py_GT) },
        ffi::Py_GE => const { of::<C>(ffi::Py_GE) },
        _ => None,
    };
    if let Some(Half::Binary(compare)) = half {
        // SAFETY: CPython calls `tp_richcompare` with an instance first; both are alive until other code runs.
        return unsafe { compare(this, other) };
    }
    let equal = const { of::<C>(ffi::Py_EQ) };
    if let (Some(Half::Binary(equal)), ffi::Py_NE) = (equal, operator) {
        // SAFETY: as above.
        let equal = unsafe { equal(this, other) };
        // SAFETY: a new reference, or NULL with an exception set.
        return unsafe { opposite(equal) };
    }
    not_implemented()
}

/// The opposite of the result of `__eq__`.
///
/// # Safety
/// Attached; `equal` is a reference of the caller's, which passes to this, or NULL with an exception set.
unsafe fn opposite(equal: Ptr) -> Ptr {
    // SAFETY: a slot runs on an attached thread.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: the caller's promise.
    let equal: Option<Owned<'_, PyAny>> = unsafe { Owned::from_new_ptr_or_opt(py, equal) };
    let Some(equal) = equal else {
        return std::ptr::null_mut();
    };
    if equal.is(py.not_implemented()) {
        return equal.into_ptr();
    }
    match equal.is_truthy() {
        Ok(equal) => py.bool(!equal).new_ref().into_ptr(),
        Err(raised) => {
            raised.leave_set();
            std::ptr::null_mut()
        }
    }
}

/// Sets or deletes an item.
pub(super) unsafe extern "C" fn item_slot<C: Class>(this: Ptr, key: Ptr, value: Ptr) -> c_int {
    // SAFETY: as CPython calls `mp_ass_subscript`.
    unsafe {
        set_or_delete::<C, { ffi::Py_mp_ass_subscript }>(this, key, value, |value| match value {
            true => "does not support item assignment",
            false => "doesn't support item deletion",
        })
    }
}

/// Sets or deletes what a descriptor stands for.
pub(super) unsafe extern "C" fn descriptor_slot<C: Class>(
    this: Ptr,
    object: Ptr,
    value: Ptr,
) -> c_int {
    // SAFETY: as CPython calls `tp_descr_set`.
    unsafe {
        set_or_delete::<C, { ffi::Py_tp_descr_set }>(this, object, value, |value| match value {
            true => "does not support the assignment of attributes",
            false => "does not support the deletion of attributes",
        })
    }
}

/// Sets or deletes an attribute: what is not declared is done as for any object.
pub(super) unsafe extern "C" fn attribute_slot<C: Class>(
    this: Ptr,
    name: Ptr,
    value: Ptr,
) -> c_int {
    let set = const { Facts::<C>::part(ffi::Py_tp_setattro, 0, Part::Set) };
    let delete = const { Facts::<C>::part(ffi::Py_tp_setattro, 0, Part::Delete) };
    match (value.is_null(), set, delete) {
        // SAFETY: an instance, and objects that are alive until other code runs.
        (false, Some(Half::Set(set)), _) => unsafe { set(this, name, value) },
        // SAFETY: as above.
        (true, _, Some(Half::Delete(delete))) => unsafe { delete(this, name) },
        // SAFETY: as above; attached.
        _ => unsafe { ffi::PyObject_GenericSetAttr(this, name, value) },
    }
}

/// # Safety
/// Attached; `this` is an instance of `C`, and the others, of which `value` may be NULL, are alive until other code runs.
#[inline(always)]
unsafe fn set_or_delete<C: Class, const SLOT: c_int>(
    this: Ptr,
    key: Ptr,
    value: Ptr,
    cannot: fn(bool) -> &'static str,
) -> c_int {
    let set = const { Facts::<C>::part(SLOT, 0, Part::Set) };
    let delete = const { Facts::<C>::part(SLOT, 0, Part::Delete) };
    match (value.is_null(), set, delete) {
        // SAFETY: the caller's promise.
        (false, Some(Half::Set(set)), _) => unsafe { set(this, key, value) },
        // SAFETY: as above.
        (true, _, Some(Half::Delete(delete))) => unsafe { delete(this, key) },
        (deleted, ..) => unsupported(C::NAME, cannot(!deleted)),
    }
}

#[cold]
#[inline(never)]
fn unsupported(class: &'static str, what: &'static str) -> c_int {
    // SAFETY: a slot runs on an attached thread.
    let py = unsafe { Python::assume_attached() };
    let raised = py.raise::<PyTypeError>(format_args!("'{class}' object {what}"));
    raised.leave_set();
    -1
}

/// `tp_call` of instances that can be called: it calls the function that each of them has.
pub(super) unsafe extern "C" fn call_by_pointer(this: Ptr, arguments: Ptr, keywords: Ptr) -> Ptr {
    // SAFETY: as CPython calls `tp_call`.
    unsafe { ffi::PyVectorcall_Call(this, arguments, keywords) }
}
