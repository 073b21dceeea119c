//! The buffers of `bytes`, `bytearray`, `array` and parts of them. What they contain is what `memoryview` says.

use std::ffi::CStr;

use pyptr::error::PyBufferError;
use pyptr::sync::OnceObject;
use pyptr::types::{PyAny, PyByteArray, PyBytes, PyDict, PyInt, PyString};
use pyptr::{Borrowed, IntoPyObject, Owned, Python};

use crate::input::Input;

const HELPERS: &CStr = c"
from array import array

def base(kind, content):
    if kind == 0:
        return bytes(content)
    if kind == 1:
        return bytearray(content)
    code = 'bBhHiIlLqQfd'[kind - 2]
    size = array(code).itemsize
    return array(code, bytes(content[:len(content) // size * size]))

# A part of it, or None if there is none like this.
def view(base, format, shape, part):
    view = memoryview(base)
    try:
        if shape is not None:
            view = view.cast('B').cast(format, shape)
        elif format != '':
            view = view.cast('B').cast(format)
        return view[part] if part is not None else view
    except (TypeError, NotImplementedError, ValueError):
        return None

def numbers(view):
    return (view.format, view.itemsize, view.nbytes, view.ndim, view.readonly, list(view.shape), list(view.strides),
            list(view.suboffsets))
";

fn helper<'py>(py: Python<'py>, name: &str) -> Owned<'py, PyAny> {
    static NAMES: OnceObject<PyDict> = OnceObject::new();
    crate::targets::helper(py, &NAMES, HELPERS, name)
}

/// A part of `base`, if this one exists.
fn view<'py>(input: &mut Input<'_>, base: &Borrowed<'py, PyAny>) -> Option<Owned<'py, PyAny>> {
    let py = base.py();
    let format = ["", "B", "b", "c", "h", "I", "q", "d", "?", "@f"][input.below(10)];
    let format = PyString::new(py, format).unwrap().into_any();
    let shape = match input.below(4) {
        0 => {
            let shape: Vec<i64> = (0..input.below(4)).map(|_| input.below(6) as i64).collect();
            shape.into_py_object(py).unwrap()
        }
        _ => py.none().new_ref().into_any(),
    };
    let part = match input.below(3) {
        0 => py.none().new_ref().into_any(),
        _ => {
            let bound = |input: &mut Input<'_>| {
                let number = i64::from(input.signed() / 8);
                (number != 0).then(|| PyInt::new(py, number).unwrap().into_any())
            };
            let bounds: [Option<Owned<'_, PyAny>>; 3] = std::array::from_fn(|_| bound(input));
            let [start, stop, step] = &bounds;
            let slice =
                pyptr::types::PySlice::new(py, start.as_deref(), stop.as_deref(), step.as_deref());
            slice.unwrap().into_any()
        }
    };
    let view = helper(py, "view")
        .call([base, &format, &shape, &part])
        .unwrap();
    (!view.is_none()).then_some(view)
}

/// `memoryview.tobytes()`.
fn content(view: &Borrowed<'_, PyAny>) -> Vec<u8> {
    let bytes: Owned<'_, PyBytes> = view.call_method0(c"tobytes").unwrap().cast_into().unwrap();
    bytes.as_bytes().to_vec()
}

pub(super) fn python(py: Python<'_>, input: &mut Input<'_>) {
    let kind = PyInt::new(py, input.below(14) as i64).unwrap();
    let len = input.below(64);
    let bytes = PyBytes::new(py, input.bytes(len)).unwrap();
    let base = helper(py, "base")
        .call([&*kind.into_any(), &*bytes.into_any()])
        .unwrap();
    let Some(first) = view(input, &base) else {
        return;
    };
    check(&base, &first);
    let Some(second) = view(input, &base) else {
        return;
    };
    copy(&first, &second);
}

/// Format, item size, bytes, dimensions, whether it is read-only; shape, strides, suboffsets.
type Numbers = (
    String,
    usize,
    usize,
    usize,
    bool,
    Vec<isize>,
    Vec<isize>,
    Vec<isize>,
);

fn check<'py>(base: &Borrowed<'py, PyAny>, view: &Borrowed<'py, PyAny>) {
    let py = base.py();
    let buffer = view.buffer().unwrap();
    let numbers: Numbers = helper(py, "numbers")
        .call1(view)
        .unwrap()
        .extract()
        .unwrap();
    let ours = (
        buffer.format().to_str().unwrap().to_owned(),
        buffer.item_size(),
        buffer.len_bytes(),
        buffer.dimensions(),
        buffer.is_readonly(),
        buffer.shape().to_vec(),
        buffer.strides().to_vec(),
        buffer.suboffsets().to_vec(),
    );
    assert_eq!(ours, numbers);
    let before = content(view);
    assert_eq!(buffer.to_vec().unwrap(), before);
    if !before.is_empty() {
        for (name, ours) in [
            (c"c_contiguous", buffer.is_contiguous()),
            (c"f_contiguous", buffer.is_fortran_contiguous()),
        ] {
            let theirs = view.getattr(name).unwrap();
            assert_eq!(ours, theirs.is_truthy().unwrap(), "{name:?}");
        }
    }
    if let Ok(array) = base.cast::<PyByteArray>() {
        let resized = array.resize(Borrowed::<PyByteArray>::len(array) + 1);
        assert!(resized.unwrap_err().is::<PyBufferError>());
    }
    drop(buffer);
    match view.buffer_mut() {
        Err(raised) => assert!(raised.is::<PyBufferError>() && ours.4),
        Ok(buffer) => {
            assert!(!ours.4);
            let mut new = before;
            new.reverse();
            buffer.write_from(&new).unwrap();
            assert_eq!(content(view), new);
        }
    }
}

/// Both are parts of the same memory.
fn copy(target: &Borrowed<'_, PyAny>, source: &Borrowed<'_, PyAny>) {
    let (from, to) = (content(source), content(target));
    let readonly = target.getattr(c"readonly").unwrap().is_truthy().unwrap();
    match target.copy_buffer_from(source) {
        Ok(()) => {
            assert!(!readonly && from.len() == to.len());
            assert_eq!(content(target), from);
        }
        Err(raised) => {
            assert!(raised.is::<PyBufferError>());
            assert!(readonly || from.len() != to.len());
        }
    }
}
