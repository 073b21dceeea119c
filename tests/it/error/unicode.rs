//! What errors of encodings say.

use pyptr::error::{
    PyAttributeError, PyTypeError, PyUnicodeDecodeError, PyUnicodeEncodeError, PyUnicodeError,
    PyUnicodeTranslateError,
};
use pyptr::types::PyString;
use pyptr::{Borrowed, Owned, Python};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, namespace, shown};

fn error<'py>(py: Python<'py>, code: &str) -> Owned<'py, PyUnicodeError> {
    eval(&namespace(py), code).cast_into().unwrap()
}

#[test]
fn made() {
    attached(|py| {
        let error = PyUnicodeDecodeError::new(py, c"ascii", b"ab\xff\xfe", 2..4, c"why").unwrap();
        assert_eq!((error.start().unwrap(), error.end().unwrap()), (2, 4));
        assert!(error.encoding().unwrap().eq_str("ascii"));
        assert!(error.reason().unwrap().eq_str("why"));
        assert_eq!(shown(&error.object().unwrap()), r"b'ab\xff\xfe'");
        assert_eq!(error.refcount(), 1);
        let raised = error.raise();
        assert!(raised.is::<PyUnicodeDecodeError>());
        drop(raised);
        let wrong = PyUnicodeDecodeError::new(py, c"\xff", b"", 0..0, c"why");
        assert!(wrong.unwrap_err().is::<PyUnicodeDecodeError>());
    });
}

#[test]
fn members() {
    fn check(error: &Borrowed<'_, PyUnicodeError>) {
        let py = error.py();
        assert_eq!((error.start().unwrap(), error.end().unwrap()), (1, 2));
        assert!(error.reason().unwrap().eq_str("why not"));
        let object = error.object().unwrap();
        assert_eq!(
            (
                delta_while_held(&object, || error.object()),
                delta_after_drop(&object, || error.object())
            ),
            (1, 0)
        );
        error.set_start(7).unwrap();
        error.set_end(9).unwrap();
        assert_eq!((error.start().unwrap(), error.end().unwrap()), (7, 9));
        assert!(error.set_start(usize::MAX).is_err());
        assert!(error.set_end(usize::MAX).is_err());
        assert_eq!((error.start().unwrap(), error.end().unwrap()), (7, 9));
        let reason = fresh_str(py, "another");
        error.set_reason(&reason).unwrap();
        assert_eq!(reason.refcount(), 2);
        assert!(error.reason().unwrap().is(&reason));
        error
            .setattr(c"start", &eval(&namespace(py), "-3"))
            .unwrap();
        assert_eq!(error.start().unwrap(), 0);
    }
    attached(|py| {
        let decode = error(
            py,
            "UnicodeDecodeError('ascii', bytes([65, 200]), 1, 2, 'why' + ' not')",
        );
        assert!(decode.cast::<PyUnicodeDecodeError>().is_ok());
        check(&decode);
        let encode = error(
            py,
            "UnicodeEncodeError('ascii', ''.join(['a', '\\xff']), 1, 2, 'why not')",
        );
        assert!(encode.cast::<PyUnicodeEncodeError>().is_ok());
        assert!(encode.encoding().unwrap().eq_str("ascii"));
        check(&encode);
        let translate = error(
            py,
            "UnicodeTranslateError(''.join(['a', '\\xff']), 1, 2, 'why not')",
        );
        assert!(translate.cast::<PyUnicodeTranslateError>().is_ok());
        assert!(translate.encoding().is_err());
        check(&translate);
        assert_eq!(
            (decode.refcount(), encode.refcount(), translate.refcount()),
            (1, 1, 1)
        );
    });
}

#[test]
fn what_has_none() {
    attached(|py| {
        let plain = error(py, "UnicodeError('plain')");
        assert!(plain.start().unwrap_err().is::<PyAttributeError>());
        assert!(plain.end().unwrap_err().is::<PyAttributeError>());
        assert!(plain.object().unwrap_err().is::<PyAttributeError>());
        assert!(plain.reason().unwrap_err().is::<PyAttributeError>());
        assert_eq!(plain.refcount(), 1);
        let odd = error(py, "UnicodeEncodeError('ascii', 'ab', 1, 2, 'why')");
        odd.setattr(c"reason", py.none()).unwrap();
        assert!(odd.reason().unwrap_err().is::<PyTypeError>());
        let found = PyString::new(py, "\u{e9}").unwrap();
        let raised = found.encode(Some(c"ascii"), None).unwrap_err();
        let error = raised.catch::<PyUnicodeEncodeError>().unwrap();
        assert!(error.object().unwrap().is(&found) && error.start().unwrap() == 0);
    });
}
