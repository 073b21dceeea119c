//! Attributes.

use pyptr::error::{PyAttributeError, PyKeyError, PyTypeError, PyZeroDivisionError};
use pyptr::types::PyInt;

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace, shown};

#[test]
fn attributes() {
    attached(|py| {
        let object = py.eval(c"type('O', (), {})()", None, None).unwrap();
        let (name, value) = (fresh_str(py, "attribute"), fresh_str(py, "value"));
        object.setattr(&name, &value).unwrap();
        assert_eq!((object.refcount(), value.refcount()), (1, 2));
        assert_eq!(delta_while_held(&value, || object.getattr(&name)), 1);
        assert_eq!(delta_while_held(&value, || object.getattr_opt(&*name)), 1);
        assert!(object.getattr(c"attribute").unwrap().is(&value));
        assert!(object.hasattr(c"attribute").unwrap());
        let names = object.dir().unwrap();
        assert!(names.contains(&name).unwrap());
        object.delattr(&name).unwrap();
        assert_eq!((object.refcount(), value.refcount()), (1, 1));
        assert!(object.getattr_opt(&name).unwrap().is_none());
        assert!(!object.hasattr(&name).unwrap());
        let missing = object.getattr(&name);
        assert!(missing.is_err_and(|raised| raised.is::<PyAttributeError>()));
        let missing = object.delattr(&name);
        assert!(missing.is_err_and(|raised| raised.is::<PyAttributeError>()));
        let result = PyInt::new(py, 1).unwrap().setattr(&name, &value);
        assert!(result.is_err_and(|raised| raised.is::<PyAttributeError>()));
        assert_eq!((object.refcount(), value.refcount()), (1, 1));
    });
}

#[test]
fn getattr_opt_passes_other_errors_on() {
    attached(|py| {
        let code = c"type('O', (), {'a': property(lambda self: {}['a'])})()";
        let object = py.eval(code, None, None).unwrap();
        assert!(
            object
                .getattr_opt(c"a")
                .is_err_and(|raised| raised.is::<PyKeyError>())
        );
        assert!(
            object
                .hasattr(c"a")
                .is_err_and(|raised| raised.is::<PyKeyError>())
        );
        assert_eq!(object.refcount(), 1);
    });
}

#[test]
fn generic_attributes() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "class C:\n def __getattribute__(self, name):\n  return 1 // 0\nc = C()",
        );
        let (object, name, value) = (
            eval(&ns, "c"),
            fresh_str(py, "name"),
            fresh_str(py, "value"),
        );
        assert!(
            object
                .getattr(&name)
                .unwrap_err()
                .is::<PyZeroDivisionError>()
        );
        object.generic_setattr(&name, Some(&value)).unwrap();
        assert_eq!(value.refcount(), 2);
        let get = || object.generic_getattr(&name).unwrap();
        assert_eq!(
            (delta_while_held(&value, get), delta_after_drop(&value, get)),
            (1, 0)
        );
        assert_eq!(shown(&object.generic_dict().unwrap()), "{'name': 'value'}");
        object.generic_setattr(&name, None).unwrap();
        assert_eq!(value.refcount(), 1);
        assert!(
            object
                .generic_getattr(&name)
                .unwrap_err()
                .is::<PyAttributeError>()
        );
        assert!(
            object
                .generic_setattr(&name, None)
                .unwrap_err()
                .is::<PyAttributeError>()
        );
        // A type's attributes are cached.
        let kind = value.type_of();
        assert!(kind.generic_dict().unwrap_err().is::<PyTypeError>());
        let refused = kind.generic_setattr(&name, Some(&value));
        assert!(refused.unwrap_err().is::<PyTypeError>());
        assert!(value.generic_dict().unwrap_err().is::<PyAttributeError>());
        assert_eq!(value.refcount(), 1);
    });
}
