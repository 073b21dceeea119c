//! The interpreter's services: signals, the recursion limit, the collector.

use pyptr::Python;
use pyptr::error::PyRecursionError;
use pyptr::types::PyList;

use crate::common::{attached, fresh_str};
use crate::python::{eval, namespace};

#[test]
fn services_of_the_interpreter() {
    fn endless(py: Python<'_>) -> pyptr::PyResult<'_, ()> {
        py.recurse(c" here", || endless(py))
    }
    attached(|py| {
        py.check_signals().unwrap();
        assert!(endless(py).unwrap_err().is::<PyRecursionError>());
        let panicking = || drop(py.recurse(c"", || -> pyptr::PyResult<'_, ()> { panic!("deep") }));
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(panicking)).is_err());
        assert_eq!(py.recurse(c"", || Ok(3)).unwrap(), 3);
        let list = PyList::empty(py).unwrap();
        assert!(list.is_gc_tracked() && !fresh_str(py, "text").is_gc_tracked());
        let weak = pyptr::types::PyWeakref::new(&eval(&namespace(py), "{1}"), None);
        assert!(weak.unwrap().upgrade().is_none());
        py.collect_garbage();
    });
}
