//! What one interpreter for a process means, and the release queue seen from within: each test runs in a
//! child process of its own, which is this program again with the test's name in the environment.

use std::env;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyptr::error::{PyImportError, PyValueError};
use pyptr::types::{PyAny, PyModule, PyString};
use pyptr::{Borrowed, Owned, PyErr, PyResult, Python, Raised, Shared, ffi};

const VARIABLE: &str = "PYPTR_TEST_CHILD";

/// Runs `scenario` in a child. `name` is the test's own.
#[track_caller]
fn in_child(name: &str, scenario: fn()) {
    if env::var_os(VARIABLE).is_some_and(|chosen| chosen == name) {
        return scenario();
    }
    let output = Command::new(env::current_exe().expect("the path of this program"))
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(VARIABLE, name)
        .output()
        .expect("a child process");
    let passed = String::from_utf8_lossy(&output.stdout).contains("1 passed");
    assert!(
        output.status.success() && passed,
        "{name}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

static EXECUTED: AtomicUsize = AtomicUsize::new(0);

fn new_state<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, String> {
    EXECUTED.fetch_add(1, Ordering::SeqCst);
    Ok("state".to_owned())
}

fn answer() -> i64 {
    42
}

pyptr::module! {
    mod single {
        state: String = new_state;
        gil: not_used;
        const NAME = "single";
        fn answer();
    }
}

/// Runs statements that must not fail.
#[track_caller]
fn run(py: Python<'_>, code: &std::ffi::CStr) {
    if let Err(raised) = py.run(code, None, None) {
        panic!("{}", PyErr::from(raised).display(py));
    }
}

/// Imports `single` in a new subinterpreter of the old kind, which has to fail. Everything by the raw API:
/// tokens and pointers are for the main interpreter.
#[track_caller]
fn import_in_subinterpreter() {
    run_in_subinterpreter(
        c"try:\n    import single\nexcept ImportError as error:\n    \
          assert str(error) == 'module single does not support loading in subinterpreters', error\n\
          else:\n    raise AssertionError('imported')\n",
    );
}

/// Runs statements in a new subinterpreter of the old kind.
#[track_caller]
fn run_in_subinterpreter(code: &std::ffi::CStr) {
    // SAFETY: attached, as everything below is.
    let main = unsafe { ffi::PyThreadState_Get() };
    // SAFETY: attached to the main interpreter.
    let sub = unsafe { ffi::Py_NewInterpreter() };
    assert!(!sub.is_null());
    // SAFETY: attached to the subinterpreter, with a NUL-terminated string.
    let status = unsafe { ffi::PyRun_SimpleString(code.as_ptr()) };
    // SAFETY: `sub` is the current thread state, and its interpreter has no other.
    unsafe { ffi::Py_EndInterpreter(sub) };
    // SAFETY: no thread state is current; `main` was this thread's.
    unsafe { ffi::PyThreadState_Swap(main) };
    assert_eq!(status, 0, "see the traceback");
}

#[test]
fn a_subinterpreter_cannot_import_a_module() {
    in_child("a_subinterpreter_cannot_import_a_module", || {
        single().append_to_inittab();
        Python::initialize();
        // Before the main interpreter has it, and afterwards.
        Python::attach(|_| import_in_subinterpreter());
        assert_eq!(EXECUTED.load(Ordering::SeqCst), 0);
        Python::attach(|py| {
            run(py, c"import single\nassert single.answer() == 42");
            import_in_subinterpreter();
            run(py, c"assert single.answer() == 42");
        });
        assert_eq!(EXECUTED.load(Ordering::SeqCst), 1);
    });
}

/// Half an import: the object alone, which has the functions. Since 3.13 the main interpreter calls `PyInit_single`.
#[test]
fn a_subinterpreter_cannot_make_a_module_without_its_contents() {
    in_child(
        "a_subinterpreter_cannot_make_a_module_without_its_contents",
        || {
            single().append_to_inittab();
            Python::initialize();
            Python::attach(|py| {
                let code = c"import _imp, importlib.util\n\
                    spec = importlib.util.find_spec('single')\n\
                    try:\n    module = _imp.create_builtin(spec)\n\
                    except ImportError as error:\n    \
                    assert str(error) == 'module single does not support loading in subinterpreters', error\n\
                    else:\n    print(module.answer())\n    raise AssertionError('made')\n";
                run_in_subinterpreter(code);
                // In the main interpreter this is possible, with the name that the spec has.
                run(
                    py,
                    c"import _imp, importlib.util\n\
                      spec = importlib.util.find_spec('single')\n\
                      module = _imp.create_builtin(spec)\n\
                      assert module.__name__ == 'single' and module.answer() == 42\n\
                      class Spec:\n    name = origin = 'single'\n    __name__ = 'other'\n\
                      assert _imp.create_builtin(Spec()).__name__ == 'single'\n\
                      class Name(str): pass\n\
                      Spec.name = Spec.origin = Name('single')\n\
                      assert type(_imp.create_builtin(Spec()).__name__) is str\n",
                );
                run_in_subinterpreter(code);
            });
        },
    );
}

/// One with a GIL of its own, since 3.12.
#[cfg(Py_3_12)]
#[test]
fn an_isolated_interpreter_cannot_import_a_module() {
    in_child("an_isolated_interpreter_cannot_import_a_module", || {
        single().append_to_inittab();
        Python::initialize();
        Python::attach(|py| {
            run(
                py,
                c"try:\n    import _interpreters as interpreters\n\
                  except ImportError:\n    import _xxsubinterpreters as interpreters\n\
                  code = '''try:\n    import single\nexcept ImportError:\n    pass\nelse:\n    raise AssertionError'''\n\
                  other = interpreters.create()\n\
                  assert interpreters.run_string(other, code) is None\n\
                  interpreters.destroy(other)\n",
            );
            run(py, c"import single\nassert single.answer() == 42");
        });
        assert_eq!(EXECUTED.load(Ordering::SeqCst), 1);
    });
}

/// An object of reference count 1 whose release runs `f`.
fn on_release<'py>(
    py: Python<'py>,
    f: impl for<'a> FnOnce(Python<'a>) + Send + 'static,
) -> Owned<'py, PyAny> {
    type Boxed = Box<dyn for<'a> FnOnce(Python<'a>) + Send>;
    unsafe extern "C" fn destroy(capsule: *mut ffi::PyObject) {
        // SAFETY: the pointer that the capsule was made with.
        let f = unsafe { ffi::PyCapsule_GetPointer(capsule, std::ptr::null()) };
        // SAFETY: it comes from `Box::into_raw`, and a destructor runs once.
        let f = unsafe { Box::from_raw(f.cast::<Boxed>()) };
        // SAFETY: destructors run attached, and `f` takes any token.
        f(unsafe { Python::assume_attached() });
    }
    let f: Box<Boxed> = Box::new(Box::new(f));
    // SAFETY: the pointer is not NULL, and the name may be.
    let capsule =
        unsafe { ffi::PyCapsule_New(Box::into_raw(f).cast(), std::ptr::null(), Some(destroy)) };
    // SAFETY: a new reference or NULL with an exception set.
    unsafe { Owned::from_owned_ptr_or_raised(py, capsule) }.unwrap()
}

fn text(py: Python<'_>) -> Owned<'_, PyString> {
    PyString::new(py, "counted by a test").unwrap()
}

/// What a destructor does while the queue is drained: it drops more of them and attaches again.
#[test]
fn the_queue_is_taken_as_a_whole() {
    static RELEASED: AtomicUsize = AtomicUsize::new(0);
    in_child("the_queue_is_taken_as_a_whole", || {
        Python::initialize();
        let (kept, queued) = Python::attach(|py| {
            let text = text(py);
            let queued: Vec<Shared<PyAny>> = (0..50)
                .map(|_| {
                    let more = [text.new_ref().into_shared(), text.new_ref().into_shared()];
                    let object = on_release(py, move |py| {
                        RELEASED.fetch_add(1, Ordering::SeqCst);
                        let [first, second] = more;
                        py.detach(|| {
                            drop(first);
                            // Drains what was queued since.
                            Python::attach(|_| ());
                            drop(second);
                        });
                    });
                    object.into_shared()
                })
                .collect();
            (text.into_shared(), queued)
        });
        drop(queued); // Detached.
        assert_eq!(
            RELEASED.load(Ordering::SeqCst),
            0,
            "released while detached"
        );
        Python::attach(|_| assert_eq!(RELEASED.load(Ordering::SeqCst), 50));
        Python::attach(|py| assert_eq!(kept.bind(py).refcount(), 1));
    });
}

/// Destructors start with a clear indicator, and what was set is still set when they are done: in an
/// attachment, and in the interpreter's pending call.
#[test]
fn draining_leaves_the_exception_alone() {
    static CLEAR: AtomicUsize = AtomicUsize::new(0);
    /// Drops an object, while detached, whose destructor looks at the indicator and uses it.
    fn queue(py: Python<'_>) {
        let object = on_release(py, |py| {
            CLEAR.fetch_add(Raised::occurred(py).is_none().into(), Ordering::SeqCst);
            // Would be the newest one, and is cleared.
            drop(py.raise::<PyImportError>("raised by a destructor"));
        });
        let object = object.into_shared();
        py.detach(|| drop(object));
    }
    in_child("draining_leaves_the_exception_alone", || {
        Python::initialize();
        Python::attach(|py| {
            queue(py);
            let raised = py.raise::<PyValueError>("older");
            Python::attach(|py| {
                assert_eq!(CLEAR.load(Ordering::SeqCst), 1);
                assert!(Raised::occurred(py).is_none());
            });
            assert!(raised.is::<PyValueError>());
            drop(raised);

            queue(py);
            let raised = py.raise::<PyValueError>("older");
            // SAFETY: attached, on the thread that initialised the interpreter.
            let status = unsafe { ffi::Py_MakePendingCalls() };
            assert_eq!(status, 0);
            assert_eq!(CLEAR.load(Ordering::SeqCst), 2);
            assert!(raised.is::<PyValueError>());
        });
    });
}
