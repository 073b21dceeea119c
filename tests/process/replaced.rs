//! What Python code puts in the place of modules.

use pyptr::error::{PyAttributeError, PyTypeError};
use pyptr::types::{DateTimeApi, PyInt};
use pyptr::{Python, Raised};

use crate::python::{run, run_with, shown};

/// Without a namespace, code runs in that of `__main__`, which replaces what is no module; releasing that
/// removes it again. Up to 3.12, C then returns `None`.
pub fn main_that_is_removed_while_it_is_added() {
    Python::initialize();
    Python::attach(|py| {
        run(
            py,
            "import sys
class Replaced:
    def __del__(self, modules=sys.modules): del modules['__main__']
sys.modules['__main__'] = Replaced()
result = None",
        );
        match py.eval(c"6 * 7", None, None) {
            Ok(result) => assert_eq!(shown(&result), "42"),
            Err(raised) => assert!(cfg!(not(Py_3_13)) && raised.is::<PyTypeError>()),
        }
        // There is nothing left to replace.
        let result = py.eval(c"6 * 7", None, None).unwrap();
        assert_eq!(shown(&result), "42");
    });
}

/// The API is imported twice: for the crate, and for the raw C API.
pub fn datetime_that_has_its_api_once() {
    Python::initialize();
    Python::attach(|py| {
        let original = run(
            py,
            "import datetime, sys, types
class Once(types.ModuleType):
    def __getattr__(self, name, asked=[], api=datetime.datetime_CAPI):
        if name != 'datetime_CAPI' or asked:
            raise AttributeError(name)
        asked.append(name)
        return api
sys.modules['datetime'] = Once('datetime')
result = datetime",
        );
        let error = DateTimeApi::get(py).map(drop).unwrap_err();
        assert!(error.is::<PyAttributeError>());
        drop(error);
        assert!(Raised::occurred(py).is_none());
        run_with(
            py,
            "import sys\nsys.modules['datetime'] = original\nresult = None",
            &[("original", &original)],
        )
        .unwrap();
        let api = DateTimeApi::get(py).unwrap();
        assert_eq!(
            shown(&api.date(2000, 1, 2).unwrap()),
            "datetime.date(2000, 1, 2)"
        );
    });
}

/// The collector knows the dict behind the `mappingproxy` of a type, and tells it to Python code.
pub fn methods_of_builtin_types() {
    Python::initialize();
    Python::attach(|py| {
        run(
            py,
            "import gc
[methods] = gc.get_referents(int.__dict__)
methods['original'] = methods['bit_length']
methods['bit_length'] = lambda self: bytearray(b'no int')
result = None",
        );
        let int = PyInt::from_u128(py, 1 << 100).unwrap();
        // CPython may find the original in its cache.
        match int.bit_length() {
            Ok(bits) => assert_eq!(bits, 101),
            Err(raised) => assert!(raised.is::<PyTypeError>()),
        }
    });
}
