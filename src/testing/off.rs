//! What remains of this module without the feature `ledger`.

use crate::error::PyResult;
use crate::refs::Borrowed;
use crate::types::PyModule;

/// Adds nothing to a module.
#[inline(always)]
pub fn install_ledger<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, ()> {
    Ok(())
}
