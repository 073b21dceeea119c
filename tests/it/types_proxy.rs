//! Mapping proxies, dict views, generic aliases, iterators made of other objects.

use pyptr::error::{PyTypeError, PyZeroDivisionError};
use pyptr::types::{
    PyCallIter, PyDict, PyDictItems, PyDictKeys, PyDictValues, PyGenericAlias, PyIterator, PyList,
    PyMappingProxy, PySeqIter,
};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, given, namespace, shown};

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

#[test]
fn views_are_told_apart() {
    attached(|py| {
        let ns = namespace(py);
        let [keys, values, items] =
            ["{}.keys()", "{}.values()", "{}.items()"].map(|code| eval(&ns, code));
        assert!(keys.cast::<PyDictKeys>().is_ok() && keys.cast_exact::<PyDictKeys>().is_ok());
        assert!(
            values.cast::<PyDictValues>().is_ok() && values.cast_exact::<PyDictValues>().is_ok()
        );
        assert!(items.cast::<PyDictItems>().is_ok() && items.cast_exact::<PyDictItems>().is_ok());
        assert!(keys.cast::<PyDictValues>().is_err() && items.cast::<PyDictKeys>().is_err());
        assert!(values.cast::<PyDictItems>().is_err());
    });
}

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

#[test]
fn iterators_over_sequences() {
    attached(|py| {
        let item = fresh_str(py, "item");
        let list = PyList::from_owned(py, [given(&item), given(&item)]).unwrap();
        let make = || PyIterator::over_sequence(py, &list).unwrap();
        assert_eq!(
            (delta_while_held(&list, make), delta_after_drop(&list, make)),
            (1, 0)
        );
        assert!(make().cast::<PySeqIter>().is_ok() && make().cast::<PyCallIter>().is_err());
        assert_eq!(make().count(), 2);
        assert_eq!(item.refcount(), 3);
        assert!(PyIterator::over_sequence(py, py.none()).is_err());
    });
}

#[test]
fn iterators_that_call() {
    attached(|py| {
        let ns = namespace(py);
        let (pop, sentinel) = (eval(&ns, "[9, 0, 300, 400].pop"), fresh_str(py, "never"));
        let make = || PyIterator::over_calls(py, &pop, &sentinel).unwrap();
        assert_eq!(
            (
                delta_while_held(&sentinel, make),
                delta_after_drop(&sentinel, make)
            ),
            (1, 0)
        );
        assert!(make().cast::<PyCallIter>().is_ok());
        let zero = eval(&ns, "0");
        let values: Vec<String> = PyIterator::over_calls(py, &pop, &zero)
            .unwrap()
            .map(|item| shown(&item.unwrap()))
            .collect();
        assert_eq!(values, ["400", "300"]);
        let failing = eval(&ns, "lambda: 1 // 0");
        let mut items = PyIterator::over_calls(py, &failing, &zero).unwrap();
        assert!(
            items
                .next()
                .unwrap()
                .unwrap_err()
                .is::<PyZeroDivisionError>()
        );
    });
}
