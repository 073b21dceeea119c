//! Sequences seen as a list or a tuple.

use pyptr::error::{PyBaseException, PyTypeError, PyUnicodeDecodeError};
use pyptr::types::{FastSequence, PyFloat, PyList};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};

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

/// C decodes it while another exception is set, which ends the process of a debug build.
#[test]
fn the_message_is_utf_8() {
    attached(|py| {
        let number = PyFloat::new(py, 1.5).unwrap();
        let fail = || {
            let raised = number.to_fast(c"\xff").unwrap_err();
            assert!(raised.is::<PyUnicodeDecodeError>());
        };
        assert_eq!(delta_after_drop(&number, fail), 0);
        assert!(PyList::empty(py).unwrap().to_fast(c"\xff").is_ok());
    });
}
