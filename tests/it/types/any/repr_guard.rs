//! Guards against a `repr` in itself.

use pyptr::types::PyList;

use crate::common::attached;

#[test]
fn guards_of_repr() {
    attached(|py| {
        let (list, other) = (PyList::empty(py).unwrap(), PyList::empty(py).unwrap());
        let guard = list.enter_repr().unwrap();
        assert!(guard.is_some());
        assert!(list.enter_repr().unwrap().is_none());
        assert!(other.enter_repr().unwrap().is_some());
        assert_eq!(list.repr().unwrap().to_str().unwrap(), "[]");
        drop(guard);
        assert!(list.enter_repr().unwrap().is_some());
        assert_eq!(list.refcount(), 1);
    });
}
