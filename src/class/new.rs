//! `new`: how Python code makes instances, by `tp_vectorcall` and by `tp_new`.

use super::declared::is_type_of_class;
use super::instance::make;
use super::line::Line;
use super::receiver::Member;
use crate::error::PyResult;
use crate::export::expansion::{
    Arguments, Call, Held, Positional, Sorted, array, call_of, guard, take_module,
};
use crate::export::keywords;
use crate::export::trampoline::passed;
use crate::ffi;
use crate::ledger;
use crate::refs::{Borrowed, Owned, Python, Returned};
use crate::types::{PyAny, PyDict, PyTuple};

/// The function `new` of a class.
///
/// # Safety
/// As for [`Function`](crate::export::expansion::Function), for `construct`.
pub unsafe trait Constructor: Member {
    /// Takes the arguments, converts them, and calls the Rust function.
    fn construct<'a, 'py>(
        call: &Call<'a, 'py, Self>,
        arguments: &mut impl Arguments<'a, 'py>,
    ) -> PyResult<'py, Self::Class>;
}

/// The item of `F`, which has `N` parameters.
pub const fn new<F: Constructor, const N: usize>() -> Line {
    assert!(F::SIGNATURE.parameters() == N);
    Line::New(tp_new::<F, N>, vectorcall::<F, N>)
}

/// `tp_vectorcall`: a call of the class itself. Python does not inherit it.
unsafe extern "C" fn vectorcall<F: Constructor, const N: usize>(
    kind: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    count_and_flag: usize,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // The bit that lets the callee use the place before the first argument.
    let count = count_and_flag & (usize::MAX >> 1);
    if names.is_null() && count == N && const { F::SIGNATURE.positional() } == N {
        // SAFETY: as CPython calls this, with `N` arguments and no names.
        unsafe { by_position::<F, N>(kind, arguments) }
    } else {
        // SAFETY: as CPython calls this.
        unsafe { sorted::<F, N>(kind, arguments, count, names) }
    }
}

/// A call of the class with an argument for each parameter, in order.
///
/// # Safety
/// Attached; `kind` is the type of the class itself. It and the `N` arguments are held by the caller until other code
/// runs.
#[inline(always)]
unsafe fn by_position<F: Constructor, const N: usize>(
    kind: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the caller's promise.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: the caller's promise: a type.
    let kind: &Borrowed<'_, PyAny> = unsafe { Borrowed::from_ptr(py, kind) };
    let call: Call<'_, '_, F> = Call::new(py, Some(kind));
    // SAFETY: the caller's promise.
    let given = unsafe { array(py, arguments, N) };
    // SAFETY: as above.
    let _lent = unsafe { ledger::lend(F::SIGNATURE.label, arguments, N) };
    guard(
        py,
        F::SIGNATURE.label,
        || {
            // Whoever calls may hold the class no longer than until other code runs.
            let _held = Held::<F>::bound(kind);
            let payload = F::construct(&call, &mut Positional::new(given))?;
            // SAFETY: the type of the class itself, held.
            unsafe { make::<F::Class>(py, kind.as_ptr().cast(), true, payload) }
        },
        |result| Returned::from(result).into_ptr(),
    )
}

/// Any other call of the class.
///
/// # Safety
/// As CPython calls [`vectorcall`], with the number of positional arguments.
#[inline(never)]
unsafe fn sorted<F: Constructor, const N: usize>(
    kind: *mut ffi::PyObject,
    arguments: *const *mut ffi::PyObject,
    count: usize,
    names: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls with the thread attached, and holds the type until other code runs.
    let call: Call<'_, '_, F> = unsafe { call_of(kind) };
    let py = call.py();
    // SAFETY: as CPython calls a vectorcall.
    let (given, names, values) = unsafe { passed(py, arguments, count, names) };
    // SAFETY: attached; the caller holds the arguments until other code runs.
    let _lent = unsafe { ledger::lend(F::SIGNATURE.label, arguments, given.len() + values.len()) };
    instance::<F, N>(&call, given, names, values)
}

/// `tp_new`: of a derived class, or called by name. The arguments are in a tuple and a dict.
unsafe extern "C" fn tp_new<F: Constructor, const N: usize>(
    kind: *mut ffi::PyTypeObject,
    arguments: *mut ffi::PyObject,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls with the thread attached, and holds the type until other code runs.
    let call: Call<'_, '_, F> = unsafe { call_of(kind.cast()) };
    let py = call.py();
    // SAFETY: a tuple, which the caller holds until other code runs.
    let arguments: &Borrowed<'_, PyTuple> = unsafe { Borrowed::from_ptr(py, arguments) };
    // SAFETY: complete, since it is part of a call.
    let given = unsafe { arguments.as_slice() };
    // SAFETY: NULL or a dict, which the caller holds until other code runs.
    let by_name: Option<&Borrowed<'_, PyDict>> = unsafe { Borrowed::from_ptr_or_opt(py, keywords) };
    let pairs = match by_name {
        // References of its own: Python code that a conversion runs may reach the dict, and empty it. Making them
        // runs no other code.
        Some(by_name) if !by_name.is_empty() => match by_name.iter().collect() {
            Ok(pairs) => pairs,
            Err(raised) => return Returned::<PyAny>::from(raised).into_ptr(),
        },
        _ => Vec::<(Owned<'_, PyAny>, Owned<'_, PyAny>)>::new(),
    };
    let names: Vec<&Borrowed<'_, PyAny>> = pairs.iter().map(|(name, _)| &**name).collect();
    let values: Vec<&Borrowed<'_, PyAny>> = pairs.iter().map(|(_, value)| &**value).collect();
    instance::<F, N>(&call, given, &names, &values)
}

/// Makes the value, and then the instance.
#[inline(never)]
fn instance<'a, 'py, F: Constructor, const N: usize>(
    call: &Call<'a, 'py, F>,
    given: &'a [&'a Borrowed<'py, PyAny>],
    names: &'a [&'a Borrowed<'py, PyAny>],
    values: &'a [&'a Borrowed<'py, PyAny>],
) -> *mut ffi::PyObject {
    let py = call.py();
    guard(
        py,
        F::SIGNATURE.label,
        || {
            // Whoever calls may hold the class no longer than until other code runs.
            let held = take_module(call);
            let payload =
                if names.is_empty() && given.len() == N && const { F::SIGNATURE.positional() } == N
                {
                    F::construct(call, &mut Positional::new(given))?
                } else {
                    let slots = keywords::sort::<F, N>(py, given, names, values)?;
                    F::construct(call, &mut Sorted::new(&slots))?
                };
            let kind: &Borrowed<'_, PyAny> = held.get(py).expect("a class is made by its type");
            let kind: *mut ffi::PyTypeObject = kind.as_ptr().cast();
            let exact = is_type_of_class::<F::Class>(kind);
            // SAFETY: the type of the class or one that is derived from it: `tp_new` is inherited, and CPython calls it
            // with a type that has it in its chain of bases (`tp_new_wrapper` tests that).
            unsafe { make::<F::Class>(py, kind, exact, payload) }
        },
        |result| Returned::from(result).into_ptr(),
    )
}
