//! The destruction of long chains, without deep recursion.
//!
//! An instance whose last reference is in another one dies inside of the other's destruction. From a certain depth on, an
//! instance is put aside instead, and destroyed when the outermost destruction of this thread is done. CPython does the same
//! for its containers, each kind with a count of its own, so that chains of both kinds mixed are bounded, too.

use std::cell::Cell;
use std::mem;

use crate::ffi;

/// Destructions inside of each other that are done at once.
const DEPTH: u32 = 64;

/// What destroys an instance.
type Destroy = unsafe fn(*mut ffi::PyObject);
type Pending = Vec<(*mut ffi::PyObject, Destroy)>;

thread_local! {
    static NESTED: Cell<u32> = const { Cell::new(0) };
    /// Without a destructor, which would make each access slower: it is empty whenever no destruction runs.
    static PENDING: Cell<mem::ManuallyDrop<Pending>> =
        const { Cell::new(mem::ManuallyDrop::new(Vec::new())) };
}

/// Destroys an instance now, or puts it aside.
///
/// # Safety
/// Attached; a dying instance that nothing can reach, neither the collector nor a weak reference, and `destroy` for its class.
#[inline(always)]
pub(super) unsafe fn destroy(object: *mut ffi::PyObject, destroy: Destroy, collected: bool) {
    // From 3.14 on, CPython puts aside what the collector knows, near the end of the stack.
    if cfg!(Py_3_14) && collected {
        // SAFETY: the caller's promise.
        return unsafe { destroy(object) };
    }
    let depth = NESTED.get();
    if depth >= DEPTH && put_aside(object, destroy) {
        return;
    }
    NESTED.set(depth + 1);
    // SAFETY: the caller's promise. It does not unwind: a panic is caught around the drop of the value.
    unsafe { destroy(object) };
    NESTED.set(depth);
    if depth == DEPTH - 1 {
        // The innermost that destroys at once also destroys what was put aside below it, so that what comes after it
        // in C finds its objects gone.
        destroy_pending();
    }
}

/// `false` if there is no memory for it.
#[cold]
#[inline(never)]
fn put_aside(object: *mut ffi::PyObject, destroy: Destroy) -> bool {
    let mut pending = take();
    let room = pending.try_reserve(1).is_ok();
    if room {
        pending.push((object, destroy));
    }
    PENDING.set(mem::ManuallyDrop::new(pending));
    room
}

#[cold]
#[inline(never)]
fn destroy_pending() {
    loop {
        let mut pending = take();
        let Some((object, destroy)) = pending.pop() else {
            return; // and frees the memory of the list
        };
        PENDING.set(mem::ManuallyDrop::new(pending));
        // As deep as the one that is done: what this puts aside comes to this list.
        NESTED.set(DEPTH);
        // SAFETY: put aside by `destroy`, whose caller promised that nothing can reach it, on this thread, which is
        // attached.
        unsafe { destroy(object) };
        NESTED.set(DEPTH - 1);
    }
}

/// The instances put aside; the list is empty then.
fn take() -> Pending {
    mem::ManuallyDrop::into_inner(PENDING.replace(mem::ManuallyDrop::new(Vec::new())))
}
