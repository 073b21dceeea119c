//! Iterating over a tuple.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyptr::types::PyTuple;
use pyptr::{Owned, ffi};

use super::three;
use crate::common::attached;

#[test]
fn iteration_from_both_ends() {
    attached(|py| {
        let tuple = three(py);
        let at = |index: usize| tuple.get(index).unwrap();
        let mut items = tuple.iter();
        assert_eq!(items.len(), 3);
        assert!(items.next().unwrap().is(at(0)));
        assert!(items.next_back().unwrap().is(at(2)));
        assert_eq!(items.len(), 1);
        assert!(items.next_back().unwrap().is(at(1)));
        assert!(items.next().is_none());
        assert!(items.next_back().is_none());
        assert_eq!(items.len(), 0);
        let mut count = 0;
        for item in &*tuple {
            assert!(item.is(at(count)));
            count += 1;
        }
        assert_eq!(count, 3);
    });
}

/// RUSTSEC-2026-0176: an index that overflows must not come back into the tuple.
#[test]
fn nth_checks_its_arithmetic() {
    attached(|py| {
        let tuple = three(py);
        let at = |index: usize| tuple.get(index).unwrap();
        assert!(tuple.iter().nth(2).unwrap().is(at(2)));
        assert!(tuple.iter().nth_back(2).unwrap().is(at(0)));
        for beyond in [3, 4, usize::MAX - 1, usize::MAX] {
            let mut items = tuple.iter();
            items.next();
            assert!(items.nth(beyond).is_none());
            assert_eq!(items.len(), 0);
            assert!(items.next().is_none() && items.next_back().is_none());
            let mut items = tuple.iter();
            items.next_back();
            assert!(items.nth_back(beyond).is_none());
            assert_eq!(items.len(), 0);
            assert!(items.next().is_none() && items.next_back().is_none());
        }
        let mut items = tuple.iter();
        items.next();
        assert!(items.nth(1).unwrap().is(at(2)));
        assert!(items.nth(1).is_none());
    });
}

#[test]
fn a_slot_that_is_still_null_is_no_item() {
    attached(|py| {
        // SAFETY: attached.
        let raw = unsafe { ffi::PyTuple_New(2) };
        // SAFETY: a new reference to a tuple, whose slots are NULL.
        let tuple: Owned<'_, PyTuple> = unsafe { Owned::from_owned_ptr(py, raw) };
        // SAFETY: nobody else uses the tuple, and the collector is not to show it to other tests.
        unsafe { ffi::PyObject_GC_UnTrack(raw.cast()) };
        assert_eq!(tuple.len(), 2);
        assert!(tuple.get(0).is_none());
        assert!(catch_unwind(AssertUnwindSafe(|| tuple.iter().next().is_some())).is_err());
        assert!(catch_unwind(AssertUnwindSafe(|| tuple.iter().nth_back(1).is_some())).is_err());
    });
}
