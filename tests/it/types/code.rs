//! Code objects, and what functions say of themselves.

use pyptr::error::{PySyntaxError, PyTypeError, PyZeroDivisionError};
use pyptr::types::{CompileMode, PyCell, PyCode, PyDict, PyFunction, PyString};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{collect, eval, exec, namespace, shown};

#[test]
fn compile_and_run() {
    attached(|py| {
        let globals = PyDict::new(py).unwrap();
        let value = fresh_str(py, "value");
        globals
            .insert_owned(
                fresh_str(py, "name").into_any(),
                value.to_owned().into_any(),
            )
            .unwrap();
        let code = PyCode::compile(py, c"name", c"<test>", CompileMode::Eval).unwrap();
        let run = || code.eval(&globals, None).unwrap();
        assert!(run().is(&value));
        assert_eq!(
            (delta_while_held(&value, run), delta_after_drop(&value, run)),
            (1, 0)
        );
        assert_eq!(delta_after_drop(&globals, run), 0);
        assert_eq!(shown(&code.filename().unwrap()), "'<test>'");
        let file = PyCode::compile(py, c"x = 1\ny = x // 0", c"<test>", CompileMode::File).unwrap();
        let locals = PyDict::new(py).unwrap();
        let fail = || {
            assert!(
                file.eval(&globals, Some(&locals))
                    .unwrap_err()
                    .is::<PyZeroDivisionError>()
            )
        };
        assert_eq!(delta_after_drop(&file, fail), 0);
        assert_eq!(shown(&locals), "{'x': 1}");
        assert!(PyCode::compile(py, c"x = 1", c"<test>", CompileMode::Single).is_ok());
        let wrong = PyCode::compile(py, c"1 +", c"<test>", CompileMode::Eval);
        assert!(wrong.unwrap_err().is::<PySyntaxError>());
    });
}

#[test]
fn what_code_says_of_itself() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "def outer(a):\n b = a\n def inner(c):\n  return b, c\n return inner\ninner = outer(1)",
        );
        let outer = eval(&ns, "outer.__code__").cast_into::<PyCode>().unwrap();
        let inner = eval(&ns, "inner.__code__").cast_into::<PyCode>().unwrap();
        assert_eq!(shown(&outer.name().unwrap()), "'outer'");
        assert_eq!(shown(&inner.first_line().unwrap()), "3");
        assert_eq!(
            (
                shown(&inner.freevars().unwrap()),
                shown(&outer.cellvars().unwrap())
            ),
            ("('b',)".into(), "('b',)".into())
        );
        assert_eq!(shown(&inner.varnames().unwrap()), "('c',)");
        assert!(!inner.bytecode().unwrap().is_empty());
        assert_eq!(delta_after_drop(&inner, || inner.freevars()), 0);
        let empty = PyCode::new_empty(py, c"file.rs", c"function", 7).unwrap();
        assert_eq!(
            (
                shown(&empty.name().unwrap()),
                shown(&empty.first_line().unwrap())
            ),
            ("'function'".into(), "7".into())
        );
    });
}

/// The interpreter would read the variables from a closure that is not there.
#[test]
fn code_with_free_variables_is_refused() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "def outer(a):\n def inner():\n  return a\n return inner\ninner = outer(1)",
        );
        let code = eval(&ns, "inner.__code__").cast_into::<PyCode>().unwrap();
        let globals = PyDict::new(py).unwrap();
        let fail = || {
            assert!(code.eval(&globals, None).unwrap_err().is::<PyTypeError>());
            assert!(
                PyFunction::new(&code, &globals)
                    .unwrap_err()
                    .is::<PyTypeError>()
            );
        };
        assert_eq!((delta_after_drop(&code, fail), globals.refcount()), (0, 1));
        // Arguments that are missing are an error of the call.
        let needs = eval(&ns, "outer.__code__").cast_into::<PyCode>().unwrap();
        assert!(needs.eval(&globals, None).unwrap_err().is::<PyTypeError>());
    });
}

#[test]
fn functions() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "def f(a, b=2, *, c: int = 3):\n return a, b, c\nf.__module__ = None\ndef g():\n return f\nh = (lambda x: lambda: x)(1)",
        );
        let f = eval(&ns, "f").cast_into::<PyFunction>().unwrap();
        let g = eval(&ns, "g").cast_into::<PyFunction>().unwrap();
        let h = eval(&ns, "h").cast_into::<PyFunction>().unwrap();
        assert_eq!(shown(&f.defaults().unwrap().unwrap()), "(2,)");
        assert_eq!(shown(&f.kw_defaults().unwrap().unwrap()), "{'c': 3}");
        assert!(
            f.annotations()
                .unwrap()
                .contains(&fresh_str(py, "cc"))
                .is_ok_and(|found| !found)
        );
        assert!(g.defaults().unwrap().is_none() && g.kw_defaults().unwrap().is_none());
        assert!(f.module().unwrap().is_none() && g.closure().unwrap().is_none());
        assert!(f.globals().unwrap().is(&ns));
        let cell = h.closure().unwrap().unwrap();
        assert_eq!(
            shown(
                &cell
                    .get(0)
                    .unwrap()
                    .cast::<PyCell>()
                    .unwrap()
                    .get()
                    .unwrap()
            ),
            "1"
        );
        let code = f.code().unwrap();
        assert_eq!(
            (
                delta_while_held(&code, || f.code()),
                delta_after_drop(&code, || f.code())
            ),
            (1, 0)
        );
        let globals = PyDict::new(py).unwrap();
        let copy = || PyFunction::new(&code, &globals).unwrap();
        // Free-threaded builds count the references of functions to their code in their own way.
        if !cfg!(Py_GIL_DISABLED) {
            assert_eq!(delta_while_held(&code, copy), 1);
        }
        assert_eq!(delta_after_drop(&code, copy), 0);
        assert!(copy().call0().unwrap_err().is::<PyTypeError>());
    });
}

/// CPython 3.13 ends the process if the collector tracks the name of a new module.
#[test]
fn the_name_of_a_module_may_be_of_a_subclass() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "import gc, sys\nclass Name(str):\n    def __hash__(self): return 1 / 0\nname = Name('pyptr_test_subclass')",
        );
        let name = eval(&ns, "name").cast_into::<PyString>().unwrap();
        let code = PyCode::compile(py, c"answer = 42", c"<test>", CompileMode::File).unwrap();
        let run = || {
            let module = code.exec_as_module(&name, None, None).unwrap();
            assert_eq!(
                shown(&module.getattr(c"__name__").unwrap()),
                "'pyptr_test_subclass'"
            );
            drop(module);
            exec(&ns, "del sys.modules['pyptr_test_subclass']\ngc.collect()");
        };
        assert_eq!(delta_after_drop(&name, run), 0);
    });
}

#[test]
fn code_runs_as_a_module() {
    attached(|py| {
        let modules = eval(&namespace(py), "__import__('sys').modules");
        let modules = modules.cast_into::<PyDict>().unwrap();
        let name = fresh_str(py, "pyptr_test_generated");
        let [path, cached] = ["/no/where.py", "/no/where.pyc"].map(|path| fresh_str(py, path));
        let code = PyCode::compile(py, c"answer = 42", c"<test>", CompileMode::File).unwrap();
        let run = || {
            let module = code.exec_as_module(&name, Some(&path), Some(&cached));
            let module = module.unwrap();
            assert!(modules.get(&name).unwrap().unwrap().is(&module));
            assert!(module.getattr(c"__file__").unwrap().is(&path));
            if cfg!(Py_3_15) {
                let spec = module.getattr(c"__spec__").unwrap();
                let found = spec.getattr(c"cached").unwrap();
                assert!(found.eq(&cached).unwrap());
            } else {
                assert!(module.getattr(c"__cached__").unwrap().is(&cached));
            }
            assert_eq!(shown(&module.getattr(c"answer").unwrap()), "42");
            drop((modules.pop(&name).unwrap(), module));
            // Where modules are released in their own way, without a GIL.
            collect(py);
        };
        for object in [&name, &path, &cached] {
            assert_eq!(delta_after_drop(object, run), 0);
        }
        assert_eq!(delta_after_drop(&code, run), 0);

        let wrong = PyCode::compile(py, c"1 // 0", c"<test>", CompileMode::File).unwrap();
        let fail = || {
            let raised = wrong.exec_as_module(&name, None, None).unwrap_err();
            assert!(raised.is::<PyZeroDivisionError>());
            drop(raised);
            collect(py);
        };
        assert_eq!(delta_after_drop(&name, fail), 0);
        assert_eq!(delta_after_drop(&wrong, fail), 0);
        assert!(modules.get(&name).unwrap().is_none());
        let inner = "(lambda x: lambda: x)(1).__code__";
        let open = eval(&namespace(py), inner).cast_into::<PyCode>().unwrap();
        let fail = || {
            let raised = open.exec_as_module(&name, None, None).unwrap_err();
            assert!(raised.is::<PyTypeError>());
        };
        assert_eq!(delta_after_drop(&open, fail), 0);
        assert_eq!(name.refcount(), 1);
    });
}
