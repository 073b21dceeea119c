//! Code, functions, frames, tracebacks, cells, methods, generators.

use pyptr::error::{PySyntaxError, PyTypeError, PyValueError, PyZeroDivisionError};
use pyptr::types::{
    CompileMode, PyAsyncGenerator, PyCell, PyCode, PyCoroutine, PyDict, PyFrame, PyFunction,
    PyGenerator, PyTraceback, Sent,
};
use pyptr::{Owned, Raised};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{bind, eval, exec, namespace, shown};

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

#[test]
fn frames() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "import sys\ndef f():\n local = 'here'\n return sys._getframe()\ndef g():\n return f()\nframe = g()",
        );
        let frame = eval(&ns, "frame").cast_into::<PyFrame>().unwrap();
        assert_eq!(
            (shown(&frame.code().name().unwrap()), frame.line_number()),
            ("'f'".into(), Some(4))
        );
        let code = frame.code();
        assert_eq!(
            (
                delta_while_held(&code, || frame.code()),
                delta_after_drop(&code, || frame.code())
            ),
            (1, 0)
        );
        assert!(frame.globals().unwrap().is(&ns));
        assert_eq!(shown(&frame.locals().unwrap()), "{'local': 'here'}");
        assert!(frame.builtins().unwrap().get_item_str(c"len").is_ok());
        // No Python code runs here.
        assert!(PyFrame::current(py).is_none());
    });
}

#[test]
fn the_frame_that_called_another() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "import sys\ndef f():\n return sys._getframe()\ndef g():\n return f()\nframe = g()",
        );
        let frame = eval(&ns, "frame").cast_into::<PyFrame>().unwrap();
        let caller = frame.back().unwrap();
        assert_eq!(shown(&caller.code().name().unwrap()), "'g'");
        let again = || frame.back().unwrap();
        assert_eq!(delta_while_held(&caller, again), 1);
        assert_eq!(delta_after_drop(&caller, again), 0);
        let module = caller.back().unwrap();
        assert_eq!(shown(&module.code().name().unwrap()), "'<module>'");
        let none = || assert!(module.back().is_none());
        assert_eq!(delta_after_drop(&module, none), 0);
    });
}

#[test]
fn tracebacks() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "
def inner():
    return 1 // 0
def outer():
    return inner()
try:
    outer()
except ZeroDivisionError as error:
    tb = error.__traceback__
class File:
    text = ''
    def write(self, text):
        File.text += text
class Broken:
    def write(self, text):
        raise ValueError
",
        );
        let tb = eval(&ns, "tb").cast_into::<PyTraceback>().unwrap();
        assert_eq!(tb.line_number().unwrap(), 7);
        let next = tb.next().unwrap().unwrap();
        let last = next.next().unwrap().unwrap();
        assert!(last.next().unwrap().is_none());
        assert_eq!(
            (next.line_number().unwrap(), last.line_number().unwrap()),
            (5, 3)
        );
        assert_eq!(
            shown(&last.frame().unwrap().code().name().unwrap()),
            "'inner'"
        );
        assert_eq!(delta_after_drop(&next, || tb.next()), 0);
        tb.print(&eval(&ns, "File()")).unwrap();
        assert!(shown(&eval(&ns, "File.text")).contains("Traceback (most recent call last)"));
        assert!(
            tb.print(&eval(&ns, "Broken()"))
                .unwrap_err()
                .is::<PyValueError>()
        );
    });
}

#[test]
fn cells() {
    attached(|py| {
        let (first, second) = (fresh_str(py, "first"), fresh_str(py, "second"));
        let cell = PyCell::new(py, Some(&first)).unwrap();
        assert_eq!(first.refcount(), 2);
        assert_eq!(
            (
                delta_while_held(&first, || cell.get()),
                delta_after_drop(&first, || cell.get())
            ),
            (1, 0)
        );
        cell.set(Some(&second));
        assert_eq!((first.refcount(), second.refcount()), (1, 2));
        cell.set(None);
        assert!(cell.get().is_none() && PyCell::new(py, None).unwrap().get().is_none());
        assert_eq!((second.refcount(), cell.refcount()), (1, 1));
        assert!(Raised::occurred(py).is_none());
    });
}

#[cfg(not(windows))]
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
fn generators() {
    attached(|py| {
        let ns = namespace(py);
        let (item, result) = (fresh_str(py, "item"), fresh_str(py, "result"));
        bind(&ns, "item", &item);
        bind(&ns, "result", &result);
        exec(
            &ns,
            "def gen():\n got = yield item\n yield got\n return result",
        );
        let generator = eval(&ns, "gen()").cast_into::<PyGenerator>().unwrap();
        let sent = fresh_str(py, "sent");
        assert!(generator.send(&sent).unwrap_err().is::<PyTypeError>());
        assert_eq!(sent.refcount(), 1);
        assert!(
            matches!(generator.send(py.none()).unwrap(), Sent::Yielded(value) if value.is(&item))
        );
        assert!(matches!(generator.send(&sent).unwrap(), Sent::Yielded(value) if value.is(&sent)));
        assert!(
            matches!(generator.send(py.none()).unwrap(), Sent::Returned(value) if value.is(&result))
        );
        drop(generator);
        assert_eq!(
            (item.refcount(), sent.refcount(), result.refcount()),
            (2, 1, 2)
        );
        let failing = eval(&ns, "(1 // i for i in (0,))");
        assert!(
            failing
                .send(py.none())
                .unwrap_err()
                .is::<PyZeroDivisionError>()
        );
        assert!(py.none().send(py.none()).is_err());
        let items: Owned<'_, PyGenerator> = eval(&ns, "gen()").cast_into().unwrap();
        assert_eq!(items.into_base().count(), 2);
    });
}

#[test]
fn coroutines() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "async def f():\n return 'done'\nasync def g():\n yield 1\nc = f()\na = g()",
        );
        let coroutine = eval(&ns, "c").cast_into::<PyCoroutine>().unwrap();
        assert!(
            matches!(coroutine.send(py.none()).unwrap(), Sent::Returned(value) if shown(&value) == "'done'")
        );
        let generator = eval(&ns, "a").cast_into::<PyAsyncGenerator>().unwrap();
        assert!(generator.is_async_iterator() && !coroutine.is_async_iterator());
        assert!(generator.aiter().unwrap().is(&generator));
        assert!(coroutine.aiter().unwrap_err().is::<PyTypeError>());
    });
}
