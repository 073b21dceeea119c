//! `range`.

use pyptr::error::PyValueError;
use pyptr::types::PyRange;

use crate::common::{attached, delta_after_drop};
use crate::python::shown;

#[test]
fn ranges() {
    attached(|py| {
        let range = PyRange::new(py, 1 << 40, -7, -3).unwrap();
        assert_eq!(shown(&range), format!("range({}, -7, -3)", 1_i64 << 40));
        assert_eq!(shown(&range.start().unwrap()), (1_i64 << 40).to_string());
        assert_eq!(
            (shown(&range.stop().unwrap()), shown(&range.step().unwrap())),
            ("-7".into(), "-3".into())
        );
        assert_eq!(
            delta_after_drop(&range.start().unwrap(), || range.start()),
            0
        );
        assert!(PyRange::new(py, 0, 1, 0).unwrap_err().is::<PyValueError>());
        assert!(range.cast::<PyRange>().is_ok() && py.none().cast::<PyRange>().is_err());
    });
}
