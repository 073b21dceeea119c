//! Whether an object is alive, and whether it is immortal.

use crate::ffi;

/// Whether the object's memory still looks like that of a live object. In freed memory the allocator has left
/// zero or an address in place of the count, unless another object is there by now.
#[inline]
pub(crate) fn looks_alive(object: *mut ffi::PyObject) -> bool {
    #[cfg(Py_GIL_DISABLED)]
    // SAFETY: memory that held a live object once stays mapped, or nearly always does.
    unsafe {
        ffi::Py_REFCNT(object) > 0
    }
    #[cfg(not(Py_GIL_DISABLED))]
    {
        // SAFETY: as above; the first word of an object holds its count.
        let word = unsafe { object.cast::<usize>().read() };
        // From 3.14 on flags are in the upper quarter.
        #[cfg(all(Py_3_14, target_pointer_width = "64"))]
        let word = word & 0xFFFF_FFFF_FFFF;
        word != 0 && word <= u32::MAX as usize
    }
}

/// Whether the object is never destroyed, so that counting it does not matter.
#[inline]
pub(crate) fn is_immortal(object: *mut ffi::PyObject) -> bool {
    if !cfg!(Py_3_12) {
        return false;
    }
    #[cfg(Py_GIL_DISABLED)]
    {
        // The whole count is no test: objects with deferred reference counting have a very large one, too.
        // SAFETY: a live object; the field is atomic.
        let local = unsafe { &(*object).ob_ref_local };
        local.load(std::sync::atomic::Ordering::Relaxed) == u32::MAX
    }
    #[cfg(not(Py_GIL_DISABLED))]
    {
        // CPython's own tests differ by version; the counts of its immortal objects, and no others, are above
        // this.
        let least: i64 = if cfg!(target_pointer_width = "64") {
            1 << 31
        } else {
            1 << 29
        };
        // SAFETY: a live object.
        let count = unsafe { ffi::Py_REFCNT(object) };
        count as i64 >= least
    }
}
