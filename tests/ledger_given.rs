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
    #[cfg(unix)]
    records_of_objects_that_are_gone();
}

/// A record stays open whose object C code has released, and another object is at its address now, which dies with what is
/// watched. It is not touched afterwards.
#[cfg(unix)]
fn records_of_objects_that_are_gone() {
    use pyptr::Owned;
    use pyptr::ledger::{Watch, watch};
    use pyptr::testing::finish_watch;
    use pyptr::types::PyAny;

    unsafe extern "C" {
        /// As C code calls it: the ledger's `ffi` would know.
        fn Py_DecRef(object: *mut ffi::PyObject);
    }

    Python::attach(|py| {
        // Objects are looked at in an order that is another one each time.
        for _ in 0..20 {
            watch(Watch::Given);
            // SAFETY: attached.
            let list = unsafe { ffi::PyList_New(0) };
            // SAFETY: a new reference; its record stays.
            std::mem::forget(unsafe { Owned::<PyAny>::from_owned_ptr(py, list) });
            // SAFETY: the reference in question.
            unsafe { Py_DecRef(list) };
            // Nearly always at the same address.
            // SAFETY: attached.
            let other = unsafe { ffi::PyList_New(0) };
            // SAFETY: attached.
            let tuple = unsafe { ffi::PyTuple_New(1) };
            // SAFETY: a new tuple and an item, which it steals.
            unsafe { ffi::PyTuple_SetItem(tuple, 0, other) };
            // SAFETY: a new reference, which is given away.
            let given = unsafe { Owned::<PyAny>::from_owned_ptr(py, tuple) }.into_ptr();
            // SAFETY: as the one that it was given to.
            unsafe { Py_DecRef(given) };
            finish_watch(py);
        }
        py.run(
            c"import gc; gc.collect(); assert [[] for _ in range(1000)]; gc.collect()",
            None,
            None,
        )
        .unwrap();
    });
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
