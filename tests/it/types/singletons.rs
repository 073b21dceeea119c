//! `...` and `NotImplemented`.

use pyptr::Owned;
use pyptr::types::{PyEllipsis, PyNotImplemented};

use crate::common::{attached, delta_after_drop, delta_while_held};
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

/// Also where they are counted, before 3.12.
#[test]
fn singletons_are_lent() {
    attached(|py| {
        let (ellipsis, not_implemented) = (py.ellipsis(), py.not_implemented());
        assert_eq!(delta_while_held(ellipsis, || py.ellipsis()), 0);
        assert_eq!(
            delta_while_held(not_implemented, || py.not_implemented()),
            0
        );
        let counted = isize::from(!cfg!(Py_3_12));
        assert_eq!(
            delta_while_held(ellipsis, || py.ellipsis().new_ref()),
            counted
        );
        assert_eq!(delta_after_drop(ellipsis, || py.ellipsis().new_ref()), 0);
        assert_eq!(
            delta_while_held(not_implemented, || py.not_implemented().new_ref()),
            counted
        );
        assert_eq!(
            delta_after_drop(not_implemented, || py.not_implemented().new_ref()),
            0
        );
    });
}
