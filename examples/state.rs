//! A module with state: a Rust value for each module object, and a Python object in it; and with constants.
//!
//! ```console
//! $ cargo run --example state
//! the lowest is -273.15
//! heard of 21.5
//! readings: 1
//! ValueError: -300 is below -273.15
//! readings: 1
//! ```
//!
//! In an extension module, `lib.rs` is what stands above `SCRIPT`; see `memory.rs` for how to build one.

use std::ffi::CStr;
use std::sync::atomic::{AtomicUsize, Ordering};

use pyptr::error::PyValueError;
use pyptr::export::{ModuleRef, Slot};
use pyptr::types::{PyAny, PyFloat, PyModule};
use pyptr::{Borrowed, Owned, PyErr, PyResult, Python};

const LOWEST: f64 = -273.15;

/// The module's state. All threads share it, so it is made of atomics and locks, and of a `Slot` for a Python object.
#[derive(Default)]
struct Readings {
    count: AtomicUsize,
    listener: Slot<PyAny>,
}

/// The state of a module that is being imported. It is dropped with the module.
fn new_readings<'py>(_: &Borrowed<'py, PyModule>) -> PyResult<'py, Readings> {
    Ok(Readings::default())
}

/// `self` in the declaration below: the module and its state. Returns the listener that was there.
fn listen<'py>(
    module: ModuleRef<'_, 'py, Readings>,
    listener: Owned<'py, PyAny>,
) -> Option<Owned<'py, PyAny>> {
    module.state().listener.set(listener)
}

/// Returns the number of readings so far.
fn read<'py>(module: ModuleRef<'_, 'py, Readings>, celsius: f64) -> PyResult<'py, usize> {
    let (py, readings) = (module.py(), module.state());
    if celsius < LOWEST {
        return Err(py.raise::<PyValueError>(format_args!("{celsius} is below {LOWEST}")));
    }
    // A new reference: the listener may be replaced while it runs.
    if let Some(listener) = readings.listener.get(py) {
        listener.call1(&*PyFloat::new(py, celsius)?)?;
    }
    Ok(readings.count.fetch_add(1, Ordering::Relaxed) + 1)
}

pyptr::module! {
    /// Readings of a thermometer.
    mod thermometer {
        state: Readings = new_readings;
        gil: not_used;
        const LOWEST = LOWEST;

        /// Has `listener` called with each reading; returns the one that was there.
        fn listen(self, listener, /);
        /// Takes a reading, and returns how many there were.
        fn read(self, celsius, /);
    }
}

const SCRIPT: &CStr = cr#"
import sys, thermometer

print("the lowest is", thermometer.LOWEST)
thermometer.listen(lambda celsius: print("heard of", celsius))
print("readings:", thermometer.read(21.5))
try:
    thermometer.read(-300)
except ValueError as error:
    print("ValueError:", error)

del sys.modules["thermometer"]
import thermometer as second  # a second module object, with a state of its own
print("readings:", second.read(4))
sys.stdout.flush()  # or it is lost: the program ends without the interpreter's end
"#;

fn main() -> Result<(), PyErr> {
    thermometer().append_to_inittab();
    Python::initialize();
    Python::attach(|py| Ok(py.run(SCRIPT, None, None)?))
}
