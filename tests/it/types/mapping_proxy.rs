//! Mapping proxies.

use pyptr::error::PyTypeError;
use pyptr::types::{PyDict, PyList, PyMappingProxy};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, namespace};

#[test]
fn mapping_proxies() {
    attached(|py| {
        let dict = PyDict::new(py).unwrap();
        let make = || PyMappingProxy::new(py, &dict).unwrap();
        assert_eq!(
            (delta_while_held(&dict, make), delta_after_drop(&dict, make)),
            (1, 0)
        );
        let key = fresh_str(py, "key");
        dict.set(&key, &key).unwrap();
        let proxy = make();
        assert!(proxy.get_item(&key).unwrap().is(&key));
        assert!(proxy.set_item(&key, &key).unwrap_err().is::<PyTypeError>());
        let list = PyList::empty(py).unwrap();
        let fail = || {
            assert!(
                PyMappingProxy::new(py, &list)
                    .unwrap_err()
                    .is::<PyTypeError>()
            )
        };
        assert_eq!(delta_after_drop(&list, fail), 0);
        assert!(
            eval(&namespace(py), "int.__dict__")
                .cast::<PyMappingProxy>()
                .is_ok()
        );
    });
}
