//! The pointers themselves, `Option` and `()`.

use pyptr::types::{PyAny, PyInt, PyString};
use pyptr::{Borrowed, IntoPyObject, Owned, Shared};

use super::{error, repr, wrong_type};
use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};

#[test]
fn a_borrowed_pointer_counts_nothing() {
    attached(|py| {
        let text = fresh_str(py, "borrowed");
        let extract = || text.extract::<&Borrowed<'_, PyString>>().unwrap();
        assert!(extract().is(&text));
        assert_eq!(delta_while_held(&text, extract), 0);
        let any = || text.extract::<&Borrowed<'_, PyAny>>().unwrap();
        assert_eq!(delta_while_held(&text, any), 0);
        let wrong = || text.extract::<&Borrowed<'_, PyInt>>();
        assert_eq!(delta_after_drop(&text, wrong), 0);
    });
}

#[test]
fn an_owned_pointer_counts_one() {
    attached(|py| {
        let text = fresh_str(py, "owned");
        let extract = || text.extract::<Owned<'_, PyString>>().unwrap();
        assert!(extract().is(&text));
        assert_eq!(delta_while_held(&text, extract), 1);
        assert_eq!(delta_after_drop(&text, extract), 0);
        let shared = || text.extract::<Shared<PyString>>().unwrap();
        assert_eq!(delta_while_held(&text, shared), 1);
        assert_eq!(delta_after_drop(&text, shared), 0);
        assert!(shared().bind(py).is(&text));
    });
}

#[test]
fn a_pointer_of_the_wrong_kind_costs_nothing() {
    attached(|py| {
        let text = fresh_str(py, "wrong");
        assert_eq!(wrong_type::<&Borrowed<'_, PyInt>>(&text), "int");
        assert_eq!(wrong_type::<Owned<'_, PyInt>>(&text), "int");
        assert_eq!(wrong_type::<Shared<PyInt>>(&text), "int");
        assert_eq!(
            error::<Owned<'_, PyInt>>(&text),
            "TypeError: expected int, got str"
        );
        assert_eq!(
            delta_after_drop(&text, || text.extract::<Owned<'_, PyInt>>()),
            0
        );
        assert_eq!(
            delta_after_drop(&text, || text.extract::<Shared<PyInt>>()),
            0
        );
    });
}

#[test]
fn a_pointer_becomes_the_object_itself() {
    attached(|py| {
        let text = fresh_str(py, "pointer");
        let reference = || text.as_borrowed().into_py_object(py).unwrap();
        assert!(reference().is(&text));
        assert_eq!(delta_while_held(&text, reference), 1);
        assert_eq!(delta_after_drop(&text, reference), 0);
        let owned = || (&text).into_py_object(py).unwrap();
        assert_eq!(delta_while_held(&text, owned), 1);

        let shared: Shared<PyString> = text.new_ref().into_shared();
        let bound = || (&shared).into_py_object(py).unwrap();
        assert_eq!(delta_while_held(&text, bound), 1);
        assert_eq!(delta_after_drop(&text, bound), 0);
        let given = || text.new_ref().into_shared().into_py_object(py).unwrap();
        assert_eq!(delta_while_held(&text, given), 1);
        assert_eq!(delta_after_drop(&text, given), 0);

        let second = text.new_ref();
        let before = text.refcount();
        let given = second.into_py_object(py).unwrap();
        assert_eq!(text.refcount(), before);
        drop(given);
        assert_eq!(text.refcount(), before - 1);
    });
}

#[test]
fn option_takes_none() {
    attached(|py| {
        assert_eq!(py.none().extract::<Option<i64>>().unwrap(), None);
        let text = fresh_str(py, "option");
        assert_eq!(text.extract::<Option<&str>>().unwrap(), Some("option"));
        assert_eq!(wrong_type::<Option<i64>>(&text), "int or None");
        assert_eq!(
            error::<Option<i64>>(&text),
            "TypeError: expected int or None, got str"
        );
        assert!(
            py.none()
                .extract::<Option<Owned<'_, PyAny>>>()
                .unwrap()
                .is_none()
        );
        assert_eq!(repr(py, None::<i64>), "None");
        assert_eq!(repr(py, Some(4)), "4");
        assert_eq!(repr(py, ()), "None");
        let given = || Some(&text).into_py_object(py).unwrap();
        assert_eq!(delta_while_held(&text, given), 1);
    });
}

#[test]
fn none_is_named_by_its_type() {
    attached(|py| {
        assert_eq!(
            error::<String>(py.none()),
            "TypeError: expected str, got NoneType"
        );
    });
}
