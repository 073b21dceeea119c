//! `assert_no_leaks`: planted bugs at their lines, and no alarm on clean code.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::{mem, thread};

use pyptr::ledger::{Kind, MisuseKind};
use pyptr::manual::Ptr;
use pyptr::testing::{Report, Verdict};
use pyptr::types::{PyAny, PyDict, PyFloat, PyList, PyString};
use pyptr::{Owned, Python, Shared, ffi};

use crate::{bytes, hook, text};

fn find_leaks(f: impl FnMut(Python<'_>)) -> Report {
    hook::start();
    pyptr::testing::find_leaks(f)
}

#[track_caller]
fn assert_no_leaks(f: impl FnMut(Python<'_>)) {
    hook::start();
    pyptr::testing::assert_no_leaks(f);
}

/// Checks that there is one finding, a leaked reference taken on this line.
#[track_caller]
fn assert_leaks(report: &Report, line: u32, kind: Kind, type_name: &str) {
    assert_eq!(report.verdict, Verdict::Leak, "{report}");
    assert_eq!(
        (report.leaks.len(), report.misuses.len()),
        (1, 0),
        "{report}"
    );
    let leak = report.leaks[0];
    assert_eq!(leak.per_run, 1, "{report}");
    let held = leak.held;
    assert_eq!(
        (held.place.file, held.place.line),
        (file!(), line),
        "{report}"
    );
    assert_eq!(
        (held.kind, held.type_name, held.exact),
        (kind, type_name, true)
    );
}

#[test]
fn a_forgotten_new_reference() {
    let report = find_leaks(|py| {
        mem::forget(bytes(py));
    });
    let line = line!() - 2;
    assert_leaks(&report, line, Kind::New, "bytes");
    let expected = format!(
        "leaked 1 reference per run to bytes, taken at {}:{line}:21 (new)\n",
        file!()
    );
    assert!(report.to_string().starts_with(&expected), "{report}");
    assert!(report.to_json().contains("\"verdict\":\"leak\""));
}

/// Objects that are older than the check, and that only a container holds. Each is released too often in a way of
/// its own, in each run.
#[test]
fn borrowed_pointers_that_are_released_or_given_away() {
    hook::start();
    let list = Python::attach(|py| {
        let list = PyList::empty(py).unwrap();
        for _ in 0..3 {
            let float = PyFloat::new(py, 1.5).unwrap();
            list.append_owned(float.into_any()).unwrap();
        }
        list.into_shared()
    });
    let report = find_leaks(|py| {
        let list = list.bind(py);
        let item = |index| {
            // SAFETY: a list with so many items.
            let item = unsafe { ffi::PyList_GET_ITEM(list.as_ptr(), index) };
            // SAFETY: none, it is borrowed: what is to be found.
            unsafe { Owned::<PyAny>::from_owned_ptr(py, item) }
        };
        drop(item(0));
        let other = PyList::empty(py).unwrap();
        other.append(py.none().as_any()).unwrap();
        // SAFETY: a list with one item; the reference is stolen.
        unsafe { ffi::PyList_SetItem(other.as_ptr(), 0, item(1).into_ptr()) };
        other.append_owned(item(2)).unwrap();
    });
    let line = line!() - 9;
    let found: Vec<_> = report.misuses.iter().collect();
    assert_eq!(found.len(), 1, "{report}");
    assert_eq!(found[0].kind, MisuseKind::OwnedFromBorrowed, "{report}");
    assert_eq!(found[0].place.unwrap().line, line, "{report}");
    Python::attach(|py| {
        let list = list.bind(py);
        for item in list.iter() {
            assert!(item.refcount() > 1, "{}", item.refcount());
            assert_eq!(item.extract::<f64>().unwrap(), 1.5);
        }
    });
}

/// What is watched has more references, which a closure may notice.
#[test]
fn a_closure_that_looks_at_the_count_of_what_it_gives_away() {
    let mut runs = 0;
    assert_no_leaks(|py| {
        // SAFETY: attached; a new reference.
        let float = unsafe { ffi::PyFloat_FromDouble(2.5) };
        // SAFETY: a new reference, which is not NULL.
        let float: Owned<'_, PyAny> = unsafe { Owned::from_owned_ptr(py, float) };
        let float = float.into_ptr();
        // SAFETY: alive by the reference that is given away.
        assert_eq!(unsafe { ffi::Py_REFCNT(float) }, 1);
        // SAFETY: that reference.
        unsafe { ffi::Py_DECREF(float) };
        runs += 1;
    });
    assert_eq!(runs, 5);
}

#[test]
fn an_incref_never_undone() {
    hook::start();
    let argument = Python::attach(|py| text(py, "an argument").into_shared());
    let report = find_leaks(|py| {
        // SAFETY: alive; never released, which is what is to be found.
        unsafe { argument.bind(py).incref() }
    });
    assert_leaks(&report, line!() - 2, Kind::Incref, "str");
    let report = find_leaks(|py| {
        let ptr = Ptr::from_borrowed(argument.bind(py));
        // SAFETY: as above.
        let _ = unsafe { ptr.new_ref() };
    });
    assert_leaks(&report, line!() - 2, Kind::Incref, "str");
}

#[test]
fn a_list_leaked_on_the_error_return() {
    fn fill(py: Python<'_>, fail: bool) -> Result<(), ()> {
        let list = mem::ManuallyDrop::new(PyList::empty(py).unwrap());
        let line = line!() - 1;
        LINE.set(line);
        if fail {
            return Err(());
        }
        drop(mem::ManuallyDrop::into_inner(list));
        Ok(())
    }
    thread_local!(static LINE: Cell<u32> = const { Cell::new(0) });
    assert_no_leaks(|py| fill(py, false).unwrap());
    let report = find_leaks(|py| fill(py, true).unwrap_err());
    assert_leaks(&report, LINE.get(), Kind::New, "list");
}

#[test]
fn a_cache_that_grows_in_every_run() {
    let cache = RefCell::new(Vec::new());
    let report = find_leaks(|py| {
        let entry = text(py, "entry").into_shared();
        cache.borrow_mut().push(entry);
    });
    let line = line!() - 3;
    assert_eq!(report.leaks.len(), 1, "{report}");
    let held = report.leaks[0].held;
    assert_eq!(held.place.line, line, "{report}");
    assert_eq!(held.handed.unwrap().line, line);
    assert!(report.to_string().contains("last handed over at"));
    // A bounded one is none.
    let cache = RefCell::new(VecDeque::new());
    assert_no_leaks(|py| {
        let mut cache = cache.borrow_mut();
        cache.push_back(text(py, "entry").into_shared());
        if cache.len() > 20 {
            cache.pop_front();
        }
    });
}

/// The object would be freed under the list, if the ledger did not keep it.
#[test]
fn an_owned_made_from_a_borrowed_pointer() {
    let line = Cell::new(0);
    let report = find_leaks(|py| {
        let list = PyList::empty(py).unwrap();
        list.append(&bytes(py)).unwrap();
        // SAFETY: there is one item.
        let item = unsafe { ffi::PyList_GetItem(list.as_ptr(), 0) };
        // SAFETY: none: the item is borrowed from the list, which is what is to be found.
        let item: Owned<'_, PyAny> = unsafe { Owned::from_owned_ptr(py, item) };
        line.set(line!() - 1);
        drop(item);
        assert_eq!(list.len(), 1);
    });
    assert_eq!(report.verdict, Verdict::Leak, "{report}");
    let misuse = &report.misuses[0];
    assert_eq!(misuse.kind, MisuseKind::OwnedFromBorrowed, "{report}");
    assert_eq!(misuse.place.unwrap().line, line.get(), "{report}");
    assert_eq!(misuse.type_name, "bytes");
}

#[test]
fn misuse_is_a_finding() {
    let report = find_leaks(|py| {
        let text = text(py, "released twice");
        // SAFETY: no reference of ours, which is what is to be found.
        unsafe { Ptr::from_borrowed(&text).decref() }
    });
    assert_eq!((report.verdict, report.misuses.len()), (Verdict::Leak, 1));
    assert_eq!(report.misuses[0].place.unwrap().line, line!() - 3);
}

#[test]
fn a_rust_allocation() {
    let report = find_leaks(|py| {
        drop(bytes(py));
        mem::forget(vec![0_u8; 4321]);
    });
    let line = line!() - 3;
    assert_eq!((report.verdict, report.leaks.len()), (Verdict::Leak, 0));
    let leak = report.heap.iter().find(|leak| leak.bytes_per_run == 4321);
    let leak = leak.unwrap_or_else(|| panic!("{report}"));
    assert_eq!((leak.per_run, leak.near.unwrap().line), (1, line));
    assert!(
        report
            .to_string()
            .contains("leaked 1 Rust allocation (4321 bytes) per run")
    );
}

/// Through Python: the report names the exported function.
#[test]
fn an_exported_function_that_leaks() {
    let report = find_leaks(|py| {
        let module = py.import(c"leaking").unwrap();
        module.call_method0(c"leak_too").unwrap();
        module.call_method0(c"allocate").unwrap();
    });
    assert_leaks_in(
        &report,
        "leaked 1 reference per run to bytes, taken at tests/ledger/hook.rs:",
    );
    assert_leaks_in(&report, " (new) in leak_too()");
    assert_leaks_in(
        &report,
        "leaked 1 Rust allocation (23456 bytes) per run in allocate()",
    );
}

#[track_caller]
fn assert_leaks_in(report: &Report, text: &str) {
    let report = report.to_string();
    assert!(report.contains(text), "{report}");
}

#[test]
fn a_thread_that_leaks() {
    let report = find_leaks(|py| {
        let leak = || Python::attach(|py| mem::forget(bytes(py)));
        py.detach(|| thread::spawn(leak).join().unwrap());
    });
    assert_leaks(&report, line!() - 3, Kind::New, "bytes");
}

#[test]
fn clean_code() {
    hook::start();
    let mut first = true;
    assert_no_leaks(|py| {
        // Made once, kept for ever.
        if mem::take(&mut first) {
            text(py, "for ever").leak_static();
        }
        let numbers = py
            .eval(c"[n * 1000 for n in range(300)]", None, None)
            .unwrap();
        let numbers: Vec<i64> = numbers.extract().unwrap();
        assert_eq!(numbers.len(), 300);
        // A cycle, which the collector frees.
        let dict = PyDict::new(py).unwrap();
        dict.set(&text(py, "itself"), &dict).unwrap();
        // An exception with a traceback.
        assert!(py.eval(c"1 / 0", None, None).is_err());
        py.import(c"json")
            .unwrap()
            .call_method(c"loads", [&text(py, "[1.5, {}]")])
            .unwrap();
        // Interned.
        drop(PyString::intern(py, c"interned by a test").unwrap());
        // Released by another thread, detached.
        let shared: Shared<PyAny> = bytes(py).into_any().into_shared();
        py.detach(|| thread::spawn(move || drop(shared)).join().unwrap());
    });
}

#[test]
fn panics_come_through_and_names_stand_in_them() {
    let panicked =
        catch_unwind(|| assert_no_leaks(|_| panic!("a failure of its own"))).unwrap_err();
    assert_eq!(
        *panicked.downcast_ref::<&str>().unwrap(),
        "a failure of its own"
    );
    let leak = AssertUnwindSafe(|| assert_no_leaks(|py| mem::forget(bytes(py))));
    let panicked = catch_unwind(leak).unwrap_err();
    let message = panicked.downcast_ref::<String>().unwrap();
    assert!(
        message.starts_with("leaked 1 reference per run to bytes"),
        "{message}"
    );
}

#[test]
fn cycles_are_collected_although_the_collector_is_disabled() {
    hook::start();
    let switch = |name| {
        Python::attach(|py| drop(py.import(c"gc").unwrap().call_method0(name).unwrap()));
    };
    switch(c"disable");
    let report = pyptr::testing::find_leaks(|py| {
        let list = PyList::empty(py).unwrap();
        list.append_owned(list.new_ref().into_any()).unwrap();
    });
    switch(c"enable");
    assert_eq!(report.verdict, Verdict::Clean, "{report}");
}
