//! Tuples of fixed length.

use pyptr::types::{PyAny, PyString, PyTuple};
use pyptr::{Borrowed, IntoPyObject, Owned, PyResult, Python, error::PyValueError};

use super::{error, eval, message, repr, wrong_type};
use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};

struct Failing;

impl<'py> IntoPyObject<'py> for Failing {
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        Err(py.raise::<PyValueError>("failing"))
    }
}

#[test]
fn tuples_round_trip() {
    attached(|py| {
        let eight = (
            1_u8,
            -2_i16,
            3.5_f32,
            true,
            'x',
            "six".to_owned(),
            None::<i64>,
            [8],
        );
        let object = eight.clone().into_py_object(py).unwrap();
        assert!(object.cast_exact::<PyTuple>().is_ok());
        assert_eq!(object.refcount(), 1);
        type Eight = (u8, i16, f32, bool, char, String, Option<i64>, [i32; 1]);
        assert_eq!(object.extract::<Eight>().unwrap(), eight);
        assert_eq!(repr(py, eight), "(1, -2, 3.5, True, 'x', 'six', None, [8])");
        assert_eq!(repr(py, (1,)), "(1,)");
        assert_eq!(repr(py, ((1, 2), (3,))), "((1, 2), (3,))");
        assert_eq!(eval(py, "(5,)").extract::<(i64,)>().unwrap(), (5,));
        let named = eval(
            py,
            "__import__('collections').namedtuple('P', 'x y')(1, 'two')",
        );
        assert_eq!(named.extract::<(i64, &str)>().unwrap(), (1, "two"));
    });
}

#[test]
fn items_are_lent_by_the_tuple() {
    attached(|py| {
        let text = fresh_str(py, "lent item");
        let tuple = (&text, 1).into_py_object(py).unwrap();
        let lent: (&Borrowed<'_, PyString>, i64) = tuple.extract().unwrap();
        assert!(lent.0.is(&text));
        let (slice, _): (&str, i64) = tuple.extract().unwrap();
        assert_eq!(slice.as_ptr(), text.to_str().unwrap().as_ptr());
        let borrow = || tuple.extract::<(&Borrowed<'_, PyString>, i64)>().unwrap();
        assert_eq!(delta_while_held(&text, borrow), 0);
        let own = || tuple.extract::<(Owned<'_, PyString>, i64)>().unwrap();
        assert_eq!(delta_while_held(&text, own), 1);
        assert_eq!(delta_after_drop(&text, own), 0);
    });
}

#[test]
fn another_length_is_a_value_error() {
    attached(|py| {
        let two = eval(py, "(1, 2)");
        assert_eq!(
            error::<(i64, i64, i64)>(&two),
            "ValueError: not enough values to unpack (expected 3, got 2)"
        );
        assert_eq!(
            error::<(i64,)>(&two),
            "ValueError: too many values to unpack (expected 1)"
        );
        assert_eq!(
            error::<(i64,)>(&eval(py, "()")),
            "ValueError: not enough values to unpack (expected 1, got 0)"
        );
        assert_eq!(wrong_type::<(i64, i64)>(&eval(py, "[1, 2]")), "tuple");
        assert_eq!(
            error::<(i64, i64)>(&eval(py, "[1, 2]")),
            "TypeError: expected tuple, got list"
        );
    });
}

#[test]
fn an_item_that_fails_releases_the_others() {
    attached(|py| {
        let text = fresh_str(py, "tuple item");
        let tuple = (&text, "no int", &text).into_py_object(py).unwrap();
        type Wrong<'py> = (Owned<'py, PyString>, i64, Owned<'py, PyString>);
        assert_eq!(
            error::<Wrong<'_>>(&tuple),
            "TypeError: item 1: expected int, got str"
        );
        assert_eq!(delta_after_drop(&text, || tuple.extract::<Wrong<'_>>()), 0);
        assert_eq!(delta_after_drop(&tuple, || tuple.extract::<Wrong<'_>>()), 0);
        assert_eq!(
            delta_after_drop(&text, || tuple.extract::<(Owned<'_, PyAny>, &str)>()),
            0
        );
        assert_eq!(text.refcount(), 3);
    });
}

#[test]
fn making_a_tuple_counts_what_it_holds() {
    attached(|py| {
        let text = fresh_str(py, "made item");
        let make = || (&text, 1, text.new_ref()).into_py_object(py).unwrap();
        assert_eq!(delta_while_held(&text, make), 2);
        assert_eq!(delta_after_drop(&text, make), 0);
    });
}

#[test]
fn making_a_tuple_may_fail_half_way() {
    attached(|py| {
        let text = fresh_str(py, "half way");
        let make = || (text.new_ref(), Failing, text.new_ref()).into_py_object(py);
        assert_eq!(message(make().unwrap_err()), "ValueError: failing");
        assert_eq!(delta_after_drop(&text, || make().is_err()), 0);
        let borrowed = || (&text, &text, Failing).into_py_object(py).is_err();
        assert_eq!(delta_after_drop(&text, borrowed), 0);
    });
}
