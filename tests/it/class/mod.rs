//! `class!`: Rust structs as Python classes. Each file is about some of the rules that a class keeps.

mod cells;
mod collector;
mod construction;
mod destruction;
mod functions;
mod identity;
mod modules;
mod operators;
pub(crate) mod samples;
mod slots;

use std::sync::{Mutex, MutexGuard, TryLockError};

use pyptr::types::PyDict;
use pyptr::{Owned, Python};

use crate::python::{exec, namespace};

/// Called once, before the interpreter is initialised.
pub fn register() {
    samples::class_samples().append_to_inittab();
    modules::register();
}

/// What all scripts begin with.
const PRELUDE: &str = "
import gc, importlib.util, sys, weakref
import class_samples as m

def again():
    'The module, made anew.'
    spec = importlib.util.find_spec('class_samples')
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

def raises(kind, f, *args, **kwargs):
    try:
        f(*args, **kwargs)
    except kind as error:
        return str(error)
    raise AssertionError('no ' + kind.__name__)

def freed(make, count=1):
    'Makes an object, forgets it, and asks the collector: True if it is gone.'
    refs = [weakref.ref(make()) for _ in range(count)]
    gc.collect()
    return all(ref() is None for ref in refs)
";

/// One script at a time: some count what is dropped.
static TURN: Mutex<()> = Mutex::new(());

/// Runs a script that has the sample classes as `m`.
#[track_caller]
fn script<'py>(py: Python<'py>, code: &str) -> (Owned<'py, PyDict>, MutexGuard<'static, ()>) {
    let turn = loop {
        match TURN.try_lock() {
            Ok(turn) => break turn,
            Err(TryLockError::Poisoned(turn)) => break turn.into_inner(),
            Err(TryLockError::WouldBlock) => py.detach(std::thread::yield_now),
        }
    };
    let namespace = namespace(py);
    exec(&namespace, PRELUDE);
    exec(&namespace, code);
    (namespace, turn)
}

/// Runs a script, and forgets what it made.
#[track_caller]
fn run(py: Python<'_>, code: &str) {
    let (namespace, _turn) = script(py, code);
    // Functions of the script refer to the namespace.
    namespace.clear();
}
