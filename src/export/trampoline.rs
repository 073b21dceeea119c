//! The boundary between the interpreter and exported functions: the three C entry points.
//!
//! Here raw arguments become references, `Err` becomes NULL with an exception set, and a panic becomes an
//! exception.
//!
//! The caller lends `self`, the function object and the arguments. `F::call` takes references before other code
//! runs: from then on nothing that was lent is used, since that code may have released it.

use super::arguments::{Call, Positional, Sorted, Variable};
use super::by_hand;
use super::function::Function;
use super::guard::guard;
use super::{keywords as by_name, wording};
use crate::error::PyResult;
use crate::refs::{Borrowed, Owned, Python, Returned};
use crate::types::{PyAny, PyTuple};
use crate::{ffi, ledger};

/// METH_O: exactly one argument.
pub(crate) unsafe extern "C" fn one<F: Function>(
    module: *mut ffi::PyObject,
    argument: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls with the thread attached, with a module or NULL.
    let call = unsafe { call_of::<F>(module) };
    let lent = [argument];
    // SAFETY: attached; the caller holds the argument until other code runs.
    let _lent = unsafe { ledger::lend(F::SIGNATURE.label, lent.as_ptr(), 1) };
    // SAFETY: an argument is never NULL, and its caller holds a reference to it until other code runs.
    let argument: &Borrowed<'_, PyAny> = unsafe { Borrowed::from_ptr(call.py(), argument) };
    boundary::<F>(call.py(), || {
        F::call(&call, &mut Positional::new(&[argument]))
    })
}

/// METH_FASTCALL: an array of positional arguments.
pub(crate) unsafe extern "C" fn positional<F: Function>(
    module: *mut ffi::PyObject,
    arguments: *mut *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls with the thread attached, with a module or NULL.
    let call = unsafe { call_of::<F>(module) };
    // SAFETY: attached; the caller holds the arguments until other code runs.
    let _lent = unsafe { ledger::lend(F::SIGNATURE.label, arguments, count as usize) };
    // SAFETY: an array of `count` arguments, which the caller holds until other code runs.
    let arguments = unsafe { array(call.py(), arguments, count as usize) };
    let (least, most) = const { (F::SIGNATURE.required(), F::SIGNATURE.positional()) };
    boundary::<F>(call.py(), || match arguments.len() {
        given if given < least || given > most => {
            Err(wording::wrong_count(call.py(), F::SIGNATURE, given))
        }
        _ => F::call(&call, &mut Positional::new(arguments)),
    })
}

/// METH_FASTCALL | METH_KEYWORDS: an array of positional arguments followed by the values of the keyword
/// arguments, whose names are in a tuple.
pub(crate) unsafe extern "C" fn keywords<F: Function, const N: usize>(
    module: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls with the thread attached, with a module or NULL.
    let call = unsafe { call_of::<F>(module) };
    let py = call.py();
    // SAFETY: the interpreter calls with `count` arguments, a value for each name, and NULL or a tuple of names.
    let (given, names, values) = unsafe { passed(py, arguments, count as usize, names) };
    // SAFETY: attached; the caller holds the arguments until other code runs.
    let _lent = unsafe { ledger::lend(F::SIGNATURE.label, arguments, given.len() + values.len()) };
    boundary::<F>(py, || {
        if names.is_empty() && given.len() == N && const { F::SIGNATURE.positional() } == N {
            return F::call(&call, &mut Positional::new(given));
        }
        let slots = by_name::sort::<F, N>(py, given, names, values)?;
        F::call(&call, &mut Sorted::new(&slots))
    })
}

/// METH_FASTCALL | METH_KEYWORDS, for a function with `*args` or `**kwargs`.
pub(super) unsafe extern "C" fn variable<F: Function, const N: usize>(
    module: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls with the thread attached, with a module or NULL.
    let call = unsafe { call_of::<F>(module) };
    let py = call.py();
    // SAFETY: the interpreter calls with `count` arguments, a value for each name, and NULL or a tuple of names.
    let (given, names, values) = unsafe { passed(py, arguments, count as usize, names) };
    // SAFETY: attached; the caller holds the arguments until other code runs.
    let _lent = unsafe { ledger::lend(F::SIGNATURE.label, arguments, given.len() + values.len()) };
    boundary::<F>(py, || {
        let signature = F::SIGNATURE;
        let (own, rest) = given.split_at(given.len().min(signature.positional()));
        if !rest.is_empty() && !signature.takes_rest() {
            return Err(wording::too_many(py, signature, given.len()));
        }
        let mut slots: by_name::Slots<'_, '_, N> =
            std::array::from_fn(|index| own.get(index).copied());
        let mut left = Vec::new();
        by_name::spread(
            py,
            signature,
            F::names(),
            names,
            values,
            &mut slots,
            &mut left,
        )?;
        let mut arguments = Variable {
            sorted: Sorted::new(&slots),
            rest,
            keywords: &left,
        };
        F::call(&call, &mut arguments)
    })
}

/// # Safety
/// The thread is attached, and `module` is an object that the caller holds for `'a`, or NULL, which it is not if
/// `F::BOUND`. The exported
/// function must be generic over both lifetimes, as [`Function::call`] is.
#[inline(always)]
pub(crate) unsafe fn call_of<'a, 'py, F: Function>(module: *mut ffi::PyObject) -> Call<'a, 'py, F> {
    // SAFETY: the caller's promise.
    let py: Python<'py> = unsafe { Python::assume_attached() };
    let module: Option<&'a Borrowed<'py, PyAny>> = if F::BOUND {
        // The optimiser does not know it from the reference alone.
        // SAFETY: the caller's promise.
        unsafe { std::hint::assert_unchecked(!module.is_null()) };
        // SAFETY: as above.
        Some(unsafe { Borrowed::from_ptr(py, module) })
    } else {
        // SAFETY: the caller's promise.
        unsafe { Borrowed::from_ptr_or_opt(py, module) }
    };
    Call::new(py, module)
}

/// # Safety
/// `arguments` points to `count` objects that the caller holds for `'a`; it may be NULL if `count` is 0.
#[inline(always)]
pub(crate) unsafe fn array<'a, 'py>(
    _py: Python<'py>,
    arguments: *const *mut ffi::PyObject,
    count: usize,
) -> &'a [&'a Borrowed<'py, PyAny>] {
    // SAFETY: a `&Borrowed` is the object's address and nothing else; the caller promises the rest.
    unsafe { by_hand::arguments(arguments.cast(), count as ffi::Py_ssize_t) }
}

/// What a vectorcall passes: arguments by position, names, and a value for each name.
///
/// # Safety
/// `arguments` points to `count` objects, with one more behind them for each of `names`, a tuple or NULL. The caller holds all
/// of them for `'a`.
#[inline(always)]
#[allow(clippy::type_complexity)]
pub(crate) unsafe fn passed<'a, 'py>(
    py: Python<'py>,
    arguments: *const *mut ffi::PyObject,
    count: usize,
    names: *mut ffi::PyObject,
) -> (
    &'a [&'a Borrowed<'py, PyAny>],
    &'a [&'a Borrowed<'py, PyAny>],
    &'a [&'a Borrowed<'py, PyAny>],
) {
    // SAFETY: the caller's promise.
    let names: Option<&Borrowed<'_, PyTuple>> = unsafe { Borrowed::from_ptr_or_opt(py, names) };
    // SAFETY: the caller's promise.
    let given = unsafe { array(py, arguments, count) };
    // SAFETY: a tuple of names that is complete, since it is part of a call.
    let names = names.map_or(&[][..], |names| unsafe { names.as_slice() });
    // SAFETY: the caller's promise.
    let values = unsafe { array(py, arguments.wrapping_add(count), names.len()) };
    (given, names, values)
}

/// Runs user code: no panic crosses into C, and `Err` leaves its exception set.
#[inline(always)]
pub(crate) fn boundary<'py, F: Function>(
    py: Python<'py>,
    f: impl FnOnce() -> PyResult<'py, Owned<'py, PyAny>>,
) -> *mut ffi::PyObject {
    guard(py, F::SIGNATURE.label, f, |result| {
        Returned::from(result).into_ptr()
    })
}
