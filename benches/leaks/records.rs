//! An extension module that parses a document into Python objects: what the cost of the ledger is measured
//! with, see `benches/leaks`.
//!
//! ```text
//! cargo build --release --example records
//! cp target/release/examples/librecords.so records.so        # librecords.dylib on macOS
//! python3 -c 'import records; print(records.parse("name=Ada;ids=1,2,3"))'
//! ```

use pyptr::types::{ListBuilder, PyAny, PyDict, PyInt, PyList, PyString};
use pyptr::{Owned, PyResult, Python};

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

pyptr::module! {
    /// Records out of text.
    mod records {
        fn parse(py: Python, document, /);
    }
}
