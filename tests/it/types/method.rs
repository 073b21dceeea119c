//! Methods of Python and of C.

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace, shown};

#[test]
fn methods() {
    use pyptr::types::{PyCFunction, PyCMethod, PyMethod};
    attached(|py| {
        let ns = namespace(py);
        let (text, function) = (fresh_str(py, "text"), eval(&ns, "lambda self: self"));
        let make = || PyMethod::new(&function, &text).unwrap();
        assert_eq!(
            (delta_while_held(&text, make), delta_after_drop(&text, make)),
            (1, 0)
        );
        let method = make();
        let before = (text.refcount(), function.refcount());
        assert!(method.function().is(&function) && method.object().is(&text));
        assert_eq!((text.refcount(), function.refcount()), before);
        assert!(method.call0().unwrap().is(&text));
        let append = eval(&ns, "[].append").cast_into::<PyCFunction>().unwrap();
        assert_eq!(shown(&append.object().unwrap()), "[]");
        assert_eq!(append.flags(), pyptr::ffi::METH_O);
        assert_eq!(
            delta_after_drop(&append.object().unwrap(), || append.object()),
            0
        );
        assert!(append.cast::<PyMethod>().is_err() && append.cast::<PyCMethod>().is_err());
        assert!(eval(&ns, "str.maketrans").cast::<PyCFunction>().is_ok());
    });
}

#[test]
fn the_class_of_a_method() {
    use pyptr::types::{PyCFunction, PyCMethod};
    attached(|py| {
        // `METH_METHOD`, in every version since 3.10.
        let ns = namespace(py);
        exec(&ns, "import zlib\nmethod = zlib.compressobj().compress");
        let method = eval(&ns, "method");
        let method = method.cast::<PyCMethod>().unwrap();
        let class = method.defining_class().unwrap();
        assert!(class.is(&method.object().unwrap().type_of()));
        assert_eq!(delta_after_drop(&class, || method.defining_class()), 0);
        let plain = eval(&ns, "[].append");
        assert!(plain.cast::<PyCFunction>().is_ok() && plain.cast::<PyCMethod>().is_err());
    });
}
