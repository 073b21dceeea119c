//! Files, functions, frames, sets without counting, presized dicts, guards of `repr`, and small things.

use std::cmp::Ordering;

use pyptr::error::{
    PyAttributeError, PyEOFError, PyImportError, PyOverflowError, PyTypeError, PyValueError,
    PyZeroDivisionError,
};
use pyptr::types::{
    DateTimeApi, PyCode, PyDict, PyFrame, PyFunction, PyInt, PyList, PyModule, PySet, PyTuple,
    PyType,
};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, given, namespace, shown};

#[test]
fn files() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "import io\nfile = io.StringIO()\nclass F:\n def fileno(self): return 5\n def write(self, text): 1 // 0",
        );
        let (file, odd) = (eval(&ns, "file"), eval(&ns, "F()"));
        let text = fresh_str(py, "spam\n");
        file.write_object(&text, false).unwrap();
        file.write_object(&text, true).unwrap();
        let seen = file.call_method0(c"getvalue").unwrap();
        assert_eq!(shown(&seen), r#""spam\n'spam\\n'""#);
        let fail = || {
            assert!(
                odd.write_object(&text, false)
                    .unwrap_err()
                    .is::<PyZeroDivisionError>()
            )
        };
        assert_eq!((delta_after_drop(&text, fail), text.refcount()), (0, 1));
        let none = py.none().write_object(&text, false);
        assert!(none.unwrap_err().is::<PyAttributeError>());
        assert_eq!(odd.file_descriptor().unwrap(), 5);
        assert_eq!(eval(&ns, "3").file_descriptor().unwrap(), 3);
        assert!(
            eval(&ns, "-3")
                .file_descriptor()
                .unwrap_err()
                .is::<PyValueError>()
        );
        assert!(text.file_descriptor().unwrap_err().is::<PyTypeError>());
        assert_eq!(odd.refcount(), 1);
        file.call_method1(c"seek", &PyInt::new(py, 0).unwrap())
            .unwrap();
        assert_eq!(shown(&file.read_line(2).unwrap()), "'sp'");
        assert_eq!(shown(&file.read_line(0).unwrap()), r"'am\n'");
        assert_eq!(shown(&file.read_line(-1).unwrap()), r#""'spam\\n'""#);
        assert_eq!(shown(&file.read_line(0).unwrap()), "''");
        let at_the_end = || assert!(file.read_line(-1).unwrap_err().is::<PyEOFError>());
        assert_eq!(delta_after_drop(&file, at_the_end), 0);
    });
}

/// What `readline` gives may be of a subclass, which C would cut in place.
#[test]
fn lines_of_subclasses() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "class Line(bytes): pass\nclass Text(str): pass\nclass File:\n    def __init__(self, *lines): self.lines = list(lines)\n    def readline(self): return self.lines.pop()",
        );
        for _ in 0..100 {
            let file = eval(
                &ns,
                "File(Line(), Text('spam\\n'), Line(b'spam'), Line(b'eggs\\n'))",
            );
            for expected in ["b'eggs'", "b'spam'", "'spam'"] {
                let line = file.read_line(-1).unwrap();
                assert_eq!((shown(&line).as_str(), line.refcount()), (expected, 1));
            }
            assert!(file.read_line(-1).unwrap_err().is::<PyEOFError>());
        }
    });
}

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
        py.import(c"gc").unwrap().call_method0(c"collect").unwrap();
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

#[test]
fn lines_and_variables() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "import sys\ndef f(spam):\n    eggs = [spam]\n    return sys._getframe()\nvalue = object()\nframe = f(value)",
        );
        let frame = eval(&ns, "frame").cast_into::<PyFrame>().unwrap();
        let (value, name) = (eval(&ns, "value"), fresh_str(py, "spam"));
        let get = || frame.var(&name).unwrap().unwrap();
        assert!(get().is(&value));
        assert_eq!((delta_after_drop(&value, get), name.refcount()), (0, 1));
        assert!(frame.var(&fresh_str(py, "ham")).unwrap().is_none());
        let code = frame.code();
        let last = frame.last_instruction().unwrap().unwrap();
        assert_eq!(code.line_at(last).unwrap(), Some(4));
        let len = code.bytecode().unwrap().len();
        assert!(code.line_at(len - 1).unwrap().is_some());
        assert_eq!(code.line_at(len).unwrap(), None);
        assert_eq!(code.line_at(usize::MAX).unwrap(), None);
        assert_eq!(delta_after_drop(&code, || code.line_at(last)), 0);
    });
}

#[test]
fn presized_dicts() {
    attached(|py| {
        for capacity in [0, 1, 5, 100, 1 << 20, usize::MAX >> 1] {
            let dict = PyDict::with_capacity(py, capacity).unwrap();
            assert!(dict.is_empty() && dict.refcount() == 1);
            let key = fresh_str(py, "key");
            dict.set_item(&key, &key).unwrap();
            assert!(dict.get(&key).unwrap().unwrap().is(&key));
            drop(dict);
            assert_eq!(key.refcount(), 1);
        }
        assert!(PyDict::with_capacity(py, usize::MAX).is_err());
    });
}

#[cfg(not(windows))]
#[test]
fn sets_without_counting() {
    attached(|py| {
        let set = PySet::new(py).unwrap();
        // SAFETY: nothing changes the set meanwhile.
        assert_eq!(unsafe { set.iter_borrowed() }.count(), 0);
        let items: Vec<_> = (0..100)
            .map(|n| fresh_str(py, &format!("item {n}")))
            .collect();
        for item in &items {
            set.add(item).unwrap();
        }
        let before: Vec<_> = items.iter().map(|item| item.refcount()).collect();
        pyptr::sync::with_critical_section(&set, || {
            // SAFETY: nothing changes the set meanwhile: only addresses are compared.
            let found: Vec<_> = unsafe { set.iter_borrowed() }.collect();
            assert_eq!(found.len(), 100);
            assert!(
                items
                    .iter()
                    .all(|item| found.iter().any(|other| other.is(item)))
            );
            let after: Vec<_> = items.iter().map(|item| item.refcount()).collect();
            assert_eq!(before, after);
        });
    });
}

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

#[test]
fn classes_known_at_run_time() {
    use pyptr::types::{ClassOf, PyAny};
    use pyptr::{Object, Owned, Subtype};
    enum Spam {}
    // SAFETY: counted like any object.
    unsafe impl Object for Spam {
        const NAME: &'static str = "Spam";
    }
    // SAFETY: every object is of kind `PyAny`.
    unsafe impl Subtype for Spam {
        type Base = PyAny;
    }
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "class Spam: pass\nclass Sub(Spam): pass\nclass Liar:\n __class__ = Spam",
        );
        let class = eval(&ns, "Spam").cast_into::<PyType>().unwrap();
        let before = class.refcount();
        // SAFETY: nothing is read on the strength of it.
        let spam = unsafe { ClassOf::<Spam>::new(class.new_ref()) };
        assert_eq!(class.refcount(), before + 1);
        assert!(spam.class(py).is(&class));
        assert!(format!("{spam:?}").starts_with("ClassOf(Spam at 0x"));
        let (object, sub, liar) = (eval(&ns, "Spam()"), eval(&ns, "Sub()"), eval(&ns, "Liar()"));
        assert!(object.cast_to(&spam).unwrap().is(&object));
        assert!(sub.cast_to(&spam).is_some() && liar.cast_to(&spam).is_none());
        assert!(object.cast_to_exact(&spam).is_some() && sub.cast_to_exact(&spam).is_none());
        let kept: Owned<'_, Spam> = sub.cast_into_to(&spam).unwrap();
        assert_eq!(kept.refcount(), 1);
        let back = liar.cast_into_to(&spam).unwrap_err();
        assert_eq!((back.refcount(), object.refcount()), (1, 1));
        drop((kept, object));
        let before = class.refcount();
        drop(spam);
        assert_eq!(class.refcount(), before - 1);
    });
}

#[test]
fn ints() {
    attached(|py| {
        let int = |code: &str| eval(&namespace(py), code).cast_into::<PyInt>().unwrap();
        for (code, low, sign) in [
            ("-1", u64::MAX, Ordering::Less),
            ("0", 0, Ordering::Equal),
            ("2**70 + 3", 3, Ordering::Greater),
            ("-2**70 + 3", 3, Ordering::Less),
            ("2**63", 1 << 63, Ordering::Greater),
        ] {
            let int = int(code);
            assert_eq!((int.to_u64_wrapping(), int.sign()), (low, sign), "{code}");
        }
    });
}

#[test]
fn the_collector_s_view() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "kept = []\nclass C:\n def __del__(self): kept.append(self)\nC()",
        );
        let back = eval(&ns, "kept.pop()");
        assert!(back.is_gc() && back.is_gc_finalized());
        let text = fresh_str(py, "text");
        assert!(!text.is_gc() && !text.is_gc_finalized());
        assert!(!PyList::empty(py).unwrap().is_gc_finalized());
    });
}

#[test]
fn names_and_modules_of_types() {
    attached(|py| {
        let full = |kind: &pyptr::Borrowed<'_, PyType>| shown(&kind.full_name().unwrap());
        assert_eq!(full(PyType::of::<PyInt>(py)), "'int'");
        let ns = namespace(py);
        exec(&ns, "__name__ = 'spam'\nclass C:\n class D: pass");
        let inner = eval(&ns, "C.D").cast_into::<PyType>().unwrap();
        assert_eq!(full(&inner), "'spam.C.D'");
        assert_eq!(delta_after_drop(&inner, || inner.full_name()), 0);
        // A class that a module made with a definition has.
        let module = py.import(c"_random").unwrap();
        let class = module
            .getattr(c"Random")
            .unwrap()
            .cast_into::<PyType>()
            .unwrap();
        let definition = module.definition();
        assert!(!definition.is_null());
        let find = || class.module_by_definition(definition).unwrap();
        assert!(find().is(&module));
        assert_eq!(delta_after_drop(&module, find), 0);
        let derived = py.import(c"random").unwrap().getattr(c"Random").unwrap();
        let derived = derived.cast::<PyType>().unwrap();
        assert!(
            derived
                .module_by_definition(definition)
                .unwrap()
                .is(&module)
        );
        let none = || {
            assert!(
                inner
                    .module_by_definition(definition)
                    .unwrap_err()
                    .is::<PyTypeError>()
            )
        };
        assert_eq!(delta_after_drop(&inner, none), 0);
    });
}

#[test]
fn modules_again() {
    attached(|py| {
        let module = py.import(c"colorsys").unwrap();
        assert!(module.reload().unwrap().is(&module));
        assert_eq!(delta_after_drop(&module, || module.reload()), 0);
        let loose = PyModule::new(py, c"never_imported").unwrap();
        let fail = || assert!(loose.reload().unwrap_err().is::<PyImportError>());
        assert_eq!(delta_after_drop(&loose, fail), 0);
        let options = py.x_options().unwrap();
        assert_eq!(delta_while_held(&options, || py.x_options()), 1);
    });
}

#[test]
fn times_by_timestamps() {
    attached(|py| {
        let api = DateTimeApi::get(py).unwrap();
        let utc = api.utc();
        let time = api.datetime_from_timestamp(86_400.5, Some(utc)).unwrap();
        assert_eq!(
            time.str().unwrap().to_str().unwrap(),
            "1970-01-02 00:00:00.500000+00:00"
        );
        let local = api.datetime_from_timestamp(86_400.0 * 10.0, None).unwrap();
        assert!(local.getattr(c"tzinfo").unwrap().is_none());
        let day = api.date_from_timestamp(86_400.0 * 10.5).unwrap();
        assert_eq!(shown(&day.getattr(c"year").unwrap()), "1970");
        assert!(
            api.date_from_timestamp(f64::NAN)
                .unwrap_err()
                .is::<PyValueError>()
        );
        let far = api.datetime_from_timestamp(1e300, None).unwrap_err();
        assert!(far.is::<PyOverflowError>());
        assert_eq!((time.refcount(), day.refcount()), (1, 1));
    });
}

#[cfg(not(windows))]
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
