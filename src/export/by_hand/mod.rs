//! Entry points written by hand: `extern "C"` functions for a method table, for the slots of a type, or for a module
//! that C or PyO3 made.
//!
//! [`module!`](crate::module) needs none of this. For code that it cannot express:
//!
//! - [`guarded`] and [`guarded_void`] run the function's body: `Err` becomes what the C API has for it, a panic does
//!   not cross into C, and with the feature `ledger` reports name the function and its allocations
//!   [can be made to fail](crate::guide::ledger#when-an-allocation-fails).
//! - [`meth_o`] and its siblings make an entry of a method table from a function with typed parameters, for each
//!   calling convention. [`slots`] does the same for the slots of a type.
//! - [`add_ledger`](crate::add_ledger) gives any module the function `__pyptr_ledger__`, by which `pytest --refs` finds
//!   the ledger.
//!
//! ```
//! use pyptr::export::by_hand::{self, Table};
//! use pyptr::types::{PyAny, PyList, PyModule, PyString};
//! use pyptr::{Borrowed, PyResult, Python, Returned, ffi};
//!
//! /// METH_O: appends an exclamation mark.
//! extern "C" fn shout<'py>(
//!     _module: Option<&Borrowed<'py, PyAny>>,
//!     text: &Borrowed<'py, PyAny>,
//! ) -> Returned<'py, PyString> {
//!     by_hand::guarded(text.py(), c"shout", || text.cast::<PyString>()?.concat_str("!"))
//! }
//!
//! static METHODS: Table<ffi::PyMethodDef, 1> = Table::methods([
//!     // SAFETY: `text` is not used after other code has run.
//!     unsafe { by_hand::meth_o(c"shout", shout, c"Appends an exclamation mark.") },
//! ]);
//!
//! fn add_functions<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, ()> {
//!     // SAFETY: a live module, and a table that lives for ever.
//!     let status = unsafe { ffi::PyModule_AddFunctions(module.as_ptr(), METHODS.as_ptr()) };
//!     assert_eq!(status, 0);
//!     pyptr::add_ledger(module)
//! }
//! # Python::initialize();
//! # Python::attach(|py| {
//! #     let module = PyModule::new(py, c"words").unwrap();
//! #     add_functions(&module).unwrap();
//! #     let text = module.call_method(c"shout", [&PyString::new(py, "hello").unwrap()]).unwrap();
//! #     assert_eq!(text.str().unwrap().to_str().unwrap(), "hello!");
//! #     assert!(module.call_method(c"shout", [py.none()]).is_err());
//! # });
//! ```

mod methods;
pub mod slots;
mod table;

use std::ffi::{CStr, c_int};

pub use methods::{
    arguments, meth_fastcall, meth_fastcall_keywords, meth_noargs, meth_o, meth_varargs,
    meth_varargs_keywords,
};
pub use table::Table;

use super::guard::{guard, guard_without_result};
use crate::error::{PyOverflowError, PyResult};
use crate::ffi::{Py_hash_t, Py_ssize_t};
use crate::ledger;
use crate::refs::{Object, Owned, Python, Raised, Returned};

/// What the body of an entry point may return, and what C gets for it.
///
/// | Rust | C | for |
/// |---|---|---|
/// | [`Owned`] | a new reference, NULL for an error | methods, most slots |
/// | `Option<Owned>` | the same, and NULL without an exception for `None` | `tp_iternext`, where it says that nothing is left. Of a method the interpreter makes a `SystemError` of it |
/// | `()` | 0, -1 for an error | `tp_init`, `tp_setattro`, `mp_ass_subscript`, `Py_mod_exec` |
/// | `bool` | 1 or 0, -1 for an error | `nb_bool`, `sq_contains` |
/// | `usize` | the number, -1 for an error; an `OverflowError` beyond `isize::MAX` | `mp_length`, `sq_length` |
/// | `isize` | the number, -1 for an error; -2 in place of -1 | `tp_hash` |
pub trait EntryResult<'py>: Sized {
    /// The result in C.
    type Raw;

    /// Passes the result to C. For an error, the exception is left set.
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_raw(result: PyResult<'py, Self>) -> Self::Raw;
}

impl<'py, T: Object> EntryResult<'py> for Owned<'py, T> {
    type Raw = Returned<'py, T>;

    #[inline(always)]
    fn into_raw(result: PyResult<'py, Self>) -> Returned<'py, T> {
        result.into()
    }
}

impl<'py, T: Object> EntryResult<'py> for Option<Owned<'py, T>> {
    type Raw = Returned<'py, T>;

    #[inline(always)]
    fn into_raw(result: PyResult<'py, Self>) -> Returned<'py, T> {
        result.into()
    }
}

impl<'py> EntryResult<'py> for () {
    type Raw = c_int;

    #[inline(always)]
    fn into_raw(result: PyResult<'py, Self>) -> c_int {
        result.map_or_else(minus_one, |()| 0)
    }
}

impl<'py> EntryResult<'py> for bool {
    type Raw = c_int;

    #[inline(always)]
    fn into_raw(result: PyResult<'py, Self>) -> c_int {
        result.map_or_else(minus_one, c_int::from)
    }
}

impl<'py> EntryResult<'py> for usize {
    type Raw = Py_ssize_t;

    #[inline(always)]
    fn into_raw(result: PyResult<'py, Self>) -> Py_ssize_t {
        result.map_or_else(minus_one, |length| match Py_ssize_t::try_from(length) {
            Ok(length) => length,
            Err(_) => too_long(),
        })
    }
}

impl<'py> EntryResult<'py> for isize {
    type Raw = Py_hash_t;

    #[inline(always)]
    fn into_raw(result: PyResult<'py, Self>) -> Py_hash_t {
        result.map_or_else(minus_one, |hash| match hash {
            -1 => -2,
            hash => hash,
        })
    }
}

#[inline]
fn minus_one<N: From<i8>>(raised: Raised<'_>) -> N {
    raised.leave_set();
    N::from(-1)
}

#[cold]
fn too_long() -> Py_ssize_t {
    // SAFETY: the result of a body is passed on, on the thread that has run it.
    let py = unsafe { Python::assume_attached() };
    let raised = py.raise::<PyOverflowError>("cannot fit 'int' into an index-sized integer");
    minus_one(raised)
}

/// Runs the body of a function that C calls: the entry point of a method, or a slot that can raise.
///
/// `Err` becomes what the C API has for it, with the exception left set ([`EntryResult`]). A panic becomes an
/// exception as in [`module!`](crate::module). Under debug assertions, a result with an exception set is a
/// `SystemError`, as it is there.
///
/// With the feature `ledger`, reports name the function, and its allocations can be made to fail. Without it, this costs
/// nothing beyond the boundary for panics, which has no instruction on the way without one.
#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
pub fn guarded<'py, R: EntryResult<'py>>(
    py: Python<'py>,
    name: &'static CStr,
    body: impl FnOnce() -> PyResult<'py, R>,
) -> R::Raw {
    py.assert_attached();
    guard(py, name, body, R::into_raw)
}

/// Runs the body of a function that C calls and that cannot raise: `tp_dealloc`, `tp_finalize`, the destructor of a
/// capsule, `bf_releasebuffer`.
///
/// The exception that is set, if any, is set afterwards, too; the body starts without one. A panic is written to
/// `sys.unraisablehook`. Not for `tp_traverse`, which must not touch a count.
#[inline]
pub fn guarded_void(py: Python<'_>, name: &'static CStr, body: impl FnOnce()) {
    py.assert_attached();
    let _call = ledger::enter_destructor(name);
    guard_without_result(py, body);
}

/// Runs a part of a function that is guarded otherwise, such as one that PyO3 exports: with the feature `ledger`, reports
/// name it, and its allocations can be made to fail. Without the feature, `f` is called and nothing else.
#[inline(always)]
pub fn named<R>(py: Python<'_>, name: &'static CStr, f: impl FnOnce() -> R) -> R {
    py.assert_attached();
    let _call = ledger::enter(name);
    f()
}
