//! The boundary around code that C calls: no panic crosses into C, and the ledger knows the function's name.

use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[cfg(any(debug_assertions, py_sys_config = "Py_DEBUG"))]
use super::wording;
use crate::error::{PyResult, SavedIndicator};
use crate::ledger;
use crate::refs::Python;
#[cfg(any(debug_assertions, py_sys_config = "Py_DEBUG"))]
use crate::refs::Raised;

/// Runs a function's body, which has a result, and `pass`, which passes that to C. A panic becomes an exception.
#[inline(always)]
pub(crate) fn guard<'py, R, C>(
    py: Python<'py>,
    name: &'static CStr,
    body: impl FnOnce() -> PyResult<'py, R>,
    pass: impl FnOnce(PyResult<'py, R>) -> C,
) -> C {
    // Until the result has been passed: it may be none of the function's own.
    let _call = ledger::enter(name);
    // `AssertUnwindSafe`: Python objects stay as valid after a panic as after an exception, and other data
    // that the closure uses is the user's, protected by its own types (a `Mutex` is poisoned).
    let result = match catch_unwind(AssertUnwindSafe(body)) {
        Ok(result) => result,
        Err(payload) => Err(crate::error::raise_panic(py, payload)),
    };
    // A debug interpreter aborts. Others find the exception later, or make a `SystemError` of it, depending on the caller.
    #[cfg(any(debug_assertions, py_sys_config = "Py_DEBUG"))]
    let result = result.and_then(|result| match Raised::occurred(py) {
        None => Ok(result),
        Some(raised) => Err(wording::forgotten(name, raised)),
    });
    pass(result)
}

/// Runs code that cannot raise: with a clear indicator, which is afterwards as it was. A panic is written to
/// `sys.unraisablehook`.
#[inline]
pub(super) fn guard_without_result(py: Python<'_>, body: impl FnOnce()) {
    let _saved = SavedIndicator::save(py);
    if let Err(payload) = catch_unwind(AssertUnwindSafe(body)) {
        crate::error::raise_panic(py, payload).write_unraisable(None);
    }
}
