//! Errors: raising, catching, replacing, storing.

mod into_raised;
mod passing;
mod pyerr;
mod raise;
mod raised;
mod supersede;
mod system;
mod unicode;
mod writers;

use pyptr::{Python, ffi};

/// Whether an exception is set, asked of C.
pub fn is_set(_py: Python<'_>) -> bool {
    // SAFETY: the token proves the attachment.
    !unsafe { ffi::PyErr_Occurred() }.is_null()
}
