//! `bytes`.

mod builder;

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyptr::error::{PyOverflowError, PyTypeError, PyValueError};
use pyptr::types::PyBytes;
use pyptr::{Owned, Python};

use crate::common::{attached, delta_after_drop, delta_while_held};
use crate::python::{eval, namespace};

fn fresh<'py>(py: Python<'py>, content: &[u8]) -> Owned<'py, PyBytes> {
    assert!(content.len() > 1, "shorter ones are shared");
    let fresh = PyBytes::new(py, content).unwrap();
    assert_eq!(fresh.refcount(), 1);
    fresh
}

#[test]
fn content_comes_back_with_nuls_and_all() {
    attached(|py| {
        for content in [&b""[..], b"x", b"\0", b"a\0b\xff", &[7; 5000]] {
            let bytes = PyBytes::new(py, content).unwrap();
            assert_eq!(bytes.as_bytes(), content);
            assert_eq!(bytes.len(), content.len());
            assert_eq!(bytes.is_empty(), content.is_empty());
        }
    });
}

#[test]
fn as_bytes_is_a_view() {
    attached(|py| {
        let bytes = fresh(py, b"view");
        assert_eq!(delta_while_held(&bytes, || bytes.as_bytes()), 0);
        assert_eq!(bytes.as_bytes().as_ptr(), bytes.as_bytes().as_ptr());
    });
}

#[test]
fn new_with_starts_zeroed_and_keeps_what_is_written() {
    attached(|py| {
        for len in [0, 1, 2, 1000] {
            let bytes = PyBytes::new_with(py, len, |buffer| {
                assert_eq!(buffer, vec![0; len]);
                buffer.fill(0x5a);
                Ok(())
            });
            let bytes = bytes.unwrap();
            assert_eq!(bytes.as_bytes(), vec![0x5a; len]);
            let end = bytes.as_bytes().as_ptr_range().end;
            // SAFETY: C puts a NUL behind the content.
            assert_eq!(unsafe { *end }, 0);
        }
        // The shared objects are as they were.
        assert_eq!(PyBytes::new(py, b"\0").unwrap().as_bytes(), b"\0");
        assert_eq!(PyBytes::new(py, b"Z").unwrap().as_bytes(), b"Z");
    });
}

#[test]
fn new_with_passes_errors_and_panics_on() {
    attached(|py| {
        let result = PyBytes::new_with(py, 10, |_| Err(py.raise::<PyValueError>("no")));
        assert!(result.is_err_and(|raised| raised.is::<PyValueError>()));
        let panicking = || drop(PyBytes::new_with(py, 10, |_| panic!("no")));
        assert!(catch_unwind(AssertUnwindSafe(panicking)).is_err());
        for len in [usize::MAX, isize::MAX as usize] {
            let result = PyBytes::new_with(py, len, |_| unreachable!());
            assert!(result.is_err_and(|raised| raised.is::<PyOverflowError>()));
        }
    });
}

#[test]
fn concat_borrows_both() {
    attached(|py| {
        let (left, right) = (fresh(py, b"left"), fresh(py, b"right"));
        let both = left.concat(&right).unwrap();
        assert_eq!(both.as_bytes(), b"leftright");
        assert_eq!(
            (left.refcount(), right.refcount(), both.refcount()),
            (1, 1, 1)
        );
        assert_eq!(left.as_bytes(), b"left");
        assert_eq!(left.concat(&left).unwrap().as_bytes(), b"leftleft");
        assert_eq!(left.refcount(), 1);
    });
}

#[test]
fn concat_with_empty_gives_the_other() {
    attached(|py| {
        let (full, empty) = (fresh(py, b"full"), PyBytes::new(py, b"").unwrap());
        assert_eq!(delta_while_held(&full, || full.concat(&empty)), 1);
        assert_eq!(delta_while_held(&full, || empty.concat(&full)), 1);
        assert_eq!(full.refcount(), 1);
        assert!(empty.concat(&empty).unwrap().is_empty());
    });
}

#[test]
fn append_steals_its_left_side() {
    attached(|py| {
        let right = fresh(py, b"right");
        // Unique: it grows in place, or moves.
        let both = fresh(py, b"left").append(&right).unwrap();
        assert_eq!(both.as_bytes(), b"leftright");
        assert_eq!((both.refcount(), right.refcount()), (1, 1));
        // Shared: the other holder sees no change.
        let left = fresh(py, b"left");
        let both = left.to_owned().append(&right).unwrap();
        assert_eq!(
            (left.as_bytes(), both.as_bytes()),
            (&b"left"[..], &b"leftright"[..])
        );
        assert_eq!(
            (left.refcount(), both.refcount(), right.refcount()),
            (1, 1, 1)
        );
        // An alias on the right makes the left shared.
        let alias = left.to_owned();
        let both = left.append(&alias).unwrap();
        assert_eq!(both.as_bytes(), b"leftleft");
        assert_eq!((alias.refcount(), both.refcount()), (1, 1));
    });
}

#[test]
fn append_to_a_shared_one_byte_object_leaves_it_alone() {
    attached(|py| {
        let both = PyBytes::new(py, b"q").unwrap().append(&fresh(py, b"rs"));
        assert_eq!(both.unwrap().as_bytes(), b"qrs");
        assert_eq!(PyBytes::new(py, b"q").unwrap().as_bytes(), b"q");
        let both = PyBytes::new(py, b"").unwrap().append(&fresh(py, b"rs"));
        assert_eq!(both.unwrap().as_bytes(), b"rs");
        assert_eq!(PyBytes::new(py, b"").unwrap().as_bytes(), b"");
    });
}

#[test]
fn a_subclass_instance_is_bytes_too() {
    attached(|py| {
        let code = c"type('B', (bytes,), {'__add__': None, '__len__': lambda self: 99})(b'sub')";
        let left: Owned<'_, PyBytes> = py.eval(code, None, None).unwrap().cast_into().unwrap();
        let right = fresh(py, b"right");
        assert_eq!((left.len(), left.as_bytes()), (3, &b"sub"[..]));
        assert_eq!(delta_after_drop(&left, || left.concat(&right)), 0);
        assert_eq!(left.concat(&right).unwrap().as_bytes(), b"subright");
        assert_eq!(left.append(&right).unwrap().as_bytes(), b"subright");
        assert_eq!(right.refcount(), 1);
    });
}

#[test]
fn from_object_takes_buffers_and_iterables() {
    attached(|py| {
        let bytes = fresh(py, b"source");
        let same = || PyBytes::from_object(py, &bytes).unwrap();
        assert!(same().is(&bytes));
        assert_eq!(
            (
                delta_while_held(&bytes, same),
                delta_after_drop(&bytes, same)
            ),
            (1, 0)
        );
        let ns = namespace(py);
        for source in ["bytearray(b'abc')", "[97, 98, 99]", "range(97, 100)"] {
            let source = eval(&ns, source);
            let copy = || PyBytes::from_object(py, &source).unwrap();
            assert_eq!((copy().as_bytes(), copy().refcount()), (&b"abc"[..], 1));
            assert_eq!(source.refcount(), 1);
        }
        for (source, value_error) in [("[256]", true), ("'text'", false), ("[None]", false)] {
            let source = eval(&ns, source);
            let fail = || {
                let raised = PyBytes::from_object(py, &source).unwrap_err();
                assert_eq!(raised.is::<PyValueError>(), value_error);
                assert_eq!(raised.is::<PyTypeError>(), !value_error);
            };
            assert_eq!(delta_after_drop(&source, fail), 0);
        }
    });
}

#[test]
fn a_nul_stands_behind_the_content() {
    attached(|py| {
        let mut grown = pyptr::types::BytesBuilder::new(py);
        grown.extend_from_slice(b"grown");
        let made = [
            PyBytes::new(py, b"").unwrap(),
            PyBytes::new(py, b"x").unwrap(),
            fresh(py, b"content"),
            fresh(py, b"left").append(&fresh(py, b"right")).unwrap(),
            PyBytes::new_with(py, 3, |buffer| {
                buffer.fill(b'y');
                Ok(())
            })
            .unwrap(),
            grown.finish().unwrap(),
        ];
        for bytes in made {
            let (last, content) = bytes.as_bytes_with_nul().split_last().unwrap();
            assert_eq!((last, content), (&0, bytes.as_bytes()));
            assert_eq!(
                bytes.as_bytes_with_nul().as_ptr(),
                bytes.as_bytes().as_ptr()
            );
            let text = || bytes.to_c_str().unwrap();
            assert_eq!(text().to_bytes(), bytes.as_bytes());
            assert_eq!(delta_while_held(&bytes, text), 0);
        }
        let embedded = fresh(py, b"a\0b");
        let fail = || assert!(embedded.to_c_str().unwrap_err().is::<PyValueError>());
        assert_eq!(delta_after_drop(&embedded, fail), 0);
    });
}

#[test]
fn literals_and_their_escapes() {
    attached(|py| {
        let bytes = fresh(py, b"it's\n\xff");
        for (smart, expected) in [(true, r#"b"it's\n\xff""#), (false, r"b'it\'s\n\xff'")] {
            let literal = || bytes.literal(smart).unwrap();
            assert!(literal().eq_str(expected));
            assert_eq!((literal().refcount(), bytes.refcount()), (1, 1));
        }
        let decode = |text: &[u8]| PyBytes::decode_escape(py, text, None);
        assert_eq!(
            decode(br"it\'s\n\xff").unwrap().as_bytes(),
            bytes.as_bytes()
        );
        assert_eq!(decode(b"").unwrap().as_bytes(), b"");
        for wrong in [&br"\x"[..], br"\xz", br"\"] {
            assert!(decode(wrong).unwrap_err().is::<PyValueError>());
        }
        let replaced = PyBytes::decode_escape(py, br"x\xay", Some(c"replace")).unwrap();
        assert_eq!((replaced.as_bytes(), replaced.refcount()), (&b"x?y"[..], 1));
        let wrong = PyBytes::decode_escape(py, br"\x", Some(c"spam"));
        assert!(wrong.unwrap_err().is::<PyValueError>());
    });
}
