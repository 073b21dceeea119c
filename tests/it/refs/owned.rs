//! `Owned` and `Borrowed`.
// A match over several ways to do the same, on one premise.
#![allow(clippy::multiple_unsafe_ops_per_block)]

use std::borrow::{Borrow, Cow};
use std::ptr;

use pyptr::error::PyValueError;
use pyptr::types::{PyAny, PyString};
use pyptr::{Borrowed, Owned, PyResult, Returned};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::run;

#[test]
fn new_references_count_one_until_dropped() {
    attached(|py| {
        let text = fresh_str(py, "new_ref");
        let place: &Borrowed<'_, PyString> = &text;
        let by_reference = &place;
        assert_eq!(delta_while_held(&text, || place.new_ref()), 1);
        assert_eq!(delta_while_held(&text, || by_reference.new_ref()), 1);
        assert_eq!(delta_while_held(&text, || text.new_ref()), 1);
        assert_eq!(delta_while_held(&text, || ToOwned::to_owned(place)), 1);
        assert_eq!(delta_while_held(&text, || place.to_owned()), 1);
        assert_eq!(delta_while_held(&text, || text.to_owned()), 1);
        assert_eq!(delta_while_held(&text, || text.clone()), 1);
        assert_eq!(delta_while_held(&text, || Owned::from(place)), 1);
        assert_eq!(delta_while_held(&text, || text.new_ref().into_any()), 1);
        assert_eq!(delta_while_held(&text, || text.new_ref().into_base()), 1);
        assert_eq!(delta_while_held(&text, || text.new_ref().into_shared()), 1);
        assert_eq!(delta_after_drop(&text, || text.new_ref()), 0);
        assert_eq!(delta_after_drop(&text, || text.new_ref().into_any()), 0);
        let converted = || Owned::<PyAny>::from(text.new_ref());
        assert_eq!(delta_while_held(&text, converted), 1);
        assert_eq!(delta_after_drop(&text, converted), 0);
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn borrowing_counts_nothing() {
    attached(|py| {
        let text = fresh_str(py, "borrowing");
        let other = fresh_str(py, "borrowing");
        let place: &Borrowed<'_, PyString> = text.as_borrowed();
        // On a reference to a reference `to_owned` copies the reference: `new_ref` is there for that.
        #[allow(suspicious_double_ref_op)]
        let copied: &Borrowed<'_, PyString> = ToOwned::to_owned(&place);
        let by_borrow: &Borrowed<'_, PyString> = text.borrow();
        let by_as_ref: &Borrowed<'_, PyString> = text.as_ref();
        let by_as_ref_again: &Borrowed<'_, PyString> = AsRef::as_ref(place);
        let any: &Borrowed<'_, PyAny> = text.as_any();
        let base: &Borrowed<'_, PyAny> = text.as_base();
        let upcast: &Borrowed<'_, PyAny> = &text;
        for same in [copied, by_borrow, by_as_ref, by_as_ref_again] {
            assert!(same.is(&text));
        }
        for same in [any, base, upcast] {
            assert!(same.is(&text) && same.as_ptr() == text.as_ptr());
        }
        assert!(!text.is(&other), "equal is not the same");
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn cow_counts_when_it_becomes_owned() {
    attached(|py| {
        let text = fresh_str(py, "cow");
        let cow: Cow<'_, Borrowed<'_, PyString>> = Cow::Borrowed(&text);
        assert_eq!(cow.to_str().unwrap(), "cow");
        assert_eq!(text.refcount(), 1);
        let owned = cow.into_owned();
        assert_eq!(text.refcount(), 2);
        let cow: Cow<'_, Borrowed<'_, PyString>> = Cow::Owned(owned);
        assert!(cow.is(&text));
        drop(cow.into_owned());
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn owned_raw_conversions_pass_the_reference_on() {
    attached(|py| {
        let text = fresh_str(py, "raw");
        let there_and_back = |n: u8| {
            let ptr = text.new_ref().into_ptr();
            assert_eq!((text.refcount(), ptr), (2, text.as_ptr()));
            // SAFETY: the reference that `into_ptr` gave away, each time once.
            let back: Owned<'_, PyString> = unsafe {
                match n {
                    0 => Owned::from_owned_ptr(py, ptr),
                    1 => Owned::from_owned_ptr_or_opt(py, ptr).unwrap(),
                    _ => Owned::from_owned_ptr_or_raised(py, ptr).unwrap(),
                }
            };
            assert_eq!(text.refcount(), 2);
            drop(back);
            assert_eq!(text.refcount(), 1);
        };
        (0..3).for_each(there_and_back);
    });
}

#[test]
fn borrowed_raw_conversions_count_as_their_names_say() {
    attached(|py| {
        let text = fresh_str(py, "raw");
        let ptr = text.as_ptr();
        let owned = |n: u8| -> Owned<'_, PyString> {
            // SAFETY: `text` is alive.
            unsafe {
                match n {
                    0 => Owned::from_borrowed_ptr(py, ptr),
                    1 => Owned::from_borrowed_ptr_or_opt(py, ptr).unwrap(),
                    _ => Owned::from_borrowed_ptr_or_raised(py, ptr).unwrap(),
                }
            }
        };
        let borrowed = |n: u8| -> &Borrowed<'_, PyString> {
            // SAFETY: `text` lives longer than what is made here.
            unsafe {
                match n {
                    0 => Borrowed::from_ptr(py, ptr),
                    1 => Borrowed::from_ptr_or_opt(py, ptr).unwrap(),
                    _ => Borrowed::from_ptr_or_raised(py, ptr).unwrap(),
                }
            }
        };
        for n in 0..3 {
            assert_eq!(delta_while_held(&text, || owned(n)), 1);
            assert_eq!(delta_after_drop(&text, || owned(n)), 0);
            assert_eq!(delta_while_held(&text, || borrowed(n)), 0);
            assert!(borrowed(n).is(&text));
        }
    });
}

#[test]
fn null_is_none_or_what_is_raised() {
    attached(|py| {
        let null = ptr::null_mut();
        // SAFETY: NULL is allowed for these.
        unsafe {
            assert!(Owned::<PyAny>::from_owned_ptr_or_opt(py, null).is_none());
            assert!(Owned::<PyAny>::from_borrowed_ptr_or_opt(py, null).is_none());
            assert!(Borrowed::<PyAny>::from_ptr_or_opt(py, null).is_none());
        }
        let set = || std::mem::forget(py.raise::<PyValueError>("by C"));
        set();
        // SAFETY: as above, with an exception set.
        let result: PyResult<'_, Owned<'_, PyAny>> =
            unsafe { Owned::from_owned_ptr_or_raised(py, null) };
        assert!(result.unwrap_err().is::<PyValueError>());
        set();
        // SAFETY: as above.
        let result: PyResult<'_, Owned<'_, PyAny>> =
            unsafe { Owned::from_borrowed_ptr_or_raised(py, null) };
        assert!(result.unwrap_err().is::<PyValueError>());
        set();
        // SAFETY: as above.
        let result: PyResult<'_, &Borrowed<'_, PyAny>> =
            unsafe { Borrowed::from_ptr_or_raised(py, null) };
        assert!(result.unwrap_err().is::<PyValueError>());
        assert!(
            !crate::error::is_set(py),
            "dropping the tokens cleared them"
        );
    });
}

#[test]
fn manual_counting_counts() {
    attached(|py| {
        let text = fresh_str(py, "manual");
        // SAFETY: released below.
        unsafe { text.incref() };
        assert_eq!(text.refcount(), 2);
        // SAFETY: the reference of the line before the last.
        unsafe { text.decref() };
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn returned_passes_the_reference_to_c() {
    attached(|py| {
        let text = fresh_str(py, "returned");
        let results: [Returned<'_, PyString>; 3] = [
            text.new_ref().into(),
            Some(text.new_ref()).into(),
            Ok(text.new_ref()).into(),
        ];
        assert_eq!(text.refcount(), 4);
        for returned in results {
            // SAFETY: each holds a reference.
            drop(unsafe { Owned::<PyString>::from_owned_ptr(py, returned.into_ptr()) });
        }
        assert_eq!(text.refcount(), 1);
        let end: Returned<'_, PyString> = None.into();
        assert!(end.into_ptr().is_null() && !crate::error::is_set(py));
    });
}

#[test]
fn debug_runs_no_python_code() {
    attached(|py| {
        let object = run(
            py,
            "class Loud:\n    calls = 0\n    def __repr__(self): Loud.calls += 1; return 'loud'\n    __str__ = __repr__\nresult = Loud()",
        );
        let shown = format!("{object:?}");
        assert!(
            shown.starts_with("<object at 0x") && shown.ends_with(" 1 refs>"),
            "{shown}"
        );
        assert_eq!(shown, format!("{:?}", object.as_borrowed()));
        assert!(!object.getattr(c"calls").unwrap().is_truthy().unwrap());
        let text = fresh_str(py, "shown");
        assert!(format!("{text:?}").starts_with("<str at 0x"));
    });
}

#[test]
fn singletons_are_lent_and_count_evenly() {
    attached(|py| {
        assert_eq!(delta_after_drop(py.none(), || py.none().new_ref()), 0);
        assert_eq!(
            delta_after_drop(py.bool(true), || py.bool(true).new_ref().into_any()),
            0
        );
        assert!(py.bool(true).is_true() && !py.bool(false).is_true());
        assert!(py.none().is_none() && !py.bool(false).is_none());
    });
}

#[test]
fn leak_static_keeps_the_reference() {
    attached(|py| {
        let text = fresh_str(py, "never released");
        let kept = text.new_ref().leak_static();
        assert_eq!(text.refcount(), 2);
        drop(text);
        assert_eq!(
            (kept.refcount(), kept.to_str().unwrap()),
            (1, "never released")
        );
    });
}
