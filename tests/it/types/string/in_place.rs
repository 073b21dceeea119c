//! Appending text to a `str`, against what Python makes of the same text.

use pyptr::types::{PyString, PyTuple};
use pyptr::{Borrowed, Owned, Python};

use crate::common::{attached, fresh_str};

/// The widths, and the characters at their borders.
pub const PIECES: &[&str] = &[
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
pub fn check(py: Python<'_>, str: &Borrowed<'_, PyString>, expected: &str) {
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
pub fn own<'py>(py: Python<'py>, text: &str) -> Owned<'py, PyString> {
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
