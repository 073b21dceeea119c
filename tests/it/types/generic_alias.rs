//! Generic aliases.

use pyptr::types::PyGenericAlias;

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, namespace, shown};

#[test]
fn generic_aliases() {
    attached(|py| {
        let ns = namespace(py);
        let (list, int) = (eval(&ns, "list"), fresh_str(py, "spam"));
        let make = || PyGenericAlias::new(py, &list, &int).unwrap();
        assert_eq!(
            (delta_while_held(&int, make), delta_after_drop(&int, make)),
            (1, 0)
        );
        assert_eq!(shown(&make()), "list['spam']");
        assert!(
            eval(&ns, "dict[str, int]")
                .cast_exact::<PyGenericAlias>()
                .is_ok()
        );
        assert!(list.cast::<PyGenericAlias>().is_err());
    });
}
