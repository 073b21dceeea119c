//! Calls: what arrives, what is counted, what is refused.

use std::ffi::CStr;

use pyptr::error::{PyAttributeError, PyKeyError, PyTypeError, PyValueError};
use pyptr::types::{PyAny, PyDict, PyString, PyTuple, PyType};
use pyptr::{Borrowed, Owned, PyResult, Python, Raised};

use crate::common::{attached, delta_after_drop, fresh_str};

/// Callables of every kind that C treats differently, each returning the text of its arguments, or
/// raising `KeyError` when the first one is `'fail'`.
const CALLABLES: &CStr = c"
import functools
def function(*args, **kwargs):
    if args[:1] == ('fail',):
        raise KeyError('k')
    return ' '.join([*args, *(f'{k}={v}' for k, v in kwargs.items())])
class Class:
    def __call__(self, *args, **kwargs):
        return function(*args, **kwargs)
    def method(self, *args, **kwargs):
        return function(*args, **kwargs)
    static = staticmethod(function)
    of_class = classmethod(lambda cls, *args, **kwargs: function(*args, **kwargs))
    stored = property(lambda self: function)
class New:
    def __new__(cls, *args, **kwargs):
        return function(*args, **kwargs)
instance = Class()
bound = instance.method
partial = functools.partial(function)
callables = [function, instance, bound, partial, New, Class.static, Class.of_class]
";

fn namespace<'py>(py: Python<'py>) -> Owned<'py, PyDict> {
    let globals: Owned<'_, PyDict> = py.eval(c"{}", None, None).unwrap().cast_into().unwrap();
    py.run(CALLABLES, Some(&globals), None).unwrap();
    globals
}

fn callables<'py>(py: Python<'py>) -> Vec<Owned<'py, PyAny>> {
    let globals = namespace(py);
    let tuple = py.eval(c"tuple(callables)", Some(&globals), None).unwrap();
    let tuple: Owned<'_, PyTuple> = tuple.cast_into().unwrap();
    (0..tuple.len())
        .map(|index| tuple.get(index).unwrap().to_owned())
        .collect()
}

fn eval_tuple<'py>(py: Python<'py>, code: &CStr) -> Owned<'py, PyTuple> {
    py.eval(code, None, None).unwrap().cast_into().unwrap()
}

#[track_caller]
fn gives(result: PyResult<'_, Owned<'_, PyAny>>, expected: &str) {
    let result: Owned<'_, PyString> = result.unwrap().cast_into().unwrap();
    assert_eq!(result.to_str().unwrap(), expected);
}

#[track_caller]
fn fails<'py, E: pyptr::error::Exception>(result: PyResult<'py, Owned<'py, PyAny>>) {
    let raised = result.expect_err("it should have raised");
    assert!(raised.is::<E>(), "{raised:?}");
}

#[test]
fn positional_arguments_reach_every_kind_of_callable() {
    attached(|py| {
        let texts = ["aa", "bb", "cc", "dd", "ee", "ff", "gg"].map(|text| fresh_str(py, text));
        let [a, b, c, d, e, f, g] = texts.each_ref().map(|text| text.as_any());
        for callable in callables(py) {
            let before = callable.refcount();
            gives(callable.call([]), "");
            gives(callable.call0(), "");
            gives(callable.call1(a), "aa");
            gives(callable.call([a]), "aa");
            gives(callable.call([a, b]), "aa bb");
            gives(callable.call([a, b, c, d, e, f, g]), "aa bb cc dd ee ff gg");
            gives(callable.call_slice(&[]), "");
            gives(callable.call_slice(&[a, b, c]), "aa bb cc");
            gives(
                callable.call_kwargs(&eval_tuple(py, c"('xx', 'yy')"), None),
                "xx yy",
            );
            assert_eq!(callable.refcount(), before);
            assert!(texts.iter().all(|text| text.refcount() == 1));
        }
    });
}

#[test]
fn keyword_arguments_reach_every_kind_of_callable() {
    attached(|py| {
        let texts = ["aa", "bb", "cc"].map(|text| fresh_str(py, text));
        let [a, b, c] = texts.each_ref().map(|text| text.as_any());
        let none = eval_tuple(py, c"()");
        let one = eval_tuple(py, c"(''.join(['o', 'ne']),)");
        let two = eval_tuple(py, c"(''.join(['o', 'ne']), ''.join(['t', 'wo']))");
        let kwargs = py.eval(c"dict(one='11', two='22')", None, None).unwrap();
        let kwargs: Owned<'_, PyDict> = kwargs.cast_into().unwrap();
        for callable in callables(py) {
            let before = callable.refcount();
            gives(callable.call_kw([], &none, []), "");
            gives(callable.call_kw([a], &none, []), "aa");
            gives(callable.call_kw([], &one, [c]), "one=cc");
            gives(callable.call_kw([a], &two, [b, c]), "aa one=bb two=cc");
            gives(callable.call_kwargs(&none, Some(&kwargs)), "one=11 two=22");
            assert_eq!(callable.refcount(), before);
            assert_eq!(
                (one.refcount(), two.refcount(), kwargs.refcount()),
                (1, 1, 1)
            );
            assert!(one.get(0).unwrap().refcount() == 1 && two.get(1).unwrap().refcount() == 1);
            assert!(texts.iter().all(|text| text.refcount() == 1));
        }
    });
}

#[test]
fn errors_come_through_and_count_nothing() {
    attached(|py| {
        let (fail, more) = (fresh_str(py, "fail"), fresh_str(py, "more"));
        let names = eval_tuple(py, c"(''.join(['na', 'me']),)");
        let args = eval_tuple(py, c"(''.join(['fa', 'il']),)");
        for callable in callables(py) {
            let before = callable.refcount();
            fails::<PyKeyError>(callable.call1(&fail));
            fails::<PyKeyError>(callable.call([&fail, &more]));
            fails::<PyKeyError>(callable.call_slice(&[&fail, &more]));
            fails::<PyKeyError>(callable.call_kw([&fail], &names, [&more]));
            fails::<PyKeyError>(callable.call_kwargs(&args, None));
            assert_eq!(callable.refcount(), before);
            let counts = [
                fail.refcount(),
                more.refcount(),
                names.refcount(),
                args.refcount(),
            ];
            assert_eq!(counts, [1; 4]);
        }
        assert!(Raised::occurred(py).is_none());
    });
}

#[test]
fn what_cannot_be_called_is_a_type_error() {
    attached(|py| {
        let (object, arg) = (fresh_str(py, "object"), fresh_str(py, "arg"));
        let (names, empty) = (eval_tuple(py, c"('name',)"), eval_tuple(py, c"()"));
        fails::<PyTypeError>(object.call0());
        fails::<PyTypeError>(object.call([&arg, &arg]));
        fails::<PyTypeError>(object.call_slice(&[&arg]));
        fails::<PyTypeError>(object.call_kw([&arg], &names, [&arg]));
        fails::<PyTypeError>(object.call_kwargs(&empty, None));
        assert_eq!((object.refcount(), arg.refcount()), (1, 1));
    });
}

#[test]
fn names_and_values_must_match() {
    attached(|py| {
        let function = &callables(py)[0];
        let value = fresh_str(py, "value");
        let pair = eval_tuple(py, c"tuple(['one', 'two'])");
        fails::<PyValueError>(function.call_kw([], &pair, []));
        fails::<PyValueError>(function.call_kw([], &pair, [&value]));
        fails::<PyValueError>(function.call_kw([&value], &pair, [&value, &value, &value]));
        fails::<PyValueError>(function.call_kw([], &eval_tuple(py, c"()"), [&value]));
        for names in [c"(1,)", c"(None,)", c"(b'name',)"] {
            let names = eval_tuple(py, names);
            fails::<PyTypeError>(function.call_kw([], &names, [&value]));
            // Left to itself `dict` would take any key.
            fails::<PyTypeError>(PyType::of::<PyDict>(py).call_kw([], &names, [&value]));
        }
        let subclass = eval_tuple(py, c"(type('S', (str,), {})('name'),)");
        gives(function.call_kw([], &subclass, [&value]), "name=value");
        assert_eq!((value.refcount(), pair.refcount()), (1, 1));
    });
}

#[test]
fn repeated_names_are_the_callees_affair() {
    attached(|py| {
        let value = fresh_str(py, "value");
        let names = eval_tuple(py, c"tuple(['na', 'na'])");
        for callable in callables(py) {
            // Refused, or the last one counts; nothing is lost either way.
            let _ = callable.call_kw([], &names, [&value, &value]);
            assert_eq!((value.refcount(), names.refcount()), (1, 1));
        }
        for (callable, names) in [
            (c"dict", c"('na', 'na')"),
            (c"int", c"('base', 'base')"),
            (c"sorted", c"('key', 'key')"),
            (c"print", c"('sep', 'sep')"),
            (c"(lambda na=1: na)", c"('na', 'na')"),
        ] {
            let callable = py.eval(callable, None, None).unwrap();
            let _ = callable.call_kw([], &eval_tuple(py, names), [&value, &value]);
            assert_eq!(value.refcount(), 1);
        }
    });
}

#[test]
fn keyword_dicts_with_other_keys_are_refused() {
    attached(|py| {
        let function = &callables(py)[0];
        let kwargs = py.eval(c"{1: 2}", None, None).unwrap();
        let kwargs: Owned<'_, PyDict> = kwargs.cast_into().unwrap();
        fails::<PyTypeError>(function.call_kwargs(&eval_tuple(py, c"()"), Some(&kwargs)));
        assert_eq!(kwargs.refcount(), 1);
    });
}

#[test]
fn methods_are_found_wherever_they_are() {
    attached(|py| {
        let globals = namespace(py);
        let instance = py.eval(c"Class()", Some(&globals), None).unwrap();
        let (a, b) = (fresh_str(py, "aa"), fresh_str(py, "bb"));
        let own = py.eval(c"function", Some(&globals), None).unwrap();
        instance.setattr(c"own", &own).unwrap();
        for name in [c"method", c"static", c"of_class", c"stored", c"own"] {
            gives(instance.call_method0(name), "");
            gives(instance.call_method1(name, &a), "aa");
            gives(instance.call_method(name, []), "");
            gives(instance.call_method(name, [&a, &b]), "aa bb");
            let name = PyString::intern(py, name).unwrap();
            gives(instance.call_method(&name, [&b]), "bb");
            let borrowed: &Borrowed<'_, PyString> = &name;
            gives(instance.call_method(borrowed, [&b]), "bb");
        }
        let fail = fresh_str(py, "fail");
        for name in [c"method", c"static", c"of_class", c"stored", c"own"] {
            fails::<PyKeyError>(instance.call_method(name, [&fail, &a]));
        }
        fails::<PyAttributeError>(instance.call_method(c"no_such_method", [&fail, &a]));
        let counts = [&*instance, &*a, &*b, &*fail].map(|object| object.refcount());
        assert_eq!(counts, [1; 4]);
        let text = fresh_str(py, "text");
        gives(text.call_method0(c"upper"), "TEXT");
        assert_eq!(delta_after_drop(&text, || text.call_method0(c"upper")), 0);
    });
}

#[test]
fn the_result_is_a_new_reference() {
    attached(|py| {
        let identity = py.eval(c"lambda x: x", None, None).unwrap();
        let arg = fresh_str(py, "identity");
        let result = identity.call1(&arg).unwrap();
        assert!(result.is(&arg));
        assert_eq!(arg.refcount(), 2);
        drop(result);
        assert_eq!(arg.refcount(), 1);
    });
}
