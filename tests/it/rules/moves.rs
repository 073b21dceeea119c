//! What moves a reference on drops it once (RUSTSEC-2020-0074), whether it succeeds or not.

use pyptr::types::{PyAny, PyInt, PyString};
use pyptr::{Borrowed, FromPyObject, IntoPyObject, Owned, PyErr, PyResult, Raised, Shared};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};

#[test]
fn each_way_on_keeps_one_reference_and_drops_it_once() {
    attached(|py| {
        let text = &*fresh_str(py, "moved");
        let owned = || text.new_ref();
        let any = || owned().into_any();
        assert_eq!(delta_while_held(text, owned), 1);
        assert_eq!(delta_while_held(text, any), 1);
        assert_eq!(delta_while_held(text, || owned().into_base()), 1);
        assert_eq!(delta_while_held(text, || owned().into_shared()), 1);
        assert_eq!(
            delta_while_held(text, || owned().into_shared().into_owned(py)),
            1
        );
        assert_eq!(
            delta_while_held(text, || any().cast_into::<PyString>().unwrap()),
            1
        );
        assert_eq!(
            delta_while_held(text, || any().cast_into_exact::<PyString>().unwrap()),
            1
        );
        assert_eq!(
            delta_while_held(text, || owned().into_py_object(py).unwrap()),
            1
        );
        assert_eq!(
            delta_while_held(text, || owned().into_shared().into_py_object(py).unwrap()),
            1
        );
        assert_eq!(
            delta_while_held(text, || Some(owned()).into_py_object(py).unwrap()),
            1
        );
        // All of them are dropped again.
        assert_eq!(text.refcount(), 1);
        owned().into_shared().release(py);
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn a_failed_cast_hands_the_reference_back_or_releases_it() {
    attached(|py| {
        let text = &*fresh_str(py, "not an int");
        let failed = || text.new_ref().into_any().cast_into::<PyInt>().unwrap_err();
        assert_eq!(delta_while_held(text, failed), 1);
        assert_eq!(delta_while_held(text, || failed().into_inner()), 1);
        let exact = || text.new_ref().cast_into_exact::<PyInt>().unwrap_err();
        assert_eq!(delta_while_held(text, || exact().into_inner()), 1);
        assert_eq!(delta_after_drop(text, || Raised::from(failed())), 0);
        assert_eq!(delta_after_drop(text, || PyErr::from(failed())), 0);
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn a_failed_conversion_keeps_nothing() {
    attached(|py| {
        let text = &*fresh_str(py, "not an int");
        let any: &Borrowed<'_, PyAny> = text;
        assert!(<Owned<'_, PyInt>>::from_py_object(any).is_err());
        assert!(<Shared<PyInt>>::from_py_object(any).is_err());
        assert!(<(Owned<'_, PyString>, i64)>::from_py_object(any).is_err());
        assert_eq!(text.refcount(), 1);
        let mixed: PyResult<'_, _> = vec![Ok::<_, Raised<'_>>(text.new_ref())]
            .into_iter()
            .collect();
        let mixed: Vec<Owned<'_, PyString>> = mixed.unwrap();
        assert_eq!(text.refcount(), 2);
        let list = mixed.into_py_object(py).unwrap();
        assert_eq!(text.refcount(), 2);
        assert!(<Vec<Owned<'_, PyInt>>>::from_py_object(&list).is_err());
        assert_eq!(text.refcount(), 2);
        drop(list);
        assert_eq!(text.refcount(), 1);
    });
}
