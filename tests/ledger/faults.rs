//! `assert_no_leaks_when_allocations_fail`: what is left behind on the way out of a failed allocation.

#[cfg(not(Py_GIL_DISABLED))]
use pyptr::ledger::{Kind, MisuseKind};
#[cfg(not(Py_GIL_DISABLED))]
use pyptr::manual::Ptr;
#[cfg(not(Py_GIL_DISABLED))]
use pyptr::testing::assert_no_leaks_when_allocations_fail;
use pyptr::testing::find_leaks_when_allocations_fail;
use pyptr::testing::{Report, Verdict};
#[cfg(not(Py_GIL_DISABLED))]
use pyptr::types::{PyBytes, PyList, PyString};
use pyptr::{PyResult, Python};

use crate::hook;

/// As a child of a test does it, without allocations of its own in between.
fn find(f: impl for<'py> FnMut(Python<'py>) -> PyResult<'py, ()>) -> Report {
    hook::start();
    find_leaks_when_allocations_fail(f)
}

#[test]
#[cfg(Py_GIL_DISABLED)]
fn free_threaded_builds_say_that_they_cannot() {
    let report = find(|_py| Ok(()));
    assert_eq!(report.verdict, Verdict::Inconclusive);
    assert!(report.notes[0].contains("free-threaded"), "{report}");
}

#[test]
#[cfg(not(Py_GIL_DISABLED))]
fn a_reference_that_is_lost_on_the_way_out() {
    let mut line = 0;
    let report = find(|py| {
        line = line!() + 1;
        let first = Ptr::from_owned(PyBytes::new(py, b"the first one")?);
        let second = PyBytes::new(py, b"the second one")?;
        // SAFETY: the reference from above, which is lost if there is no second one.
        unsafe { first.decref() };
        drop(second);
        Ok(())
    });
    assert_eq!(report.verdict, Verdict::Leak, "{report}");
    let [leak] = report.leaks[..] else {
        panic!("{report}")
    };
    assert_eq!((leak.per_run, leak.held.place.line), (1, line), "{report}");
    assert_eq!((leak.held.kind, leak.held.type_name), (Kind::New, "bytes"));
    assert!(
        report.notes[0].starts_with("when allocation 2 fails: leaked 1 reference"),
        "{report}"
    );
    assert!(
        report.misuses.is_empty() && report.heap.is_empty(),
        "{report}"
    );
}

#[test]
#[cfg(not(Py_GIL_DISABLED))]
fn a_reference_that_is_released_twice_on_the_way_out() {
    let mut line = 0;
    let report = find(|py| {
        let first = Ptr::from_owned(PyBytes::new(py, b"the first one")?);
        let second = PyBytes::new(py, b"the second one");
        // SAFETY: the reference from above.
        unsafe { first.decref() };
        if second.is_err() {
            line = line!() + 2;
            // SAFETY: none: it has been released.
            unsafe { first.decref() };
        }
        second.map(drop)
    });
    assert_eq!(report.verdict, Verdict::Leak, "{report}");
    let misuse = &report.misuses[0];
    assert_eq!(misuse.place.unwrap().line, line, "{report}");
    let kinds = [MisuseKind::ReleaseNotHeld, MisuseKind::UseAfterRelease];
    assert!(kinds.contains(&misuse.kind), "{report}");
}

#[test]
#[cfg(not(Py_GIL_DISABLED))]
fn rust_memory_that_is_lost_on_the_way_out() {
    let report = find(|py| {
        let memory = vec![0_u8; 54_321];
        if let Err(raised) = PyBytes::new(py, b"some bytes") {
            std::mem::forget(memory);
            return Err(raised);
        }
        Ok(())
    });
    assert_eq!(report.verdict, Verdict::Leak, "{report}");
    assert_eq!(report.heap[0].bytes_per_run, 54_321, "{report}");
}

#[test]
#[cfg(not(Py_GIL_DISABLED))]
fn what_is_lost_when_nothing_fails() {
    let report = find(|py| {
        std::mem::forget(PyBytes::new(py, b"the only one")?);
        Ok(())
    });
    assert_eq!(report.verdict, Verdict::Leak, "{report}");
    assert_eq!(report.leaks.len(), 1, "{report}");
    assert!(
        report.notes[0].starts_with("when no allocation fails: leaked 1 reference"),
        "{report}"
    );
}

#[test]
#[cfg(not(Py_GIL_DISABLED))]
fn clean_code_is_clean() {
    hook::start();
    let mut runs = 0;
    assert_no_leaks_when_allocations_fail(|py| {
        runs += 1;
        let list = PyList::empty(py)?;
        for text in ["one", "two", "three"] {
            list.append_owned(PyString::new(py, text)?.append_str("!")?.into_any())?;
        }
        Ok(())
    });
    // Each of at least a list, its memory, and three texts; and the runs without a failure.
    assert!(runs >= 7, "only {runs}");
}

#[test]
#[cfg(not(Py_GIL_DISABLED))]
#[should_panic(expected = "the closure fails although no allocation does")]
fn what_fails_by_itself_is_no_test() {
    hook::start();
    assert_no_leaks_when_allocations_fail(|py| {
        Err(py.raise::<pyptr::error::PyValueError>("it always does"))
    });
}
