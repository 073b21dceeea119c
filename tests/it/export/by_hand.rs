//! Entry points written by hand: their conventions, their results, and what becomes of errors and panics.

use std::ffi::{CStr, c_int};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::common::{attached, delta_after_drop};
use crate::python::namespace;
use pyptr::error::{PyException, PyValueError};
use pyptr::export::by_hand::{self, Table, guarded, guarded_void, named, slots};
use pyptr::types::{PyAny, PyDict, PyInt, PyList, PyModule, PyString, PyTuple, PyType};
use pyptr::{Borrowed, Owned, PyErr, Python, Returned, ffi};

type Any<'py> = Borrowed<'py, PyAny>;

extern "C" fn nothing<'py>(this: &Any<'py>, no: Option<&Any<'py>>) -> Returned<'py, PyAny> {
    guarded(this.py(), c"nothing", || {
        assert!(no.is_none());
        Ok(this.new_ref())
    })
}

extern "C" fn one<'py>(_: Option<&Any<'py>>, object: &Any<'py>) -> Returned<'py, PyAny> {
    guarded(object.py(), c"one", || Ok(object.new_ref()))
}

extern "C" fn tuple<'py>(
    _: Option<&Any<'py>>,
    arguments: &Borrowed<'py, PyTuple>,
) -> Returned<'py, PyInt> {
    guarded(arguments.py(), c"tuple", || {
        PyInt::new(arguments.py(), arguments.len() as i64)
    })
}

extern "C" fn tuple_and_dict<'py>(
    _: Option<&Any<'py>>,
    arguments: &Borrowed<'py, PyTuple>,
    names: Option<&Borrowed<'py, PyDict>>,
) -> Returned<'py, PyInt> {
    guarded(arguments.py(), c"tuple_and_dict", || {
        let names = names.map_or(-1, |names| names.len() as i64);
        PyInt::new(arguments.py(), 10 * arguments.len() as i64 + names)
    })
}

unsafe extern "C" fn array<'py>(
    this: &Any<'py>,
    arguments: *const &Any<'py>,
    count: ffi::Py_ssize_t,
) -> Returned<'py, PyAny> {
    guarded(this.py(), c"array", || {
        // SAFETY: as C passes them.
        let arguments = unsafe { by_hand::arguments(arguments, count) };
        Ok(arguments
            .last()
            .map_or(this.py().none().as_any(), |last| *last)
            .new_ref())
    })
}

unsafe extern "C" fn array_with_names<'py>(
    this: &Any<'py>,
    arguments: *const &Any<'py>,
    count: ffi::Py_ssize_t,
    names: Option<&Borrowed<'py, PyTuple>>,
) -> Returned<'py, PyList> {
    guarded(this.py(), c"array_with_names", || {
        let list = PyList::empty(this.py())?;
        let named = names.map_or(0, |names| names.len() as isize);
        // SAFETY: there are so many values.
        for value in unsafe { by_hand::arguments(arguments, count + named) } {
            list.append(value)?;
        }
        Ok(list)
    })
}

extern "C" fn fails<'py>(_: Option<&Any<'py>>, object: &Any<'py>) -> Returned<'py, PyAny> {
    guarded(object.py(), c"fails", || {
        let raised = object.py().raise::<PyValueError>("it fails");
        Err::<Owned<'_, PyAny>, _>(raised)
    })
}

extern "C" fn panics<'py>(_: Option<&Any<'py>>, object: &Any<'py>) -> Returned<'py, PyAny> {
    guarded::<Owned<'_, PyAny>>(object.py(), c"panics", || panic!("that was not planned"))
}

extern "C" fn ends<'py>(_: Option<&Any<'py>>, object: &Any<'py>) -> Returned<'py, PyAny> {
    guarded(object.py(), c"ends", || Ok(None::<Owned<'_, PyAny>>))
}

/// An exception is left set beside the result.
extern "C" fn forgets<'py>(_: Option<&Any<'py>>, object: &Any<'py>) -> Returned<'py, PyAny> {
    guarded(object.py(), c"forgets", || {
        std::mem::forget(object.py().raise::<PyValueError>("forgotten"));
        Ok(object.new_ref())
    })
}

// SAFETY of all: no argument is used after other code has run that could release it.
static METHODS: Table<ffi::PyMethodDef, 10> = Table::methods([
    // SAFETY: as above.
    unsafe { by_hand::meth_noargs(c"nothing", nothing, c"") },
    // SAFETY: as above.
    unsafe { by_hand::meth_o(c"one", one, c"One object.") },
    // SAFETY: as above.
    unsafe { by_hand::meth_varargs(c"tuple", tuple, c"") },
    // SAFETY: as above.
    unsafe { by_hand::meth_varargs_keywords(c"tuple_and_dict", tuple_and_dict, c"") },
    // SAFETY: as above.
    unsafe { by_hand::meth_fastcall(c"array", array, c"") },
    // SAFETY: as above.
    unsafe { by_hand::meth_fastcall_keywords(c"array_with_names", array_with_names, c"") },
    // SAFETY: as above.
    unsafe { by_hand::meth_o(c"fails", fails, c"") },
    // SAFETY: as above.
    unsafe { by_hand::meth_o(c"panics", panics, c"") },
    // SAFETY: as above.
    unsafe { by_hand::meth_o(c"ends", ends, c"") },
    // SAFETY: as above.
    unsafe { by_hand::meth_o(c"forgets", forgets, c"") },
]);

/// The repr of an expression's value, or the type and text of its exception, with the functions in `m`.
fn shown(py: Python<'_>, code: &CStr) -> String {
    let module = PyModule::new(py, c"by_hand").unwrap();
    // SAFETY: a live module, and a table that lives for ever.
    let status = unsafe { ffi::PyModule_AddFunctions(module.as_ptr(), METHODS.as_ptr()) };
    assert_eq!(status, 0);
    pyptr::add_ledger(&module).unwrap();
    let names = namespace(py);
    names.set_str("m", &module).unwrap();
    let result = py.eval(code, Some(&names), None);
    let result = result.and_then(|value| value.repr()?.to_rust_string());
    result.unwrap_or_else(|raised| PyErr::from(raised).display(py))
}

#[test]
fn each_calling_convention() {
    attached(|py| {
        for (code, expected) in [
            (c"m.nothing() is m", "True"),
            (c"m.one([1])", "[1]"),
            (c"m.one.__doc__", "'One object.'"),
            (c"m.tuple(1, 2, 3)", "3"),
            (c"m.tuple_and_dict(1, 2)", "19"),
            (c"m.tuple_and_dict(1, a=2)", "11"),
            (c"m.array()", "None"),
            (c"m.array(1, 2)", "2"),
            (c"m.array_with_names(1, a=2, b=3)", "[1, 2, 3]"),
            (c"m.array_with_names()", "[]"),
            (
                c"hasattr(m, '__pyptr_ledger__')",
                if cfg!(feature = "ledger") {
                    "True"
                } else {
                    "False"
                },
            ),
        ] {
            assert_eq!(shown(py, code), expected, "{code:?}");
        }
    });
}

#[test]
fn errors_and_panics() {
    attached(|py| {
        assert_eq!(shown(py, c"m.fails(1)"), "ValueError: it fails");
        let text = shown(py, c"m.panics(1)");
        let start = "PanicException: panicked at tests/it/export/by_hand.rs:";
        assert!(text.contains(start), "{text}");
        assert!(text.ends_with(": that was not planned"), "{text}");
        // NULL without an exception ends a debug build.
        if !cfg!(py_sys_config = "Py_DEBUG") {
            let text = shown(py, c"m.ends(1)");
            assert!(text.starts_with("SystemError: "), "{text}");
        }
        // Without the test, the interpreter says so itself, if it is not a debug build.
        let text = shown(py, c"m.forgets(1)");
        assert!(
            text.starts_with("SystemError: <built-in function forgets> returned a result with an"),
            "{text}"
        );
        let object = PyList::empty(py).unwrap();
        let call = || guarded(py, c"call", || Ok(object.new_ref()));
        // SAFETY: the new reference that the function returned.
        let owned = || unsafe { Owned::<PyList>::from_owned_ptr(py, call().into_ptr()) };
        assert_eq!(delta_after_drop(&object, owned), 0);
    });
}

#[test]
fn results_that_are_numbers() {
    attached(|py| {
        let fails = || Err(py.raise::<PyValueError>("it fails"));
        let is_set = || {
            let raised = pyptr::Raised::occurred(py).expect("an exception");
            raised.is::<PyException>() && raised.is::<PyValueError>()
        };
        assert_eq!(guarded(py, c"f", || Ok(())), 0);
        assert!(guarded::<()>(py, c"f", fails) == -1 && is_set());
        assert_eq!(guarded(py, c"f", || Ok(true)), 1);
        assert_eq!(guarded(py, c"f", || Ok(false)), 0);
        let fails = || Err(py.raise::<PyValueError>("it fails"));
        assert!(guarded::<bool>(py, c"f", fails) == -1 && is_set());
        assert_eq!(guarded(py, c"f", || Ok(7_usize)), 7);
        let fails = || Err(py.raise::<PyValueError>("it fails"));
        assert!(guarded::<usize>(py, c"f", fails) == -1 && is_set());
        assert_eq!(guarded(py, c"f", || Ok(usize::MAX)), -1);
        let raised = pyptr::Raised::occurred(py).expect("an exception");
        assert!(raised.is::<pyptr::error::PyOverflowError>());
        drop(raised);
        assert_eq!(guarded(py, c"f", || Ok(-1_isize)), -2);
        assert_eq!(guarded(py, c"f", || Ok(-3_isize)), -3);
        assert_eq!(named(py, c"f", || 5), 5);
    });
}

#[test]
fn what_cannot_raise() {
    attached(|py| {
        let raised = py.raise::<PyValueError>("set before");
        raised.leave_set();
        guarded_void(py, c"f", || {
            assert!(pyptr::Raised::occurred(py).is_none());
            py.raise::<PyException>("set inside").leave_set();
        });
        let raised = pyptr::Raised::occurred(py).expect("the first one");
        assert!(raised.is::<PyValueError>());
        drop(raised);
        let names = namespace(py);
        py.run(
            c"import sys\nseen = []\nsys.unraisablehook = lambda one: seen.append(str(one.exc_value))",
            Some(&names),
            None,
        )
        .unwrap();
        guarded_void(py, c"f", || panic!("in a destructor"));
        py.run(
            c"sys.unraisablehook = sys.__unraisablehook__\nassert [one[-15:] for one in seen] == ['in a destructor'], seen",
            Some(&names),
            None,
        )
        .unwrap();
    });
}

extern "C" fn iter<'py>(this: &Any<'py>) -> Returned<'py, PyAny> {
    this.new_ref().into()
}

static DONE: AtomicBool = AtomicBool::new(false);

/// One item in all.
extern "C" fn next<'py>(this: &Any<'py>) -> Returned<'py, PyString> {
    guarded(this.py(), c"__next__", || {
        if DONE.swap(true, Relaxed) {
            return Ok(None);
        }
        PyString::new(this.py(), "an item").map(Some)
    })
}

extern "C" fn length(this: &Any<'_>) -> ffi::Py_ssize_t {
    guarded(this.py(), c"__len__", || Ok(3_usize))
}

extern "C" fn hash(this: &Any<'_>) -> ffi::Py_hash_t {
    guarded(this.py(), c"__hash__", || Ok(-1_isize))
}

extern "C" fn contains<'py>(this: &Any<'py>, object: &Any<'py>) -> c_int {
    guarded(this.py(), c"__contains__", || Ok(object.is_none()))
}

extern "C" fn add<'py>(left: &Any<'py>, _right: &Any<'py>) -> Returned<'py, PyAny> {
    guarded(left.py(), c"__add__", || Ok(left.new_ref()))
}

extern "C" fn set<'py>(this: &Any<'py>, key: &Any<'py>, value: Option<&Any<'py>>) -> c_int {
    guarded(this.py(), c"__setitem__", || match value {
        None => Err(this.py().raise::<PyValueError>("it stays")),
        Some(value) if value.is(key) => Ok(()),
        Some(_) => Err(this.py().raise::<PyValueError>("not itself")),
    })
}

extern "C" fn call<'py>(
    this: &Any<'py>,
    arguments: &Borrowed<'py, PyTuple>,
    names: Option<&Borrowed<'py, PyDict>>,
) -> Returned<'py, PyAny> {
    guarded(this.py(), c"__call__", || match (arguments.len(), names) {
        (1, None) => Ok(arguments.get(0).expect("an argument").new_ref()),
        _ => Err(this.py().raise::<PyValueError>("one argument")),
    })
}

extern "C" fn compare<'py>(
    this: &Any<'py>,
    _other: &Any<'py>,
    operator: c_int,
) -> Returned<'py, PyAny> {
    guarded(this.py(), c"__eq__", || {
        Ok(this.py().bool(operator == ffi::Py_EQ).new_ref().into_any())
    })
}

static SLOTS: Table<ffi::PyType_Slot, 9> = Table::slots([
    // SAFETY: as of the methods.
    unsafe { slots::unaryfunc(ffi::Py_tp_iter, iter) },
    // SAFETY: as above.
    unsafe { slots::unaryfunc(ffi::Py_tp_iternext, next) },
    // SAFETY: as above.
    unsafe { slots::lenfunc(ffi::Py_sq_length, length) },
    // SAFETY: as above.
    unsafe { slots::hashfunc(ffi::Py_tp_hash, hash) },
    // SAFETY: as above.
    unsafe { slots::objobjproc(ffi::Py_sq_contains, contains) },
    // SAFETY: as above.
    unsafe { slots::binaryfunc(ffi::Py_nb_add, add) },
    // SAFETY: as above.
    unsafe { slots::objobjargproc(ffi::Py_mp_ass_subscript, set) },
    // SAFETY: as above.
    unsafe { slots::callfunc(ffi::Py_tp_call, call) },
    // SAFETY: as above.
    unsafe { slots::richcmpfunc(ffi::Py_tp_richcompare, compare) },
]);

#[test]
fn slots_of_a_type() {
    attached(|py| {
        DONE.store(false, Relaxed);
        let mut spec = ffi::PyType_Spec {
            name: c"by_hand.Slots".as_ptr(),
            basicsize: 0,
            itemsize: 0,
            flags: ffi::Py_TPFLAGS_DEFAULT as _,
            slots: SLOTS.as_ptr(),
        };
        // SAFETY: names and slots that live for ever, of functions for any object.
        let kind = unsafe { PyType::from_spec(py, None, &raw mut spec, None) }.unwrap();
        let names = namespace(py);
        names.set_str("Slots", &kind).unwrap();
        let code = c"
one = Slots()
assert list(iter(one)) == ['an item'] and list(one) == []
assert len(one) == 3 and hash(one) == -2
assert None in one and 1 not in one
assert one + 1 is one
one[None] = None
for wrong in ('del one[1]', 'one[1] = 2', 'one(1, a=1)'):
    try:
        exec(wrong)
    except ValueError:
        continue
    raise AssertionError(wrong)
assert one(5) == 5
assert one == 1 and not one != 1
";
        py.run(code, Some(&names), None).unwrap();
    });
}

#[test]
#[should_panic(expected = "this slot has a function of another type")]
fn a_slot_of_another_type() {
    // SAFETY: it panics.
    let _ = unsafe { slots::lenfunc(ffi::Py_tp_hash, length) };
}
