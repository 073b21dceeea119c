//! Items by any key.

use pyptr::Borrowed;
use pyptr::error::{PyIndexError, PyKeyError, PyTypeError};
use pyptr::types::PyInt;

use crate::common::{attached, delta_while_held, fresh_str};

#[test]
fn items() {
    attached(|py| {
        let dict = py.eval(c"{}", None, None).unwrap();
        let (key, value) = (fresh_str(py, "key"), fresh_str(py, "value"));
        dict.set_item(&key, &value).unwrap();
        assert_eq!((key.refcount(), value.refcount()), (2, 2));
        assert_eq!(delta_while_held(&value, || dict.get_item(&key)), 1);
        assert!(dict.contains(&key).unwrap());
        dict.del_item(&key).unwrap();
        assert_eq!((key.refcount(), value.refcount()), (1, 1));
        assert!(!dict.contains(&key).unwrap());
        assert!(
            dict.get_item(&key)
                .is_err_and(|raised| raised.is::<PyKeyError>())
        );
        assert!(
            dict.del_item(&key)
                .is_err_and(|raised| raised.is::<PyKeyError>())
        );
        assert!(
            dict.set_item(&dict, &value)
                .is_err_and(|raised| raised.is::<PyTypeError>())
        );
        let (list, index) = (
            py.eval(c"[]", None, None).unwrap(),
            PyInt::new(py, 1 << 28).unwrap(),
        );
        assert!(
            list.get_item(&index)
                .is_err_and(|raised| raised.is::<PyIndexError>())
        );
        assert!(
            value
                .set_item(&index, &key)
                .is_err_and(|raised| raised.is::<PyTypeError>())
        );
        let counts = [&*dict, &*key, &*value, &*list, &*index].map(Borrowed::refcount);
        assert_eq!(counts, [1; 5]);
    });
}
