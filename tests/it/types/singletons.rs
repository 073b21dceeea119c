//! `...` and `NotImplemented`.

use pyptr::Owned;
use pyptr::types::{PyEllipsis, PyNotImplemented};

use crate::common::attached;
use crate::python::{eval, namespace};

#[test]
fn singletons() {
    attached(|py| {
        let ns = namespace(py);
        let (ellipsis, not_implemented) = (eval(&ns, "..."), eval(&ns, "NotImplemented"));
        assert!(ellipsis.is(py.ellipsis()) && not_implemented.is(py.not_implemented()));
        assert!(
            ellipsis.cast::<PyEllipsis>().is_ok() && ellipsis.cast::<PyNotImplemented>().is_err()
        );
        assert!(not_implemented.cast::<PyNotImplemented>().is_ok());
        let held: Owned<'_, PyEllipsis> = py.ellipsis().new_ref();
        assert!(held.is(py.ellipsis()));
    });
}
