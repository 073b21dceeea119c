//! Panics in places where they are hard to catch.

use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};
use std::sync::atomic::{AtomicBool, Ordering};

use pyptr::error::PyValueError;
use pyptr::types::PyCapsule;
use pyptr::{PyErr, Python};

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

/// Panics while an exception is set, of which no token is left to clear it.
fn leaves_one_set(py: Python<'_>) {
    py.raise::<PyValueError>("left behind").leave_set();
    panic!("with an exception set")
}

fn throws_a_bomb() {
    panic_any(Bomb)
}

pyptr::module! {
    mod panics {
        fn leaves_one_set(py: Python);
        fn throws_a_bomb();
    }
}

fn run(code: &CStr) {
    Python::attach(|py| Ok::<(), PyErr>(py.run(code, None, None)?)).unwrap();
}

pub fn with_an_exception_set() {
    panics().append_to_inittab();
    Python::initialize();
    run(c"import panics
try:
    panics.leaves_one_set()
except RuntimeError as error:
    assert 'with an exception set' in str(error), error
else:
    assert False");
}

pub fn with_a_payload_that_panics() {
    panics().append_to_inittab();
    Python::initialize();
    run(c"import panics
try:
    panics.throws_a_bomb()
except RuntimeError as error:
    assert str(error).endswith('(no message)'), error
else:
    assert False");
}

/// Reported, as what a destructor of Python raises.
pub fn in_a_capsule() {
    Python::initialize();
    run(c"import sys
reports = []
sys.unraisablehook = lambda report: reports.append(str(report.exc_value))");
    Python::attach(|py| drop(PyCapsule::new(py, c"bomb", Bomb).unwrap()));
    run(c"assert len(reports) == 1 and reports[0].endswith(': dropped'), reports");
}

/// The panic hook cannot be replaced meanwhile.
pub fn starting_while_one_unwinds() {
    static STARTED: AtomicBool = AtomicBool::new(false);
    struct Starts;
    impl Drop for Starts {
        fn drop(&mut self) {
            Python::initialize();
            STARTED.store(true, Ordering::SeqCst);
        }
    }
    let caught = catch_unwind(AssertUnwindSafe(|| {
        let _starts = Starts;
        panic!("unwinds")
    }));
    assert!(caught.is_err() && STARTED.load(Ordering::SeqCst));
    run(c"assert True");
}
