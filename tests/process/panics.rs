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

/// Without a module that has the class, the message still arrives.
pub fn pickled_without_a_module() {
    Python::initialize();
    Python::attach(|py| {
        let class = pyptr::panic_exception(py).unwrap();
        let names = pyptr::types::PyDict::new(py).unwrap();
        assert!(names.set_str("PanicException", &class).is_ok());
        let code = c"import copy, pickle
error = PanicException('panicked at x')
assert PanicException.__module__ == 'pyptr'
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    there = pickle.loads(pickle.dumps(error, protocol))
    assert type(there) is RuntimeError and there.args == error.args
class Own(PanicException): pass
assert type(copy.copy(Own('text'))) is Own";
        py.run(code, Some(&names), None)
            .map_err(PyErr::from)
            .unwrap();
    });
}

fn other() -> i64 {
    5
}

pyptr::module! {
    mod panics_too {
        const PanicException = 5;
        fn other();
        mod inner {
            fn other();
        }
    }
}

/// The first module has it, and the type is from there, also when that was made before; one that has the name keeps its own.
pub fn imported_and_pickled() {
    panics().append_to_inittab();
    panics_too().append_to_inittab();
    Python::initialize();
    Python::attach(|py| assert!(pyptr::panic_exception(py).is_ok()));
    run(c"import copy, pickle, sys, panics_too, panics_too.inner
assert panics_too.PanicException == 5 and not hasattr(panics_too.inner, 'PanicException')
import panics
from panics import PanicException
assert PanicException.__module__ == 'panics' and issubclass(PanicException, RuntimeError)
try: panics.leaves_one_set()
except PanicException as error: caught = error
assert 'with an exception set' in str(caught)
caught.own = 5
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    there = pickle.loads(pickle.dumps(caught, protocol))
    assert type(there) is PanicException and there.args == caught.args and there.own == 5
assert type(copy.copy(caught)) is PanicException
# The module is gone, and comes again.
data = pickle.dumps(caught)
del sys.modules['panics']
assert type(pickle.loads(data)) is PanicException
assert sys.modules['panics'].PanicException is PanicException
# Nobody has it any more: the message arrives.
del sys.modules['panics'].PanicException
assert type(pickle.loads(pickle.dumps(caught))) is RuntimeError
sys.modules['panics'] = None
assert pickle.loads(pickle.dumps(caught)).args == caught.args
# What asks sys.modules gets any answer.
sys.modules['panics'] = type('M', (), {'PanicException': property(lambda self: 1 / 0)})()
try: pickle.dumps(caught)
except ZeroDivisionError: pass
else: assert False");
}
