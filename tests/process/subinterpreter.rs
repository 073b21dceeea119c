//! A subinterpreter existed: `PyGILState_Check` answers 1 on every thread from then on.

use std::thread;

use pyptr::types::PyString;
use pyptr::{Python, ffi};

use crate::support::{count, count_while_detached, shared};

pub fn attached_here_after_one() {
    Python::initialize();
    Python::attach(|_py| {
        // SAFETY: attached.
        let main = unsafe { ffi::PyThreadState_Get() };
        // SAFETY: attached to the main interpreter.
        let sub = unsafe { ffi::Py_NewInterpreter() };
        assert!(!sub.is_null());
        // SAFETY: `sub` is the current thread state, and its interpreter has no other.
        unsafe { ffi::Py_EndInterpreter(sub) };
        // SAFETY: no thread state is current; `main` was this thread's.
        unsafe { ffi::PyThreadState_Swap(main) };
    });

    // On the thread that made it, and on fresh ones: detached is detached.
    let (text, mut others) = shared(4);
    drop(others.pop());
    // SAFETY: no other thread runs.
    let detached = unsafe { count_while_detached(&text) };
    assert_eq!(detached, 5, "released while detached");
    assert_eq!(count(&text), 4);
    thread::scope(|scope| {
        let other = others.pop();
        let fresh = scope.spawn(move || {
            // SAFETY: callable on any thread.
            let lies = unsafe { ffi::PyGILState_Check() } == 1;
            drop(other);
            lies
        });
        // The premise of the test: if this fails, the scenario has lost its point.
        assert!(fresh.join().unwrap(), "PyGILState_Check has become right");
        // SAFETY: no other thread runs.
        let detached = unsafe { count_while_detached(&text) };
        assert_eq!(detached, 4, "released while detached");
        // Drained here: free threading settles another thread's releases later.
        assert_eq!(count(&text), 3);
        // Attaching really attaches, on a fresh thread as well.
        let fresh = scope.spawn(|| Python::attach(|py| PyString::new(py, "fresh").unwrap().len()));
        assert_eq!(fresh.join().unwrap(), 5);
    });
    Python::attach(|py| {
        drop(others.pop());
        // Attached, it is done at once.
        assert_eq!(text.bind(py).refcount(), 2);
        py.detach(|| drop(others.pop()));
        assert_eq!(text.bind(py).refcount(), 2);
    });
    assert_eq!(count(&text), 1);
}
