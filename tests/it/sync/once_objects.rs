//! Several attributes of a module, imported once.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyptr::Python;
use pyptr::error::{PyAttributeError, PyModuleNotFoundError};
use pyptr::sync::OnceObjects;

use crate::common::{attached, delta_after_drop};
use crate::python::{collect, exec, holds, namespace};

#[test]
fn all_are_imported_at_the_first_use() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "import sys, types
module = types.ModuleType('pyptr_test_once')
module.first, module.second = type('First', (), {})(), type('Second', (), {})()
sys.modules['pyptr_test_once'] = module",
        );
        let cell = OnceObjects::new(c"pyptr_test_once", [c"first", c"second"]);
        let module = py.import(c"pyptr_test_once").unwrap();
        let attribute = |name| module.getattr(name).unwrap();
        let (first, second) = (attribute(c"first"), attribute(c"second"));
        let before = (first.refcount(), second.refcount());
        let [one, two] = cell.get(py).unwrap();
        assert!(one.is(&first) && two.is(&second));
        assert_eq!(
            (first.refcount(), second.refcount()),
            (before.0 + 1, before.1 + 1)
        );
        assert_eq!(delta_after_drop(&first, || cell.get(py).is_ok()), 0);
        // What the module has later does not matter.
        exec(&ns, "module.first = None\ndel module.second");
        assert!(cell.get_at(py, 0).unwrap().is(&first));
        assert!(cell.get_named(py, c"second").unwrap().is(&second));
        let beyond = || drop(cell.get_at(py, 2).map(drop));
        assert!(catch_unwind(AssertUnwindSafe(beyond)).is_err());
        let unknown = || drop(cell.get_named(py, c"third").map(drop));
        assert!(catch_unwind(AssertUnwindSafe(unknown)).is_err());
        drop(cell);
        assert_eq!(
            (first.refcount(), second.refcount()),
            (before.0 - 1, before.1 - 1)
        );
        exec(&ns, "del sys.modules['pyptr_test_once'], module");
    });
    Python::attach(collect);
}

#[test]
fn a_failure_is_tried_again() {
    attached(|py| {
        let ns = namespace(py);
        let cell = OnceObjects::new(c"pyptr_test_once_later", [c"first", c"second"]);
        let missing = cell.get(py).unwrap_err();
        assert!(missing.is::<PyModuleNotFoundError>());
        drop(missing);
        exec(
            &ns,
            "import sys, types
module = types.ModuleType('pyptr_test_once_later')
module.first = object()
sys.modules['pyptr_test_once_later'] = module",
        );
        for _ in 0..2 {
            let missing = cell.get_at(py, 0).unwrap_err();
            assert!(missing.is::<PyAttributeError>());
            drop(missing);
            let missing = cell.get_named(py, c"first").unwrap_err();
            assert!(missing.is::<PyAttributeError>());
        }
        // The first was released again.
        assert!(holds(&ns, "sys.getrefcount(module.first) == 2"));
        exec(&ns, "module.second = 2");
        assert!(cell.get(py).is_ok());
        exec(&ns, "del sys.modules['pyptr_test_once_later']");
    });
}

#[test]
fn its_names_are_shown() {
    let cell = OnceObjects::new(c"decimal", [c"Decimal"]);
    let shown = format!("{cell:?}");
    assert!(
        shown.contains("decimal") && shown.contains("Decimal"),
        "{shown}"
    );
}
