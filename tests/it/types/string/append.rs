//! Appending one `str` to another, with the count of every operand.

use pyptr::types::{PyString, PyTuple};
use pyptr::{Borrowed, Owned};

use super::text;
use crate::common::{attached, delta_while_held, fresh_str};

#[test]
fn append_steals_the_left_side() {
    attached(|py| {
        let (left, right) = (fresh_str(py, "left "), fresh_str(py, "right"));
        // Somebody else has it: a copy.
        let both = left.new_ref().append(&right).unwrap();
        assert!(!both.is(&left));
        assert_eq!(
            (left.to_str().unwrap(), both.to_str().unwrap()),
            ("left ", "left right")
        );
        assert_eq!(
            (left.refcount(), right.refcount(), both.refcount()),
            (1, 1, 1)
        );
        // Nobody else has it: in place, if the allocator can.
        let both = left.append(&right).unwrap().append_str("!").unwrap();
        assert_eq!(both.to_str().unwrap(), "left right!");
        assert_eq!((right.refcount(), both.refcount()), (1, 1));
        // To itself.
        let twice = right.new_ref().append(&right).unwrap();
        assert_eq!(
            (twice.to_str().unwrap(), right.to_str().unwrap()),
            ("rightright", "right")
        );
        assert_eq!((right.refcount(), twice.refcount()), (1, 1));
    });
}

#[test]
fn concat_borrows_both() {
    attached(|py| {
        let (left, right) = (fresh_str(py, "left "), fresh_str(py, "right"));
        let both = left.concat(&right).unwrap();
        assert_eq!((text(&both), text(&left)), ("left right", "left "));
        assert_eq!(
            (left.refcount(), right.refcount(), both.refcount()),
            (1, 1, 1)
        );
        assert_eq!(text(&left.concat(&left).unwrap()), "left left ");
        let both = left.concat_str("right").unwrap();
        assert_eq!(
            (text(&both), left.refcount(), both.refcount()),
            ("left right", 1, 1)
        );
    });
}

#[test]
fn concat_with_empty_gives_the_other() {
    attached(|py| {
        let (full, empty) = (fresh_str(py, "full"), PyString::new(py, "").unwrap());
        assert_eq!(delta_while_held(&full, || full.concat(&empty)), 1);
        assert_eq!(delta_while_held(&full, || empty.concat(&full)), 1);
        assert_eq!(delta_while_held(&full, || full.concat_str("")), 1);
        assert_eq!(full.refcount(), 1);
        assert!(empty.concat(&empty).unwrap().is_empty());
    });
}

#[test]
fn append_to_a_unique_left_side_reuses_it() {
    attached(|py| {
        let right = fresh_str(py, "right");
        let both = fresh_str(py, "left ").append(&right).unwrap();
        assert_eq!(text(&both), "left right");
        assert_eq!((both.refcount(), right.refcount()), (1, 1));
        let both = fresh_str(py, "left ").append_str("right").unwrap();
        assert_eq!((text(&both), both.refcount()), ("left right", 1));
    });
}

#[test]
fn append_to_a_shared_left_side_releases_one_reference_and_changes_nothing() {
    attached(|py| {
        let (left, right) = (fresh_str(py, "left "), fresh_str(py, "right"));
        let both = left.to_owned().append(&right).unwrap();
        assert_eq!((text(&both), text(&left)), ("left right", "left "));
        assert_eq!(
            (left.refcount(), right.refcount(), both.refcount()),
            (1, 1, 1)
        );
        let both = left.to_owned().append_str("right").unwrap();
        assert_eq!((text(&both), text(&left)), ("left right", "left "));
        assert_eq!((left.refcount(), both.refcount()), (1, 1));
    });
}

#[test]
fn append_with_an_alias_on_the_right() {
    attached(|py| {
        let left = fresh_str(py, "twice ");
        let alias = left.to_owned();
        let both = left.append(&alias).unwrap();
        assert_eq!((text(&both), text(&alias)), ("twice twice ", "twice "));
        assert_eq!((alias.refcount(), both.refcount()), (1, 1));
    });
}

#[test]
fn append_to_an_interned_left_side_leaves_it_alone() {
    attached(|py| {
        let name = c"append_to_an_interned_left_side";
        let left = PyString::intern(py, name).unwrap();
        let again = PyString::intern(py, name).unwrap();
        assert!(left.is(&again));
        drop(again);
        let both = left.append_str("!").unwrap();
        assert_eq!(text(&both), "append_to_an_interned_left_side!");
        assert_eq!(both.refcount(), 1);
        // The hash of an interned str is computed, and its place in the table of names is the hash's.
        let equal = PyString::new(py, "append_to_an_interned_left_side!").unwrap();
        assert_eq!(both.hash().unwrap(), equal.hash().unwrap());
        let again = PyString::intern(py, name).unwrap();
        assert_eq!(text(&again), name.to_str().unwrap());
        assert_ne!(both.as_ptr(), again.as_ptr());
    });
}

#[test]
fn append_to_a_hashed_left_side_hashes_anew() {
    attached(|py| {
        let left = fresh_str(py, "hashed ");
        left.hash().unwrap();
        let both = left.append_str("text").unwrap();
        assert_eq!(
            both.hash().unwrap(),
            fresh_str(py, "hashed text").hash().unwrap()
        );
    });
}

#[test]
fn append_with_an_empty_side_gives_the_other() {
    attached(|py| {
        let full = fresh_str(py, "full");
        let empty = || PyString::new(py, "").unwrap();
        let same = full.to_owned().append(&empty()).unwrap();
        assert!(same.is(&full) && full.refcount() == 2);
        drop(same);
        let same = empty().append(&full).unwrap();
        assert!(same.is(&full) && full.refcount() == 2);
        drop(same);
        let same = full.append_str("").unwrap();
        assert_eq!((text(&same), same.refcount()), ("full", 1));
        assert_eq!(text(&empty().append_str("new").unwrap()), "new");
        assert!(empty().append(&empty()).unwrap().is_empty());
        assert!(empty().is_empty());
    });
}

#[test]
fn append_to_a_shared_character_leaves_it_alone() {
    attached(|py| {
        let both = PyString::new(py, "q").unwrap().append_str("rs").unwrap();
        assert_eq!(text(&both), "qrs");
        assert_eq!(text(&PyString::new(py, "q").unwrap()), "q");
    });
}

#[test]
fn append_widens_where_it_must() {
    attached(|py| {
        let widths = [
            "ascii",
            "\u{ff}\u{fe}",
            "\u{20ac}\u{20ad}",
            "\u{1f40d}\u{1f40e}",
        ];
        for left in widths {
            for right in widths {
                let both = fresh_str(py, left).append_str(right).unwrap();
                let expected = PyString::new(py, &format!("{left}{right}")).unwrap();
                assert_eq!(text(&both), text(&expected));
                // A str that is wider than it needs to be compares unequal to its equal.
                assert!(both.eq(&expected).unwrap());
            }
        }
    });
}

#[test]
fn a_subclass_instance_is_copied_and_its_add_not_asked() {
    attached(|py| {
        let code = c"(lambda S: (S('left '), S('right'), S))(type('S', (str,), {'__add__': None}))";
        let made: Owned<'_, PyTuple> = py.eval(code, None, None).unwrap().cast_into().unwrap();
        let left: &Borrowed<'_, PyString> = made.get(0).unwrap().cast().unwrap();
        let right: &Borrowed<'_, PyString> = made.get(1).unwrap().cast().unwrap();
        assert!(left.cast_exact::<PyString>().is_err());
        let both = left.to_owned().append(right).unwrap();
        assert_eq!((text(&both), text(left)), ("left right", "left "));
        assert!(both.cast_exact::<PyString>().is_ok());
        drop(both);
        assert_eq!((left.refcount(), right.refcount()), (1, 1));
        assert_eq!(text(&left.concat(right).unwrap()), "left right");
        assert_eq!((left.refcount(), right.refcount()), (1, 1));
    });
}

/// Its count of one is not enough: it is laid out in another way than a plain str.
#[test]
fn append_to_the_only_reference_to_a_subclass_instance_makes_a_plain_str() {
    attached(|py| {
        let code = c"type('S', (str,), {})('left ')";
        let left: Owned<'_, PyString> = py.eval(code, None, None).unwrap().cast_into().unwrap();
        assert_eq!(left.refcount(), 1);
        let both = left.append_str("right").unwrap();
        assert_eq!((text(&both), both.refcount()), ("left right", 1));
        assert!(both.cast_exact::<PyString>().is_ok());
    });
}
