//! Settling the interpreter, so that readings can be compared.

use crate::error::PyResult;
use crate::ffi;
use crate::refs::Python;

/// Settles the interpreter: runs a full collection and empties internal caches.
pub(super) fn settle(py: Python<'_>) {
    collect(py);
    let clear = || {
        let sys = py.import(c"sys")?;
        for name in [c"_clear_internal_caches", c"_clear_type_cache"] {
            if let Some(clear) = sys.getattr_opt(name)? {
                clear.call0()?;
                break;
            }
        }
        Ok(())
    };
    let cleared: PyResult<'_, ()> = clear();
    drop(cleared);
}

/// Runs full collections until one finds nothing, also if the program has disabled the collector.
pub(super) fn collect(py: Python<'_>) {
    py.assert_attached();
    // SAFETY: attached.
    let was_enabled = unsafe { ffi::PyGC_Enable() } != 0;
    for _ in 0..10 {
        // SAFETY: attached; the call puts an exception that is set aside.
        if unsafe { ffi::PyGC_Collect() } == 0 {
            break;
        }
    }
    if !was_enabled {
        // SAFETY: attached.
        unsafe { ffi::PyGC_Disable() };
    }
}
