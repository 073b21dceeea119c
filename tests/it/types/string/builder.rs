//! `StringBuilder`, and `append_str` beside it, against what Python makes of the same text.

use std::fmt::Write;

use pyptr::error::PyMemoryError;
use pyptr::types::StringBuilder;

use super::in_place::{PIECES, check, own};
use crate::common::attached;

/// Numbers that look random, the same ones each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }
}

#[test]
fn any_sequence_of_pieces_grows_to_their_sum() {
    attached(|py| {
        for seed in 0..300 {
            let mut numbers = Numbers(seed);
            // From narrow to wide, so that all widths get their turn.
            let widest = 1 + numbers.below(PIECES.len());
            let narrow = (0..numbers.below(40)).map(|_| PIECES[numbers.below(widest)]);
            let mut pieces: Vec<&str> = narrow.collect();
            pieces.extend(&PIECES[..numbers.below(PIECES.len())]);
            let expected = pieces.concat();
            let mut appended = own(py, "");
            let mut builder = match numbers.below(3) {
                0 => StringBuilder::new(py),
                _ => StringBuilder::with_capacity(py, numbers.below(100)),
            };
            let mut chars = StringBuilder::new(py);
            // What is kept must not change, and what is hashed must hash anew.
            let mut kept = Vec::new();
            for piece in &pieces {
                appended = appended.append_str(piece).unwrap();
                match numbers.below(8) {
                    0 => kept.push((appended.new_ref(), appended.to_rust_string().unwrap())),
                    1 => drop(appended.hash().unwrap()),
                    _ => {}
                }
                builder.push_str(piece);
                piece.chars().for_each(|char| chars.push(char));
                assert_eq!(builder.len(), chars.len());
                assert_eq!(builder.is_empty(), appended.is_empty());
                assert!(builder.capacity() >= builder.len());
            }
            for (str, text) in kept {
                assert_eq!(str.to_str().unwrap(), text);
            }
            for str in [builder.finish().unwrap(), chars.finish().unwrap()] {
                check(py, &str, &expected);
                assert!(str.len() < 2 || str.refcount() == 1);
            }
            // With a copy as UTF-8 or without, it is the same text.
            assert_eq!(appended.to_str().unwrap(), expected);
            assert!(appended.eq(&own(py, &expected)).unwrap());
        }
    });
}

#[test]
fn builder_results_of_no_and_one_character_are_the_shared_ones() {
    attached(|py| {
        for text in ["", "x", "\u{e9}"] {
            let mut builder = StringBuilder::with_capacity(py, 10);
            builder.push_str(text);
            assert!(builder.finish().unwrap().is(&own(py, text)));
        }
        assert!(StringBuilder::new(py).finish().unwrap().is(&own(py, "")));
    });
}

#[test]
fn builder_is_written_to() {
    attached(|py| {
        let mut builder = StringBuilder::new(py);
        write!(builder, "{:>5}|{:?}|true", 42, "\u{20ac}").unwrap();
        builder.write_char('!').unwrap();
        check(py, &builder.finish().unwrap(), "   42|\"\u{20ac}\"|true!");
    });
}

#[test]
fn builder_grows_by_doubling() {
    attached(|py| {
        let mut builder = StringBuilder::new(py);
        let mut steps = 0;
        let mut capacity = builder.capacity();
        for _ in 0..100_000 {
            builder.push_str("piece ");
            if builder.capacity() != capacity {
                capacity = builder.capacity();
                steps += 1;
            }
        }
        assert!(steps < 20, "{steps}");
        check(py, &builder.finish().unwrap(), &"piece ".repeat(100_000));
    });
}

#[test]
fn builder_is_dropped_or_forgotten() {
    attached(|py| {
        for text in PIECES {
            let mut builder = StringBuilder::new(py);
            builder.push_str(text);
            drop(builder);
            let mut builder = StringBuilder::with_capacity(py, 3);
            builder.push_str(text);
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
            let mut builder = StringBuilder::with_capacity(py, capacity);
            assert!(!crate::error::is_set(py), "until `finish` any code may run");
            builder.push_str("");
            builder.push_str("lost");
            builder.push('\u{20ac}');
            assert!(write!(builder, "lost").is_err());
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
fn python_strs_and_iterators() {
    use pyptr::types::PyString;
    use std::borrow::Cow;

    attached(|py| {
        let item = own(py, "naïve");
        let before = item.refcount();
        let mut text = StringBuilder::new(py);
        text.push_py_str(&item);
        text.extend(["a", "b"]);
        text.extend(vec!["c".to_owned()]);
        text.extend(['d', '\u{1f600}']);
        text.extend([&"e".to_owned()]);
        text.extend([Cow::Borrowed("f")]);
        text.extend([&*item]);
        text.extend([&item]);
        text.extend([PyString::new(py, "last").unwrap()]);
        write!(text, "{}", 5).unwrap();
        assert_eq!(text.len(), 27);
        let text = text.finish().unwrap();
        assert!(text == "naïveabcd\u{1f600}efnaïvenaïvelast5");
        assert_eq!(item.refcount(), before);
    });
}

/// Lone surrogates have no UTF-8: nothing is set until `finish`, and nothing comes after.
#[test]
fn a_python_str_without_utf8() {
    use pyptr::Raised;
    use pyptr::error::PyUnicodeEncodeError;
    use pyptr::types::PyString;

    attached(|py| {
        let lone = crate::python::run(py, "result = 'a' + chr(0xd800)");
        let lone = lone.cast_into::<PyString>().unwrap();
        let before = lone.refcount();
        let mut text = StringBuilder::new(py);
        text.push_str("before");
        text.extend([&*lone]);
        assert!(Raised::occurred(py).is_none());
        assert!(write!(text, "after").is_err());
        assert!(text.is_empty());
        text.push_py_str(&lone);
        assert!(text.finish().unwrap_err().is::<PyUnicodeEncodeError>());
        drop(StringBuilder::new(py));
        assert!(Raised::occurred(py).is_none());
        assert_eq!(lone.refcount(), before);
    });
}
