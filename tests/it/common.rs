//! What the tests share.

use pyptr::types::{PyDict, PyModule, PyString};
use pyptr::{Borrowed, Object, Owned, Python};

/// Runs `f` attached, on an interpreter that is started once.
///
/// By a thread that never ends: a test's own may be followed by one of the same id, and free-threaded builds
/// would hand objects of the second to the thread state that the first has left behind.
pub fn attached<R>(f: impl for<'py> FnOnce(Python<'py>) -> R) -> R {
    static START: std::sync::Once = std::sync::Once::new();
    START.call_once(|| {
        let (started, wait) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            crate::before_start();
            Python::initialize();
            started.send(()).expect("the test waits");
            loop {
                std::thread::park();
            }
        });
        wait.recv().expect("the interpreter starts");
    });
    Python::attach(f)
}

/// An empty namespace to run Python code in.
pub fn namespace(py: Python<'_>) -> Owned<'_, PyDict> {
    let module = PyModule::new(py, c"namespace").expect("memory for a module");
    module.dict()
}

/// A str that nobody else refers to: not interned, not immortal, reference count 1.
pub fn fresh_str<'py>(py: Python<'py>, text: &str) -> Owned<'py, PyString> {
    assert!(text.len() > 1, "one-character strings are shared");
    let fresh = PyString::new(py, text).expect("memory for a short string");
    assert_eq!(fresh.refcount(), 1);
    fresh
}

/// How `f` changes the reference count of `object`, by the time its result has been dropped.
#[track_caller]
pub fn delta_after_drop<T: Object, R>(object: &Borrowed<'_, T>, f: impl FnOnce() -> R) -> isize {
    let before = object.refcount();
    drop(f());
    object.refcount() - before
}

/// How `f` changes the reference count of `object` while its result is alive.
#[track_caller]
pub fn delta_while_held<T: Object, R>(object: &Borrowed<'_, T>, f: impl FnOnce() -> R) -> isize {
    let before = object.refcount();
    let result = f();
    let delta = object.refcount() - before;
    drop(result);
    delta
}
