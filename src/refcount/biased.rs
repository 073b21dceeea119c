//! Counting on free-threaded builds: biased reference counting, as C's header does it.
//!
//! An object has two counts. One belongs to the thread that made it, which alone writes it and needs no
//! atomic addition for that; other threads add to and subtract from the second one atomically. A local
//! count of all ones marks an immortal object. The object's `ob_tid` names the owner, by the value of the
//! register that points to a thread's own memory: it changes while another thread reads it, but never to
//! or from the reader's own, so that a relaxed read decides.

use std::arch::asm;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::ffi;

/// The local count of immortal objects: `_Py_IMMORTAL_REFCNT_LOCAL`.
const IMMORTAL: u32 = u32::MAX;

/// Called where few get to, so that the others' way is the straight one for the optimiser.
#[cold]
#[inline]
fn rarely() {}

/// One reference in the shared count, whose two lowest bits are flags.
const ONE_SHARED: isize = 1 << 2;

/// What CPython calls this thread: `_Py_ThreadId`, a register that never changes within a thread.
#[inline(always)]
fn thread_id() -> usize {
    let id: usize;
    // SAFETY: on these platforms the first word that this register points to is its own address, and
    // always readable (the thread information block on Windows); reading it has no effect.
    #[cfg(all(target_arch = "x86_64", not(any(target_vendor = "apple", windows))))]
    unsafe {
        asm!("mov {}, qword ptr fs:[0]", out(reg) id, options(pure, nomem, nostack, preserves_flags));
    }
    // SAFETY: as above.
    #[cfg(all(target_arch = "x86_64", target_vendor = "apple"))]
    unsafe {
        asm!("mov {}, qword ptr gs:[0]", out(reg) id, options(pure, nomem, nostack, preserves_flags));
    }
    // SAFETY: as above.
    #[cfg(all(target_arch = "x86_64", windows))]
    unsafe {
        asm!("mov {}, qword ptr gs:[48]", out(reg) id, options(pure, nomem, nostack, preserves_flags));
    }
    // SAFETY: a register that user code may read.
    #[cfg(all(target_arch = "aarch64", not(any(target_vendor = "apple", windows))))]
    unsafe {
        asm!("mrs {}, tpidr_el0", out(reg) id, options(pure, nomem, nostack, preserves_flags));
    }
    // SAFETY: as above.
    #[cfg(all(target_arch = "aarch64", target_vendor = "apple"))]
    unsafe {
        asm!("mrs {}, tpidrro_el0", out(reg) id, options(pure, nomem, nostack, preserves_flags));
    }
    // SAFETY: as above; the platform reserves this register.
    #[cfg(all(target_arch = "aarch64", windows))]
    unsafe {
        asm!("mov {}, x18", out(reg) id, options(pure, nomem, nostack, preserves_flags));
    }
    id
}

/// The thread that owns the object, and with it the local count; 0 is none.
///
/// # Safety
/// `object` points to a live object.
#[inline(always)]
unsafe fn owner_of(object: *mut ffi::PyObject) -> usize {
    // SAFETY: the address of a field of a live object.
    let owner = unsafe { &raw mut (*object).ob_tid };
    // SAFETY: an aligned word of a live object, which other threads access atomically only.
    let owner = unsafe { AtomicUsize::from_ptr(owner) };
    owner.load(Ordering::Relaxed)
}

/// See [`super::incref`].
///
/// # Safety
/// As there.
#[inline(always)]
pub(super) unsafe fn incref(object: *mut ffi::PyObject) {
    // SAFETY: a live object, whose counts are accessed atomically.
    let local = unsafe { &(*object).ob_ref_local };
    let count = local.load(Ordering::Relaxed).wrapping_add(1);
    if count == 0 {
        return; // immortal
    }
    // SAFETY: a live object.
    if unsafe { owner_of(object) } == thread_id() {
        local.store(count, Ordering::Relaxed);
    } else {
        rarely();
        // SAFETY: as above.
        let shared = unsafe { &(*object).ob_ref_shared };
        shared.fetch_add(ONE_SHARED, Ordering::SeqCst);
    }
}

/// See [`super::decref`].
///
/// # Safety
/// As there.
#[inline(always)]
pub(super) unsafe fn decref(object: *mut ffi::PyObject) {
    // SAFETY: a live object, whose counts are accessed atomically.
    let local = unsafe { &(*object).ob_ref_local };
    let count = local.load(Ordering::Relaxed);
    if count == IMMORTAL {
        return;
    }
    // SAFETY: a live object.
    if unsafe { owner_of(object) } != thread_id() {
        rarely();
        // SAFETY: the reference is the caller's, and this thread does not own the object.
        return unsafe { ffi::decref_shared(object) };
    }
    // A count that is 0 already is a mistake that C turns into an immortal object, and so does this.
    let count = count.wrapping_sub(1);
    local.store(count, Ordering::Relaxed);
    if count == 0 {
        // SAFETY: the last local reference was the caller's, and this thread owns the object.
        unsafe { ffi::merge_zero_local(object) }
    }
}

/// See [`super::is_unique`].
///
/// # Safety
/// As there.
#[inline(always)]
pub(super) unsafe fn is_unique(object: *mut ffi::PyObject) -> bool {
    // SAFETY: a live object, whose counts are accessed atomically.
    let local = unsafe { &(*object).ob_ref_local };
    // SAFETY: as above.
    let shared = unsafe { &(*object).ob_ref_shared };
    // SAFETY: a live object.
    let owner = unsafe { owner_of(object) };
    // The shared count is 0, flags included, when no other thread has a reference, nor a way to one; what
    // those that had one did with the object happened before they released it.
    owner == thread_id()
        && local.load(Ordering::Relaxed) == 1
        && shared.load(Ordering::Acquire) == 0
}
