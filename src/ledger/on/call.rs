//! Which exported function is running.

use std::ffi::{CStr, c_char};
use std::panic::Location;
use std::ptr;

use super::{fail_alloc, thread};

/// An exported function that is running; it ends when this is dropped.
pub(crate) struct Call {
    function: *const c_char,
    near: Option<&'static Location<'static>>,
}

/// Notes that the exported function `function` begins.
#[inline]
pub(crate) fn enter(function: &'static CStr) -> Call {
    fail_alloc::entering();
    enter_destructor(function)
}

/// [`enter`], of a function that runs while an object is being destroyed: no collection must see that.
#[inline]
pub(crate) fn enter_destructor(function: &'static CStr) -> Call {
    thread::with(|local| Call {
        function: local.function.replace(function.as_ptr()),
        near: local.near.replace(None),
    })
}

/// Forgets the function that is running: it is the ledger's own, and no part of the program.
pub(crate) fn forget() {
    thread::with(|local| local.function.set(ptr::null()));
}

/// The name of the ledger's own function.
pub(crate) const OWN: &CStr = c"__pyptr_ledger__";

/// Whether a function is the ledger's own.
pub(super) fn is_own(function: &CStr) -> bool {
    function == OWN
}

impl Drop for Call {
    #[inline]
    fn drop(&mut self) {
        thread::with(|local| {
            if !local.function.get().is_null() {
                local.ended.set(local.here());
            }
            local.function.set(self.function);
            local.near.set(self.near);
        });
    }
}
