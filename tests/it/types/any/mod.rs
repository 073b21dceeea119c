//! What every object can do: each kind of question, and what becomes of its errors.

mod attribute;
mod call;
mod codec;
mod compare;
mod fast;
mod file;
mod item;
mod loaded;
mod mapping;
mod marshal;
mod number;
mod protocol;
mod repr_guard;
mod sequence;
mod text;

use pyptr::error::{PyAttributeError, PyKeyError, PyTypeError, PyValueError, PyZeroDivisionError};
use pyptr::types::{CompareOp, PyAny};
use pyptr::{Borrowed, Owned, Python};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::error::is_set;
use crate::python::run;

fn object(py: Python<'_>) -> Owned<'_, PyAny> {
    run(
        py,
        "class C:\n    @property\n    def bad(self): raise ValueError('bad')\n    def __eq__(self, other): return 1 / 0\n    __lt__ = __eq__\n    __hash__ = None\n    def __bool__(self): raise ValueError('bool')\n    def __len__(self): raise ValueError('len')\n    def __repr__(self): raise ValueError('repr')\nresult = C()",
    )
}

#[test]
fn attributes() {
    attached(|py| {
        let object = object(py);
        let (name, value) = (fresh_str(py, "some_name"), fresh_str(py, "some value"));
        object.setattr(&name, &value).unwrap();
        assert_eq!(value.refcount(), 2);
        assert_eq!(
            delta_while_held(&value, || object.getattr(&name).unwrap()),
            1
        );
        assert!(object.getattr(name.as_borrowed()).unwrap().is(&value));
        assert!(object.getattr(c"some_name").unwrap().is(&value));
        assert_eq!(
            delta_while_held(&value, || object.getattr_opt(&name).unwrap()),
            1
        );
        assert!(object.hasattr(&name).unwrap());
        // The attribute caches of the lookups before have the name by now.
        assert_eq!(delta_after_drop(&name, || object.getattr(&name)), 0);
        assert_eq!((value.refcount(), object.refcount()), (2, 1));
        object.delattr(&name).unwrap();
        assert_eq!(value.refcount(), 1);

        assert!(object.getattr(&name).unwrap_err().is::<PyAttributeError>());
        assert!(object.getattr_opt(&name).unwrap().is_none());
        assert!(!object.hasattr(&name).unwrap());
        assert!(object.delattr(&name).unwrap_err().is::<PyAttributeError>());
        assert!(object.getattr_opt(c"bad").unwrap_err().is::<PyValueError>());
        assert!(object.hasattr(c"bad").unwrap_err().is::<PyValueError>());
        assert!(
            object
                .setattr(c"bad", &value)
                .unwrap_err()
                .is::<PyAttributeError>()
        );
        assert_eq!((value.refcount(), object.refcount()), (1, 1));
        assert!(!is_set(py));
    });
}

#[test]
fn items() {
    attached(|py| {
        let dict = run(py, "result = {}");
        let (key, value) = (fresh_str(py, "some key"), fresh_str(py, "some value"));
        dict.set_item(&key, &value).unwrap();
        assert_eq!((key.refcount(), value.refcount()), (2, 2));
        assert_eq!(delta_while_held(&value, || dict.get_item(&key).unwrap()), 1);
        assert!(dict.contains(&key).unwrap() && !dict.contains(&value).unwrap());
        dict.del_item(&key).unwrap();
        assert_eq!((key.refcount(), value.refcount()), (1, 1));
        assert_eq!(delta_after_drop(&key, || dict.get_item(&key)), 0);
        assert!(dict.get_item(&key).unwrap_err().is::<PyKeyError>());
        assert!(dict.del_item(&key).unwrap_err().is::<PyKeyError>());
        assert!(
            dict.set_item(&dict, &value)
                .unwrap_err()
                .is::<PyTypeError>()
        );
        assert!(key.get_item(&value).unwrap_err().is::<PyTypeError>());
        let one = run(py, "result = 1");
        assert!(one.contains(&value).unwrap_err().is::<PyTypeError>());
        assert_eq!(
            (key.refcount(), value.refcount(), dict.refcount()),
            (1, 1, 1)
        );
        assert!(!is_set(py));
    });
}

#[test]
fn comparison() {
    attached(|py| {
        let (a, b) = (fresh_str(py, "aa"), fresh_str(py, "bb"));
        let truths = [
            (CompareOp::Lt, true),
            (CompareOp::Le, true),
            (CompareOp::Eq, false),
            (CompareOp::Ne, true),
            (CompareOp::Gt, false),
            (CompareOp::Ge, false),
        ];
        for (op, truth) in truths {
            assert_eq!(a.compare(&b, op).unwrap(), truth);
            assert!(a.rich_compare(&b, op).unwrap().is(py.bool(truth)));
        }
        let equal = fresh_str(py, "aa");
        assert!(Borrowed::<PyAny>::eq(&a, &equal).unwrap());
        assert_eq!(a.hash().unwrap(), equal.hash().unwrap());
        assert!(
            a.compare(run(py, "result = 1").as_borrowed(), CompareOp::Lt)
                .is_err()
        );
        assert!(!is_set(py));
        let bad = object(py);
        assert!(
            Borrowed::<PyAny>::eq(&bad, &bad).unwrap(),
            "an object is equal to itself"
        );
        assert!(
            bad.rich_compare(&bad, CompareOp::Eq)
                .unwrap_err()
                .is::<PyZeroDivisionError>()
        );
        assert!(
            bad.compare(&a, CompareOp::Lt)
                .unwrap_err()
                .is::<PyZeroDivisionError>()
        );
        assert!(bad.hash().unwrap_err().is::<PyTypeError>());
        assert!(bad.is_truthy().unwrap_err().is::<PyValueError>());
        assert!(bad.len().unwrap_err().is::<PyValueError>());
        assert!(bad.repr().unwrap_err().is::<PyValueError>());
        assert!(bad.str().unwrap_err().is::<PyValueError>());
        assert!(bad.ascii().unwrap_err().is::<PyValueError>());
        assert!(bad.is_instance(&a).unwrap_err().is::<PyTypeError>());
        assert!(bad.is_subclass(&bad).unwrap_err().is::<PyTypeError>());
        assert!(bad.is_instance(&bad.type_of()).unwrap());
        assert!(bad.type_of().is_subclass(&bad.type_of()).unwrap());
        assert!(bad.type_of().is_callable() && !bad.is_callable());
        assert_eq!((a.refcount(), b.refcount(), bad.refcount()), (1, 1, 1));
        assert!(!is_set(py));
    });
}

#[test]
fn texts() {
    attached(|py| {
        let text = fresh_str(py, "\u{e9}t\u{e9}");
        let any: &Borrowed<'_, PyAny> = &text;
        assert_eq!(delta_while_held(&text, || any.str().unwrap()), 1); // The same object.
        assert_eq!(any.repr().unwrap().to_str().unwrap(), "'\u{e9}t\u{e9}'");
        assert_eq!(any.ascii().unwrap().to_str().unwrap(), "'\\xe9t\\xe9'");
        assert_eq!(text.refcount(), 1);
    });
}
