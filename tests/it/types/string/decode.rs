//! Text and bytes as `str`s: the same objects as C makes.

use pyo3_ffi as ffi;
use pyptr::error::PyUnicodeDecodeError;
use pyptr::types::{CodeUnits, PyAny, PyInt, PyString, StringBuilder};
use pyptr::{Borrowed, Owned, Python};

use crate::common::{attached, delta_after_drop};
use crate::python::run;

/// Texts of each width, short and long, with wide characters at the start, in the middle and at the end.
fn texts() -> Vec<String> {
    let mut texts = vec![String::new()];
    let pieces = [
        "a",
        "\u{7f}",
        "\0",
        "\u{80}",
        "\u{e9}",
        "\u{ff}",
        "\u{100}",
        "\u{3b1}",
        "\u{7ff}",
        "\u{800}",
        "\u{d7ff}",
        "\u{e000}",
        "\u{4e2d}",
        "\u{ffff}",
        "\u{10000}",
        "\u{1f40d}",
        "\u{10ffff}",
    ];
    for piece in pieces {
        texts.push(piece.to_owned());
        for count in [1, 2, 3, 7, 8, 9, 31, 32, 33, 200] {
            let filler = "x".repeat(count);
            texts.push(piece.repeat(count));
            texts.push(format!("{piece}{filler}"));
            texts.push(format!("{filler}{piece}"));
            texts.push(format!("{filler}{piece}{filler}{piece}{piece}"));
        }
        for other in pieces {
            texts.push(format!("{piece}{other}"));
            texts.push(format!("{piece} {other} and {piece}{other}").repeat(3));
        }
    }
    texts
}

fn by_c<'py>(py: Python<'py>, text: &str) -> Owned<'py, PyString> {
    // SAFETY: attached; pointer and length are those of a `str`.
    let new = unsafe {
        ffi::PyUnicode_DecodeUTF8(
            text.as_ptr().cast(),
            text.len() as isize,
            c"strict".as_ptr(),
        )
    };
    // SAFETY: a new reference.
    let object: Owned<'_, PyAny> = unsafe { Owned::from_owned_ptr(py, new) };
    object.cast_into().unwrap()
}

/// Whether CPython keeps one object for this text.
fn is_shared(text: &str) -> bool {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (None, _) => true,
        (Some(only), None) => only <= '\u{ff}',
        _ => false,
    }
}

#[track_caller]
fn assert_as_c_makes_it(made: &Borrowed<'_, PyString>, text: &str) {
    let expected = by_c(made.py(), text);
    assert_eq!(
        made.code_units().unwrap(),
        expected.code_units().unwrap(),
        "{text:?}"
    );
    assert_eq!(made.len(), text.chars().count(), "{text:?}");
    assert_eq!(made.is(&expected), is_shared(text), "{text:?}");
    assert_eq!(made.hash().unwrap(), expected.hash().unwrap(), "{text:?}");
    assert!(made.eq(&expected).unwrap(), "{text:?}");
    assert_eq!(size(made), size(&expected), "{text:?}");
    assert_eq!(made.to_str().unwrap(), text);
}

/// `sys.getsizeof` without the collector's part.
fn size(object: &Borrowed<'_, PyAny>) -> i64 {
    let size = object.call_method(c"__sizeof__", []).unwrap();
    size.cast_into::<PyInt>().unwrap().to_i64().unwrap()
}

#[test]
fn text_becomes_what_c_makes_of_it() {
    attached(|py| {
        for text in texts() {
            assert_as_c_makes_it(&PyString::new(py, &text).unwrap(), &text);
            let bytes = text.as_bytes();
            assert_as_c_makes_it(&PyString::from_utf8(py, bytes, None).unwrap(), &text);
            let strict = Some(c"strict");
            assert_as_c_makes_it(&PyString::from_utf8(py, bytes, strict).unwrap(), &text);
            let mut builder = StringBuilder::new(py);
            builder.push_str(&text);
            assert_as_c_makes_it(&builder.finish().unwrap(), &text);
        }
    });
}

/// Text at every address, as codecs have it.
#[test]
fn text_at_any_address_is_read() {
    attached(|py| {
        let text =
            "na\u{ef}ve caf\u{e9}s \u{3b1}\u{20ac} \u{1f40d} with some more text behind".repeat(2);
        for start in (0..70).filter(|at| text.is_char_boundary(*at)) {
            for end in (start..text.len()).filter(|at| text.is_char_boundary(*at)) {
                let part = &text[start..end];
                let made = PyString::new(py, part).unwrap();
                assert_eq!(
                    made.code_units().unwrap(),
                    by_c(py, part).code_units().unwrap()
                );
            }
        }
    });
}

/// What is no UTF-8 raises what C raises, and nothing is left.
#[test]
fn bytes_that_are_no_text_are_refused_as_by_c() {
    attached(|py| {
        let wrong: &[&[u8]] = &[
            b"\x80",
            b"\xc3",
            b"abc\xc3",
            b"\xc0\x80abc",
            b"\xc1\xbf",
            b"\xe0\x80\x80",
            b"\xe0\x9f\xbf",
            b"\xed\xa0\x80",
            b"\xed\xbf\xbf",
            b"\xf0\x80\x80\x80",
            b"\xf0\x8f\xbf\xbf",
            b"\xf4\x90\x80\x80",
            b"\xf5\x80\x80\x80",
            b"\xff\xfe",
            b"caf\xc3\xa9 \xa9",
            b"caf\xc3\xa9 \xc3caf\xc3\xa9",
            b"\xe2\x82\xac\xe2\x82",
            b"\xf0\x9f\x90\x8d\xf0\x9f\x90",
        ];
        for start in [
            "",
            "x",
            "caf\u{e9}",
            "\u{20ac}uro and longer text of more than 32 bytes",
            "\u{1f40d}",
        ] {
            for end in ["", "abcdefghijkl", "\u{e9}\u{e8}", "\u{20ac}"] {
                for bytes in wrong {
                    let bytes = [start.as_bytes(), bytes, end.as_bytes()].concat();
                    let message = |errors| {
                        let raised = PyString::from_utf8(py, &bytes, errors).unwrap_err();
                        assert!(raised.is::<PyUnicodeDecodeError>(), "{bytes:x?}");
                        raised
                            .into_exception()
                            .str()
                            .unwrap()
                            .to_rust_string()
                            .unwrap()
                    };
                    assert_eq!(message(None), message(Some(c"strict")), "{bytes:x?}");
                    let replaced = PyString::from_utf8(py, &bytes, Some(c"replace")).unwrap();
                    assert!(
                        replaced.to_str().unwrap().contains('\u{fffd}'),
                        "{bytes:x?}"
                    );
                }
            }
        }
    });
}

#[test]
fn new_strs_have_one_reference() {
    attached(|py| {
        for text in ["ascii text", "na\u{ef}ve", "\u{20ac}uro", "\u{1f40d}!"] {
            let made = PyString::new(py, text).unwrap();
            assert_eq!(made.refcount(), 1);
            let made = PyString::from_utf8(py, text.as_bytes(), None).unwrap();
            assert_eq!(made.refcount(), 1);
            assert_eq!(delta_after_drop(&made, || made.code_units().unwrap()), 0);
        }
    });
}

/// Text that was made here is like any other for Python: as a key, joined, cut, grown.
#[test]
fn python_uses_them_as_any_str() {
    attached(|py| {
        for text in [
            "ascii text",
            "na\u{ef}ve",
            "\u{20ac}uro\u{3b1}",
            "\u{1f40d}!\u{e9}",
        ] {
            let made = PyString::new(py, text).unwrap();
            let script = "def use(text, reversed_text):\n    \
                 assert {text: 1}[text[:1] + text[1:]] == 1\n    \
                 assert text.encode().decode() == text and text[::-1] == reversed_text\n    \
                 assert (text + 'x')[:-1] == text and text in 'a' + text + 'b'\n    \
                 assert ''.join(list(text)) == text\nresult = use";
            let reversed: String = text.chars().rev().collect();
            let reversed = PyString::new(py, &reversed).unwrap();
            run(py, script).call([&made, &reversed]).unwrap();
            assert!(
                !matches!(made.code_units().unwrap(), CodeUnits::One(_))
                    || text.chars().all(|char| char < '\u{100}')
            );
        }
    });
}
