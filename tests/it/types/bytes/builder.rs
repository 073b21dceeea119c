//! `bytes` that grow: `BytesBuilder`.

use std::io::Write;

use pyptr::error::PyMemoryError;
use pyptr::types::{BytesBuilder, ListBuilder, PyBytes, PyInt, StringBuilder};

use crate::common::attached;

#[test]
fn any_sequence_of_pieces_grows_to_their_sum() {
    attached(|py| {
        let source: Vec<u8> = (0..2000_u32).map(|n| (n * 7 % 251) as u8).collect();
        for step in [1, 2, 3, 31, 32, 33, 100, 2000] {
            for end in [0, 1, 2, 31, 32, 33, 64, 65, 500, 2000] {
                for capacity in [0, 1, 33, 2000] {
                    let mut builder = BytesBuilder::with_capacity(py, capacity);
                    for piece in source[..end].chunks(step) {
                        match piece {
                            [byte] => builder.push(*byte),
                            _ => builder.extend_from_slice(piece),
                        }
                        builder.extend_from_slice(&[]);
                    }
                    assert_eq!((builder.len(), builder.is_empty()), (end, end == 0));
                    assert!(builder.capacity() >= end);
                    let bytes = builder.finish().unwrap();
                    assert_eq!(bytes.as_bytes(), &source[..end]);
                    let same = PyBytes::new(py, &source[..end]).unwrap();
                    assert!(bytes.eq(&same).unwrap());
                    assert_eq!(bytes.hash().unwrap(), same.hash().unwrap());
                    assert_eq!(bytes.is(&same), end < 2, "short ones are shared");
                    assert!(end < 2 || bytes.refcount() == 1);
                }
            }
        }
    });
}

#[test]
fn room_is_what_the_caller_says() {
    attached(|py| {
        let mut builder = BytesBuilder::new(py);
        builder.reserve_exact(0);
        assert_eq!(builder.capacity(), 0);
        builder.reserve_exact(100);
        assert_eq!(builder.capacity(), 100);
        builder.extend_from_slice(&[7; 100]);
        builder.reserve_exact(1);
        assert_eq!((builder.capacity(), builder.len()), (101, 100));
        builder.reserve_exact(1);
        builder.push(8);
        assert_eq!(builder.capacity(), 101);
        let bytes = builder.finish().unwrap();
        assert_eq!(
            (bytes.as_bytes()[99..].to_vec(), bytes.refcount()),
            (vec![7, 8], 1)
        );
        let mut short = BytesBuilder::new(py);
        short.reserve_exact(1);
        assert!(short.finish().unwrap().is_empty());
        let mut large = BytesBuilder::new(py);
        large.push(1);
        large.reserve_exact(usize::MAX);
        assert_eq!((large.capacity(), large.len()), (0, 0));
        large.reserve_exact(1);
        assert!(large.finish().unwrap_err().is::<PyMemoryError>());
    });
}

#[test]
fn builder_is_written_to() {
    attached(|py| {
        let mut builder = BytesBuilder::new(py);
        write!(builder, "{:>5}", 42).unwrap();
        builder.write_all(b"!").unwrap();
        builder.flush().unwrap();
        assert_eq!(builder.finish().unwrap().as_bytes(), b"   42!");
    });
}

#[test]
fn builder_grows_by_doubling() {
    attached(|py| {
        let mut builder = BytesBuilder::new(py);
        let (mut steps, mut capacity) = (0, 0);
        for _ in 0..100_000 {
            builder.extend_from_slice(b"piece ");
            if builder.capacity() != capacity {
                capacity = builder.capacity();
                steps += 1;
            }
        }
        assert!(steps < 20, "{steps}");
        assert_eq!(
            builder.finish().unwrap().as_bytes(),
            b"piece ".repeat(100_000)
        );
    });
}

#[test]
fn builder_is_dropped_or_forgotten() {
    attached(|py| {
        for bytes in [&b""[..], b"x", b"some bytes"] {
            let mut builder = BytesBuilder::new(py);
            builder.extend_from_slice(bytes);
            drop(builder);
            let mut builder = BytesBuilder::with_capacity(py, 3);
            builder.extend_from_slice(bytes);
            std::mem::forget(builder);
        }
    });
}

#[test]
fn builder_too_large_for_memory_says_so_at_the_end() {
    attached(|py| {
        // There may be memory for half of all addresses where they have 32 bits.
        let large = [usize::MAX, isize::MAX as usize, isize::MAX as usize / 2];
        let too_large = if cfg!(target_pointer_width = "64") {
            3
        } else {
            1
        };
        for capacity in large.into_iter().take(too_large) {
            let mut builder = BytesBuilder::with_capacity(py, capacity);
            assert!(!crate::error::is_set(py), "until `finish` any code may run");
            builder.extend_from_slice(b"");
            builder.push(1);
            assert!(builder.write(b"lost").is_err());
            assert_eq!((builder.len(), builder.capacity()), (0, 0));
            assert!(
                builder
                    .finish()
                    .is_err_and(|raised| raised.is::<PyMemoryError>())
            );
        }
        assert!(!crate::error::is_set(py));
    });
}

#[test]
fn several_slices_are_one_push() {
    attached(|py| {
        for capacity in [0, 1, 5, 33, 2000] {
            let mut several = BytesBuilder::with_capacity(py, capacity);
            let mut single = BytesBuilder::with_capacity(py, capacity);
            let long = vec![7; 1000];
            for count in 0..300 {
                let (head, text) = ([0xd9, count as u8], &long[..count]);
                several.extend_from_slices([&head, text]);
                several.extend_from_slices([]);
                several.extend_from_slices([&[], b"\x01", &[]]);
                single.extend_from_slice(&head);
                single.extend_from_slice(text);
                single.push(1);
                assert_eq!(several.len(), single.len());
                assert!(several.capacity() >= several.len());
            }
            assert_eq!(
                several.finish().unwrap().as_bytes(),
                single.finish().unwrap().as_bytes()
            );
        }
    });
}

#[test]
fn slices_fill_a_capacity_exactly() {
    attached(|py| {
        let mut bytes = BytesBuilder::with_capacity(py, 64);
        bytes.extend_from_slices([&[1; 30], &[2; 34]]);
        assert_eq!((bytes.len(), bytes.capacity()), (64, 64));
        bytes.extend_from_slices([&[3], &[]]);
        assert_eq!(bytes.len(), 65);
        let bytes = bytes.finish().unwrap();
        assert_eq!(
            (
                bytes.as_bytes()[29],
                bytes.as_bytes()[30],
                bytes.as_bytes()[64]
            ),
            (1, 2, 3)
        );
        assert_eq!(bytes.refcount(), 1);
    });
}

/// A header of five bytes allocates little, whatever it promises.
#[test]
fn promises_are_not_memory() {
    const LITTLE: usize = 16_384;
    attached(|py| {
        for promised in [0, 1, 1000, 100_000, u32::MAX as usize, usize::MAX] {
            let mut bytes = BytesBuilder::with_size_hint(py, promised);
            assert!((promised.min(1000)..LITTLE).contains(&bytes.capacity()));
            bytes.extend_from_slice(b"all there is");
            assert_eq!(bytes.finish().unwrap().as_bytes(), b"all there is");

            let mut text = StringBuilder::with_size_hint(py, promised);
            assert!((promised.min(1000)..LITTLE).contains(&text.capacity()));
            text.push_str("all there is");
            assert_eq!(text.finish().unwrap().to_str().unwrap(), "all there is");

            let mut list = ListBuilder::with_size_hint(py, promised).unwrap();
            list.push(PyInt::new(py, 1).unwrap().into_any()).unwrap();
            let list = list.finish();
            // It says how many slots there are, also those that are free.
            let size = list.call_method(c"__sizeof__", []).unwrap();
            let size = size.cast_into::<PyInt>().unwrap().to_u64().unwrap() as usize;
            assert!((promised.min(1000) * size_of::<usize>()..LITTLE).contains(&size));
        }
        // What arrives is taken, and more than was promised.
        for promised in [10, u32::MAX as usize] {
            let (mut bytes, mut list) = (
                BytesBuilder::with_size_hint(py, promised),
                ListBuilder::with_size_hint(py, promised).unwrap(),
            );
            for number in 0..20_000_u32 {
                bytes.extend_from_slices([&number.to_be_bytes()]);
                list.push(PyInt::new(py, number).unwrap().into_any())
                    .unwrap();
            }
            assert_eq!(bytes.finish().unwrap().len(), 80_000);
            assert_eq!(list.finish().len(), 20_000);
        }
    });
}
