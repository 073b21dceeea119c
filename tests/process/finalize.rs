//! Before the interpreter starts, while it ends, and afterwards.

use std::panic::catch_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use pyptr::types::{PyAny, PyCapsule, PyDict, PyModule, PyString};
use pyptr::{
    AttachError, Borrowed, Owned, PyErr, PyResult, Python, Shared, error::PyValueError, ffi,
};

use crate::python::{run, run_with};
use crate::support::{panic_of, shared};

pub fn attach_before_initialize() {
    assert_eq!(Python::try_attach(|_| ()), Err(AttachError::NotInitialized));
    let message = panic_of(|| Python::attach(|_| ()));
    assert_eq!(
        message,
        "cannot attach this thread: no Python interpreter is running in this process: call \
         `Python::initialize()` first"
    );
    let elsewhere = thread::spawn(|| Python::try_attach(|_| ()));
    assert_eq!(elsewhere.join().unwrap(), Err(AttachError::NotInitialized));
    Python::initialize();
    assert_eq!(Python::try_attach(|_| 1), Ok(1));
}

pub fn initialize_twice() {
    let threads: Vec<_> = (0..4)
        .map(|_| {
            thread::spawn(|| {
                Python::initialize();
                Python::attach(|py| PyString::new(py, "usable").unwrap().len())
            })
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 6);
    }
    // Also while attached.
    Python::attach(|_| Python::initialize());
}

pub fn finalize_without_interpreter() {
    // SAFETY: there is no interpreter.
    assert!(unsafe { Python::finalize() });
    // It was none: one can still be started.
    Python::initialize();
    assert_eq!(Python::try_attach(|_| 1), Ok(1));
}

pub fn everything_after_finalize() {
    Python::initialize();
    let (text, others) = shared(3);
    let queued = shared(2).1;
    let error: PyErr = Python::attach(|py| py.raise::<PyValueError>("kept").into());
    drop(queued); // Detached: waits in the queue, which nobody drains any more.

    // SAFETY: this is the only thread, and it is detached.
    assert!(unsafe { Python::finalize() });

    assert_eq!(Python::try_attach(|_| ()), Err(AttachError::Finalized));
    let message = panic_of(|| Python::attach(|_| ()));
    assert_eq!(
        message,
        "cannot attach this thread: the Python interpreter was finalised"
    );
    let message = panic_of(Python::initialize);
    assert_eq!(
        message,
        "the Python interpreter was finalised and cannot be initialised again"
    );
    // Without an interpreter.
    assert_eq!(error.to_string(), "ValueError: kept");
    assert_eq!(format!("{error:?}"), "PyErr(ValueError: kept)");
    assert!(format!("{text:?}").ends_with(", shared>"));
    drop(error);
    drop(others);
    let elsewhere = thread::spawn(move || {
        drop(text);
        Python::try_attach(|_| ())
    });
    assert_eq!(elsewhere.join().unwrap(), Err(AttachError::Finalized));
    // SAFETY: there is no interpreter any more.
    assert!(unsafe { Python::finalize() });
}

/// What [`at_finalize`] drops.
static KEPT: Mutex<Vec<Shared<PyString>>> = Mutex::new(Vec::new());
static RAN: AtomicBool = AtomicBool::new(false);

/// Called by a destructor while the interpreter finalises: a METH_NOARGS function.
extern "C" fn at_finalize(_: *mut ffi::PyObject, _: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // This thread is the one that finalises, and attached.
    let length = Python::attach(|py| PyString::new(py, "still usable").unwrap().len());
    assert_eq!(length, 12);
    let here = KEPT.lock().unwrap().pop();
    drop(here);
    // Others cannot attach any more, and need not to drop what they have.
    let there = KEPT.lock().unwrap().pop();
    let refused = thread::spawn(move || {
        drop(there);
        Python::try_attach(|_| ())
    });
    let refused = refused.join().unwrap();
    assert!(
        matches!(
            refused,
            Err(AttachError::Finalizing | AttachError::Finalized)
        ),
        "{refused:?}"
    );
    RAN.store(true, Ordering::SeqCst);
    // SAFETY: this function is called attached, and the token does not leave it.
    let py = unsafe { Python::assume_attached() };
    py.none().new_ref().into_ptr()
}

pub fn destructors_at_finalize() {
    Python::initialize();
    *KEPT.lock().unwrap() = shared(2).1;
    Python::attach(|py| {
        let definition = Box::leak(Box::new(ffi::PyMethodDef {
            ml_name: c"at_finalize".as_ptr(),
            ml_meth: ffi::PyMethodDefPointer {
                PyCFunction: at_finalize,
            },
            ml_flags: ffi::METH_NOARGS,
            ml_doc: std::ptr::null(),
        }));
        // SAFETY: the definition lives for ever; `self` and the module may be NULL.
        let function = unsafe {
            ffi::PyCFunction_NewEx(definition, std::ptr::null_mut(), std::ptr::null_mut())
        };
        // SAFETY: a new reference or NULL with an exception set.
        let function: Owned<'_, PyAny> =
            unsafe { Owned::from_owned_ptr_or_raised(py, function) }.unwrap();
        let _none = run_with(
            py,
            "import sys\nclass Last:\n    def __del__(self, function=function): function()\nsys.last = Last()\nresult = None",
            &[("function", &function)],
        )
        .unwrap();
    });
    // SAFETY: no other thread is left, and this one is detached.
    unsafe { Python::finalize() };
    assert!(RAN.load(Ordering::SeqCst), "the destructor did not run");
}

/// Looks for what the interpreter has given up by the time when the last things that it holds are released.
struct Late(u32);

impl Drop for Late {
    fn drop(&mut self) {
        Python::attach(|py| {
            let modules = panic_of(|| py.modules());
            assert_eq!(modules, "the interpreter has released its modules");
            let builtins = catch_unwind(|| py.builtins());
            RAN.store(builtins.is_err(), Ordering::SeqCst);
            if let (Ok(builtins), 1..) = (builtins, self.0) {
                let later = PyCapsule::new(py, c"late", Late(self.0 - 1)).unwrap();
                let builtins = builtins.cast_into::<PyDict>().unwrap();
                builtins.set_str("late", &later).unwrap();
            }
        });
    }
}

/// First go the modules, then the interpreter's dict, then its builtins.
pub fn released_with_the_interpreter() {
    Python::initialize();
    Python::attach(|py| {
        let capsule = PyCapsule::new(py, c"late", Late(10)).unwrap();
        // SAFETY: nothing is changed but an entry of the test's own.
        let dict = unsafe { py.interpreter_dict() }.unwrap();
        dict.set_str("late", &capsule).unwrap();
    });
    // SAFETY: no other thread is left, and this one is detached.
    unsafe { Python::finalize() };
    assert!(
        RAN.load(Ordering::SeqCst),
        "the last destructor has found the builtins"
    );
}

fn needs_an_interpreter() -> bool {
    Python::initialize();
    true
}

fn new_state<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, bool> {
    Ok(needs_an_interpreter())
}

pyptr::module! {
    mod early {
        state: bool = new_state;
    }
}

/// `site` runs a module that initialises once more, as libraries do before they attach.
pub fn initialize_while_it_starts() {
    let folder = std::env::temp_dir().join(format!("pyptr-early-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("sitecustomize.py"), "import early\n").unwrap();
    // SAFETY: there is one thread.
    unsafe { std::env::set_var("PYTHONPATH", &folder) };
    early().append_to_inittab();
    Python::initialize();
    std::fs::remove_dir_all(&folder).unwrap();
    let is_there = Python::attach(|py| {
        let modules = py.modules().cast_into::<PyDict>().unwrap();
        modules.contains_str("early").unwrap()
    });
    assert!(is_there, "the module was not imported");
}

/// Set when a destructor has run on a thread that never comes back.
struct Dropped;

impl Drop for Dropped {
    fn drop(&mut self) {
        RAN.store(true, Ordering::SeqCst);
    }
}

/// Lets other threads go on while the interpreter finalises.
struct Slow;

impl Drop for Slow {
    fn drop(&mut self) {
        Python::attach(|py| {
            py.detach(|| {
                IN_BETWEEN.store(true, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(300));
            })
        });
    }
}

static IN_BETWEEN: AtomicBool = AtomicBool::new(false);

/// Finalises while another thread is in `f`, which gets to know when to go on.
fn finalize_during(f: fn(Python<'_>)) {
    Python::initialize();
    let (started, wait) = std::sync::mpsc::channel();
    thread::spawn(move || {
        Python::attach(|py| {
            let _dropped = Dropped;
            started.send(()).unwrap();
            f(py);
        })
    });
    wait.recv().unwrap();
    Python::attach(|py| {
        let capsule = PyCapsule::new(py, c"slow", Slow).unwrap();
        // SAFETY: nothing is changed but an entry of the test's own.
        let dict = unsafe { py.interpreter_dict() }.unwrap();
        dict.set_str("slow", &capsule).unwrap();
    });
    // SAFETY: not what is asked for: another thread uses Python, as a daemon thread of an extension module does.
    unsafe { Python::finalize() };
    thread::sleep(Duration::from_millis(100));
    assert!(IN_BETWEEN.load(Ordering::SeqCst), "nothing was tested");
    assert!(
        !RAN.load(Ordering::SeqCst),
        "a destructor ran on a thread that has ended"
    );
}

fn wait_until_it_ends() {
    while !IN_BETWEEN.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(1));
    }
}

/// A thread that comes back from `detach` while the interpreter finalises hangs, with all that it has on its stack.
pub fn end_of_detach_while_it_ends() {
    finalize_during(|py| py.detach(wait_until_it_ends));
}

/// Up to 3.13, CPython ends a thread that waits for the GIL in a call of Python code, which aborts the process in the
/// frame of Rust that has made the call: the premise in the chapter on soundness. This shows what it is, on demand.
pub fn call_of_python_code_while_it_ends() {
    if std::env::var_os("PYPTR_TEST_DAEMON").is_none() && !cfg!(Py_3_14) {
        return;
    }
    finalize_during(|py| drop(run(py, "import time\nwhile True: time.sleep(0.001)")));
}
