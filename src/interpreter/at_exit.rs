//! What has to happen before a program ends: exit handlers, and output that is still in buffers.

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
    /// afterwards, but new threads of `threading` and `concurrent.futures` are refused. Does nothing if no interpreter runs.
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
    py.import(c"atexit")?
        .call_method0(c"_run_exitfuncs")
        .map(drop)
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

    if super::ended::is_finalized() || ffi::is_finalizing() || !ffi::is_initialized() {
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
#[cfg(unix)]
fn can_attach() -> bool {
    use std::sync::mpsc::channel;
    use std::thread::Builder;
    use std::time::Duration;

    let (attached, wait) = channel();
    let probe = Builder::new().spawn(move || {
        let _ = attached.send(Python::try_attach(|_| ()).is_ok());
    });
    probe.is_ok() && wait.recv_timeout(Duration::from_secs(1)) == Ok(true)
}
