//! The pointer itself, and counting.

use std::panic::{self, AssertUnwindSafe};

use pyptr::ffi;
use pyptr::manual::Ptr;
use pyptr::types::{PyAny, PyString};

use super::count;
use crate::common::{attached, fresh_str};

#[test]
fn one_word_with_null_as_none() {
    assert_eq!(size_of::<Option<Ptr<PyAny>>>(), size_of::<*mut ()>());
    assert!(Ptr::<PyAny>::from_ptr(std::ptr::null_mut()).is_none());
    attached(|py| {
        let text = fresh_str(py, "null");
        let some = Ptr::<PyString>::from_ptr(text.as_ptr());
        // SAFETY: one word each, and NULL is the niche.
        let word: *mut ffi::PyObject = unsafe { std::mem::transmute(some) };
        assert_eq!(word, text.as_ptr());
    });
}

#[test]
fn incref_decref_and_new_ref_count_one() {
    attached(|py| {
        let text = fresh_str(py, "counted");
        let ptr = Ptr::from_borrowed(&text);
        assert_eq!(count(ptr), 1);
        // SAFETY: alive; released below.
        unsafe { ptr.incref() };
        assert_eq!(text.refcount(), 2);
        // SAFETY: alive; released below.
        let again = unsafe { ptr.new_ref() };
        assert_eq!((text.refcount(), count(again)), (3, 3));
        assert!(again.is(ptr));
        // SAFETY: the reference of `new_ref`.
        unsafe { again.decref() };
        assert_eq!(text.refcount(), 2);
        // SAFETY: the reference of `incref`.
        unsafe { ptr.decref() };
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn copies_and_drops_count_nothing() {
    attached(|py| {
        let text = fresh_str(py, "copied");
        {
            let ptr = Ptr::from_borrowed(&text);
            #[allow(clippy::clone_on_copy)] // The clone is what is tested.
            let copies = [ptr, ptr.clone()];
            assert!(copies.iter().all(|copy| copy.is(ptr)));
            assert_eq!(text.refcount(), 1);
        }
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn decref_of_the_last_reference_frees() {
    attached(|py| {
        let holder = fresh_str(py, "held by a tuple");
        // SAFETY: a tuple of one, which takes a reference of its own.
        let tuple = unsafe { ffi::PyTuple_Pack(1, holder.as_ptr()) };
        let tuple: Ptr<PyAny> = Ptr::from_ptr(tuple).expect("memory for a tuple");
        assert_eq!(holder.refcount(), 2);
        // SAFETY: the only reference to the tuple, which is not used again.
        unsafe { tuple.decref() };
        assert_eq!(holder.refcount(), 1);
    });
}

#[test]
fn defer_releases_at_the_end_of_the_scope_and_on_a_panic() {
    attached(|py| {
        let text = fresh_str(py, "deferred");
        let ptr = Ptr::from_borrowed(&text);
        {
            // SAFETY: alive; the guard releases it.
            let mine = unsafe { ptr.new_ref() };
            // SAFETY: the reference taken just now.
            let _release = unsafe { mine.defer_decref() };
            assert_eq!(text.refcount(), 2);
        }
        assert_eq!(text.refcount(), 1);

        let panicked = panic::catch_unwind(AssertUnwindSafe(|| {
            // SAFETY: alive; the guard releases it.
            let mine = unsafe { ptr.new_ref() };
            // SAFETY: the reference taken just now.
            let _release = unsafe { mine.defer_decref() };
            assert_eq!(text.refcount(), 2);
            panic::resume_unwind(Box::new("as meant"));
        }));
        assert!(panicked.is_err());
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn is_compares_addresses() {
    attached(|py| {
        let one = fresh_str(py, "equal");
        let other = fresh_str(py, "equal");
        let ptr = Ptr::from_borrowed(&one);
        assert!(ptr.is(Ptr::from_borrowed(one.as_any())));
        assert!(!ptr.is(Ptr::from_borrowed(&other)));
    });
}

#[test]
fn debug_touches_no_object() {
    let dangling = Ptr::<PyString>::from_ptr(std::ptr::without_provenance_mut(0x1000)).unwrap();
    assert_eq!(format!("{dangling:?}"), "<str at 0x1000, manual>");
}

#[test]
#[cfg(debug_assertions)]
fn a_detached_thread_is_told() {
    attached(|py| {
        let text = fresh_str(py, "detached");
        let address = text.as_ptr().expose_provenance();
        let panicked = py.detach(|| {
            panic::catch_unwind(|| {
                let ptr = Ptr::<PyString>::from_ptr(std::ptr::with_exposed_provenance_mut(address));
                // SAFETY: not attached, which is what the check is to find.
                unsafe { ptr.unwrap().incref() };
            })
        });
        let message = panicked.unwrap_err();
        let message = message.downcast_ref::<&str>().expect("a plain message");
        assert!(message.contains("not attached"), "{message}");
        assert_eq!(text.refcount(), 1);
    });
}
