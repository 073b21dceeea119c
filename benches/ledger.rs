//! What the ledger costs: the same loops with the feature and without.
//!
//! ```text
//! cargo bench --bench ledger
//! cargo bench --bench ledger --features ledger
//! ```

use std::hint::black_box;
use std::time::Instant;

use pyptr::manual::Ptr;
use pyptr::types::{ListBuilder, PyAny, PyDict, PyInt, PyString};
use pyptr::{Owned, PyResult, Python};

/// Lines of `key=number,number,..` into a list of dicts: what a parser does all day.
fn parse<'py>(py: Python<'py>, document: &str) -> PyResult<'py, Owned<'py, PyAny>> {
    let mut records = ListBuilder::with_capacity(py, 0)?;
    for line in document.lines() {
        let record = PyDict::new(py)?;
        for field in line.split(';') {
            let (key, values) = field.split_once('=').unwrap_or((field, ""));
            let mut items = ListBuilder::with_capacity(py, 4)?;
            for value in values.split(',') {
                let item = match value.parse() {
                    Ok(number) => PyInt::new(py, number)?.into_any(),
                    Err(_) => PyString::new(py, value)?.into_any(),
                };
                items.push(item)?;
            }
            let key = PyString::new(py, key)?.into_any();
            record.insert_owned(key, items.finish().into_any())?;
        }
        records.push(record.into_any())?;
    }
    Ok(records.finish().into_any())
}

/// The least time of one call in nanoseconds.
fn time<R>(calls: u32, mut f: impl FnMut() -> R) -> f64 {
    let mut least = f64::INFINITY;
    for _ in 0..20 {
        let start = Instant::now();
        for _ in 0..calls {
            black_box(f());
        }
        least = least.min(start.elapsed().as_nanos() as f64 / f64::from(calls));
    }
    least
}

fn main() {
    let line =
        "name=Ada,Grace,Barbara;ids=100001,100002,100003,100004;place=London,New York;n=77777777";
    let document = vec![line; 100].join("\n");
    Python::initialize();
    Python::attach(|py| {
        let text = PyString::new(py, "a text of its own").expect("memory for a short str");
        let pair = time(1_000_000, || black_box(&text).new_ref());
        println!("new_ref and drop: {pair:.2} ns");
        let ptr = Ptr::from_borrowed(&text);
        let pair = time(1_000_000, || {
            // SAFETY: alive, and balanced.
            let taken = unsafe { black_box(ptr).new_ref() };
            // SAFETY: the reference taken just now.
            unsafe { taken.decref() }
        });
        println!("incref and decref by hand: {pair:.2} ns");
        let parsed = time(20, || {
            parse(py, &document).expect("memory for the document")
        });
        println!("parsing 100 lines: {:.1} us", parsed / 1000.0);
    });
}
