//! The hash of a `str`, read from the object or computed.

use pyptr::error::PyValueError;
use pyptr::types::{PyAny, PyString};
use pyptr::{Borrowed, Raised};

use crate::common::{attached, delta_after_drop, four_at_once, times};
use crate::python::{eval, exec, namespace};

#[test]
fn a_hash_is_what_python_computes() {
    attached(|py| {
        for text in ["", "a", "ascii", "na\u{ef}ve", "\u{20ac}uro", "\u{1f40d}"] {
            let text = PyString::new(py, text).unwrap();
            let first = text.hash().unwrap();
            let again = text.hash().unwrap();
            let object: &Borrowed<'_, PyAny> = &text;
            assert_eq!((first, again), (object.hash().unwrap(), first));
            assert_eq!(delta_after_drop(&text, || text.hash()), 0);
        }
        // The text grows, and has another hash.
        let text = PyString::new(py, "grow").unwrap();
        let before = text.hash().unwrap();
        let text = text.append_str("n").unwrap();
        let same = PyString::new(py, "grown").unwrap();
        assert_ne!(text.hash().unwrap(), before);
        assert_eq!(text.hash().unwrap(), same.hash().unwrap());
    });
}

#[test]
fn subclasses_have_theirs() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "class Own(str):\n def __hash__(self): return 42\nclass Wrong(str):\n def __hash__(self): raise ValueError\n\
             class Plain(str): pass\nclass Never(str): __hash__ = None\n\
             own, wrong, plain, never = Own('a'), Wrong('b'), Plain('c'), Never('d')\n\
             str.__hash__(own), str.__hash__(wrong), str.__hash__(plain)",
        );
        let text = |name: &str| eval(&ns, name).cast_into::<PyString>().unwrap();
        assert_eq!(text("own").hash().unwrap(), 42);
        assert!(text("wrong").hash().unwrap_err().is::<PyValueError>());
        assert!(text("never").hash().is_err());
        assert_eq!(text("plain").hash().unwrap(), text("'c'").hash().unwrap());
        assert!(Raised::occurred(py).is_none());
    });
}

#[test]
fn threads_that_hash_at_once_agree() {
    attached(|py| {
        for round in 0..times(200) {
            let shared = PyString::new(py, &format!("text {round} \u{fc}"))
                .unwrap()
                .into_shared();
            let hashes: Vec<isize> = four_at_once(py, &shared, |text| {
                let first = text.hash().unwrap();
                assert_eq!(text.hash().unwrap(), first);
                first
            });
            assert!(hashes.iter().all(|hash| *hash == hashes[0]));
        }
    });
}
