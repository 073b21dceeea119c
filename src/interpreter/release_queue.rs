//! References that were dropped on detached threads, to be released on an attached one.
//!
//! The queue is a lock-free stack: after a fork during another thread's push, the child has no lock to wait
//! for. It is emptied with one exchange before anything is released, because releasing runs destructors, which
//! may drop more `Shared`s and attach again.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

use crate::error::SavedIndicator;
use crate::ffi::{self, attached_here};
use crate::ledger::Token;
use crate::refs::{Object, Python, Shared, release, uncounted};

struct Node {
    object: NonNull<ffi::PyObject>,
    token: Token,
    next: *mut Node,
}

static QUEUE: AtomicPtr<Node> = AtomicPtr::new(ptr::null_mut());
/// Whether the interpreter has been asked to call `drain_pending`.
static SCHEDULED: Scheduled = Scheduled(AtomicBool::new(false));

/// Whether a pending call is scheduled. Both methods swap, and so read the earlier value: if a push asks while
/// a call begins, the later of the two sees what the earlier one wrote. So either the push schedules another
/// call, or this call sees the pushed node. With a plain store both could be missed.
struct Scheduled(AtomicBool);

impl Scheduled {
    /// A push asks for a call. Returns whether none is scheduled yet.
    fn ask(&self) -> bool {
        !self.0.swap(true, Ordering::AcqRel)
    }

    /// The call begins, or could not be scheduled.
    fn begin(&self) {
        self.0.swap(false, Ordering::AcqRel);
    }
}

/// Queues the release of a reference. Called on detached threads: never blocks, and does not access `object`.
#[cold]
fn push(object: NonNull<ffi::PyObject>, token: Token) {
    if !ffi::is_initialized() || ffi::is_finalizing() {
        return; // No thread would release it any more: leak.
    }
    let node = Box::into_raw(Box::new(Node {
        object,
        token,
        next: ptr::null_mut(),
    }));
    let mut head = QUEUE.load(Ordering::Relaxed);
    loop {
        // SAFETY: no other thread can access `node` until the exchange below publishes it.
        unsafe { (*node).next = head };
        match QUEUE.compare_exchange_weak(head, node, Ordering::Release, Ordering::Relaxed) {
            Ok(_) => break,
            Err(newer) => head = newer,
        }
    }
    schedule();
}

/// Asks the interpreter's main thread to drain the queue between two bytecodes.
fn schedule() {
    if !SCHEDULED.ask() {
        return;
    }
    // SAFETY: `Py_AddPendingCall` may be called on threads that are not attached.
    let result = unsafe { ffi::Py_AddPendingCall(Some(drain_pending), ptr::null_mut()) };
    if result != 0 {
        // CPython's list of pending calls (31 or 32 slots) is full: the next push asks again, and the next
        // attach drains the queue in any case.
        SCHEDULED.begin();
    }
}

extern "C" fn drain_pending(_: *mut c_void) -> c_int {
    #[cfg(not(Py_3_12))]
    if ffi::in_other_interpreter() {
        schedule_in_main();
        return 0;
    }
    // SAFETY: pending calls run on an attached thread, since 3.12 of the main interpreter, and the token does not
    // leave this function.
    let py = unsafe { Python::assume_attached() };
    SCHEDULED.begin();
    drain(py);
    0
}

/// Asks the main interpreter. Before 3.12 the call goes to the interpreter of which some thread is attached when it is
/// added, which may be a subinterpreter.
///
/// To be called by a pending call, on the main thread.
#[cfg(not(Py_3_12))]
#[cold]
fn schedule_in_main() {
    SCHEDULED.begin();
    // Without a current thread state, CPython takes the interpreter of the one that it has on record for this thread,
    // which is that of `Py_Initialize`. The GIL is held throughout.
    // SAFETY: the thread is attached, and no code that needs that runs before the next line but one.
    let current = unsafe { ffi::PyThreadState_Swap(ptr::null_mut()) };
    schedule();
    // SAFETY: the thread state that was current before.
    unsafe { ffi::PyThreadState_Swap(current) };
}

/// Releases every reference in the queue.
#[inline]
pub(crate) fn drain(py: Python<'_>) {
    if !QUEUE.load(Ordering::Relaxed).is_null() {
        drain_slow(py);
    }
}

thread_local! {
    /// Whether this thread is in the loop below. A destructor may drop a `Shared` and attach, which drains
    /// again: the outer loop releases the queued references, and the stack does not grow with each object.
    static DRAINING: Cell<bool> = const { Cell::new(false) };
}

#[cold]
fn drain_slow(py: Python<'_>) {
    if DRAINING.get() {
        return;
    }
    DRAINING.set(true);
    // Before the queue is taken: a push after that schedules a call of its own. It does so as well if the call that is
    // scheduled never comes, because it went to a subinterpreter that has ended.
    SCHEDULED.begin();
    // Destructors run with a clear indicator, and an exception that is set now stays set.
    let _saved = SavedIndicator::save(py);
    loop {
        let mut node = QUEUE.swap(ptr::null_mut(), Ordering::Acquire);
        if node.is_null() {
            break;
        }
        while !node.is_null() {
            // SAFETY: nodes come from `Box::into_raw`, and the swap took the whole list from the queue.
            let taken = unsafe { Box::from_raw(node) };
            node = taken.next;
            // SAFETY: the queue owns one reference to each object, and `py` proves the attachment.
            unsafe { release(taken.object, taken.token.release(taken.object)) };
        }
    }
    DRAINING.set(false);
}

impl<T: Object> Drop for Shared<T> {
    #[inline]
    fn drop(&mut self) {
        if uncounted::<T>() {
            return;
        }
        if !attached_here() {
            push(self.ptr, self.token);
        } else {
            // SAFETY: `self` owns a reference, which is not used after the drop, and the thread is attached.
            unsafe { release(self.ptr, self.token.release(self.ptr)) }
        }
    }
}
