//! What fails for want of memory alone: attributes by names that are no str yet, and small new objects.

use std::sync::atomic::{AtomicBool, Ordering};

use pyptr::types::{
    DateTimeApi, PyAny, PyCapsule, PyCell, PyCode, PyComplex, PyContext, PyContextVar, PyDict,
    PyFrame, PyFrozenSet, PyFunction, PyGenericAlias, PyInt, PyList, PyRange, PySlice, PyTraceback,
    PyTuple, PyType,
};
use pyptr::{Owned, PyErr};

use super::{Call, each_stops, in_a_child};
use crate::common::fresh_str;
use crate::python::{eval, exec, given, namespace};

const CODE: &str = "
import sys
def f(a, b=1, *, c=2):
    return sys._getframe()
frame, C = f(2), type('C', (), {})
try:
    1 // 0
except ZeroDivisionError as error:
    traceback = error.__traceback__
    del error
";

#[test]
fn members_are_not_read() {
    in_a_child("members::members_are_not_read", |py, without_memory| {
        let ns = namespace(py);
        exec(&ns, CODE);
        let function = eval(&ns, "f").cast_into::<PyFunction>().unwrap();
        let code = eval(&ns, "f.__code__").cast_into::<PyCode>().unwrap();
        let frame = eval(&ns, "frame").cast_into::<PyFrame>().unwrap();
        let traceback = eval(&ns, "traceback").cast_into::<PyTraceback>().unwrap();
        let range = eval(&ns, "range(1 << 40, 1 << 41, 1 << 30)");
        let range = range.cast_into::<PyRange>().unwrap();
        let class = eval(&ns, "C").cast_into::<PyType>().unwrap();
        let counts = || {
            [
                function.refcount(),
                code.refcount(),
                frame.refcount(),
                traceback.refcount(),
                range.refcount(),
                class.refcount(),
            ]
        };
        let (before, none) = (counts(), || py.none().to_owned().into_any());
        let each_fails: &[Call<'_, '_>] = &[
            ("function.code", &|| function.code().map(Owned::into_any)),
            ("function.defaults", &|| function.defaults().map(|_| none())),
            ("function.kw_defaults", &|| {
                function.kw_defaults().map(|_| none())
            }),
            ("function.closure", &|| function.closure().map(|_| none())),
            ("function.globals", &|| {
                function.globals().map(Owned::into_any)
            }),
            ("code.name", &|| code.name().map(Owned::into_any)),
            ("code.filename", &|| code.filename().map(Owned::into_any)),
            ("code.first_line", &|| {
                code.first_line().map(Owned::into_any)
            }),
            ("code.bytecode", &|| code.bytecode().map(Owned::into_any)),
            ("code.varnames", &|| code.varnames().map(Owned::into_any)),
            ("code.freevars", &|| code.freevars().map(Owned::into_any)),
            ("code.cellvars", &|| code.cellvars().map(Owned::into_any)),
            ("frame.globals", &|| frame.globals()),
            ("frame.locals", &|| frame.locals()),
            ("frame.builtins", &|| frame.builtins().map(|_| none())),
            ("traceback.frame", &|| {
                traceback.frame().map(Owned::into_any)
            }),
            ("traceback.line_number", &|| {
                traceback.line_number().map(|_| none())
            }),
            ("range.start", &|| range.start().map(Owned::into_any)),
            ("range.stop", &|| range.stop().map(Owned::into_any)),
            ("range.step", &|| range.step().map(Owned::into_any)),
            ("class.name", &|| class.name()),
            ("class.dict", &|| class.dict().map(Owned::into_any)),
        ];
        each_stops(without_memory, each_fails, |name| {
            assert_eq!(counts(), before, "{name}");
        });
    });
}

#[cfg(Py_3_15)]
#[test]
fn frozen_dicts_are_not_made() {
    use pyptr::types::PyFrozenDict;

    in_a_child(
        "members::frozen_dicts_are_not_made",
        |py, without_memory| {
            let (dict, value) = (PyDict::new(py).unwrap(), fresh_str(py, "value"));
            dict.set_str("key", &value).unwrap();
            let frozen = PyFrozenDict::new(py, &dict).unwrap();
            let before = value.refcount();
            let each_fails: &[Call<'_, '_>] = &[
                ("PyFrozenDict::empty", &|| {
                    PyFrozenDict::empty(py).map(Owned::into_any)
                }),
                ("PyFrozenDict::new", &|| {
                    PyFrozenDict::new(py, &dict).map(Owned::into_any)
                }),
                ("frozen.keys", &|| frozen.keys().map(Owned::into_any)),
                ("frozen.values", &|| frozen.values().map(Owned::into_any)),
                ("frozen.items", &|| frozen.items().map(Owned::into_any)),
            ];
            each_stops(without_memory, each_fails, |name| {
                assert_eq!(value.refcount(), before, "{name}");
            });
        },
    );
}

#[test]
fn objects_are_not_made() {
    in_a_child("members::objects_are_not_made", |py, without_memory| {
        let text = fresh_str(py, "text");
        let variable = PyContextVar::new(py, c"variable", None).unwrap();
        let (tuple, grown, long, dict) = (
            PyTuple::from_owned(py, [given(&text), given(&text), given(&text)]).unwrap(),
            PyList::empty(py).unwrap(),
            PyList::try_from_fn(py, 20, |_| Ok(given(&text))).unwrap(),
            PyDict::new(py).unwrap(),
        );
        let before = [text.refcount(), tuple.refcount(), dict.refcount()];
        let none = || py.none().to_owned().into_any();
        let place = (&raw const text).cast_mut().cast();
        let each_fails: &[Call<'_, '_>] = &[
            ("PyInt::from_pointer", &|| {
                PyInt::from_pointer(py, place).map(Owned::into_any)
            }),
            ("PyComplex::new", &|| {
                PyComplex::new(py, 1.5, 2.5).map(Owned::into_any)
            }),
            ("PyContext::new", &|| {
                PyContext::new(py).map(Owned::into_any)
            }),
            ("PyFrame::new", &|| {
                PyFrame::new(py, c"file.c", c"function", 1, Some(&dict)).map(Owned::into_any)
            }),
            ("PyCell::new", &|| {
                PyCell::new(py, Some(&text)).map(Owned::into_any)
            }),
            ("PyList::from_owned", &|| {
                PyList::from_owned(py, [given(&text), given(&text)]).map(Owned::into_any)
            }),
            ("PyTuple::from_borrowed", &|| {
                PyTuple::from_borrowed(py, &[&text, &text]).map(Owned::into_any)
            }),
            ("PyTuple::from_iter_owned", &|| {
                PyTuple::from_iter_owned(py, [given(&text), given(&text)]).map(Owned::into_any)
            }),
            ("PyGenericAlias::new", &|| {
                PyGenericAlias::new(py, &text, &tuple).map(Owned::into_any)
            }),
            ("PyFrozenSet::new", &|| {
                PyFrozenSet::new(py).map(Owned::into_any)
            }),
            ("PySlice::new", &|| {
                PySlice::new(py, Some(&text), None, None).map(Owned::into_any)
            }),
            ("PyMethod::new", &|| {
                pyptr::types::PyMethod::new(&text, &tuple).map(Owned::into_any)
            }),
            ("list.append", &|| grown.append(&text).map(|()| none())),
            ("list.del_slice", &|| long.del_slice(0, 19).map(|()| none())),
            ("tuple.get_slice", &|| {
                tuple.get_slice(0, 2).map(Owned::into_any)
            }),
            ("variable.set", &|| variable.set(&text).map(Owned::into_any)),
        ];
        each_stops(without_memory, each_fails, |name| {
            while !grown.is_empty() {
                grown.del(0).unwrap();
            }
            let after = [text.refcount(), tuple.refcount(), dict.refcount()];
            assert_eq!((after, long.len()), (before, 20), "{name}");
        });
        assert!(variable.get(None).unwrap().is_none());
    });
}

/// In a process of its own: others have it already, and read the table.
#[test]
fn datetime_that_cannot_be_imported() {
    in_a_child("members::datetime_that_cannot_be_imported", |py, _| {
        let ns = namespace(py);
        exec(
            &ns,
            "import sys; kept = sys.modules.pop('datetime', None); sys.modules['datetime'] = None",
        );
        let modules = eval(&ns, "sys.modules");
        let before = modules.refcount();
        let wrong = DateTimeApi::get(py).map(drop).map_err(PyErr::from);
        exec(
            &ns,
            "del sys.modules['datetime']\nif kept: sys.modules['datetime'] = kept\nkept = None",
        );
        assert!(wrong.is_err());
        assert_eq!(modules.refcount(), before);
    });
}

/// In a process of its own: the table is loaded once.
#[test]
fn datetime_that_was_forged() {
    in_a_child("members::datetime_that_was_forged", |py, _| {
        let module = py.import(c"datetime").unwrap();
        let real: Owned<'_, PyAny> = module.getattr(c"datetime_CAPI").unwrap();
        let forged = PyCapsule::new(py, c"datetime.datetime_CAPI", [3_usize; 64]).unwrap();
        module.setattr(c"datetime_CAPI", &forged).unwrap();
        let wrong = DateTimeApi::get(py).map(drop).map_err(PyErr::from);
        module.setattr(c"datetime_CAPI", &real).unwrap();
        assert!(wrong.is_err());
        assert_eq!(forged.refcount(), 1);
    });
}

/// In a process of its own: the table is loaded once. A module that gives the table once, and raises then.
#[test]
fn datetime_that_changes() {
    static LOADED: AtomicBool = AtomicBool::new(false);
    in_a_child("members::datetime_that_changes", |py, _| {
        let ns = namespace(py);
        exec(
            &ns,
            "import sys, datetime\nclass Once(type(sys)):\n    left = [datetime.datetime_CAPI]\n\
             \x20   datetime_CAPI = property(lambda self: self.left.pop())\n\
             sys.modules['datetime'] = Once('datetime')",
        );
        let api = DateTimeApi::get(py).map(drop).map_err(PyErr::from);
        let set = pyptr::Raised::occurred(py).map(PyErr::from);
        exec(&ns, "sys.modules['datetime'] = datetime");
        // Where `totals.rs` repeats this, the table is there already.
        let loads = !LOADED.swap(true, Ordering::SeqCst);
        assert!(api.is_err() == loads && set.is_none(), "{api:?} {set:?}");
        assert!(DateTimeApi::get(py).unwrap().date(2000, 2, 29).is_ok());
    });
}
