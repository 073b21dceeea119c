//! `Display` and `Debug` run no Python code. That they do not attach either is seen after the interpreter
//! has ended: tests/process/finalize.rs.

use pyptr::error::PyException;
use pyptr::types::{PyInt, PyType};
use pyptr::{PyErr, TypeCheck};

use crate::common::attached;
use crate::python::{eval, exec, holds, namespace};

/// A class that notes each question for its text.
const LOUD: &str = "
asked = []
class Loud(Exception):
    def __str__(self): asked.append('str'); return 'loud'
    def __repr__(self): asked.append('repr'); return 'loud'
    def __format__(self, spec): asked.append('format'); return 'loud'
    def __getattribute__(self, name): asked.append(name); return object.__getattribute__(self, name)
class LoudStr(str):
    __str__ = __repr__ = lambda self: asked.append('message') or 'loud'
class Meta(type):
    def __getattribute__(self, name): asked.append(name); return type.__getattribute__(self, name)
    def __repr__(self): asked.append('type'); return 'loud'
class Odd(Loud, metaclass=Meta): pass
asked.clear()
";

#[test]
fn formatting_asks_no_object() {
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, LOUD);
        for made in [
            "Loud()",
            "Loud('plain')",
            "Loud(LoudStr('own'))",
            "Odd(1, 2)",
        ] {
            let object = eval(&ns, made);
            assert!(
                holds(&ns, "asked == [] or not asked.clear()"),
                "clears what was asked"
            );
            let mut texts = vec![
                format!("{object:?}"),
                format!("{:?}", &*object),
                format!("{:?}", object.new_ref().into_shared()),
                format!("{:?}", object.cast::<PyInt>().unwrap_err()),
                format!("{}", object.cast::<PyInt>().unwrap_err()),
                format!("{}", object.new_ref().cast_into::<PyInt>().unwrap_err()),
            ];
            let exception = object.cast_into::<PyException>().unwrap();
            let raised = exception.into_base().raise();
            texts.push(format!("{raised:?}"));
            let error = PyErr::from(raised);
            texts.push(format!("{error}"));
            texts.push(format!("{error:?}"));
            assert!(texts.iter().all(|text| !text.contains("loud")), "{texts:?}");
            assert!(holds(&ns, "asked == []"), "{made} was asked");
            // It is noticed when it is asked.
            assert!(error.display(py).contains("oud"));
            assert!(holds(&ns, "asked != []"));
            exec(&ns, "asked.clear()");
        }
        let kind = eval(&ns, "Odd");
        assert!(PyType::is_type_of(&kind));
        assert!(!format!("{kind:?}").contains("loud"));
        assert!(!format!("{}", kind.cast::<PyInt>().unwrap_err()).contains("loud"));
        assert!(holds(&ns, "asked == []"));
    });
}
