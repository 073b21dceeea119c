//! The dicts in which C code keeps what it uses without a check are handed out only to `unsafe` code.

use pyptr::Python;
use pyptr::types::PyDict;

fn interpreter<'py>(py: Python<'py>) -> Option<pyptr::Owned<'py, PyDict>> {
    unsafe { py.interpreter_dict() }
}

fn thread<'py>(py: Python<'py>) -> Option<pyptr::Owned<'py, PyDict>> {
    unsafe { py.thread_dict() }
}

fn main() {}
