//! An embedded interpreter imports an extension module written in this file and runs Python code on it.
//!
//! Each result stands beside the reference count of the argument before and after: a borrowed argument keeps its
//! count, a stolen reference has to be taken first.
//!
//! ```console
//! $ cargo run --example quickstart
//! From Rust: what happens to the references of one str
//!   PyString::new: a new reference             refcount 1
//!   left.concat_str(..): borrows left          refcount 1
//!   left.to_owned(): one more reference        refcount 2
//!   second.append_str(..): steals second       refcount 1
//!   left.append_str(..): steals left, grows    refcount 1
//!
//! From Python: the argument's reference count, before and after each call
//!   memory.append(left)                              2 -> 2   'hello right'
//!   memory.concat(left)                              2 -> 2   'hello right'
//!   memory.append_times(left, piece='ha', times=3)   2 -> 2   'hello hahaha'
//!   len(memory.append_times(left, times=1000))       2 -> 2   5006
//!   memory.append(42)                                2 -> 2   TypeError: append() argument 'left' must be str, not int
//!   memory.append(left, left)                        2 -> 2   TypeError: memory.append() takes exactly one argument (2 given)
//! ```

use pyptr::types::{PyDict, PyString};
use pyptr::{Borrowed, Owned, PyErr, PyResult, Python};

// The extension: ordinary Rust functions with typed pointers, and the module that has them.

/// `append` takes over its left side, and a borrowed argument is not ours to give away: `to_owned`
/// takes a reference for it. Leaving that out does not compile.
fn append<'py>(left: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
    let right = PyString::new(left.py(), "right")?; // released at the end of the scope
    left.to_owned().append(&right)
}

/// `concat_str` borrows its left side and returns a new reference.
fn concat<'py>(left: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
    left.concat_str("right")
}

/// Each step gives the string to `append_str` and gets it back longer: it grows in place.
fn append_times<'py>(
    left: &Borrowed<'py, PyString>,
    piece: &str,
    times: usize,
) -> PyResult<'py, Owned<'py, PyString>> {
    let mut text = left.to_owned();
    for _ in 0..times {
        text = text.append_str(piece)?;
    }
    Ok(text)
}

pyptr::module! {
    /// String functions that steal and borrow.
    mod memory {
        gil: not_used;

        /// Returns `left` with "right" appended.
        fn append(left, /);
        /// Returns `left + "right"`.
        fn concat(left, /);
        /// Returns `left` with `piece` appended `times` times.
        fn append_times(left, piece = "right", *, times = 1);
    }
}

// The program that embeds the interpreter.

fn main() -> Result<(), PyErr> {
    memory().append_to_inittab();
    Python::initialize();
    Python::attach(steal_and_borrow)?;
    Python::attach(from_python)
}

/// The same calls from Rust, with the count at every step.
fn steal_and_borrow(py: Python<'_>) -> Result<(), PyErr> {
    println!("From Rust: what happens to the references of one str");
    let left = PyString::new(py, "hello ")?;
    step("PyString::new: a new reference", &left);

    let result = left.concat_str("right")?;
    step("left.concat_str(..): borrows left", &left);
    assert_eq!(result.to_str()?, "hello right");

    let second = left.to_owned();
    step("left.to_owned(): one more reference", &left);

    let result = second.append_str("right")?;
    step("second.append_str(..): steals second", &left);
    assert_eq!(result.to_str()?, "hello right");

    let longer = left.append_str("right")?; // the only reference: nobody sees it change
    step("left.append_str(..): steals left, grows", &longer);
    assert_eq!(longer.to_str()?, "hello right");
    Ok(())
}

fn step(what: &str, object: &Borrowed<'_, PyString>) {
    println!("  {what:<42} refcount {}", object.refcount());
}

/// Python code on the module, each result beside the argument's count before and after the call.
fn from_python(py: Python<'_>) -> Result<(), PyErr> {
    println!("\nFrom Python: the argument's reference count, before and after each call");
    let left = PyString::new(py, "hello ")?;
    let names = PyDict::new(py)?;
    names.set(&*PyString::intern(py, c"left")?, &left)?;
    py.run(c"import memory", Some(&names), None)?;

    for code in [
        c"memory.append(left)",
        c"memory.concat(left)",
        c"memory.append_times(left, piece='ha', times=3)",
        c"len(memory.append_times(left, times=1000))",
        c"memory.append(42)",
        c"memory.append(left, left)",
    ] {
        let before = left.refcount();
        let shown = match py.eval(code, Some(&names), None) {
            Ok(result) => result.repr()?.to_rust_string()?,
            Err(raised) => PyErr::from(raised).display(py),
        };
        let after = left.refcount();
        println!(
            "  {:<48} {before} -> {after}   {shown}",
            code.to_str().expect("ASCII")
        );
        assert_eq!(before, after);
    }
    Ok(())
}
