//! Weak references.

use pyptr::error::{PyReferenceError, PyTypeError};
use pyptr::types::{PySet, PyWeakref};

use crate::common::{attached, delta_after_drop, delta_while_held};
use crate::python::{eval, exec, namespace, shown};

#[test]
fn it_keeps_nothing_alive() {
    attached(|py| {
        let set = PySet::new(py).unwrap();
        assert_eq!(
            delta_while_held(&set, || PyWeakref::new(&set, None).unwrap()),
            0
        );
        let weak = PyWeakref::new(&set, None).unwrap();
        assert_eq!(delta_while_held(&set, || weak.upgrade().unwrap()), 1);
        assert_eq!(delta_after_drop(&set, || weak.upgrade().unwrap()), 0);
        // Without a callback there is one for all.
        assert!(PyWeakref::new(&set, None).unwrap().is(&weak));
        drop(set);
        assert!(weak.upgrade().is_none() && weak.upgrade().is_none());
        assert_eq!(weak.refcount(), 1);
    });
}

#[test]
fn what_allows_no_weak_references() {
    attached(|py| {
        let list = eval(&namespace(py), "[]");
        let fail = || assert!(PyWeakref::new(&list, None).unwrap_err().is::<PyTypeError>());
        assert_eq!(delta_after_drop(&list, fail), 0);
        assert!(
            PyWeakref::proxy(&list, None)
                .unwrap_err()
                .is::<PyTypeError>()
        );
    });
}

#[test]
fn callbacks_are_called_once() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "calls = []\ndef callback(ref):\n calls.append(ref() is None)",
        );
        let callback = eval(&ns, "callback");
        let set = PySet::new(py).unwrap();
        let make = || PyWeakref::new(&set, Some(&callback)).unwrap();
        assert_eq!(
            (
                delta_while_held(&callback, make),
                delta_after_drop(&callback, make)
            ),
            (1, 0)
        );
        let weak = make();
        drop(set);
        assert_eq!(
            (shown(&eval(&ns, "calls")), weak.upgrade().is_none()),
            ("[True]".into(), true)
        );
    });
}

#[test]
fn proxies_pass_on_while_the_object_lives() {
    attached(|py| {
        let set = PySet::new(py).unwrap();
        let proxy = PyWeakref::proxy(&set, None).unwrap();
        assert_eq!((set.refcount(), proxy.len().unwrap()), (1, 0));
        assert!(proxy.cast::<PyWeakref>().is_err());
        drop(set);
        assert!(proxy.len().unwrap_err().is::<PyReferenceError>());
    });
}
