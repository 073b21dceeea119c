//! Misuse is made harmless, and reported with its line.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::ptr;

use pyptr::ledger::MisuseKind;
use pyptr::manual::Ptr;
use pyptr::testing::{Verdict, find_leaks};
use pyptr::types::{PyAny, PyFloat, PyInt, PyList, PyString};
use pyptr::{Borrowed, Owned, Python, ffi};

use crate::{attached, held, hook, misused, text};

/// What was misused between two lines, by kind and line.
fn found(from: u32, to: u32) -> Vec<(MisuseKind, u32)> {
    let misuses = misused(file!(), from..to).into_iter();
    misuses
        .map(|misuse| (misuse.kind, misuse.place.unwrap().line))
        .collect()
}

#[test]
fn a_decref_too_many_is_refused() {
    attached(|py| {
        let from = line!();
        let text = text(py, "released too often");
        let ptr = Ptr::from_borrowed(&text);
        // SAFETY: no reference of ours, which is what the ledger is to find.
        unsafe { ptr.decref() };
        let line = line!() - 1;
        assert_eq!(text.refcount(), 1);
        assert_eq!(found(from, line!()), [(MisuseKind::ReleaseNotHeld, line)]);
        // SAFETY: as above.
        unsafe { text.decref() };
        let second = line!() - 1;
        assert_eq!(text.refcount(), 1);
        assert_eq!(
            found(from, line!()),
            [
                (MisuseKind::ReleaseNotHeld, line),
                (MisuseKind::ReleaseNotHeld, second)
            ]
        );
        let report = misused(file!(), from..line!())[0].to_string();
        let expected = format!(
            "released a reference that is not held: str, at {}:{line}:",
            file!()
        );
        assert!(report.starts_with(&expected), "{report}");
    });
}

#[test]
fn a_gift_of_what_is_not_held_is_made_up_for() {
    attached(|py| {
        let from = line!();
        let left = text(py, "left ");
        let right = text(py, "right");
        let ptr = Ptr::from_borrowed(&left);
        // SAFETY: no reference of ours is there to be stolen, which is what the ledger is to find.
        let result = unsafe { ptr.append(Ptr::from_borrowed(&right)) };
        let line = line!() - 1;
        assert_eq!((left.refcount(), right.refcount()), (1, 1));
        assert_eq!(found(from, line!()), [(MisuseKind::GiveNotHeld, line)]);
        // SAFETY: a new reference.
        let result = unsafe { Ptr::into_result(py, result) }.unwrap();
        assert_eq!(result.to_str().unwrap(), "left right");
    });
}

#[test]
fn use_after_release() {
    attached(|py| {
        let from = line!();
        // Freed memory of this size is not used again by what happens here.
        let long = "x".repeat(1000);
        // SAFETY: attached; released below.
        let ptr = unsafe { Ptr::new_str(&long) }.unwrap();
        // SAFETY: our reference, the last one.
        unsafe { ptr.decref() };
        // SAFETY: freed, which is what the ledger is to find.
        unsafe { ptr.decref() };
        let line = line!() - 1;
        let kinds = found(from, line!());
        assert_eq!(kinds.len(), 1);
        assert_eq!(kinds[0].1, line);
        assert_eq!(kinds[0].0, MisuseKind::UseAfterRelease);
        drop(py.none().new_ref());
    });
}

/// Each use of the pointer says so, before it reads anything.
#[test]
fn each_use_after_release() {
    attached(|py| {
        let from = line!();
        let other = text(py, "other");
        let other = Ptr::from_borrowed(&other);
        // SAFETY: attached; released below.
        let ptr = unsafe { Ptr::new_str(&"x".repeat(1000)) }.unwrap();
        // SAFETY: our reference, the last one.
        unsafe { ptr.decref() };
        macro_rules! uses {
            ($($name:literal: $use_it:expr;)*) => {
                [$(($name, &|| {
                    // SAFETY: none: the object is gone, which is what the ledger is to find.
                    let _ = unsafe { $use_it };
                })),*]
            };
        }
        let uses: [(&str, &dyn Fn()); 9] = uses! {
            "len": ptr.len();
            "to_str": ptr.to_str();
            "refcount": ptr.refcount();
            "as_borrowed": ptr.as_borrowed(py);
            "cast": ptr.cast::<PyInt>();
            "concat": ptr.concat(other);
            "its right side": other.concat(ptr);
            "into_owned": ptr.into_owned(py);
            "give": ptr.give();
        };
        for (number, (name, use_it)) in uses.into_iter().enumerate() {
            let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(use_it));
            assert!(panic.is_err(), "{name}");
            let found = found(from, line!());
            assert_eq!(found.len(), number + 1, "{name}: {found:?}");
            assert_eq!(found[number].0, MisuseKind::UseAfterRelease, "{name}");
        }
        // SAFETY: as above.
        unsafe { ptr.incref() };
        assert_eq!(found(from, line!()).len(), uses.len() + 1);
    });
}

/// Of a pointer that the ledger knows nothing about nothing is read: this one leads nowhere.
#[test]
fn what_may_be_gone_is_not_read() {
    attached(|_| {
        let from = line!();
        let nowhere = ptr::without_provenance_mut(0xDEA0);
        let ptr = Ptr::<PyString>::from_ptr(nowhere).unwrap();
        // SAFETY: there is no such object: the ledger is to refuse this.
        unsafe { ptr.decref() };
        let line = line!() - 1;
        assert_eq!(found(from, line!()), [(MisuseKind::ReleaseNotHeld, line)]);
        let report = misused(file!(), from..line!())[0].to_string();
        let expected = "released a reference that is not held: an object, at ";
        assert!(report.starts_with(expected), "{report}");
    });
}

/// The type is named if somebody else has a reference, or had one when the pointer was made.
#[test]
fn what_is_known_to_be_alive_is_named() {
    attached(|py| {
        let from = line!();
        let known = text(py, "known");
        let raw = Ptr::<PyString>::from_ptr(known.as_ptr()).unwrap();
        // SAFETY: not ours, which is what the ledger is to find.
        unsafe { raw.decref() };
        let list = py
            .eval(c"[bytearray(b'held by a list')]", None, None)
            .unwrap();
        let item = list.get_at(0).unwrap();
        let lent = Ptr::from_borrowed(&item);
        drop(item);
        // SAFETY: as above.
        unsafe { lent.decref() };
        let names: Vec<_> = misused(file!(), from..line!())
            .iter()
            .map(|misuse| misuse.type_name)
            .collect();
        assert_eq!(names, ["str", "bytearray"]);
    });
}

/// Counting what is documented to be immortal is optional.
#[test]
fn singletons_may_be_released_without_a_reference() {
    attached(|py| {
        let from = line!();
        for singleton in [c"None", c"True", c"False", c"...", c"NotImplemented"] {
            let object = py.eval(singleton, None, None).unwrap();
            if cfg!(Py_3_12) {
                let ptr = Ptr::<PyAny>::from_ptr(object.as_ptr()).unwrap();
                // SAFETY: immortal.
                unsafe { ptr.decref() };
                // SAFETY: as above.
                drop(unsafe { ptr.into_owned(py) });
            }
        }
        assert_eq!(found(from, line!()), []);
    });
}

/// A reference to an object that lives anyway is a reference.
#[test]
fn immortal_objects_are_recorded() {
    attached(|py| {
        for (name, make) in [
            ("int", c"1"),
            ("str", c"''"),
            ("type", c"int"),
            ("tuple", c"()"),
        ] {
            let object = py.eval(make, None, None).unwrap();
            let line = line!() + 1;
            std::mem::forget(object.new_ref());
            let held = held(file!(), line..=line);
            let last = held.iter().find(|held| held.type_name == name);
            assert!(last.is_some_and(|held| held.count == 1), "{name}: {held:?}");
        }
    });
}

#[test]
fn an_owned_that_is_dropped_twice() {
    attached(|py| {
        let from = line!();
        let witness = text(py, "witness");
        let owned = ManuallyDrop::new(witness.new_ref());
        let line = line!() - 1;
        // SAFETY: the first of two copies, one too many of which is dropped: the ledger is to find it.
        drop(unsafe { ptr::read(&*owned) });
        drop(ManuallyDrop::into_inner(owned));
        assert_eq!(witness.refcount(), 1);
        let found = found(from, line!());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, MisuseKind::ReleasedTwice);
        assert!((line..line + 4).contains(&found[0].1), "{found:?}");
    });
}

struct Smuggled<T>(T);

// SAFETY: none: it is the mistake that the ledger is to find.
unsafe impl<T> Send for Smuggled<T> {}

impl<T> Smuggled<T> {
    fn get(self) -> T {
        self.0
    }
}

#[test]
fn dropping_while_detached_releases_later() {
    attached(|py| {
        let from = line!();
        let witness = text(py, "witness");
        let smuggled = Smuggled(witness.new_ref());
        let line = line!() - 1;
        py.detach(|| drop(smuggled.get()));
        assert_eq!(found(from, line!()), [(MisuseKind::DroppedDetached, line)]);
        Python::attach(|_| ());
        assert_eq!(witness.refcount(), 1);
        assert!(held(file!(), line..=line).is_empty());
    });
}

/// Under debug assertions cloning panics, as every use of a smuggled token does; it is reported before.
#[test]
fn cloning_while_detached_is_reported() {
    attached(|py| {
        let from = line!();
        let witness = text(py, "witness");
        let smuggled = Smuggled(&*witness);
        let cloned = py.detach(|| {
            let smuggled = smuggled.get();
            let cloned = std::panic::catch_unwind(|| Smuggled(smuggled.new_ref()));
            cloned.ok()
        });
        let line = line!() - 3;
        assert_eq!(found(from, line!()), [(MisuseKind::ClonedDetached, line)]);
        assert_eq!(cloned.is_some(), !cfg!(debug_assertions));
        drop(cloned);
        assert_eq!(witness.refcount(), 1);
    });
}

/// Immortal objects are not counted, and so cannot be released too often.
#[test]
fn immortals_are_let_through() {
    attached(|py| {
        let from = line!();
        let ptr = Ptr::from_borrowed(py.none().as_any());
        // SAFETY: attached; balanced.
        unsafe { ptr.incref() };
        // SAFETY: as above.
        unsafe { ptr.decref() };
        // SAFETY: attached.
        let small = unsafe { ffi::PyLong_FromLong(1) };
        // SAFETY: a new reference; released below.
        let small = unsafe { Ptr::<PyInt>::from_owned_ptr(small) }.unwrap();
        // SAFETY: the reference taken just now.
        unsafe { small.decref() };
        assert_eq!(found(from, line!()), []);
    });
}

/// The ledger cannot tell it from a borrowed pointer that is returned without an `incref`.
#[test]
fn a_raw_result_that_enters_as_borrowed_is_not_held() {
    attached(|py| {
        let from = line!();
        // SAFETY: attached.
        let float = Ptr::<PyFloat>::from_ptr(unsafe { ffi::PyFloat_FromDouble(1.25) }).unwrap();
        // SAFETY: a new reference.
        let float: Owned<'_, PyFloat> = unsafe { float.into_owned(py) };
        let line = line!() - 1;
        assert_eq!(found(from, line!()), [(MisuseKind::GiveNotHeld, line)]);
        // Made up for.
        assert_eq!(
            (held(file!(), from..line!()).len(), float.refcount()),
            (1, 2)
        );
        drop(float);

        let from = line!();
        // SAFETY: attached.
        let float = unsafe { ffi::PyFloat_FromDouble(1.25) };
        // SAFETY: a new reference.
        let float = unsafe { Ptr::<PyFloat>::from_owned_ptr(float) }.unwrap();
        // SAFETY: the reference from above.
        let float = unsafe { float.into_owned(py) };
        assert_eq!(
            (held(file!(), from..line!()).len(), float.refcount()),
            (1, 1)
        );
        assert_eq!(found(from, line!()), []);
        let _: Option<Ptr<PyString>> = None;
    });
}

/// A borrowed reference that has outlived its object gives no other.
#[test]
fn a_reference_to_what_is_gone_is_refused() {
    attached(|py| {
        let from = line!();
        let owner = text(py, &"x".repeat(1000));
        // SAFETY: there is none: the owner is dropped before the last use.
        let gone: &Borrowed<'_, PyAny> = unsafe { Borrowed::from_ptr(py, owner.as_ptr()) };
        drop(gone.new_ref());
        assert_eq!(found(from, line!()), []);
        drop(owner);
        let take = std::panic::AssertUnwindSafe(|| drop(gone.to_owned()));
        let line = line!() - 1;
        assert!(std::panic::catch_unwind(take).is_err());
        assert_eq!(found(from, line!()), [(MisuseKind::UseAfterRelease, line)]);
    });
}

/// A list that is released by hand is pinned in a check, with its items.
#[test]
fn an_object_that_lives_only_by_what_is_pinned() {
    hook::start();
    let line = Cell::new(0);
    // A list of the raw API with the object in it, and whether the object is in another list, too.
    let check = |is_kept: bool| {
        find_leaks(|py| {
            let object = PyList::empty(py).unwrap();
            let by_hand = Ptr::from_borrowed(&object);
            let other = PyList::empty(py).unwrap();
            if is_kept {
                other.append(&object).unwrap();
            }
            // SAFETY: attached.
            let list = unsafe { ffi::PyList_New(0) };
            // SAFETY: a live list and a live object.
            unsafe { ffi::PyList_Append(list, object.as_ptr()) };
            // SAFETY: a live list, and an object of which it takes a reference.
            let around = unsafe { ffi::Py_BuildValue(c"(N)".as_ptr(), list) };
            // SAFETY: a new reference.
            let around = unsafe { Ptr::<PyAny>::from_owned_ptr(around) }.unwrap();
            drop(object);
            // SAFETY: the reference from above.
            unsafe { around.decref() };
            // SAFETY: alive only if it is kept.
            unsafe { by_hand.incref() };
            line.set(line!() - 1);
            if is_kept {
                // SAFETY: the reference from above.
                unsafe { by_hand.decref() };
            }
            drop(other);
        })
    };
    let report = check(true);
    assert_eq!(report.verdict, Verdict::Clean, "{report}");
    let report = check(false);
    assert_eq!(report.verdict, Verdict::Leak, "{report}");
    let [misuse] = report.misuses.as_slice() else {
        panic!("{report}");
    };
    assert_eq!(misuse.kind, MisuseKind::UseAfterRelease, "{report}");
    assert_eq!(misuse.place.unwrap().line, line.get(), "{report}");
}
