//! UTF-8 that is in the object already: `to_str` returns what `PyUnicode_AsUTF8AndSize` does.

use std::slice;

use pyo3_ffi as ffi;
use pyptr::types::PyString;
use pyptr::{Borrowed, Owned, Python};

use super::text;
use crate::common::{attached, delta_after_drop, four_at_once, times};
use crate::python::run;

/// Strs that are not shared with others, by how they are stored.
const KINDS: &[&str] = &[
    "'%s' % 'ascii'",
    "'%s' % ''",
    "'%s' % 'a'",
    "'%s' % 'nul\\0inside'",
    "'%s' % 'na\u{ef}ve'",
    "'%s' % '\u{20ac}uro'",
    "'%s' % '\u{1f40d}!'",
    "type('Text', (str,), {})('ascii')",
    "type('Text', (str,), {})('')",
    "type('Text', (str,), {})('na\u{ef}ve')",
    "type('Text', (str,), {'__slots__': ()})('\u{20ac}uro')",
    "type('Text', (str,), {'__str__': None, '__len__': None, '__eq__': None, '__hash__': None})('\u{1f40d}!')",
    "sys.intern('%s' % 'interned for utf8.rs')",
    "('two ' * 3).rstrip()",
    "open.__name__",
];

fn each_kind(py: Python<'_>, f: impl Fn(&str, Owned<'_, PyString>)) {
    for kind in KINDS {
        let object = run(py, &format!("import sys\nresult = {kind}"));
        f(kind, object.cast_into().unwrap());
    }
}

/// What C says.
fn by_c<'a>(object: &'a Borrowed<'_, PyString>) -> &'a [u8] {
    let mut size = 0;
    // SAFETY: a live str.
    let data = unsafe { ffi::PyUnicode_AsUTF8AndSize(object.as_ptr(), &mut size) };
    assert!(!data.is_null());
    // SAFETY: C says so; the str is borrowed.
    unsafe { slice::from_raw_parts(data.cast(), size as usize) }
}

#[test]
fn text_is_where_c_has_it_before_and_after_it_is_encoded() {
    attached(|py| {
        each_kind(py, |kind, object| {
            let first = text(&object);
            let again = text(&object);
            assert_eq!(again.as_ptr(), first.as_ptr(), "{kind}");
            assert_eq!(again.len(), first.len(), "{kind}");
            let bytes = by_c(&object);
            assert_eq!(bytes.as_ptr(), first.as_ptr(), "{kind}");
            assert_eq!(bytes, first.as_bytes(), "{kind}");
            assert_eq!(delta_after_drop(&object, || object.to_str()), 0, "{kind}");
        });
    });
}

#[test]
fn text_that_c_has_encoded_is_found() {
    attached(|py| {
        each_kind(py, |kind, object| {
            let bytes = by_c(&object);
            let found = text(&object);
            assert_eq!(found.as_ptr(), bytes.as_ptr(), "{kind}");
            assert_eq!(found.as_bytes(), bytes, "{kind}");
        });
    });
}

#[test]
fn text_is_compared_before_and_after_it_is_encoded() {
    attached(|py| {
        let texts = ["", "a", "ascii", "ascij", "ascii.", "na\u{ef}ve", "naive"];
        each_kind(py, |kind, object| {
            let mut own = object.to_rust_string().unwrap();
            each_kind(py, |same, fresh| {
                if same != kind {
                    return;
                }
                for other in texts.into_iter().chain([own.as_str()]) {
                    assert_eq!(fresh.eq_str(other), own == other, "{kind}, {other:?}");
                }
                fresh.to_str().unwrap();
                for other in texts.into_iter().chain([own.as_str()]) {
                    assert_eq!(fresh.eq_str(other), own == other, "{kind}, {other:?}");
                }
            });
            own.push('!');
            assert!(!object.eq_str(&own), "{kind}");
        });
    });
}

/// What has grown in place has another text, and no copy of the old one.
#[test]
fn a_copy_goes_when_the_text_grows() {
    attached(|py| {
        for (start, more) in [
            ("na\u{ef}ve", "t\u{e9}"),
            ("\u{20ac}uro", "pe"),
            ("plain", "er"),
        ] {
            let mut object = PyString::new(py, start).unwrap();
            assert_eq!(text(&object), start);
            object = object.append_str(more).unwrap();
            assert_eq!(text(&object), format!("{start}{more}"));
            object = object.append(&PyString::new(py, more).unwrap()).unwrap();
            assert_eq!(text(&object), format!("{start}{more}{more}"));
        }
    });
}

#[test]
fn threads_that_encode_at_once_find_one_copy() {
    attached(|py| {
        for round in 0..times(200) {
            let content = format!("gr\u{fc}n {round} {}", "\u{20ac}".repeat(round));
            let shared = PyString::new(py, &content).unwrap().into_shared();
            let places: Vec<usize> = four_at_once(py, &shared, |object| {
                assert_eq!(object.to_str().unwrap(), content);
                assert!(object.eq_str(&content));
                object.to_str().unwrap().as_ptr().addr()
            });
            assert!(places.iter().all(|place| *place == places[0]));
        }
    });
}

/// Strs of a layout that 3.12 has removed: characters as `wchar_t`, the length not computed yet.
#[cfg(not(Py_3_12))]
#[test]
fn strs_that_are_not_ready_are_encoded_by_c() {
    use pyptr::types::PyAny;
    use std::ptr;

    libpython! {
        fn PyUnicode_FromUnicode(text: *const Wide, size: ffi::Py_ssize_t) -> *mut ffi::PyObject;
        fn PyUnicode_AsUnicode(object: *mut ffi::PyObject) -> *mut Wide;
    }

    // `wchar_t`.
    #[cfg(windows)]
    type Wide = u16;
    #[cfg(not(windows))]
    type Wide = u32;
    #[cfg(windows)]
    let wide = |text: &str| text.encode_utf16().collect::<Vec<Wide>>();
    #[cfg(not(windows))]
    let wide = |text: &str| text.chars().map(Wide::from).collect::<Vec<Wide>>();

    attached(|py| {
        for content in ["ascii", "na\u{ef}ve", "\u{20ac}uro", "\u{1f40d}!"] {
            for compared_first in [false, true] {
                let chars = wide(content);
                // SAFETY: attached; without characters the object has room for so many.
                let new = unsafe { PyUnicode_FromUnicode(ptr::null(), chars.len() as isize) };
                // SAFETY: a live str.
                let room = unsafe { PyUnicode_AsUnicode(new) };
                // SAFETY: that room.
                unsafe { room.copy_from_nonoverlapping(chars.as_ptr(), chars.len()) };
                // SAFETY: a live str.
                assert_eq!(unsafe { ffi::PyUnicode_IS_READY(new) }, 0);
                // SAFETY: a new reference.
                let object = unsafe { Owned::<PyAny>::from_owned_ptr(py, new) };
                let object = object.cast_into::<PyString>().unwrap();
                if compared_first {
                    assert!(object.eq_str(content) && !object.eq_str("other"));
                }
                assert_eq!(text(&object), content);
                assert_eq!(by_c(&object), content.as_bytes());
                assert_eq!(text(&object), content);
                assert!(object.eq_str(content) && !object.eq_str("other"));
            }
        }
    });
}
