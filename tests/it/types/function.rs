//! Functions: made, and changed.

use pyptr::error::PyTypeError;
use pyptr::types::{PyCode, PyDict, PyFunction, PyTuple};

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{collect, eval, exec, given, namespace, shown};

#[test]
fn functions() {
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, "def f(a, *, b=1): return a, b");
        let function = eval(&ns, "f").cast_into::<PyFunction>().unwrap();
        let code = function.code().unwrap();
        let globals = PyDict::new(py).unwrap();
        let name = fresh_str(py, "Spam.f");
        let make = || PyFunction::with_qualname(&code, &globals, Some(&name)).unwrap();
        let made = make();
        assert!(made.getattr(c"__qualname__").unwrap().is(&name));
        assert_eq!(name.refcount(), 2);
        drop(made);
        // On free-threaded builds functions are left to the collector.
        collect(py);
        assert_eq!(name.refcount(), 1);
        let plain = PyFunction::with_qualname(&code, &globals, None).unwrap();
        assert_eq!(shown(&plain.getattr(c"__qualname__").unwrap()), "'f'");
        let closed = eval(&ns, "(lambda a: lambda: a)(1).__code__");
        let closed = closed.cast::<PyCode>().unwrap();
        let wrong = PyFunction::with_qualname(closed, &globals, None);
        assert!(wrong.unwrap_err().is::<PyTypeError>());
        let value = fresh_str(py, "value");
        let defaults = PyTuple::from_owned(py, [given(&value)]).unwrap();
        function.set_defaults(Some(&defaults)).unwrap();
        assert!(function.defaults().unwrap().unwrap().is(&defaults));
        function.set_defaults(None).unwrap();
        assert!(function.defaults().unwrap().is_none());
        let kw = PyDict::new(py).unwrap();
        function.set_kw_defaults(Some(&kw)).unwrap();
        assert!(function.kw_defaults().unwrap().unwrap().is(&kw));
        function.set_kw_defaults(None).unwrap();
        assert!(function.kw_defaults().unwrap().is_none());
        let annotations = PyDict::new(py).unwrap();
        function.set_annotations(&annotations).unwrap();
        assert!(function.annotations().unwrap().is(&annotations));
        assert_eq!(
            (defaults.refcount(), kw.refcount(), annotations.refcount()),
            (1, 1, 2)
        );
        let class = function.as_class_method().unwrap();
        assert_eq!(shown(&class.type_of()), "<class 'classmethod'>");
        let fixed = function.as_static_method().unwrap();
        assert!(fixed.getattr(c"__func__").unwrap().is(&function));
        drop((class, fixed));
        assert_eq!(
            delta_after_drop(&function, || function.as_static_method()),
            0
        );
        assert_eq!(
            delta_after_drop(&function, || function.as_class_method()),
            0
        );
    });
}
