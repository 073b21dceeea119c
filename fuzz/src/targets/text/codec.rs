//! Encodings. What is simple enough is computed in Rust; the rest is asked of `bytes.decode` and `str.encode`.

use std::ffi::CStr;

use pyptr::types::{PyAny, PyByteArray, PyBytes, PyString};
use pyptr::{Borrowed, Owned, PyResult, Python};

use super::Text;
use super::points::to_text;
use crate::harness::answer;
use crate::input::Input;

const ENCODINGS: &[&CStr] = &[
    c"utf-8",
    c"UTF8",
    c"utf-16",
    c"utf-16-le",
    c"utf-16-be",
    c"utf-32",
    c"utf-32-le",
    c"utf-32-be",
    c"latin-1",
    c"ascii",
    c"utf-7",
    c"utf-8-sig",
    c"cp1252",
    c"unicode-escape",
    c"raw-unicode-escape",
    c"idna",
    c"",
    c"no such encoding",
];

const HANDLERS: &[Option<&CStr>] = &[
    None,
    Some(c"strict"),
    Some(c"ignore"),
    Some(c"replace"),
    Some(c"backslashreplace"),
    Some(c"surrogateescape"),
    Some(c"surrogatepass"),
    Some(c"xmlcharrefreplace"),
    Some(c"namereplace"),
    Some(c"no such handler"),
];

/// An encoding and a handler. Python's methods look for both on debug builds even if none is needed.
fn names(input: &mut Input<'_>) -> (&'static CStr, Option<&'static CStr>) {
    let (encoding, errors) = (input.choose(ENCODINGS), input.choose(HANDLERS));
    let unknown = encoding.is_empty() || encoding == c"no such encoding";
    if cfg!(py_sys_config = "Py_REF_DEBUG") && (unknown || errors == Some(c"no such handler")) {
        return (c"utf-8", None);
    }
    (encoding, errors)
}

/// What Python's own method makes of it.
fn theirs<'py>(
    object: &Borrowed<'py, PyAny>,
    method: &CStr,
    encoding: &CStr,
    errors: Option<&CStr>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    let text = |text: &CStr| PyString::new(object.py(), text.to_str().unwrap());
    let encoding = text(encoding)?;
    match errors {
        None => object.call_method1(method, &encoding),
        Some(errors) => {
            object.call_method(method, [&*encoding.into_any(), &*text(errors)?.into_any()])
        }
    }
}

/// The text, if it is computed here.
fn decoded(bytes: &[u8], encoding: &CStr, errors: Option<&CStr>) -> Option<Option<String>> {
    let strict = matches!(errors.map(CStr::to_bytes), None | Some(b"strict"));
    match encoding.to_bytes() {
        b"utf-8" | b"UTF8" if strict => Some(String::from_utf8(bytes.to_vec()).ok()),
        b"utf-8" | b"UTF8" if errors == Some(c"replace") => {
            Some(Some(String::from_utf8_lossy(bytes).into_owned()))
        }
        b"latin-1" => Some(Some(bytes.iter().map(|&byte| char::from(byte)).collect())),
        b"ascii" if strict => Some(
            bytes
                .is_ascii()
                .then(|| String::from_utf8(bytes.to_vec()).unwrap()),
        ),
        b"utf-16-le" if strict => {
            let units: Vec<u16> = bytes
                .chunks_exact(2)
                .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
                .collect();
            let text = String::from_utf16(&units).ok();
            Some(text.filter(|_| bytes.len() % 2 == 0))
        }
        b"utf-32-le" if strict => {
            let points: Vec<u32> = bytes
                .chunks_exact(4)
                .map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
                .collect();
            Some(to_text(&points).filter(|_| bytes.len() % 4 == 0))
        }
        _ => None,
    }
}

pub(super) fn decode(py: Python<'_>, input: &mut Input<'_>) {
    let (encoding, errors) = names(input);
    let len = input.below(40);
    let bytes = input.bytes(len);
    let ours = PyString::decode(py, bytes, encoding, errors);
    if let Some(expected) = decoded(bytes, encoding, errors) {
        match &ours {
            Ok(text) => assert_eq!(Some(text.to_str().unwrap()), expected.as_deref()),
            Err(_) => assert_eq!(None, expected),
        }
    }
    let ours = answer(py, ours);
    let object = PyBytes::new(py, bytes).unwrap();
    let python = answer(py, theirs(&object, c"decode", encoding, errors));
    assert_eq!(ours, python);
    if encoding == c"utf-8" {
        assert_eq!(answer(py, PyString::from_utf8(py, bytes, errors)), python);
    }
    // Both take no notice of the encoding if there is nothing to decode.
    if !bytes.is_empty() {
        let array = PyByteArray::new(py, bytes).unwrap();
        let from = answer(py, PyString::from_encoded(&array, encoding, errors));
        assert_eq!(from, python);
    }
    let named = PyString::decode_fs(py, bytes).unwrap();
    assert_eq!(named.encode_fs().unwrap().as_bytes(), bytes);
}

/// The bytes, if they are computed here.
fn encoded(points: &[u32], encoding: &CStr) -> Option<Option<Vec<u8>>> {
    let text = to_text(points);
    match encoding.to_bytes() {
        b"utf-8" | b"UTF8" => Some(text.map(String::into_bytes)),
        b"latin-1" => Some(points.iter().map(|&point| point.try_into().ok()).collect()),
        b"utf-16-le" => {
            Some(text.map(|text| text.encode_utf16().flat_map(u16::to_le_bytes).collect()))
        }
        b"utf-32-le" => {
            Some(text.map(|_| points.iter().copied().flat_map(u32::to_le_bytes).collect()))
        }
        _ => None,
    }
}

pub(super) fn encode(input: &mut Input<'_>, text: &Text<'_>) {
    let (encoding, errors) = names(input);
    let py = text.object.py();
    let own: &Borrowed<'_, PyString> = &text.object;
    let ours = own.encode(Some(encoding), errors);
    let strict = matches!(errors.map(CStr::to_bytes), None | Some(b"strict"));
    if let Some(expected) = encoded(&text.points, encoding).filter(|_| strict) {
        let bytes = ours.as_ref().ok().map(|bytes| bytes.as_bytes());
        assert_eq!(bytes, expected.as_deref());
    }
    let ours = answer(py, ours);
    assert_eq!(ours, answer(py, theirs(own, c"encode", encoding, errors)));
    let c_str = own.to_c_str().ok().map(CStr::to_bytes);
    let model = to_text(&text.points).filter(|model| !model.contains('\0'));
    assert_eq!(c_str, model.as_deref().map(str::as_bytes));
}
