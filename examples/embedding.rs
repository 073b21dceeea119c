//! A program that runs Python scripts: it gives them a module of its own, reads what they leave behind, and
//! survives their exceptions.
//!
//! ```console
//! $ cargo run --example embedding
//! a script says: 3 apples
//! total: 1.5
//! Traceback (most recent call last):
//!   File "<string>", line 5, in <module>
//!   File "<string>", line 3, in total_of
//! LookupError: the shop has no pears
//! the second script failed with LookupError: the shop has no pears
//! ```
//!
//! How such a program finds libpython without cargo is in the guide's chapter `building`.

use std::ffi::CStr;

use pyptr::error::{PyLookupError, PyNameError};
use pyptr::types::PyDict;
use pyptr::{IntoPyObject, PyErr, PyResult, Python};

// What the scripts can import.

fn price<'py>(py: Python<'py>, ware: &str) -> PyResult<'py, f64> {
    match ware {
        "apples" => Ok(0.5),
        _ => Err(py.raise::<PyLookupError>(format_args!("the shop has no {ware}"))),
    }
}

/// Instead of `print`: Python's own `sys.stdout` has a buffer of its own, so that lines of the two would be out of order.
fn say(text: &str) {
    println!("a script says: {text}");
}

pyptr::module! {
    /// What the program offers to its scripts.
    mod shop {
        gil: not_used;

        /// The price of one of them.
        fn price(py: Python, ware, /);
        /// Prints a line.
        fn say(text, /);
    }
}

const FIRST: &CStr = cr#"
import shop

shop.say(f"{count} apples")
total = count * shop.price("apples")
"#;

const SECOND: &CStr = cr#"
import shop
def total_of(ware): return count * shop.price(ware)

total = total_of("pears")
"#;

/// Runs a script, with `count` as a global variable, and returns what it has set as `total`.
fn total(py: Python<'_>, script: &CStr, count: u32) -> Result<f64, PyErr> {
    // The script's global variables: it neither sees nor leaves others.
    let globals = PyDict::new(py)?;
    globals.set_str("count", &*count.into_py_object(py)?)?;
    py.run(script, Some(&globals), None)?;
    match globals.get_str("total")? {
        Some(total) => Ok(total.extract()?),
        None => Err(py.raise::<PyNameError>("the script sets no total"))?,
    }
}

fn main() -> Result<(), PyErr> {
    shop().append_to_inittab(); // before the interpreter starts
    Python::initialize();

    println!("total: {}", Python::attach(|py| total(py, FIRST, 3))?);

    let error = Python::attach(|py| total(py, SECOND, 3)).expect_err("there are no pears");
    Python::attach(|py| {
        error.print(py); // the traceback, to `sys.stderr`
        assert!(error.is::<PyLookupError>(py));
    });
    // The exception was taken off the thread, and outlives the attachment.
    println!("the second script failed with {error}");
    Ok(())
}
