//! `str` that grow: `append_str` and `StringBuilder`, against what Python makes of the same text.

use std::fmt::Write;

use pyptr::error::PyMemoryError;
use pyptr::types::{PyString, PyTuple, StringBuilder};
use pyptr::{Borrowed, Owned, Python};

use crate::common::{attached, fresh_str};

/// The widths, and the characters at their borders.
const PIECES: &[&str] = &[
    "",
    "a",
    "plain",
    "\0\u{7f}",
    "\u{80}",
    "na\u{ef}ve\u{ff}",
    "\u{100}",
    "\u{20ac}uro",
    "\u{7ff}\u{800}\u{ffff}",
    "\u{10000}",
    "two \u{1f40d}\u{10ffff}",
    "a piece that is longer than what a builder first asks for, and than a word of the machine",
];

/// Is `str` what Python would have made: the same text, as narrow, ended by a zero, hashed alike?
#[track_caller]
fn check(py: Python<'_>, str: &Borrowed<'_, PyString>, expected: &str) {
    let python = PyString::new(py, expected).unwrap();
    let sys = py.import(c"sys").unwrap();
    let size = |str: &Borrowed<'_, PyString>| sys.call_method1(c"getsizeof", str).unwrap();
    // Before either has a copy as UTF-8, which counts; a single character is shared and may have one.
    if str.len() > 1 {
        assert!(size(str).eq(&size(&python)).unwrap(), "width: {expected:?}");
    }
    assert_eq!(str.len(), expected.chars().count());
    assert!(str.eq(&python).unwrap(), "{expected:?}");
    assert_eq!(str.hash().unwrap(), python.hash().unwrap());
    let encoding = PyString::new(py, "utf-32").unwrap();
    let [encoded, same] =
        [str, &*python].map(|str| str.call_method1(c"encode", &encoding).unwrap());
    assert!(encoded.eq(&same).unwrap());
    assert_eq!(str.to_str().unwrap(), expected);
    // C reads up to the zero.
    if !expected.contains('\0') {
        let pattern = PyString::new(py, "%s").unwrap();
        let args = PyTuple::from_owned(py, [str.new_ref().into_any()]).unwrap();
        let shown = pattern.call_method1(c"__mod__", &args).unwrap();
        assert!(shown.eq(&python).unwrap());
    }
}

/// A `str` that nobody else refers to, of one character as well.
fn own<'py>(py: Python<'py>, text: &str) -> Owned<'py, PyString> {
    PyString::new(py, text).unwrap()
}

#[test]
fn append_str_to_every_width() {
    attached(|py| {
        for left in PIECES {
            for right in PIECES {
                let both = own(py, left).append_str(right).unwrap();
                check(py, &both, &format!("{left}{right}"));
                for third in PIECES {
                    let both = own(py, left).append_str(right).unwrap();
                    let three = both.append_str(third).unwrap();
                    assert_eq!(three.to_str().unwrap(), format!("{left}{right}{third}"));
                }
            }
        }
    });
}

#[test]
fn append_str_leaves_a_shared_left_side_alone() {
    attached(|py| {
        for left in PIECES.iter().filter(|left| left.chars().count() > 1) {
            for right in PIECES.iter().filter(|right| !right.is_empty()) {
                let shared = fresh_str(py, left);
                let both = shared.to_owned().append_str(right).unwrap();
                assert_eq!((shared.refcount(), both.refcount()), (1, 1));
                check(py, &both, &format!("{left}{right}"));
                check(py, &shared, left);
            }
        }
    });
}

#[test]
fn append_str_forgets_the_utf_8_of_its_left_side() {
    attached(|py| {
        for left in ["\u{e9}t\u{e9}", "\u{20ac}\u{20ac}", "\u{1f40d}\u{1f40d}"] {
            let cached = fresh_str(py, left);
            assert_eq!(cached.to_str().unwrap(), left);
            let longer = cached.append_str(" more").unwrap();
            check(py, &longer, &format!("{left} more"));
        }
    });
}

#[test]
fn append_str_in_long_chains_of_every_width() {
    attached(|py| {
        for piece in ["piece ", "pi\u{e8}ce ", "pi\u{20ac}ce ", "pi\u{1f40d}ce "] {
            let mut text = own(py, piece);
            let mut kept = Vec::new();
            let mut moved = 0;
            for count in 2..=2000 {
                let before = text.as_ptr();
                text = text.append_str(piece).unwrap();
                moved += usize::from(text.as_ptr() != before);
                // What others see stays as it is, and what CPython remembers of the text is forgotten.
                match count % 300 {
                    3 => kept.push((text.new_ref(), count)),
                    1 => drop(text.hash().unwrap()),
                    2 => assert_eq!(text.to_str().unwrap().len(), count * piece.len()),
                    _ => {}
                }
            }
            // How often is the allocator's affair: that of debug builds may move all.
            assert!(moved > 0, "{piece}");
            assert_eq!(text.refcount(), 1);
            check(py, &text, &piece.repeat(2000));
            for (text, count) in kept {
                check(py, &text, &piece.repeat(count));
            }
        }
    });
}

#[test]
fn append_str_to_what_another_thread_made() {
    attached(|py| {
        for left in ["made elsewhere", "el\u{20ac}where"] {
            let make = || Python::attach(|py| own(py, left).into_shared());
            let made = py.detach(|| std::thread::scope(|scope| scope.spawn(make).join().unwrap()));
            let longer = made.into_owned(py).append_str(" and here").unwrap();
            check(py, &longer, &format!("{left} and here"));
            // One that another thread holds, or has held.
            let mine = own(py, left);
            let theirs = mine.new_ref().into_shared();
            let hold = || Python::attach(|py| (theirs.bind(py).new_ref().into_shared(), theirs));
            let (held, theirs) =
                py.detach(|| std::thread::scope(|scope| scope.spawn(hold).join().unwrap()));
            let longer = mine.append_str(" too").unwrap();
            check(py, &longer, &format!("{left} too"));
            assert_eq!(held.bind(py).to_str().unwrap(), left);
            drop(held);
            let longer = theirs.into_owned(py).append_str(" again").unwrap();
            check(py, &longer, &format!("{left} again"));
        }
    });
}

#[test]
fn append_str_hashes_anew() {
    attached(|py| {
        let left = fresh_str(py, "hashed");
        left.hash().unwrap();
        check(py, &left.append_str(" later").unwrap(), "hashed later");
    });
}

#[test]
fn append_str_leaves_shared_objects_alone() {
    attached(|py| {
        let interned = PyString::intern(py, c"append_str_interned").unwrap();
        let longer = interned.append_str("!").unwrap();
        check(py, &longer, "append_str_interned!");
        assert_eq!(longer.refcount(), 1);
        let again = PyString::intern(py, c"append_str_interned").unwrap();
        check(py, &again, "append_str_interned");
        for char in ["q", "\u{e9}", ""] {
            let longer = own(py, char).append_str("rs").unwrap();
            check(py, &longer, &format!("{char}rs"));
            check(py, &own(py, char), char);
        }
    });
}

#[test]
fn append_str_to_an_instance_of_a_subclass_makes_a_str() {
    attached(|py| {
        let code = c"(lambda S: (S('left '), S('\\u20ac'), S('')))(type('S', (str,), {}))";
        let made: Owned<'_, PyTuple> = py.eval(code, None, None).unwrap().cast_into().unwrap();
        for (index, left) in ["left ", "\u{20ac}", ""].into_iter().enumerate() {
            let instance: &Borrowed<'_, PyString> = made.get(index).unwrap().cast().unwrap();
            for right in PIECES.iter().filter(|right| !right.is_empty()) {
                let both = instance.to_owned().append_str(right).unwrap();
                assert!(both.cast_exact::<PyString>().is_ok());
                check(py, &both, &format!("{left}{right}"));
            }
            assert_eq!(instance.refcount(), 1);
            assert_eq!(instance.to_str().unwrap(), left);
        }
    });
}

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
        for capacity in [usize::MAX, isize::MAX as usize, isize::MAX as usize / 2] {
            let mut builder = StringBuilder::with_capacity(py, capacity);
            assert!(
                !crate::errors::is_set(py),
                "until `finish` any code may run"
            );
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
        assert!(!crate::errors::is_set(py));
    });
}
