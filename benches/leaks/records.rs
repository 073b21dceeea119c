//! An extension module that parses a document into Python objects, and functions of which each does one thing: what the
//! cost of the ledger is measured with, see `benches/leaks`.
//!
//! ```text
//! cargo build --release --example records
//! cp target/release/examples/librecords.so records.so        # librecords.dylib on macOS
//! python3 -c 'import records; print(records.parse("name=Ada;ids=1,2,3"))'
//! ```

use std::hint::black_box;

use pyptr::manual::Ptr;
use pyptr::types::{ListBuilder, PyAny, PyDict, PyInt, PyList, PyString};
use pyptr::{Borrowed, Owned, PyResult, Python};

/// Lines of `key=value,value;key=value` become a list of dicts, their values lists of ints and strs.
pub fn parse<'py>(py: Python<'py>, document: &str) -> PyResult<'py, Owned<'py, PyList>> {
    let mut parsed = ListBuilder::with_capacity(py, 0)?;
    for line in document.lines() {
        let record = PyDict::new(py)?;
        for field in line.split(';') {
            let (key, values) = field.split_once('=').unwrap_or((field, ""));
            let mut items = ListBuilder::with_capacity(py, 4)?;
            for value in values.split(',') {
                items.push(scalar(py, value)?)?;
            }
            let key = PyString::new(py, key)?.into_any();
            record.insert_owned(key, items.finish().into_any())?;
        }
        parsed.push(record.into_any())?;
    }
    Ok(parsed.finish())
}

fn scalar<'py>(py: Python<'py>, value: &str) -> PyResult<'py, Owned<'py, PyAny>> {
    Ok(match value.parse::<i64>() {
        Ok(number) => PyInt::new(py, number)?.into_any(),
        Err(_) => PyString::new(py, value)?.into_any(),
    })
}

/// What a call costs that does nothing.
fn nothing() {}

fn same<'py>(object: &Borrowed<'py, PyAny>) -> Owned<'py, PyAny> {
    object.new_ref()
}

fn add(left: i64, right: i64) -> i64 {
    left.wrapping_add(right)
}

/// So many references that are dropped again.
fn owned(object: &Borrowed<'_, PyAny>, times: usize) {
    for _ in 0..times {
        drop(black_box(object).new_ref());
    }
}

/// So many references to an object that is made each time.
fn made(py: Python<'_>, times: usize) {
    for _ in 0..times {
        black_box(PyList::empty(py).ok());
    }
}

fn shared(object: &Borrowed<'_, PyAny>, times: usize) {
    let shared = object.new_ref().into_shared();
    for _ in 0..times {
        black_box(&shared)
            .clone_ref(object.py())
            .release(object.py());
    }
}

/// The same, counted by hand.
fn by_hand(object: &Borrowed<'_, PyAny>, times: usize) {
    let object = Ptr::from_borrowed(object);
    for _ in 0..times {
        // SAFETY: the caller holds a reference.
        unsafe { black_box(object).incref() };
        // SAFETY: the reference from above.
        unsafe { black_box(object).decref() };
    }
}

fn made_by_hand(py: Python<'_>, times: usize) {
    for _ in 0..times {
        let list = Ptr::from_result(PyList::empty(py));
        if let Some(list) = black_box(list) {
            // SAFETY: the reference from above.
            unsafe { list.decref() };
        }
    }
}

pyptr::module! {
    /// Records out of text.
    mod records {
        fn parse(py: Python, document, /);
        fn nothing();
        fn same(object, /);
        fn add(left, right, /);
        fn owned(object, times, /);
        fn made(py: Python, times, /);
        fn shared(object, times, /);
        fn by_hand(object, times, /);
        fn made_by_hand(py: Python, times, /);
    }
}
