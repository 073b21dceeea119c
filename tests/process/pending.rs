//! The release queue and the interpreter's queue of pending calls.

use std::ffi::{c_int, c_void};
use std::thread;

use pyptr::types::PyAny;
use pyptr::{Python, Shared, ffi};

use crate::python::run;
use crate::support::{count, count_while_detached, shared};

/// An object whose destructor adds to the list that it comes with.
fn noisy(py: Python<'_>) -> (Shared<PyAny>, Shared<PyAny>) {
    let pair = run(
        py,
        "dead = []\nclass Noisy:\n    def __del__(self, dead=dead): dead.append(1)\nresult = {'noisy': Noisy(), 'dead': dead}",
    );
    let key = |text| pyptr::types::PyString::new(py, text).unwrap();
    let noisy = pair.get_item(&key("noisy")).unwrap().into_shared();
    let dead = pair.get_item(&key("dead")).unwrap().into_shared();
    (noisy, dead)
}

/// Runs Python code on this (the main) thread until `dead` has an item. Nothing attaches meanwhile.
///
/// It sleeps, because 3.10 and 3.11 look for calls that other threads have added only when the main
/// thread takes the GIL again.
fn run_until_dead(py: Python<'_>, dead: &Shared<PyAny>) {
    let _none = crate::python::run_with(
        py,
        "import time\nwhile not dead: time.sleep(0)\nresult = None",
        &[("dead", dead.bind(py))],
    )
    .unwrap();
}

pub fn drained_by_the_main_thread() {
    Python::initialize();
    Python::attach(|py| {
        for _ in 0..3 {
            let (noisy, dead) = noisy(py);
            let elsewhere = thread::spawn(move || drop(noisy));
            run_until_dead(py, &dead);
            elsewhere.join().unwrap();
        }
    });
}

extern "C" fn nothing(_: *mut c_void) -> c_int {
    0
}

pub fn full_queue() {
    Python::initialize();
    let (text, mut others) = shared(3);
    let (noisy, dead) = Python::attach(noisy);
    let mut slots = 0;
    // SAFETY: may be called on any thread; the function touches nothing.
    while unsafe { ffi::Py_AddPendingCall(Some(nothing), std::ptr::null_mut()) } == 0 {
        slots += 1;
        assert!(slots < 100_000, "the queue has no end");
    }
    drop(others.pop());
    drop(others.pop());
    // SAFETY: no other thread runs.
    let detached = unsafe { count_while_detached(&text) };
    assert_eq!(detached, 4, "released while detached");
    // The next attach drains in any case.
    assert_eq!(count(&text), 2);
    // Once the interpreter has emptied its queue, the next release is scheduled again.
    Python::attach(|py| {
        let _none = run(
            py,
            "import time\nfor _ in range(1000): time.sleep(0)\nresult = None",
        );
        let elsewhere = thread::spawn(move || drop(noisy));
        run_until_dead(py, &dead);
        elsewhere.join().unwrap();
    });
    drop(others);
    assert_eq!(count(&text), 1);
}

/// A destructor that runs in the pending call drops more, while detached.
pub fn queue_from_a_pending_call() {
    Python::initialize();
    Python::attach(|py| {
        let (noisy, dead) = noisy(py);
        let capsule = support_capsule(py, noisy);
        let elsewhere = thread::spawn(move || drop(capsule));
        run_until_dead(py, &dead);
        elsewhere.join().unwrap();
    });
}

/// A capsule whose destructor drops `payload` on a detached thread.
fn support_capsule(py: Python<'_>, payload: Shared<PyAny>) -> Shared<PyAny> {
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

/// A signal that came meanwhile is handled by Python code, which may raise.
pub fn signals() {
    Python::initialize();
    Python::attach(|py| {
        let handle =
            "import signal\nsignal.signal(signal.SIGINT, lambda *_: 1 // 0)\nresult = None";
        drop(run(py, handle));
        py.check_signals().unwrap();
        // As if it came now: no Python code runs that would see it.
        let thread = py.import(c"_thread").unwrap();
        drop(thread.call_method0(c"interrupt_main").unwrap());
        let raised = py.check_signals().unwrap_err();
        assert!(raised.is::<pyptr::error::PyZeroDivisionError>());
        drop(raised);
        py.check_signals().unwrap();
    });
}
