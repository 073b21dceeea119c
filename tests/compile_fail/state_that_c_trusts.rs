//! The dicts in which C code keeps what it uses without a check are handed out only to `unsafe` code.

use pyptr::Python;
use pyptr::types::PyDict;

fn interpreter<'py>(py: Python<'py>) -> Option<pyptr::Owned<'py, PyDict>> {
    py.interpreter_dict() //~ E0133
}

fn thread<'py>(py: Python<'py>) -> Option<pyptr::Owned<'py, PyDict>> {
    py.thread_dict() //~ E0133
}

fn main() {}
