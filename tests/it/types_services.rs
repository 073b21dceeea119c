//! Dicts with text for keys, fast sequences, code units, struct sequences, and services of the interpreter.

use std::ffi::c_void;

use pyptr::Python;
use pyptr::error::{PyBaseException, PyOverflowError, PyRecursionError, PyTypeError, PyValueError};
use pyptr::types::{CodeUnits, FastSequence, PyDict, PyInt, PyList, PyString, PyTuple, PyType};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{bind, eval, given, namespace, shown};

#[test]
fn dicts_with_text_for_keys() {
    attached(|py| {
        let (dict, value) = (PyDict::new(py).unwrap(), fresh_str(py, "value"));
        dict.set_str("key", &value).unwrap();
        let get = || dict.get_str("key").unwrap().unwrap();
        assert_eq!(
            (delta_while_held(&value, get), delta_after_drop(&value, get)),
            (1, 0)
        );
        assert!(dict.get_str("missing").unwrap().is_none());
        assert!(dict.contains_str("key").unwrap() && !dict.contains_str("missing").unwrap());
        assert_eq!(value.refcount(), 2);
        // The reference that the dict held.
        let pop = || dict.pop_str("key").unwrap().unwrap();
        assert_eq!(delta_after_drop(&value, pop), -1);
        assert!(dict.pop_str("key").unwrap().is_none());
        dict.set_str("key", &value).unwrap();
        let (other, second) = (PyDict::new(py).unwrap(), fresh_str(py, "second"));
        other.set_str("key", &second).unwrap();
        dict.merge(&other, false).unwrap();
        assert_eq!((value.refcount(), second.refcount()), (2, 2));
        dict.merge(&other, true).unwrap();
        assert_eq!((value.refcount(), second.refcount()), (1, 3));
        let ns = namespace(py);
        bind(&ns, "value", &value);
        dict.merge_pairs(&eval(&ns, "[('key', value), ('new', value)]"), false)
            .unwrap();
        assert_eq!((dict.len(), second.refcount(), value.refcount()), (2, 3, 3));
        assert!(
            dict.merge_pairs(&eval(&ns, "['abc']"), true)
                .unwrap_err()
                .is::<PyValueError>()
        );
        assert!(dict.merge(py.none(), true).is_err());
        dict.del_str("key").unwrap();
        assert!(
            dict.del_str("key")
                .unwrap_err()
                .is::<pyptr::error::PyKeyError>()
        );
        assert_eq!(
            (second.refcount(), dict.refcount(), other.refcount()),
            (2, 1, 1)
        );
        // SAFETY: no watcher has this number.
        assert!(unsafe { dict.watch(99) }.is_err());
        // SAFETY: as above.
        assert!(unsafe { dict.unwatch(99) }.is_err());
        assert_eq!(dict.refcount(), 1);
    });
}

#[test]
fn fast_sequences() {
    attached(|py| {
        let item = fresh_str(py, "item");
        let list = PyList::empty(py).unwrap();
        list.append(&item).unwrap();
        let fast = || list.to_fast(c"no").unwrap();
        assert!(matches!(fast(), FastSequence::List(same) if same.is(&list)));
        assert_eq!(
            (delta_while_held(&list, fast), delta_after_drop(&list, fast)),
            (1, 0)
        );
        assert_eq!(
            (
                delta_while_held(&item, || fast().get(0)),
                delta_after_drop(&item, || fast().get(0))
            ),
            (1, 0)
        );
        assert!(fast().get(1).is_none());
        let tuple = list.to_tuple().unwrap();
        let fast = tuple.to_fast(c"no").unwrap();
        assert!(matches!(&fast, FastSequence::Tuple(same) if same.is(&tuple)));
        assert!(fast.get(0).unwrap().is(&item) && fast.get(1).is_none() && !fast.is_empty());
        let error = py
            .none()
            .to_fast(c"expected some items")
            .unwrap_err()
            .into_exception();
        assert!(error.is_exact_type_error() && error.str().unwrap().eq_str("expected some items"));
    });
}

trait Exactly {
    fn is_exact_type_error(&self) -> bool;
}

impl Exactly for pyptr::Owned<'_, PyBaseException> {
    fn is_exact_type_error(&self) -> bool {
        self.cast_exact::<PyTypeError>().is_ok()
    }
}

#[test]
fn code_units_are_as_wide_as_they_must_be() {
    attached(|py| {
        let (one, two, four) = (
            fresh_str(py, "gr\u{fc}n"),
            fresh_str(py, "\u{20ac}uro"),
            fresh_str(py, "\u{1f40d}!"),
        );
        assert_eq!(one.code_units().unwrap(), CodeUnits::One(b"gr\xfcn"));
        assert_eq!(
            two.code_units().unwrap(),
            CodeUnits::Two(&[0x20ac, 117, 114, 111])
        );
        assert_eq!(four.code_units().unwrap(), CodeUnits::Four(&[0x1f40d, 33]));
        assert_eq!((one.refcount(), two.refcount(), four.refcount()), (1, 1, 1));
    });
}

#[test]
fn addresses_and_vectorcalls() {
    attached(|py: Python<'_>| {
        let pointer = std::ptr::dangling_mut::<u64>().cast::<c_void>();
        let int = PyInt::from_pointer(py, pointer).unwrap();
        assert_eq!(int.to_pointer().unwrap(), pointer);
        assert!(PyInt::new(py, 0).unwrap().to_pointer().unwrap().is_null());
        let big = eval(&namespace(py), "1 << 80")
            .cast_into::<PyInt>()
            .unwrap();
        let fail = || assert!(big.to_pointer().unwrap_err().is::<PyOverflowError>());
        assert_eq!(delta_after_drop(&big, fail), 0);
        assert!(eval(&namespace(py), "len").vectorcall_function().is_some());
        assert!(py.none().vectorcall_function().is_none());
    });
}

#[test]
fn struct_sequences() {
    attached(|py| {
        let fields = &[
            (c"first", c"One."),
            (c"second", c"Two."),
            (c"hidden", c"Three."),
        ];
        let make =
            |visible| PyType::new_struct_sequence(py, c"here.Pair", c"Two.", fields, visible);
        let kind = make(2).unwrap();
        let (item, hidden) = (fresh_str(py, "item"), fresh_str(py, "hidden"));
        let items = [given(&item), given(&item), given(&hidden)];
        let pair = kind
            .call1(&PyTuple::from_owned(py, items).unwrap())
            .unwrap();
        assert_eq!((item.refcount(), hidden.refcount()), (3, 2));
        let tuple = pair.cast::<PyTuple>().unwrap();
        assert_eq!(
            (tuple.len(), shown(&pair)),
            (2, "here.Pair(first='item', second='item')".into())
        );
        assert!(pair.getattr(c"hidden").unwrap().is(&hidden));
        drop(pair);
        assert_eq!((item.refcount(), hidden.refcount()), (1, 1));
        assert!(make(4).unwrap_err().is::<PyValueError>());
        assert!(make(usize::MAX).unwrap_err().is::<PyValueError>());
        assert!(make(0).is_ok());
    });
}

#[test]
fn code_units_make_strs() {
    attached(|py| {
        for (units, text) in [
            (CodeUnits::One(b"gr\xfcn"), "gr\u{fc}n"),
            (CodeUnits::Two(&[0x20ac, 33]), "\u{20ac}!"),
            (CodeUnits::Four(&[0x1f40d, 33]), "\u{1f40d}!"),
            (CodeUnits::Four(&[]), ""),
        ] {
            let made = PyString::from_code_units(py, units).unwrap();
            assert!(made.eq_str(text));
        }
        // Made as narrow as it can be, or it would not be equal.
        let narrow = PyString::from_code_units(py, CodeUnits::Four(&[97, 98])).unwrap();
        assert_eq!(
            (narrow.code_units().unwrap(), narrow.refcount()),
            (CodeUnits::One(b"ab"), 1)
        );
        let beyond = PyString::from_code_units(py, CodeUnits::Four(&[0x11_0000]));
        assert!(beyond.unwrap_err().is::<PyValueError>());
    });
}

#[test]
fn services_of_the_interpreter() {
    fn endless(py: Python<'_>) -> pyptr::PyResult<'_, ()> {
        py.recurse(c" here", || endless(py))
    }
    attached(|py| {
        py.check_signals().unwrap();
        assert!(endless(py).unwrap_err().is::<PyRecursionError>());
        let panicking = || drop(py.recurse(c"", || -> pyptr::PyResult<'_, ()> { panic!("deep") }));
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(panicking)).is_err());
        assert_eq!(py.recurse(c"", || Ok(3)).unwrap(), 3);
        let list = PyList::empty(py).unwrap();
        assert!(list.is_gc_tracked() && !fresh_str(py, "text").is_gc_tracked());
        let weak = pyptr::types::PyWeakref::new(&eval(&namespace(py), "{1}"), None);
        assert!(weak.unwrap().upgrade().is_none());
        py.collect_garbage();
    });
}

#[test]
fn paths() {
    attached(|py| {
        let text = fresh_str(py, "path");
        assert_eq!(
            (
                delta_while_held(&text, || text.fspath()),
                delta_after_drop(&text, || text.fspath())
            ),
            (1, 0)
        );
        let path = eval(&namespace(py), "__import__('pathlib').PurePosixPath('a/b')");
        assert_eq!(shown(&path.fspath().unwrap()), "'a/b'");
        let fail = || assert!(path.type_of().fspath().unwrap_err().is::<PyTypeError>());
        assert_eq!(delta_after_drop(&path, fail), 0);
    });
}
