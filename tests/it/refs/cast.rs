//! Casts.

use pyptr::error::PyTypeError;
use pyptr::types::{PyAny, PyBool, PyBytes, PyInt, PyNone, PyString};
use pyptr::{Borrowed, Owned, PyErr, PyResult, Python};

use crate::common::{attached, fresh_str};
use crate::python::run;

#[test]
fn cast_borrows_and_counts_nothing() {
    attached(|py| {
        let text = fresh_str(py, "cast");
        let any: &Borrowed<'_, PyAny> = &text;
        assert!(any.cast::<PyString>().unwrap().is(&text));
        assert!(any.cast_exact::<PyString>().unwrap().is(&text));
        assert!(any.cast::<PyAny>().is_ok());
        assert!(any.cast_exact::<PyAny>().is_err());
        assert!(any.cast::<PyInt>().is_err());
        assert!(any.cast_exact::<PyInt>().is_err());
        assert!(!crate::error::is_set(py), "a failed cast raises nothing");
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn a_subclass_is_not_exact() {
    attached(|py| {
        let object = run(py, "class S(str): pass\nresult = S('sub')");
        assert!(object.cast::<PyString>().is_ok());
        assert!(object.cast_exact::<PyString>().is_err());
        let object = object
            .cast_into_exact::<PyString>()
            .unwrap_err()
            .into_inner();
        assert_eq!(
            object.cast_into::<PyString>().unwrap().to_str().unwrap(),
            "sub"
        );
    });
}

#[test]
fn bool_is_an_int() {
    attached(|py| {
        let any: &Borrowed<'_, PyAny> = py.bool(true);
        assert!(any.cast::<PyInt>().is_ok());
        assert!(any.cast_exact::<PyInt>().is_err());
        assert!(any.cast_exact::<PyBool>().is_ok());
        assert!(any.cast::<PyNone>().is_err());
        let none: &Borrowed<'_, PyAny> = py.none();
        assert!(none.cast_exact::<PyNone>().is_ok());
        assert!(run(py, "result = 1").cast::<PyBool>().is_err());
    });
}

#[test]
fn cast_into_hands_the_reference_on_or_back() {
    attached(|py| {
        let text = fresh_str(py, "cast_into");
        let any = text.new_ref().into_any();
        let error = any.cast_into::<PyInt>().unwrap_err();
        assert_eq!(error.to_string(), "expected int, got str");
        assert_eq!(format!("{error:?}"), "expected int, got str");
        assert_eq!(text.refcount(), 2);
        let any = error.into_inner();
        assert!(any.is(&text) && text.refcount() == 2);
        let any = any.cast_into_exact::<PyBytes>().unwrap_err().into_inner();
        let back: Owned<'_, PyString> = any.cast_into().unwrap();
        assert!(back.is(&text) && text.refcount() == 2);
        drop(back);
        drop(text.new_ref().cast_into::<PyInt>());
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn question_mark_raises_a_type_error() {
    fn raised<'py>(any: &Borrowed<'py, PyAny>) -> PyResult<'py, ()> {
        any.cast::<PyInt>()?;
        Ok(())
    }
    fn raised_into(any: Owned<'_, PyAny>) -> PyResult<'_, ()> {
        let _ = any.cast_into::<PyInt>()?;
        Ok(())
    }
    fn stored(any: &Borrowed<'_, PyAny>) -> Result<(), PyErr> {
        any.cast_exact::<PyInt>()?;
        Ok(())
    }
    fn stored_into(any: Owned<'_, PyAny>) -> Result<(), PyErr> {
        let _ = any.cast_into::<PyInt>()?;
        Ok(())
    }
    attached(|py| {
        let text = fresh_str(py, "not an int");
        let is_right = |py: Python<'_>, error: PyErr| {
            assert!(!crate::error::is_set(py));
            assert!(error.is::<PyTypeError>(py));
            assert_eq!(error.to_string(), "TypeError: expected int, got str");
        };
        is_right(py, raised(&text).unwrap_err().into());
        is_right(
            py,
            raised_into(text.new_ref().into_any()).unwrap_err().into(),
        );
        is_right(py, stored(&text).unwrap_err());
        is_right(py, stored_into(text.new_ref().into_any()).unwrap_err());
        assert_eq!(text.refcount(), 1);
        let object = run(py, "class Mine: pass\nresult = Mine()");
        assert_eq!(
            object.cast::<PyInt>().unwrap_err().to_string(),
            "expected int, got Mine"
        );
    });
}

#[test]
fn a_destructor_at_the_failed_cast_keeps_the_type_error() {
    attached(|py| {
        let code = "class Noisy:\n    def __del__(self):\n        try: {}['k']\n        except KeyError: pass\nresult = Noisy()";
        let cast = |any: Owned<'_, PyAny>| -> Result<(), PyErr> {
            let failed =
                || -> PyResult<'_, ()> { any.cast_into::<PyInt>().map(drop).map_err(Into::into) };
            Ok(failed()?)
        };
        assert!(cast(run(py, code)).unwrap_err().is::<PyTypeError>(py));
    });
}

#[test]
fn unchecked_casts_pass_the_reference_on() {
    attached(|py| {
        let text = fresh_str(py, "unchecked");
        let any = text.new_ref().into_any();
        assert_eq!(text.refcount(), 2);
        // SAFETY: it was made as a str.
        let again: Owned<'_, PyString> = unsafe { any.cast_into_unchecked() };
        assert_eq!(text.refcount(), 2);
        // SAFETY: a str is an object.
        let place: &Borrowed<'_, PyAny> = unsafe { again.cast_unchecked() };
        assert!(place.is(&text));
        drop(again);
        assert_eq!(text.refcount(), 1);
    });
}
