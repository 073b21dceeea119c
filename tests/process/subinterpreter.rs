//! Subinterpreters: one that existed (`PyGILState_Check` answers 1 on every thread from then on), and threads that C code
//! has attached to one when they reach this crate.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use pyptr::types::{PyAny, PyString};
use pyptr::{AttachError, Python, Shared, ffi};

use crate::support::{count, count_while_detached, panic_of, shared};

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

/// A subinterpreter, made on this thread, which is attached to the main interpreter again afterwards.
struct Other(*mut ffi::PyThreadState);

// SAFETY: other threads use only the interpreter behind the thread state.
unsafe impl Sync for Other {}

impl Other {
    fn new(make: impl FnOnce() -> *mut ffi::PyThreadState) -> Other {
        Python::attach(|_| {
            // SAFETY: attached.
            let main = unsafe { ffi::PyThreadState_Get() };
            let other = Other(make());
            assert!(!other.0.is_null());
            // SAFETY: attached to the new interpreter; `main` is this thread's, too.
            unsafe { ffi::PyThreadState_Swap(main) };
            other
        })
    }

    /// One that has the GIL of the main interpreter.
    fn legacy() -> Other {
        // SAFETY: attached to the main interpreter.
        Other::new(|| unsafe { ffi::Py_NewInterpreter() })
    }

    /// One with a GIL of its own.
    #[cfg(Py_3_12)]
    fn isolated() -> Other {
        let config = ffi::_PyInterpreterConfig_INIT;
        Other::new(|| {
            let mut state = std::ptr::null_mut();
            // SAFETY: attached to the main interpreter; a valid configuration.
            unsafe { ffi::Py_NewInterpreterFromConfig(&mut state, &config) };
            state
        })
    }

    /// Calls `f` on a thread that is attached to this interpreter, as C code does that calls what Rust has
    /// registered, and then on the same thread while it is detached.
    fn call_from_there(&self, mut f: impl FnMut(bool) + Send) {
        thread::scope(|scope| {
            let called = scope.spawn(move || {
                // SAFETY: a live interpreter, of which only the address is read.
                let interpreter = unsafe { ffi::PyThreadState_GetInterpreter({ self }.0) };
                // SAFETY: a live interpreter.
                let state = unsafe { ffi::PyThreadState_New(interpreter) };
                // SAFETY: this thread's new state, and the thread is detached.
                unsafe { ffi::PyEval_RestoreThread(state) };
                f(true);
                // SAFETY: attached.
                unsafe { ffi::PyEval_SaveThread() };
                f(false);
                // SAFETY: detached just now.
                unsafe { ffi::PyEval_RestoreThread(state) };
                // SAFETY: the current thread state, which is of no use from here on.
                unsafe { ffi::PyThreadState_Clear(state) };
                // SAFETY: cleared just now, and current.
                unsafe { ffi::PyThreadState_DeleteCurrent() };
            });
            called.join().unwrap();
        });
    }

    fn end(self) {
        Python::attach(|_| {
            // SAFETY: attached.
            let main = unsafe { ffi::PyThreadState_Get() };
            // SAFETY: this thread made it.
            unsafe { ffi::PyThreadState_Swap(self.0) };
            // SAFETY: the current thread state, the only one of its interpreter.
            unsafe { ffi::Py_EndInterpreter(self.0) };
            // SAFETY: no thread state is current; `main` was this thread's.
            unsafe { ffi::PyThreadState_Swap(main) };
        });
    }
}

/// What a callback does that knows only of the main interpreter.
fn callback_from(other: Other) {
    let (text, mut others) = shared(2);
    other.call_from_there(|attached| {
        let refused = Python::try_attach(|py| text.bind(py).len());
        assert_eq!(refused, Err(AttachError::OtherInterpreter), "{attached}");
        assert_eq!(
            panic_of(|| Python::attach(|_| ())),
            "cannot attach this thread: it belongs to another Python interpreter than the main one of this process"
        );
        // Nothing to start: there is an interpreter.
        Python::initialize();
        drop(others.pop());
        // SAFETY: no other thread runs.
        let now = unsafe { count_while_detached(&text) };
        assert_eq!(now, 3, "released by another interpreter");
    });
    // The main interpreter releases what was dropped there.
    assert_eq!(count(&text), 1);
    other.end();
    // A fresh thread belongs to the main interpreter.
    let fresh = thread::spawn(move || count(&text));
    assert_eq!(fresh.join().unwrap(), 1);
}

pub fn callback_from_a_legacy_one() {
    Python::initialize();
    callback_from(Other::legacy());
}

pub fn callback_from_an_isolated_one() {
    Python::initialize();
    #[cfg(Py_3_12)]
    callback_from(Other::isolated());
}

/// A capsule that says in which interpreter it is destroyed.
fn telling(py: Python<'_>) -> Shared<PyAny> {
    unsafe extern "C" fn destroy(_: *mut ffi::PyObject) {
        // SAFETY: destructors run attached.
        let here = unsafe { ffi::PyInterpreterState_Get() };
        // SAFETY: callable at any time.
        let main = here == unsafe { ffi::PyInterpreterState_Main() };
        DESTROYED_IN.store(if main { 1 } else { 2 }, Ordering::SeqCst);
    }
    let anything = std::ptr::from_ref(&DESTROYED_IN).cast_mut().cast();
    // SAFETY: the pointer is not NULL, and the name may be.
    let capsule = unsafe { ffi::PyCapsule_New(anything, std::ptr::null(), Some(destroy)) };
    // SAFETY: a new reference or NULL with an exception set.
    let capsule: pyptr::Owned<'_, PyAny> =
        unsafe { pyptr::Owned::from_owned_ptr_or_raised(py, capsule) }.unwrap();
    capsule.into_shared()
}

/// 1 for the main interpreter, 2 for another.
static DESTROYED_IN: AtomicUsize = AtomicUsize::new(0);

/// Looks at the pending calls of the interpreter that this thread is attached to.
fn run_python() {
    let code = c"import time\nfor _ in range(1000): time.sleep(0)\n";
    // SAFETY: attached, with a NUL-terminated string.
    let status = unsafe { ffi::PyRun_SimpleString(code.as_ptr()) };
    assert_eq!(status, 0, "see the traceback");
}

/// Dropped while a subinterpreter runs on the main thread, which gets the pending call before 3.12.
pub fn pending_call_in_one() {
    Python::initialize();
    let [first, second] = Python::attach(|py| [telling(py), telling(py)]);
    Python::attach(|_| {
        // SAFETY: attached.
        let main = unsafe { ffi::PyThreadState_Get() };
        // SAFETY: attached to the main interpreter.
        let sub = unsafe { ffi::Py_NewInterpreter() };
        assert!(!sub.is_null());
        drop(first);
        run_python();
        assert_eq!(DESTROYED_IN.load(Ordering::SeqCst), 0);
        // SAFETY: attached to the subinterpreter; `main` is this thread's, too.
        unsafe { ffi::PyThreadState_Swap(main) };
        // No attachment drains the queue.
        run_python();
        assert_eq!(DESTROYED_IN.swap(0, Ordering::SeqCst), 1);

        // One whose call is lost with the interpreter.
        // SAFETY: attached to the main interpreter.
        unsafe { ffi::PyThreadState_Swap(sub) };
        drop(second);
        // SAFETY: `sub` is the current thread state, and its interpreter has no other.
        unsafe { ffi::Py_EndInterpreter(sub) };
        // SAFETY: no thread state is current; `main` was this thread's.
        unsafe { ffi::PyThreadState_Swap(main) };
        Python::attach(|_| assert_eq!(DESTROYED_IN.swap(0, Ordering::SeqCst), 1));
    });
    // Later ones are scheduled again.
    Python::attach(|py| {
        let third = telling(py);
        py.detach(|| thread::spawn(|| drop(third)).join().unwrap());
        run_python();
        assert_eq!(DESTROYED_IN.load(Ordering::SeqCst), 1);
    });
}
