//! What remains of this module without the feature `ledger`.

use crate::error::{PyResult, install_panic_hook};
use crate::refs::Borrowed;
use crate::types::PyModule;

/// With the feature `ledger`, adds the function `__pyptr_ledger__` to a module: see there. Without it, nothing is added.
///
/// Also installs the panic hook by which the exceptions that [`guarded`](crate::export::by_hand::guarded) makes of
/// panics name the line.
///
/// # Errors
/// None without the feature.
pub fn add_ledger<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, ()> {
    install_panic_hook();
    Ok(())
}
