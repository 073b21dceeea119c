//! Bringing the interpreter to rest, so that what is left can be compared.

use crate::error::PyResult;
use crate::ffi;
use crate::refs::Python;

/// Brings the interpreter to rest: a full collection, empty caches.
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

/// A full collection, until nothing more comes.
pub(super) fn collect(py: Python<'_>) {
    py.assert_attached();
    for _ in 0..10 {
        // SAFETY: attached, with a clear indicator or one that is put aside by the call.
        if unsafe { ffi::PyGC_Collect() } == 0 {
            return;
        }
    }
}
