//! What a reference costs: the table that `benches/references` prints.

use std::fmt::Write;

use crate::data::Interpreter;
use crate::tables::{header, load, short};

/// The cases, and how the table names them.
const CASES: [(&str, &str); 9] = [
    (
        "refcount: clone and drop",
        "a reference taken and released: a fresh object",
    ),
    (
        "refcount: clone and drop, None",
        "the same: an immortal object from 3.12 on (`None`)",
    ),
    (
        "refcount: clone and drop, of another thread",
        "the same: an object that another thread has made",
    ),
    (
        "refcount: borrowed to owned",
        "borrowed to owned: a reference taken",
    ),
    (
        "refcount: shared, made and dropped",
        "`Shared` (PyO3: `Py`), made and dropped",
    ),
    (
        "refcount: shared, bound",
        "`Shared` (PyO3: `Py`), bound to the thread",
    ),
    (
        "refcount: list append",
        "an object appended to a list, which takes a reference",
    ),
    (
        "append: 10,000 pieces",
        "a piece of text made, appended to a `str`, and released",
    ),
    ("call: one argument", "a call from Python with one argument"),
];

pub fn table(python: &Interpreter) -> String {
    let columns = [
        "C",
        "pyo3-ffi",
        "PyO3",
        "pyptr",
        "pyptr, half of the blocks",
        "to C",
        "to pyo3-ffi",
        "to PyO3",
    ];
    let mut text = format!(
        "\nCPython {}{}\n\n{}",
        python.name,
        load(std::slice::from_ref(python)),
        header("nanoseconds, median", &columns)
    );
    for (case, name) in CASES {
        if python.nanoseconds(case, "pyptr").is_none() {
            continue;
        }
        let _ = write!(text, "| {name} |");
        for contestant in ["C", "pyo3-ffi", "PyO3", "pyptr"] {
            let time = python.nanoseconds(case, contestant).map(short);
            let _ = write!(text, " {} |", time.unwrap_or_default());
        }
        if let Some((low, high)) = python.quartiles(case, "pyptr") {
            let _ = write!(text, " {} to {} |", short(low), short(high));
        }
        for to in ["C", "pyo3-ffi", "PyO3"] {
            let ratio = python.ratio(case, "pyptr", to).map(short);
            let _ = write!(text, " {} |", ratio.unwrap_or_default());
        }
        text.push('\n');
    }
    text
}
