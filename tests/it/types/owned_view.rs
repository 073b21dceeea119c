//! Owners with their views.

use std::collections::HashMap;

use pyptr::error::PyUnicodeEncodeError;
use pyptr::types::{OwnedBytes, OwnedStr, PyBytes, PyString};

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{eval, namespace};

#[test]
fn owners_bring_their_views_along() {
    attached(|py| {
        let text = fresh_str(py, "grün");
        let view = OwnedStr::new(text.to_owned()).unwrap();
        assert_eq!(
            (text.refcount(), &*view, view.as_str(), view.to_string()),
            (2, "grün", "grün", "grün".to_owned())
        );
        let second = view.clone();
        assert_eq!(
            (text.refcount(), view == second, view == *"grün"),
            (3, true, true)
        );
        let mut map = HashMap::new();
        map.insert(second, 1);
        assert_eq!((map.get("grün"), map.get("blau")), (Some(&1), None));
        drop(map);
        assert!(view.owner().is(&text));
        assert!(view.into_owner().is(&text));
        assert_eq!(text.refcount(), 1);
        let surrogate = eval(&namespace(py), "'lone \\ud800'")
            .cast_into::<PyString>()
            .unwrap();
        let fail = || {
            assert!(
                OwnedStr::new(surrogate.to_owned())
                    .unwrap_err()
                    .is::<PyUnicodeEncodeError>()
            )
        };
        assert_eq!(delta_after_drop(&surrogate, fail), 0);
        let bytes = PyBytes::new(py, b"bytes").unwrap();
        let view = OwnedBytes::new(bytes.to_owned());
        assert_eq!(
            (bytes.refcount(), &*view, view.as_bytes()),
            (2, &b"bytes"[..], &b"bytes"[..])
        );
        assert!(view < OwnedBytes::new(PyBytes::new(py, b"later").unwrap()));
        drop(view);
        assert_eq!(bytes.refcount(), 1);
    });
}

/// The view of an owner stays as it is when somebody appends to the same object.
#[test]
fn a_view_is_not_appended_to() {
    attached(|py| {
        let view = OwnedStr::new(fresh_str(py, "text")).unwrap();
        let longer = view.owner().to_owned().append_str(" and more").unwrap();
        assert_eq!(
            (&*view, longer.to_str().unwrap()),
            ("text", "text and more")
        );
    });
}
