//! `bytes`, its builder, and `bytearray`.

use std::io::Write;

use pyptr::types::{BytesBuilder, PyByteArray, PyBytes};
use pyptr::{Borrowed, Python};

use crate::input::Input;

pub(super) fn bytes(py: Python<'_>, input: &mut Input<'_>) {
    let (object, mut model) = match build(py, input) {
        Some(built) => built,
        None => return,
    };
    let other = input.bytes(20);
    let right = PyBytes::new(py, other).unwrap();
    let sum = Borrowed::<PyBytes>::concat(&object, &right).unwrap();
    assert_eq!(sum.as_bytes(), [&model[..], other].concat());
    // In place or not.
    let second = input.flag().then(|| (object.new_ref(), model.clone()));
    let mut object = object;
    for _ in 0..input.below(4) {
        match input.flag() {
            true => {
                object = object.append(&right).unwrap();
                model.extend(other);
            }
            false => {
                let same = object.new_ref();
                object = object.append(&same).unwrap();
                model.extend_from_within(..);
            }
        }
        assert_eq!(object.as_bytes(), model);
        assert_eq!(object.as_bytes_with_nul().last(), Some(&0));
    }
    if let Some((second, model)) = second {
        assert_eq!(second.as_bytes(), model);
    }
    let fresh = PyBytes::new(py, &model).unwrap();
    assert_eq!(object.hash().unwrap(), fresh.hash().unwrap());
}

/// A `bytes` from a builder; `None` if it is not finished.
fn build<'py>(
    py: Python<'py>,
    input: &mut Input<'_>,
) -> Option<(pyptr::Owned<'py, PyBytes>, Vec<u8>)> {
    let mut builder = match input.flag() {
        true => BytesBuilder::new(py),
        false => BytesBuilder::with_capacity(py, input.below(200)),
    };
    let mut model = Vec::new();
    for _ in 0..input.below(10) {
        match input.below(4) {
            0 => {
                let byte = input.byte();
                builder.push(byte);
                model.push(byte);
            }
            1 => builder.reserve_exact(input.below(100)),
            2 => {
                let len = input.below(60);
                let more = input.bytes(len);
                builder.write_all(more).unwrap();
                model.extend(more);
            }
            _ => {
                let more = vec![input.byte(); input.below(256)];
                builder.extend_from_slice(&more);
                model.extend(&more);
            }
        }
        assert_eq!(builder.len(), model.len());
        assert_eq!(builder.is_empty(), model.is_empty());
        assert!(builder.capacity() >= model.len());
    }
    if input.below(8) == 0 {
        return None;
    }
    let object = builder.finish().unwrap();
    assert_eq!(object.as_bytes(), model);
    assert_eq!(object.as_bytes_with_nul().last(), Some(&0));
    assert_eq!(Borrowed::<PyBytes>::len(&object), model.len());
    let c_str = object.to_c_str().ok().map(std::ffi::CStr::to_bytes);
    assert_eq!(c_str, (!model.contains(&0)).then_some(&model[..]));
    Some((object, model))
}

pub(super) fn bytearray(py: Python<'_>, input: &mut Input<'_>) {
    let len = input.below(40);
    let mut model = input.bytes(len).to_vec();
    let array = PyByteArray::new(py, &model).unwrap();
    for _ in 0..input.below(8) {
        match input.below(4) {
            0 => {
                let len = input.below(256);
                array.resize(len).unwrap();
                model.resize(len, 0);
            }
            1 => {
                let start = input.below(256).min(model.len());
                let len = input.below(32).min(model.len() - start);
                let bytes = vec![input.byte(); len];
                array.write_at(start, &bytes);
                model[start..start + len].copy_from_slice(&bytes);
            }
            2 => {
                let other = PyBytes::new(py, input.bytes(8)).unwrap();
                let sum = Borrowed::<PyByteArray>::concat(&array, &other).unwrap();
                assert_eq!(
                    sum.to_vec().unwrap(),
                    [&model[..], other.as_bytes()].concat()
                );
            }
            _ => {
                let buffer = array.buffer().unwrap();
                assert!(array.resize(model.len() + 1).is_err());
                assert_eq!(buffer.to_vec().unwrap(), model);
            }
        }
        assert_eq!(Borrowed::<PyByteArray>::len(&array), model.len());
        assert_eq!(array.to_vec().unwrap(), model);
    }
}
