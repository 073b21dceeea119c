//! What only the interpreter's memory shows, in a process of its own: other tests would make that noisy.

#![cfg(feature = "ledger")]

use std::cell::Cell;

use pyptr::testing::Verdict;
use pyptr::testing::{assert_no_leaks, find_leaks};
use pyptr::types::{PyBytes, PyList};
use pyptr::{Borrowed, Python, ffi};

/// A function that does not steal what it is given: no record is open, but memory grows.
#[test]
fn a_reference_given_to_a_function_that_does_not_steal() {
    Python::initialize();
    let line = Cell::new(0);
    let list = Python::attach(|py| PyList::empty(py).unwrap().into_shared());
    let report = find_leaks(|py| {
        let list: &Borrowed<'_, PyList> = list.bind(py);
        let item = PyBytes::new(py, b"an item").unwrap();
        line.set(line!() - 1);
        // SAFETY: `PyList_Append` takes a reference of its own: the one that is given leaks.
        let status = unsafe { ffi::PyList_Append(list.as_ptr(), item.into_ptr()) };
        assert_eq!(status, 0);
        list.clear().unwrap();
    });
    let line = line.get();
    assert_eq!(report.verdict, Verdict::Leak, "{report}");
    let found = report
        .unexplained
        .iter()
        .find(|found| found.type_name == "bytes");
    let found = found.unwrap_or_else(|| panic!("{report}"));
    assert_eq!(found.taken.line, line);
    assert_eq!(found.given[0].line, line + 3);
    clean_code_is_clean();
}

/// Once the other test is done: nothing else runs here.
fn clean_code_is_clean() {
    assert_no_leaks(|py| {
        drop(
            py.eval(c"[n * 1000 for n in range(300)]", None, None)
                .unwrap(),
        )
    });
}
