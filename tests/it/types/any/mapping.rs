//! The protocol of mappings, on any object.

use pyptr::error::{PyAttributeError, PyKeyError, PyTypeError, PyUnicodeDecodeError};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, namespace, shown};

#[test]
fn mappings() {
    attached(|py| {
        let value = fresh_str(py, "value");
        let dict = eval(&namespace(py), "{}");
        dict.set_item_str(c"key", &value).unwrap();
        assert_eq!(value.refcount(), 2);
        let get = || dict.get_item_str(c"key").unwrap();
        assert_eq!(
            (delta_while_held(&value, get), delta_after_drop(&value, get)),
            (1, 0)
        );
        let key = fresh_str(py, "key");
        let opt = || dict.get_item_opt(&key).unwrap().unwrap();
        assert_eq!(
            (delta_while_held(&value, opt), delta_after_drop(&value, opt)),
            (1, 0)
        );
        let missing = fresh_str(py, "missing");
        assert!(dict.get_item_opt(&missing).unwrap().is_none());
        assert_eq!((missing.refcount(), key.refcount()), (1, 1));
        assert!(
            dict.get_item_opt(&eval(&namespace(py), "[]"))
                .unwrap_err()
                .is::<PyTypeError>()
        );
        let (values, keys, items) = (
            || dict.values().unwrap(),
            || dict.keys().unwrap(),
            || dict.items().unwrap(),
        );
        assert_eq!(
            (
                delta_while_held(&value, values),
                delta_after_drop(&value, values)
            ),
            (1, 0)
        );
        assert_eq!(
            (
                delta_while_held(&value, items),
                delta_after_drop(&value, items)
            ),
            (1, 0)
        );
        assert_eq!(
            (shown(&keys()), shown(&items())),
            ("['key']".into(), "[('key', 'value')]".into())
        );
        let fail = || {
            assert!(
                dict.get_item_str(c"missing")
                    .unwrap_err()
                    .is::<PyKeyError>()
            );
            assert!(
                dict.get_item_str(c"\xff")
                    .unwrap_err()
                    .is::<PyUnicodeDecodeError>()
            );
            assert!(
                dict.set_item_str(c"\xff", &value)
                    .unwrap_err()
                    .is::<PyUnicodeDecodeError>()
            );
            assert!(
                dict.del_item_str(c"missing")
                    .unwrap_err()
                    .is::<PyKeyError>()
            );
            assert!(value.keys().unwrap_err().is::<PyAttributeError>());
            assert!(value.values().unwrap_err().is::<PyAttributeError>());
            assert!(value.items().unwrap_err().is::<PyAttributeError>());
        };
        assert_eq!((delta_after_drop(&value, fail), dict.refcount()), (0, 1));
        dict.del_item_str(c"key").unwrap();
        assert_eq!(value.refcount(), 1);
    });
}
