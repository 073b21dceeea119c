//! Functions of `module!` and Python functions with the same parameters, called with the same arguments: both bind the
//! same objects, or both raise `TypeError`.

use std::ffi::CStr;
use std::fmt;

use pyptr::error::PyTypeError;
use pyptr::sync::OnceObject;
use pyptr::types::{PyAny, PyDict, PyList, PyString, PyTuple};
use pyptr::{Borrowed, ConversionError, FromPyObject, IntoPyObject, Owned, PyResult, Python, ffi};

use crate::input::Input;

/// What a parameter gets: an object, or its default.
enum Given<'py> {
    Object(Owned<'py, PyAny>),
    Default(i64),
}
use Given::Default;

impl<'py> FromPyObject<'_, 'py> for Given<'py> {
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("object")
    }

    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        Ok(Given::Object(object.to_owned()))
    }
}

impl<'py> IntoPyObject<'py> for Given<'py> {
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        match self {
            Given::Object(object) => Ok(object),
            Default(number) => number.into_py_object(py),
        }
    }
}

/// Functions that return what they get.
macro_rules! returning {
    ($($name:ident($($parameter:ident)+);)+) => { $(
        #[allow(clippy::too_many_arguments)]
        fn $name<'py>($($parameter: Given<'py>),+) -> ($(returning!(@given $parameter),)+) {
            ($($parameter,)+)
        }
    )+ };
    (@given $parameter:ident) => { Given<'py> };
}

returning! {
    one(a);
    two(a b);
    three(a b c);
    five(a b c d e);
    eight(a b c d e f g h);
}

fn none(py: Python<'_>) -> Owned<'_, PyTuple> {
    PyTuple::empty(py)
}

/// Arguments that the call holds.
fn held<'py>(
    a: &Borrowed<'py, PyAny>,
    b: &Borrowed<'py, PyAny>,
    c: Option<&Borrowed<'py, PyAny>>,
) -> (
    Owned<'py, PyAny>,
    Owned<'py, PyAny>,
    Option<Owned<'py, PyAny>>,
) {
    (a.new_ref(), b.new_ref(), c.map(Borrowed::new_ref))
}

pyptr::module! {
    pub mod signatures {
        gil: not_used;
        fn f0(py: Python) = none;
        fn f1(a, /) = one;
        fn f2(a) = one;
        fn f3(a, b, /) = two;
        fn f4(a, b = Default(1), /) = two;
        fn f5(a, /, b) = two;
        fn f6(a, /, b, c = Default(2)) = three;
        fn f7(a, /, b, c = Default(2), *, d, e = Default(3)) = five;
        fn f8(*, x, y = Default(-1)) = two;
        fn f9(a = Default(1), b = Default(2)) = two;
        fn f10(a, b, c, d, e, f, g, h) = eight;
        fn f11(a = Default(0), /, *, b = Default(1)) = two;
        fn f12(large, *, larger, b = Default(5)) = three;
        fn f13(a, /, *, b, c = None) = held;
        fn f14(a, b, *, c = None) = held;
        fn f15(ab, a, aa = Default(0), *, b, ba = Default(1)) = five;
    }
}

/// The parameters of these functions, in their order.
const PARAMETERS: &[&str] = &[
    "",
    "a, /",
    "a",
    "a, b, /",
    "a, b=1, /",
    "a, /, b",
    "a, /, b, c=2",
    "a, /, b, c=2, *, d, e=3",
    "*, x, y=-1",
    "a=1, b=2",
    "a, b, c, d, e, f, g, h",
    "a=0, /, *, b=1",
    "large, *, larger, b=5",
    "a, /, *, b, c=None",
    "a, b, *, c=None",
    "ab, a, aa=0, *, b, ba=1",
];

/// Names of arguments; most are parameters of some function.
const NAMES: &[&str] = &[
    "a",
    "b",
    "c",
    "d",
    "e",
    "f",
    "g",
    "h",
    "x",
    "y",
    "large",
    "larger",
    "ab",
    "aa",
    "ba",
    "",
    "z",
    "a\0",
    "A",
    "gro\u{308}ße",
    "\u{ff41}",
    "\u{1f600}",
    "self",
    "a, b",
];

const HELPERS: &CStr = c"
import functools, signatures

class Name(str):
    pass

class Odd(str):
    def __hash__(self):
        return 7
    def __eq__(self, other):
        return False

def pair(index, parameters):
    names = [name.split('=')[0].strip() for name in parameters.split(',')]
    result = ''.join(name + ',' for name in names if name not in ('', '/', '*'))
    scope = {}
    exec(f'def function({parameters}): return ({result})', scope)
    return getattr(signatures, f'f{index}'), scope['function']

def call(function, arguments, names):
    return function(*arguments, **names)

def partly(function, arguments, names):
    first = dict(list(names.items())[::2])
    rest = {name: value for name, value in names.items() if name not in first}
    return functools.partial(function, *arguments[:2], **first)(*arguments[2:], **rest)

class Method:
    pass

def method(function, arguments, names):
    object = Method()
    object.function = function
    return object.function(*arguments, **names)
";

fn helper<'py>(py: Python<'py>, name: &str) -> Owned<'py, PyAny> {
    static NAMES: OnceObject<PyDict> = OnceObject::new();
    crate::targets::helper(py, &NAMES, HELPERS, name)
}

/// The two functions with the parameters of this index.
fn pair<'py>(py: Python<'py>, index: usize) -> (Owned<'py, PyAny>, Owned<'py, PyAny>) {
    static PAIRS: OnceObject<PyList> = OnceObject::new();
    let pairs = PAIRS.get_or_try_init(py, |py| {
        let pairs = PyList::empty(py)?;
        for (index, parameters) in PARAMETERS.iter().enumerate() {
            let index = (index as i64).into_py_object(py)?;
            let parameters = PyString::new(py, parameters)?;
            pairs.append(&*helper(py, "pair").call([&*index, &*parameters.into_any()])?)?;
        }
        Ok(pairs)
    });
    let pair = pairs.unwrap().get(index).unwrap();
    pair.extract().unwrap()
}

pub fn arguments(py: Python<'_>, data: &[u8]) {
    let mut input = Input::new(data);
    let values: [_; 5] = std::array::from_fn(|_| PyList::empty(py).unwrap());
    while !input.is_empty() {
        call(py, &mut input, &values);
        for value in &values {
            assert_eq!(value.refcount(), 1, "a reference to an argument is left");
        }
    }
}

/// A key for `**`, and the text that it is a name by; `None` if it is no name.
fn key<'py>(
    py: Python<'py>,
    input: &mut Input<'_>,
) -> (Owned<'py, PyAny>, Option<Owned<'py, PyString>>) {
    if input.below(32) == 0 {
        let key = py.eval(
            input.choose(&[c"1", c"None", c"b'a'", c"()", c"1.5"]),
            None,
            None,
        );
        return (key.unwrap(), None);
    }
    let text = match input.below(32) {
        0 => py
            .eval(c"'\\ud800'", None, None)
            .unwrap()
            .cast_into()
            .unwrap(),
        _ => PyString::new(py, input.choose(NAMES)).unwrap(),
    };
    let key = match input.below(8) {
        0 => helper(py, "Name").call1(&text).unwrap(),
        1 => helper(py, "Odd").call1(&text).unwrap(),
        // A fresh one, or one that is shared.
        2 | 3 => text.new_ref().into_any(),
        _ => text.new_ref().into_interned().into_any(),
    };
    (key, Some(text))
}

fn call<'py>(py: Python<'py>, input: &mut Input<'_>, values: &[Owned<'py, PyList>]) {
    let (ours, theirs) = pair(py, input.below(PARAMETERS.len()));
    let value = |input: &mut Input<'_>| match input.below(values.len() + 1) {
        0 => py.none().new_ref().into_any(),
        index => values[index - 1].new_ref().into_any(),
    };
    let positional: Vec<_> = (0..input.below(10)).map(|_| value(input)).collect();
    let named: Vec<_> = (0..input.below(10))
        .map(|_| (key(py, input), value(input)))
        .collect();
    let all_named = named.iter().all(|((_, name), _)| name.is_some());
    let (ours, theirs) = match input.below(5) {
        0 if all_named => {
            let keys: Vec<_> = named.iter().map(|((key, _), _)| key.new_ref()).collect();
            let names = named
                .iter()
                .map(|((_, name), _)| name.as_ref().unwrap().new_ref().into_any());
            let values: Vec<_> = named.iter().map(|(_, value)| value.new_ref()).collect();
            (
                vectorcall(&ours, &positional, &keys, &values),
                vectorcall(&theirs, &positional, &names.collect::<Vec<_>>(), &values),
            )
        }
        way => by_dict(py, way, &ours, &theirs, &positional, &named),
    };
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => {
            assert_eq!(ours.len(), theirs.len());
            for (ours, theirs) in ours.iter().zip(&*theirs) {
                assert!(ours.is(theirs), "another object is bound");
            }
        }
        (None, None) => {}
        (Some(_), None) => panic!("accepts what Python refuses"),
        (None, Some(_)) => panic!("refuses what Python accepts"),
    }
}

type Named<'py> = (
    (Owned<'py, PyAny>, Option<Owned<'py, PyString>>),
    Owned<'py, PyAny>,
);

/// What a call has bound; `None` if it has raised `TypeError`.
fn bound<'py>(result: PyResult<'py, Owned<'py, PyAny>>) -> Option<Owned<'py, PyTuple>> {
    match result {
        Ok(result) => Some(result.cast_into().unwrap()),
        Err(raised) => {
            let is_type_error = raised.is::<PyTypeError>();
            let text = raised
                .into_exception()
                .repr()
                .unwrap()
                .to_rust_string()
                .unwrap();
            assert!(is_type_error, "{text}");
            None
        }
    }
}

/// Calls ours with a dict. A dict may have names twice that are not equal in Python, but by their text: so a Python
/// function gets the texts.
fn by_dict<'py>(
    py: Python<'py>,
    way: usize,
    ours: &Borrowed<'py, PyAny>,
    theirs: &Borrowed<'py, PyAny>,
    positional: &[Owned<'py, PyAny>],
    named: &[Named<'py>],
) -> (Option<Owned<'py, PyTuple>>, Option<Owned<'py, PyTuple>>) {
    let dict = PyDict::new(py).unwrap();
    for ((key, _), value) in named {
        dict.set(key, value).unwrap();
    }
    let arguments =
        PyTuple::from_iter_owned(py, positional.iter().map(|object| object.new_ref())).unwrap();
    let result = match way {
        1 => ours.call_kwargs(&arguments, Some(&dict)),
        2 => helper(py, "partly").call([ours, arguments.as_any(), dict.as_any()]),
        3 => helper(py, "method").call([ours, arguments.as_any(), dict.as_any()]),
        _ => helper(py, "call").call([ours, arguments.as_any(), dict.as_any()]),
    };
    let ours = bound(result);
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for item in &*dict {
        let (key, value) = item.unwrap();
        let text = named
            .iter()
            .find(|((other, _), _)| other.is(&key))
            .and_then(|((_, text), _)| text.as_ref());
        match text {
            Some(text) => names.push(text.new_ref().into_any()),
            // No function accepts it.
            None => return (ours, None),
        }
        values.push(value);
    }
    (ours, vectorcall(theirs, positional, &names, &values))
}

fn vectorcall<'py>(
    function: &Borrowed<'py, PyAny>,
    positional: &[Owned<'py, PyAny>],
    names: &[Owned<'py, PyAny>],
    values: &[Owned<'py, PyAny>],
) -> Option<Owned<'py, PyTuple>> {
    let py = function.py();
    let names = PyTuple::from_iter_owned(py, names.iter().map(|name| name.new_ref())).unwrap();
    let arguments: Vec<*mut ffi::PyObject> = positional
        .iter()
        .chain(values)
        .map(|object| object.as_ptr())
        .collect();
    let (function, data, count) = (function.as_ptr(), arguments.as_ptr(), positional.len());
    // SAFETY: live objects, as many as there are names behind the positional ones; the names are strs.
    let result = unsafe { ffi::PyObject_Vectorcall(function, data, count, names.as_ptr()) };
    // SAFETY: a new reference, or NULL with an exception set.
    bound(unsafe { Owned::from_owned_ptr_or_raised(py, result) })
}
