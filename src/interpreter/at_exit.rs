//! What has to happen before a program ends: exit handlers, and output that is still in buffers.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::{PyResult, Raised};
use crate::refs::Python;
use crate::types::PyDict;

impl Python<'_> {
    /// Does what `python3` does at its end, but leaves the interpreter alone: waits for the threads that Python code has
    /// started with `threading`, unless they are daemons, runs the functions that were registered with `atexit`, and flushes
    /// `sys.stdout` and `sys.stderr`.
    ///
    /// An interpreter that [`initialize`](Python::initialize) started needs no call of this: where the system has Unix's way
    /// to end programs, the latter two happen when the program ends by a return from `main` or
    /// [`exit`](std::process::exit), for as long as a thread can attach within a second. It waits for no threads then.
    /// Elsewhere, and after a panic with `panic = "abort"`, what was not flushed is lost.
    ///
    /// Call it on the thread that called `initialize`, which Python's `threading` module takes for the main thread. On others
    /// it waits for no threads. Exceptions are printed as those that nobody can handle (`sys.unraisablehook`). The interpreter can be used
    /// afterwards, but new threads of `threading` and `concurrent.futures` are refused. Does nothing if no interpreter runs,
    /// and no function is run again by one of them.
    pub fn run_exit_handlers() {
        let _ = Python::try_attach(|py| {
            report(wait_for_threads(py));
            report(run_functions(py));
            flush(py);
        });
    }
}

fn report(result: PyResult<'_, ()>) {
    result.unwrap_or_else(|raised: Raised<'_>| raised.write_unraisable(None));
}

fn wait_for_threads<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    // Not imported for this: without it there are no threads of its own.
    let modules = py.modules().cast_into::<PyDict>()?;
    let Some(threading) = modules.get_str("threading")? else {
        return Ok(());
    };
    // Up to 3.12, another thread would wait for the end of the main thread, too.
    let main = threading.call_method0(c"main_thread")?;
    let this = threading.call_method0(c"get_ident")?;
    if main.getattr(c"ident")?.eq(&this)? {
        threading.call_method0(c"_shutdown")?;
    }
    Ok(())
}

fn run_functions<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    static RUNNING: AtomicBool = AtomicBool::new(false);
    // One of them may come here, by `run_exit_handlers` or by `exit`: CPython would begin with all of them anew.
    if RUNNING.swap(true, Ordering::AcqRel) {
        return Ok(());
    }
    let result = py
        .import(c"atexit")
        .and_then(|module| module.call_method0(c"_run_exitfuncs"));
    RUNNING.store(false, Ordering::Release);
    result.map(drop)
}

fn flush(py: Python<'_>) {
    for name in [c"stdout", c"stderr"] {
        report(flush_one(py, name));
    }
}

fn flush_one<'py>(py: Python<'py>, name: &std::ffi::CStr) -> PyResult<'py, ()> {
    match py.sys(name)? {
        Some(file) if !file.is_none() => file.call_method0(c"flush").map(drop),
        _ => Ok(()),
    }
}

/// Has the output not be lost when the program ends.
#[cfg(unix)]
pub(super) fn register() {
    unsafe extern "C" {
        fn atexit(function: extern "C" fn()) -> std::ffi::c_int;
    }
    // SAFETY: a function of C's. If there is no memory for another handler, there is none.
    unsafe { atexit(end) };
}

/// Not as a handler of a DLL: at its end, threads can neither be started nor waited for.
#[cfg(not(unix))]
pub(super) fn register() {}

#[cfg(unix)]
extern "C" fn end() {
    use crate::ffi;

    if super::ended::is_over() || ffi::is_finalizing() || !ffi::is_initialized() {
        return;
    }
    if !ffi::attached_here() && !can_attach() {
        return;
    }
    // A panic must not leave a function that C calls.
    let _ = std::panic::catch_unwind(|| {
        Python::try_attach(|py| {
            report(run_functions(py));
            flush(py);
        })
    });
}

/// Whether a thread can attach soon. One that is attached and waits, perhaps for this one to end, would keep it for ever.
///
/// The thread that asks is one of C's: when a program ends, the values of this thread that std needs to start one are gone.
#[cfg(unix)]
fn can_attach() -> bool {
    use std::ffi::{c_int, c_void};
    use std::ptr;
    use std::time::{Duration, Instant};

    type Start = extern "C" fn(*mut c_void) -> *mut c_void;

    unsafe extern "C" {
        // The type of a thread is a number or a pointer, as large as this.
        fn pthread_create(
            thread: *mut usize,
            attributes: *const c_void,
            start: Start,
            argument: *mut c_void,
        ) -> c_int;
        fn pthread_detach(thread: usize) -> c_int;
    }

    static ATTACHED: AtomicBool = AtomicBool::new(false);

    extern "C" fn probe(_: *mut c_void) -> *mut c_void {
        // A panic must not leave a function that C calls.
        let attached = std::panic::catch_unwind(|| Python::try_attach(|_| ()).is_ok());
        ATTACHED.store(attached.unwrap_or(false), Ordering::Release);
        ptr::null_mut()
    }

    let mut thread = 0;
    // SAFETY: a place for the thread, no attributes, and a function without an argument.
    if unsafe { pthread_create(&raw mut thread, ptr::null(), probe, ptr::null_mut()) } != 0 {
        return false;
    }
    // SAFETY: a thread that was started, and that nobody waits for.
    unsafe { pthread_detach(thread) };
    let end = Instant::now() + Duration::from_secs(1);
    while !ATTACHED.load(Ordering::Acquire) && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(1));
    }
    ATTACHED.load(Ordering::Acquire)
}
