//! What the ledger costs: the same loops with the feature and without.
//!
//! ```text
//! cargo bench --bench ledger
//! cargo bench --bench ledger --features ledger
//! ```

use std::hint::black_box;
use std::time::Instant;

use pyptr::Python;
use pyptr::manual::Ptr;
use pyptr::types::PyString;

#[path = "leaks/records.rs"]
mod records;

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
            records::parse(py, &document).expect("memory for the document")
        });
        println!("parsing 100 lines: {:.1} us", parsed / 1000.0);
    });
}
