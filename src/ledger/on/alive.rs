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
        may_be_count(word)
    }
}

/// Whether the first word of memory may be the count of a live object: it is no address.
#[cfg(not(Py_GIL_DISABLED))]
#[inline]
fn may_be_count(word: usize) -> bool {
    #[cfg(target_pointer_width = "64")]
    {
        // From 3.14 on flags are in the upper quarter.
        #[cfg(Py_3_14)]
        let word = word & 0xFFFF_FFFF_FFFF;
        word != 0 && word <= u32::MAX as usize
    }
    // Counts and addresses have the same size. Programs, heaps and libraries of Linux are above the first 128 MiB, and so
    // large a count is that of an immortal object, which has one of these.
    #[cfg(not(target_pointer_width = "64"))]
    {
        let immortal: &[usize] = match (cfg!(Py_3_14), cfg!(Py_3_12)) {
            (true, _) => &[5 << 28, 7 << 28],
            (_, true) => &[(1 << 30) - 1],
            _ => &[],
        };
        (1..1 << 27).contains(&word) || immortal.contains(&word)
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

#[cfg(all(test, not(Py_GIL_DISABLED)))]
mod tests {
    use super::may_be_count;

    #[test]
    fn counts_and_addresses() {
        for count in [1, 2, 1000, 10_000_000] {
            assert!(may_be_count(count), "{count}");
        }
        assert!(!may_be_count(0));
        // Of a heap, on Linux.
        let address = match usize::BITS {
            64 => 0x7f12_3456_7890_u64,
            _ => 0x5655_9010,
        };
        assert!(!may_be_count(address as usize));
    }
}
