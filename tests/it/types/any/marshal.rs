//! Values as bytes.

use pyptr::Owned;
use pyptr::error::PyValueError;
use pyptr::types::PyAny;

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{eval, namespace};

#[test]
fn values_as_bytes() {
    attached(|py| {
        let text = fresh_str(py, "in the list");
        let ns = namespace(py);
        let list: Owned<'_, PyAny> = eval(&ns, "[1, 2.5, b'bytes', None, (), {}]");
        list.cast::<pyptr::types::PyList>()
            .unwrap()
            .append(&text)
            .unwrap();
        for version in [2, 4] {
            let there_and_back = || {
                let bytes = list.marshal(version).unwrap();
                // SAFETY: just made.
                let again = unsafe { py.unmarshal(bytes.as_bytes()) }.unwrap();
                assert!(again.eq(&list).unwrap() && !again.is(&list));
            };
            assert_eq!(delta_after_drop(&list, there_and_back), 0);
            assert_eq!(text.refcount(), 2);
        }
        let odd = eval(&ns, "[object()]");
        let fail = || assert!(odd.marshal(4).unwrap_err().is::<PyValueError>());
        assert_eq!(delta_after_drop(&odd, fail), 0);
        let bytes = list.marshal(4).unwrap();
        let cut = &bytes.as_bytes()[..9];
        // SAFETY: the beginning of what was just made.
        let fail = || assert!(unsafe { py.unmarshal(cut) }.is_err());
        assert_eq!(delta_after_drop(&bytes, fail), 0);
        // SAFETY: nothing at all.
        assert!(unsafe { py.unmarshal(b"") }.is_err());
    });
}
