//! What closes a record, and what it holds.

use std::thread;

use pyptr::ledger::Kind;
use pyptr::manual::Ptr;
use pyptr::testing::{Held, snapshot};
use pyptr::types::{PyAny, PyInt, PyList, PyString, PyTuple, PyType};
use pyptr::{Owned, Python, Returned, Shared, ffi};

use crate::{attached, bytes, held, text};

#[test]
fn sizes() {
    let word = size_of::<usize>();
    // A record has 64 bits everywhere.
    let with_record = word + 8;
    assert_eq!(size_of::<Owned<'static, PyAny>>(), with_record);
    assert_eq!(size_of::<Option<Owned<'static, PyAny>>>(), with_record);
    assert_eq!(size_of::<Shared<PyAny>>(), with_record);
    assert_eq!(size_of::<Returned<'static, PyAny>>(), word);
    assert_eq!(size_of::<Option<Ptr<PyAny>>>(), word);
}

#[test]
fn giving_away_closes() {
    attached(|py| {
        let line = line!();
        let raw = bytes(py).into_ptr();
        let returned = Returned::from(bytes(py)).into_ptr();
        let none = Returned::from(Some(bytes(py))).into_ptr();
        let result = Returned::from(Ok(bytes(py))).into_ptr();
        let list = PyList::empty(py).unwrap();
        list.append_owned(bytes(py).into_any()).unwrap();
        list.set(0, bytes(py).into_any()).unwrap();
        drop(list);
        assert_eq!(held(file!(), line..line!()), []);
        for raw in [raw, returned, none, result] {
            // SAFETY: references that were given away.
            unsafe { ffi::Py_DECREF(raw) };
        }
    });
}

#[test]
fn a_shared_keeps_the_line_and_says_where_it_became_one() {
    attached(|py| {
        let line = line!();
        let owned = bytes(py);
        let shared = owned.into_shared();
        let records = held(file!(), line..line!());
        assert_eq!(records.len(), 1);
        assert_eq!(records[0].place.line, line + 1);
        assert_eq!(records[0].handed.unwrap().line, line + 2);
        let back = shared.into_owned(py);
        let records = held(file!(), line..line!());
        assert_eq!(records[0].handed.unwrap().line, line + 7);
        drop(back);
        assert_eq!(held(file!(), line..line!()), []);
    });
}

#[test]
fn another_thread_may_close() {
    let line = line!();
    let shared: Vec<_> = attached(|py| (0..3000).map(|_| bytes(py).into_shared()).collect());
    let inner = held(file!(), line..line!());
    assert_eq!(inner.iter().map(|held| held.count).sum::<usize>(), 3000);
    let mut shared = shared.into_iter();
    let first: Vec<_> = shared.by_ref().take(1000).collect();
    let second: Vec<_> = shared.by_ref().take(1000).collect();
    // Attached there.
    thread::spawn(move || Python::attach(|_| drop(first)))
        .join()
        .unwrap();
    // Detached: queued, and released at the next attach.
    thread::spawn(move || drop(second)).join().unwrap();
    drop(shared);
    Python::attach(|_| ());
    assert_eq!(held(file!(), line..line!()), []);
    // What was closed elsewhere is used again.
    attached(|py| {
        let again: Vec<_> = (0..3000).map(|_| bytes(py)).collect();
        let line = line!() - 1;
        assert_eq!(
            held(file!(), line..=line)
                .iter()
                .map(|held| held.count)
                .sum::<usize>(),
            3000
        );
        drop(again);
        assert_eq!(held(file!(), line..=line), []);
    });
}

#[test]
fn threads_and_sequences() {
    let line = line!();
    let take = || attached(|py| (bytes(py).into_shared(), text(py, "later").into_shared()));
    let here = take();
    let mine = held(file!(), line..line!());
    let there = thread::spawn(take).join().unwrap();
    let both = held(file!(), line..line!());
    assert_eq!((mine.len(), both.len()), (2, 2));
    assert!(both.iter().all(|held| held.count == 2));
    assert!(both[0].thread > mine[0].thread);
    let of = |type_name| {
        mine.iter()
            .find(|held| held.type_name == type_name)
            .unwrap()
            .sequence
    };
    assert!(of("bytes") < of("str"));
    drop((here, there));
}

/// The type's name is that of when the reference was taken: object and type may be gone.
#[test]
fn names_of_heap_types_are_kept() {
    attached(|py| {
        let line = line!();
        let object = py
            .eval(c"type('Short' + 'Lived', (), {})()", None, None)
            .unwrap();
        let records = held(file!(), line..line!());
        assert_eq!((records.len(), records[0].type_name), (1, "ShortLived"));
        drop(object);
    });
}

/// Objects that live anyway, on all versions, whatever the type of the pointer: their counts may not show it.
#[test]
fn references_to_immortals_are_recorded() {
    attached(|py| {
        let line = line!();
        let none = py.none().new_ref();
        let any = py.none().new_ref().into_any();
        let truth = py.bool(true).new_ref().into_shared();
        let one = PyInt::new(py, 1).unwrap();
        let text = PyString::new(py, "a").unwrap();
        let empty = PyTuple::empty(py);
        let kind = PyType::of::<PyInt>(py).new_ref();
        let by_hand = py.not_implemented();
        // SAFETY: released below.
        unsafe { by_hand.incref() };
        let lines = || held(file!(), line..line + 11);
        let count = |held: Vec<Held>| held.iter().map(|held| held.count).sum::<usize>();
        assert_eq!(count(lines()), 8, "{:?}", lines());
        drop((none, any, truth, one, text, empty, kind));
        assert_eq!(count(lines()), 1, "{:?}", lines());
        // SAFETY: the reference from above.
        unsafe { by_hand.decref() };
        assert_eq!(lines(), []);
    });
}

#[test]
fn what_is_meant_to_live_is_no_leak() {
    attached(|py| {
        let line = line!();
        let text = text(py, "for ever").leak_static();
        assert_eq!(text.to_str().unwrap(), "for ever");
        assert_eq!(held(file!(), line..line!()), []);
    });
}

#[test]
fn snapshots_are_compared() {
    attached(|py| {
        let before = snapshot(py);
        let line = line!();
        let held: Vec<_> = (0..5).map(|_| bytes(py)).collect();
        let growth = snapshot(py).growth_since(&before);
        let mine: Vec<_> = growth
            .iter()
            .filter(|held| held.place.line == line + 1)
            .collect();
        assert_eq!(mine.len(), 1, "{growth:?}");
        assert_eq!((mine[0].count, mine[0].kind), (5, Kind::New));
        drop(held);
        let growth = snapshot(py).growth_since(&before);
        assert!(growth.iter().all(|held| held.place.line != line + 1));
        assert!(snapshot(py).blocks > 0);
    });
}

/// More objects than the ledger has places for, so that many share one: each reference still has its own record, in
/// whatever order they are released.
#[test]
fn many_objects_counted_by_hand() {
    const COUNT: usize = 10_000;
    attached(|py| {
        let objects: Vec<Ptr<PyString>> = (0..COUNT)
            .map(|number| Ptr::from_owned(text(py, &format!("number {number}"))))
            .collect();
        let line = line!();
        for ptr in &objects {
            // SAFETY: alive; released below.
            unsafe { ptr.incref() };
        }
        let count = |lines| -> usize { held(file!(), lines).iter().map(|held| held.count).sum() };
        assert_eq!(count(line..line!()), COUNT);
        // 7919 is a prime number, so that each object has its turn.
        for turn in 0..COUNT {
            // SAFETY: the reference of `incref`.
            unsafe { objects[turn * 7919 % COUNT].decref() };
        }
        assert_eq!(count(line..line!()), 0);
        for ptr in &objects {
            // SAFETY: alive: released below.
            assert_eq!(unsafe { ptr.refcount() }, 1);
        }
        for turn in 0..COUNT {
            // SAFETY: the first reference.
            unsafe { objects[turn * 7919 % COUNT].decref() };
        }
        assert_eq!(count(line - 10..line!()), 0);
    });
}

/// A reference goes from the safe pointers to those counted by hand, and back.
#[test]
fn manual_mode_keeps_the_record() {
    attached(|py| {
        let line = line!();
        let ptr: Ptr<PyString> = Ptr::from_owned(text(py, "there and back"));
        // SAFETY: alive; released below.
        unsafe { ptr.incref() };
        let records = held(file!(), line..line!());
        assert_eq!(records.len(), 2);
        assert_eq!(
            (records[0].place.line, records[0].kind),
            (line + 1, Kind::New)
        );
        assert_eq!(
            (records[1].place.line, records[1].kind),
            (line + 3, Kind::Incref)
        );
        // SAFETY: the reference of `incref`.
        unsafe { ptr.decref() };
        // SAFETY: the first reference.
        drop(unsafe { ptr.into_owned(py) });
        // SAFETY: attached; a new reference, given away.
        let given = unsafe { Ptr::new_str("given") }.map(|ptr| unsafe { ptr.give() });
        assert_eq!(held(file!(), line..line!()), []);
        // SAFETY: the reference given away above.
        unsafe { ffi::Py_DECREF(given.unwrap()) };
    });
}
