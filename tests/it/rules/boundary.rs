//! The boundary of exported functions as raw C sees it: NULL for no arguments, no names and no module, and
//! a `self` that is not touched.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use pyptr::error::{PySystemError, PyTypeError, PyValueError};
use pyptr::export::ModuleRef;
use pyptr::types::{PyAny, PyInt, PyModule, PyString, PyType};
use pyptr::{Borrowed, Owned, PyResult, Python, ffi};

use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{exec, namespace};

/// Called once, before the interpreter is initialised.
pub fn register() {
    rules().append_to_inittab();
}

fn new_state<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, i64> {
    Ok(7)
}
fn none() -> i64 {
    0
}
fn one(a: i64) -> i64 {
    a
}
fn some(a: i64, b: i64) -> i64 {
    a + b
}
fn state(module: ModuleRef<'_, '_, i64>) -> i64 {
    *module.state()
}
fn state_plus(module: ModuleRef<'_, '_, i64>, a: i64) -> i64 {
    *module.state() + a
}
fn refcounts(lent: &Borrowed<'_, PyAny>, held: Owned<'_, PyAny>) -> isize {
    assert!(lent.is(&held));
    held.refcount()
}
fn clears<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, ()> {
    let raised = text.py().raise::<PyValueError>("cleared by raw calls");
    // SAFETY: attached.
    unsafe { ffi::PyErr_Clear() };
    Err(raised)
}

/// `Ok`, although an exception is set of which the token is gone.
fn forgets(py: Python<'_>) -> i64 {
    std::mem::forget(py.raise::<PyValueError>("forgotten"));
    1
}

fn forgets_by_name(py: Python<'_>, a: i64) -> i64 {
    forgets(py) + a
}

fn adds<'py>(module: &Borrowed<'py, PyModule>, kind: &Borrowed<'py, PyType>) -> PyResult<'py, ()> {
    module.add_type(kind)
}

pyptr::module! {
    mod rules {
        state: i64 = new_state;
        gil: not_used;
        fn none();
        fn one(a, /);
        fn some(a = 1, b = 2, /);
        fn required(a, b, /) = some;
        fn by_name(a = 1, *, b = 2) = some;
        fn required_by_name(a, b) = some;
        fn only_by_name(*, a = 1, b = 2) = some;
        fn state(self);
        fn state_plus(self, a, /);
        fn state_plus_by_name(self, a = 1) = state_plus;
        fn refcounts(lent, held, /);
        fn clears(text, /);
        fn clears_by_name(text) = clears;
        fn forgets(py: Python);
        fn forgets_by_name(py: Python, *, a = 1) = forgets_by_name;
        fn adds(module, kind, /);
    }
}

fn function<'py>(py: Python<'py>, name: &std::ffi::CStr) -> Owned<'py, PyAny> {
    py.import(c"rules").unwrap().getattr(name).unwrap()
}

fn number<'py>(result: PyResult<'py, Owned<'py, PyAny>>) -> i64 {
    result.unwrap().cast::<PyInt>().unwrap().to_i64().unwrap()
}

/// `function()` with NULL for the array and for the names.
fn call_with_null<'py>(function: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyAny>> {
    let (function, py) = (function.as_ptr(), function.py());
    // SAFETY: a live object; no arguments, whose array may be NULL.
    let result = unsafe { ffi::PyObject_Vectorcall(function, ptr::null(), 0, ptr::null_mut()) };
    // SAFETY: a new reference or NULL with an exception set.
    unsafe { Owned::from_owned_ptr_or_raised(py, result) }
}

#[test]
fn no_arguments_may_be_null() {
    attached(|py| {
        for (name, expected) in [
            (c"none", 0),
            (c"some", 3),
            (c"by_name", 3),
            (c"only_by_name", 3),
            (c"state", 7),
            (c"state_plus_by_name", 8),
        ] {
            assert_eq!(
                number(call_with_null(&function(py, name))),
                expected,
                "{name:?}"
            );
        }
        for name in [c"required", c"required_by_name"] {
            let raised = call_with_null(&function(py, name)).unwrap_err();
            assert!(raised.is::<PyTypeError>(), "{name:?}");
        }
    });
}

/// The function `name` of the module, bound to another `self`, which may be NULL.
fn rebound<'py>(
    py: Python<'py>,
    name: &std::ffi::CStr,
    own: Option<&Borrowed<'py, PyAny>>,
) -> Owned<'py, PyAny> {
    let function = function(py, name);
    let object = function.as_ptr().cast::<ffi::PyCFunctionObject>();
    // SAFETY: a built-in function, which begins with this struct.
    let definition = unsafe { (*object).m_ml };
    let own = own.map_or(ptr::null_mut(), Borrowed::as_ptr);
    // SAFETY: the definition lives as long as the program; `self` and the module may be NULL.
    let rebound = unsafe { ffi::PyCFunction_NewEx(definition, own, ptr::null_mut()) };
    // SAFETY: a new reference or NULL with an exception set.
    unsafe { Owned::from_owned_ptr_or_raised(py, rebound) }.unwrap()
}

#[test]
fn self_may_be_null_or_no_module() {
    attached(|py| {
        let (one, text) = (PyInt::new(py, 1).unwrap(), fresh_str(py, "no module"));
        let plain = PyModule::new(py, c"without_state").unwrap();
        for own in [None, Some(text.as_any()), Some(plain.as_any())] {
            assert_eq!(number(rebound(py, c"none", own).call0()), 0);
            assert_eq!(number(rebound(py, c"one", own).call([&one])), 1);
            assert_eq!(number(rebound(py, c"by_name", own).call([&one])), 3);
            for (name, arguments) in [
                (c"state", &[][..]),
                (c"state_plus", &[one.as_any()]),
                (c"state_plus_by_name", &[one.as_any()]),
            ] {
                let raised = rebound(py, name, own).call_slice(arguments).unwrap_err();
                assert!(raised.is::<PySystemError>(), "{name:?}");
            }
        }
        assert_eq!(text.refcount(), 1);
    });
}

/// Python code that runs during the call may release the last reference to `self`: nothing touches it. Here
/// it is no object at all.
#[test]
fn self_is_not_touched_by_functions_without_it() {
    attached(|py| {
        let nowhere = ptr::without_provenance_mut::<ffi::PyObject>(align_of::<ffi::PyObject>());
        let int = PyInt::new(py, 5).unwrap();
        let method = |name| {
            let object = function(py, name).as_ptr().cast::<ffi::PyCFunctionObject>();
            // SAFETY: a built-in function, which begins with this struct.
            let definition = unsafe { (*object).m_ml };
            // SAFETY: the definition lives as long as the program.
            unsafe { (*definition).ml_meth }
        };
        // SAFETY: `one` is METH_O.
        let one = unsafe { method(c"one").PyCFunction };
        // SAFETY: what the interpreter would call, with an argument that is alive; `self` is not touched.
        let result = unsafe { one(nowhere, int.as_ptr()) };
        // SAFETY: a new reference or NULL with an exception set.
        let result = unsafe { Owned::from_owned_ptr_or_raised(py, result) };
        assert_eq!(number(result), 5);
        // SAFETY: `none` is METH_FASTCALL.
        let none = unsafe { method(c"none").PyCFunctionFast };
        // SAFETY: as above, without arguments.
        let result = unsafe { none(nowhere, ptr::null_mut(), 0) };
        // SAFETY: a new reference or NULL with an exception set.
        let result = unsafe { Owned::from_owned_ptr_or_raised(py, result) };
        assert_eq!(number(result), 0);
        // SAFETY: `by_name` is METH_FASTCALL | METH_KEYWORDS.
        let by_name = unsafe { method(c"by_name").PyCFunctionFastWithKeywords };
        // SAFETY: as above, without arguments and names.
        let result = unsafe { by_name(nowhere, ptr::null(), 0, ptr::null_mut()) };
        // SAFETY: a new reference or NULL with an exception set.
        let result = unsafe { Owned::from_owned_ptr_or_raised(py, result) };
        assert_eq!(number(result), 3);
    });
}

#[test]
fn an_owned_parameter_holds_a_reference_for_the_call() {
    attached(|py| {
        let text = fresh_str(py, "held");
        let refcounts = function(py, c"refcounts");
        // This one's, the parameter's, and that which the call holds for the borrowed parameter.
        assert_eq!(number(refcounts.call([&text, &text])), 3);
        assert_eq!(
            delta_after_drop(&text, || refcounts.call([&text, &text])),
            0
        );
    });
}

/// Where the callee of the test below found its arguments.
static SEEN: AtomicPtr<*mut ffi::PyObject> = AtomicPtr::new(ptr::null_mut());

unsafe extern "C" fn see(
    _own: *mut ffi::PyObject,
    arguments: *mut *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    assert_eq!(count, 3);
    SEEN.store(arguments, Ordering::SeqCst);
    // SAFETY: the address of a static object.
    let none = unsafe { ffi::Py_None() };
    // SAFETY: attached; a live object.
    unsafe { ffi::Py_NewRef(none) }
}

/// A bound method writes `self` into the slot in front of the arguments, if it is told that there is one.
#[test]
fn only_our_own_array_is_offered_for_writing() {
    attached(|py| {
        let definition = Box::leak(Box::new(ffi::PyMethodDef {
            ml_name: c"see".as_ptr(),
            ml_meth: ffi::PyMethodDefPointer {
                PyCFunctionFast: see,
            },
            ml_flags: ffi::METH_FASTCALL,
            ml_doc: ptr::null(),
        }));
        // SAFETY: the definition lives for ever; `self` and the module may be NULL.
        let function =
            unsafe { ffi::PyCFunction_NewEx(definition, ptr::null_mut(), ptr::null_mut()) };
        // SAFETY: a new reference or NULL with an exception set.
        let function: Owned<'_, PyAny> =
            unsafe { Owned::from_owned_ptr_or_raised(py, function) }.unwrap();
        let text = fresh_str(py, "argument");
        let types = py.import(c"types").unwrap();
        let method = types
            .call_method(c"MethodType", [&function, &text])
            .unwrap();
        let array: [&Borrowed<'_, PyAny>; 3] = [&text; 3];
        drop(method.call_slice(&array[1..]).unwrap());
        let seen = SEEN.load(Ordering::SeqCst).cast_const();
        assert!(!seen.is_null());
        assert_ne!(
            seen,
            array.as_ptr().cast(),
            "the caller's array was written to"
        );
    });
}

/// As far as this crate checks it: where it is built with debug assertions, or for a debug interpreter, which aborts.
#[cfg(debug_assertions)]
#[test]
fn an_exception_set_beside_a_result() {
    attached(|py| {
        for name in [c"forgets", c"forgets_by_name"] {
            let raised = function(py, name).call0().map(drop).unwrap_err();
            assert!(raised.is::<PySystemError>(), "{name:?}");
            let exception = raised.into_exception();
            let text = exception.str().unwrap().to_rust_string().unwrap();
            let expected = format!(
                "<built-in function {}> returned a result with an exception set",
                name.to_str().unwrap()
            );
            assert_eq!(text, expected);
            let cause = exception.getattr(c"__cause__").unwrap();
            assert!(cause.str().unwrap().eq_str("forgotten"));
        }
        // As a function that Python code calls, which checks less.
        let ns = namespace(py);
        let code = "
import rules
def call():
    try:
        rules.forgets()
    except SystemError as error:
        return str(error.__cause__)
assert all(call() == 'forgotten' for _ in range(200))";
        exec(&ns, code);
    });
}

/// `PyModule_AddType` would make it ready once more.
#[test]
fn a_class_that_is_being_made_is_not_added() {
    attached(|py| {
        let ns = namespace(py);
        let code = "
import rules, types
module, seen = types.ModuleType('adds'), []
class Meta(type):
    def mro(cls):
        try:
            rules.adds(module, cls)
        except TypeError as error:
            seen.append(str(error))
        return super().mro()
class Made(metaclass=Meta):
    pass
assert seen == ['a class that is still being made cannot be added to a module'], seen
assert Made.__mro__ == (Made, object) and not hasattr(module, 'Made')
rules.adds(module, Made)
assert module.Made is Made";
        exec(&ns, code);
    });
}
