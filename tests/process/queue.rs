//! `Shared`s that are dropped while detached, counted exactly: no other thread drains the queue.

use std::cell::RefCell;
use std::thread;

use pyptr::types::{PyAny, PyString};
use pyptr::{Python, Shared};

use crate::common::{attached, fresh_str};

pub fn dropped_while_detached_is_released_at_the_next_attach() {
    attached(|py| {
        let text = fresh_str(py, "queued");
        let others: Vec<_> = (0..10).map(|_| text.new_ref().into_shared()).collect();
        assert_eq!(text.refcount(), 11);
        py.detach(|| drop(others));
        Python::attach(|_| assert_eq!(text.refcount(), 1));
    });
}

pub fn dropped_on_a_thread_that_never_attaches() {
    attached(|py| {
        let text = fresh_str(py, "elsewhere");
        let other = text.new_ref().into_shared();
        py.detach(|| thread::spawn(move || drop(other)).join().unwrap());
        Python::attach(|_| assert_eq!(text.refcount(), 1));
    });
}

thread_local! {
    static KEPT: RefCell<Vec<Shared<PyString>>> = const { RefCell::new(Vec::new()) };
}

pub fn dropped_at_the_end_of_a_thread() {
    attached(|py| {
        let text = fresh_str(py, "at exit");
        let other = text.new_ref().into_shared();
        py.detach(|| {
            let thread = thread::spawn(move || {
                KEPT.with_borrow_mut(|kept| kept.push(other));
                Python::attach(|_| ());
            });
            thread.join().unwrap();
        });
        Python::attach(|_| assert_eq!(text.refcount(), 1));
    });
}

/// A destructor that drops more of them, detached, while the queue is drained.
pub fn destructors_that_drop_more() {
    attached(|py| {
        let text = fresh_str(py, "innermost");
        let mut outer: Shared<PyAny> = text.new_ref().into_any().into_shared();
        for _ in 0..50 {
            outer = capsule(py, outer);
        }
        py.detach(|| drop(outer));
        // Each attach releases what was queued before it; the destructors queue the next one.
        for _ in 0..60 {
            Python::attach(|_| ());
        }
        assert_eq!(text.refcount(), 1);
    });
}

/// A capsule that drops `payload` in its destructor, while detached.
fn capsule(py: Python<'_>, payload: Shared<PyAny>) -> Shared<PyAny> {
    use pyptr::ffi;
    unsafe extern "C" fn destroy(capsule: *mut ffi::PyObject) {
        // SAFETY: the pointer that the capsule was made with.
        let payload = unsafe { ffi::PyCapsule_GetPointer(capsule, std::ptr::null()) };
        // SAFETY: it comes from `Box::into_raw`, and a destructor runs once.
        let payload = unsafe { Box::from_raw(payload.cast::<Shared<PyAny>>()) };
        // SAFETY: destructors run attached.
        let py = unsafe { Python::assume_attached() };
        py.detach(|| drop(payload));
    }
    let payload = Box::into_raw(Box::new(payload)).cast();
    // SAFETY: the pointer is not NULL, and the name may be.
    let capsule = unsafe { ffi::PyCapsule_New(payload, std::ptr::null(), Some(destroy)) };
    // SAFETY: a new reference or NULL with an exception set.
    let capsule: pyptr::Owned<'_, PyAny> =
        unsafe { pyptr::Owned::from_owned_ptr_or_raised(py, capsule) }.unwrap();
    capsule.into_shared()
}
