//! Types by their addresses.

use pyptr::types::{PyInt, PyString, PyType, TypeAddr};

use crate::common::{attached, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace};

#[test]
fn type_addresses() {
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, "class C(str): pass\nc = C()");
        let (class, object) = (
            eval(&ns, "C").cast_into::<PyType>().unwrap(),
            eval(&ns, "c"),
        );
        assert_eq!(delta_while_held(&class, || object.type_addr()), 0);
        assert_eq!(object.type_addr(), class.addr());
        assert_ne!(object.type_addr(), TypeAddr::of::<PyString>(py));
        assert_eq!(
            fresh_str(py, "text").type_addr(),
            TypeAddr::of::<PyString>(py)
        );
        assert!(object.has_exact_type(&class) && object.has_type(PyType::of::<PyString>(py)));
        assert!(
            !object.has_exact_type(PyType::of::<PyString>(py))
                && !object.has_type(PyType::of::<PyInt>(py))
        );
    });
}
