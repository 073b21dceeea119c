//! What all targets need: an interpreter that is started once, and the proof that an input leaves nothing behind.

use std::sync::Once;

use pyptr::sync::OnceObject;
use pyptr::types::{PyAny, PyInt};
use pyptr::{PyErr, PyResult, Python};

use crate::{check, held, targets, world};

/// Carries an input out, and panics if anything is not as it has to be.
pub type Target = for<'py> fn(Python<'py>, &[u8]);

/// Starts the interpreter, once. By a thread that never ends, as tests/it/common.rs does, and says why.
fn start() {
    static START: Once = Once::new();
    START.call_once(|| {
        let (started, wait) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            world::hooks().append_to_inittab();
            targets::arguments::signatures().append_to_inittab();
            targets::convert::echoes().append_to_inittab();
            Python::initialize();
            started.send(()).unwrap();
            loop {
                std::thread::park();
            }
        });
        wait.recv().unwrap();
        // An input does the same each time: nothing is collected by chance. What is there already is left out.
        Python::attach(|py| {
            py.run(c"import gc; gc.disable(); gc.freeze()", None, None)
                .unwrap()
        });
    });
}

/// Runs a target on an input. Fails if the process grows each time that it does.
pub fn run(target: Target, data: &[u8]) {
    /// So often in a row nobody fills a cache.
    const ROUNDS: usize = 8;
    start();
    Python::attach(|py| {
        let before = held(py);
        target(py, data);
        if held(py) <= before {
            return;
        }
        let mut grown = Vec::new();
        for round in 0..ROUNDS {
            // Takes longer than most inputs, and is seldom needed.
            let settles = round > 1;
            let settle = || {
                if settles {
                    settle()
                }
            };
            settle();
            let before = held(py);
            target(py, data);
            settle();
            match held(py) - before {
                ..=0 => return,
                more => grown.push(more),
            }
        }
        panic!("the process grows by {grown:?} bytes, blocks or references");
    });
}

/// Frees what the collector finds, and what is kept for a while.
fn settle() {
    // What the first one frees may have been the last to refer to another cycle.
    check::collect();
    check::collect();
    // SAFETY: attached. The cache of attributes holds their names.
    unsafe { pyptr::ffi::PyType_ClearCache() };
}

/// What the interpreter counts: the references on a debug build, else the blocks of memory.
#[allow(dead_code)] // With AddressSanitizer all memory is counted.
pub fn counted(py: Python<'_>) -> i64 {
    static COUNT: OnceObject<PyAny> = OnceObject::new();
    let name = match cfg!(py_sys_config = "Py_REF_DEBUG") {
        true => c"gettotalrefcount",
        false => c"getallocatedblocks",
    };
    let count = COUNT.get_or_import(py, c"sys", name).unwrap();
    let count = count.call0().unwrap().cast_into::<PyInt>().unwrap();
    count.to_i64().unwrap()
}

/// What came of a call, as text: the `repr` of its result, or the exception. Texts can be compared while no exception is
/// set.
pub type Answer = Result<String, String>;

pub fn answer<'py, T: pyptr::Object>(
    py: Python<'py>,
    result: PyResult<'py, pyptr::Owned<'py, T>>,
) -> Answer {
    let shown = result.and_then(|object| object.into_any().repr()?.to_rust_string());
    shown.map_err(|raised| PyErr::from(raised).display(py))
}
