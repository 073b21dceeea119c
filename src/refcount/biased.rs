//! Counting on free-threaded builds: biased reference counting, as C's header does it.
//!
//! An object has two counts. The local count belongs to the thread that made the object: only that thread
//! writes it, without atomic additions. Other threads add to and subtract from the shared count atomically. A
//! local count of all ones marks an immortal object. The object's `ob_tid` identifies the owning thread, by the
//! value of the register that points to thread-local memory. `ob_tid` may change while another thread reads it,
//! but never to or from the reader's own value, so that a relaxed read is enough.

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

/// This thread's identifier, as in `_Py_ThreadId`: a register that never changes within a thread.
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

/// The identifier of the thread that owns the object and its local count; 0 if no thread does.
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
/// As for [`super::incref`].
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
/// As for [`super::decref`].
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
    // If the count is 0 already (a bug), it wraps around to the immortal count, as in C.
    let count = count.wrapping_sub(1);
    local.store(count, Ordering::Relaxed);
    if count == 0 {
        // SAFETY: the last local reference was the caller's, and this thread owns the object.
        unsafe { ffi::merge_zero_local(object) }
    }
}

/// See [`super::hold`].
///
/// # Safety
/// As for [`super::hold`].
#[inline(always)]
pub(super) unsafe fn hold(object: *mut ffi::PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { incref(object) }
    true
}

/// See [`super::unhold`].
///
/// # Safety
/// As for [`super::unhold`].
#[inline(always)]
pub(super) unsafe fn unhold(object: *mut ffi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe { decref(object) }
}

/// See [`super::is_unique`].
///
/// # Safety
/// As for [`super::is_unique`].
#[inline(always)]
pub(super) unsafe fn is_unique(object: *mut ffi::PyObject) -> bool {
    // SAFETY: a live object, whose counts are accessed atomically.
    let local = unsafe { &(*object).ob_ref_local };
    // SAFETY: as above.
    let shared = unsafe { &(*object).ob_ref_shared };
    // SAFETY: a live object.
    let owner = unsafe { owner_of(object) };
    // A shared count of 0, flags included, means that no other thread has a reference, nor a way to get one
    // (such as a weak reference). The acquire load orders all accesses by former holders before this.
    owner == thread_id()
        && local.load(Ordering::Relaxed) == 1
        && shared.load(Ordering::Acquire) == 0
}
