//! What steals and what does not.

use pyptr::error::{PySystemError, PyTypeError, PyUnicodeEncodeError};
use pyptr::manual::Ptr;
use pyptr::types::PyString;
use pyptr::{Raised, ffi};

use super::{assert_raised, fresh_float, owned};
use crate::common::{attached, fresh_str};

#[test]
fn new_str_is_a_new_reference() {
    attached(|py| {
        // SAFETY: attached.
        let text = owned(py, unsafe { Ptr::new_str("new str") });
        assert_eq!(text.refcount(), 1);
        assert_eq!(text.to_str().unwrap(), "new str");
        // SAFETY: alive for the whole test.
        assert_eq!(unsafe { Ptr::from_borrowed(&text).len() }, 7);
        // SAFETY: alive for the whole test, and not changed.
        let view: &str = unsafe { Ptr::from_borrowed(&text).to_str() }.unwrap();
        assert_eq!((view, text.refcount()), ("new str", 1));
    });
}

#[test]
fn append_steals_the_left_side() {
    attached(|py| {
        let (left, right) = (fresh_str(py, "left "), fresh_str(py, "right"));
        // SAFETY: alive; stolen below.
        let stolen = unsafe { Ptr::from_borrowed(&left).new_ref() };
        assert_eq!(left.refcount(), 2);
        // SAFETY: the reference taken just now; `right` is alive.
        let result = owned(py, unsafe { stolen.append(Ptr::from_borrowed(&right)) });
        assert_eq!(
            (left.refcount(), right.refcount(), result.refcount()),
            (1, 1, 1)
        );
        assert_eq!(result.to_str().unwrap(), "left right");
        assert_eq!(left.to_str().unwrap(), "left ");
    });
}

#[test]
fn append_str_steals_the_left_side() {
    attached(|py| {
        let left = fresh_str(py, "left ");
        // SAFETY: alive; stolen below.
        let stolen = unsafe { Ptr::from_borrowed(&left).new_ref() };
        // SAFETY: the reference taken just now.
        let result = owned(py, unsafe { stolen.append_str("right") });
        assert_eq!((left.refcount(), result.refcount()), (1, 1));
        assert_eq!(result.to_str().unwrap(), "left right");
    });
}

#[test]
fn a_chain_of_appends_leaves_one_reference() {
    attached(|py| {
        let right = fresh_str(py, "two");
        let ptr = Ptr::from_borrowed(&right);
        let chain = || {
            // SAFETY: attached.
            let text = unsafe { Ptr::new_str("one") }?;
            // SAFETY: the only reference, replaced by the result's.
            let text = unsafe { text.append(ptr) }?;
            // SAFETY: as above.
            unsafe { text.append_str("three") }
        };
        let result = owned(py, chain());
        assert_eq!(result.to_str().unwrap(), "onetwothree");
        assert_eq!((result.refcount(), right.refcount()), (1, 1));
    });
}

#[test]
fn append_of_nothing_hands_the_stolen_reference_back() {
    attached(|py| {
        let left = fresh_str(py, "left");
        // SAFETY: alive; stolen below.
        let stolen = unsafe { Ptr::from_borrowed(&left).new_ref() };
        // SAFETY: the reference taken just now.
        let result = owned(py, unsafe { stolen.append_str("") });
        assert!(result.is(&left));
        assert_eq!(left.refcount(), 2);
        drop(result);
        assert_eq!(left.refcount(), 1);
    });
}

#[test]
fn concat_and_concat_str_steal_nothing() {
    attached(|py| {
        let (left, right) = (fresh_str(py, "left "), fresh_str(py, "right"));
        let ptr = Ptr::from_borrowed(&left);
        // SAFETY: both are alive.
        let result = owned(py, unsafe { ptr.concat(Ptr::from_borrowed(&right)) });
        assert_eq!(
            (left.refcount(), right.refcount(), result.refcount()),
            (1, 1, 1)
        );
        assert_eq!(result.to_str().unwrap(), "left right");
        // SAFETY: alive.
        let result = owned(py, unsafe { ptr.concat_str("right") });
        assert_eq!((left.refcount(), result.refcount()), (1, 1));
        assert_eq!(result.to_str().unwrap(), "left right");
    });
}

#[test]
fn a_failed_append_still_steals_the_left_side() {
    attached(|py| {
        let (text, float) = (fresh_str(py, "text"), fresh_float(py));
        let no_str: Ptr<PyString> = Ptr::from_borrowed(&float).cast_unchecked();

        // SAFETY: alive; stolen below.
        let left = unsafe { Ptr::from_borrowed(&text).new_ref() };
        // SAFETY: the reference taken just now; C checks that the right side is a str.
        let result = unsafe { left.append(no_str) };
        assert_raised::<_, PySystemError>(py, result);
        assert_eq!((text.refcount(), float.refcount()), (1, 1));

        // SAFETY: alive; stolen below.
        let left = unsafe { no_str.new_ref() };
        assert_eq!(float.refcount(), 2);
        // SAFETY: the reference taken just now; C checks that the left side is a str.
        let result = unsafe { left.append(Ptr::from_borrowed(&text)) };
        assert_raised::<_, PySystemError>(py, result);
        assert_eq!((text.refcount(), float.refcount()), (1, 1));

        // SAFETY: alive; stolen below.
        let left = unsafe { no_str.new_ref() };
        // SAFETY: as above.
        let result = unsafe { left.append_str("right") };
        assert_raised::<_, PySystemError>(py, result);
        assert_eq!(float.refcount(), 1);
    });
}

#[test]
fn a_failed_concat_steals_nothing() {
    attached(|py| {
        let (text, float) = (fresh_str(py, "text"), fresh_float(py));
        let string = Ptr::from_borrowed(&text);
        let no_str: Ptr<PyString> = Ptr::from_borrowed(&float).cast_unchecked();
        // SAFETY: alive; C checks that both sides are strs.
        assert_raised::<_, PyTypeError>(py, unsafe { string.concat(no_str) });
        // SAFETY: as above.
        assert_raised::<_, PyTypeError>(py, unsafe { no_str.concat(string) });
        // SAFETY: as above.
        assert_raised::<_, PyTypeError>(py, unsafe { no_str.concat_str("right") });
        assert_eq!((text.refcount(), float.refcount()), (1, 1));
    });
}

#[test]
fn to_str_of_a_lone_surrogate_fails() {
    attached(|py| {
        // SAFETY: attached.
        let surrogate = unsafe { ffi::PyUnicode_FromOrdinal(0xD800) };
        // SAFETY: a new reference to a str, or NULL.
        let surrogate = owned(py, unsafe { Ptr::<PyString>::from_owned_ptr(surrogate) });
        // SAFETY: alive.
        let view: Option<&str> = unsafe { Ptr::from_borrowed(&surrogate).to_str() };
        assert!(view.is_none());
        let raised = Raised::occurred(py).expect("an exception is set");
        assert!(raised.is::<PyUnicodeEncodeError>());
        drop(raised);
        assert_eq!(surrogate.refcount(), 1);
    });
}

/// Joined to nothing, the right side itself is the result, so that its count can be seen.
#[test]
fn the_right_side_made_of_text_is_released() {
    attached(|py| {
        // SAFETY: attached; stolen below.
        let empty = unsafe { Ptr::new_str("") }.unwrap();
        // SAFETY: alive: the reference is ours.
        let result = owned(py, unsafe { empty.concat_str("right") });
        assert_eq!((result.to_str().unwrap(), result.refcount()), ("right", 1));
        // SAFETY: our reference, given up.
        let result = owned(py, unsafe { empty.append_str("right") });
        assert_eq!((result.to_str().unwrap(), result.refcount()), ("right", 1));
    });
}
