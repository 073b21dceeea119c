//! Copies of what Python code has made as large as it likes. The system itself refuses the memory here: Rust's
//! allocations must fail, too.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use pyptr::error::{PyBaseException, PyTypeError, PyUserWarning, PyValueError};
use pyptr::types::{PyAny, PyByteArray, PyString};
use pyptr::{Borrowed, ConversionError, FromPyObject, Owned, PyErr, PyResult, Python, Raised};

use super::{in_a_child, is_memory_error};
use crate::python::{eval, exec, namespace};

/// The number of bytes of the large objects: more than the process may still allocate.
const SIZE: usize = 100 << 20;

/// Runs `f`, in a process of its own, while only 48 MiB more can be allocated. `setup` is Python code that runs
/// before.
fn with_little_memory(
    name: &str,
    setup: &str,
    f: impl for<'py> Fn(Python<'py>, &dyn Fn(&str) -> Owned<'py, PyAny>),
) {
    in_a_child(name, |py, _| {
        let ns = namespace(py);
        exec(&ns, &format!("import resource\nsize = {SIZE}\n{setup}"));
        let names: Vec<_> = setup
            .lines()
            .filter_map(|line| line.split_once(" = "))
            .filter(|(name, _)| name.chars().all(char::is_alphanumeric))
            .map(|(name, _)| (name.to_owned(), eval(&ns, name)))
            .collect();
        exec(
            &ns,
            "with open('/proc/self/statm') as file: pages = int(file.read().split()[0])\n\
             limit = pages * resource.getpagesize() + (48 << 20)\n\
             before = resource.getrlimit(resource.RLIMIT_AS)\n\
             resource.setrlimit(resource.RLIMIT_AS, (limit, before[1]))",
        );
        f(py, &|wanted| {
            let found = names.iter().find(|(name, _)| name == wanted);
            found.expect("a name of the setup").1.new_ref()
        });
        exec(&ns, "resource.setrlimit(resource.RLIMIT_AS, before)");
    });
}

#[track_caller]
fn no_memory<R>(result: PyResult<'_, R>) {
    assert!(is_memory_error(result));
}

#[test]
fn texts_and_bytes() {
    let setup = "text = 'x' * size\narray = bytearray(size)\nlong = [None] * (size // 8)";
    with_little_memory("large::texts_and_bytes", setup, |py, named| {
        let text = named("text").cast_into::<PyString>().unwrap();
        assert!(is_memory_error(text.to_rust_string()));
        no_memory(text.extract::<String>());
        let array = named("array").cast_into::<PyByteArray>().unwrap();
        assert!(is_memory_error(array.to_vec()));
        assert!(is_memory_error(array.buffer().unwrap().to_vec()));
        no_memory(named("long").extract::<Vec<Option<i64>>>());
        // Into a message of Rust's.
        let text = text.to_str().unwrap();
        no_memory::<()>(Err(py.raise::<PyValueError>(format_args!("no {text}"))));
        no_memory(py.warn::<PyUserWarning>(format_args!("no {text}"), 1));
        let raised = Raised::import_error(py, format_args!("no {text}"), None, None);
        no_memory::<()>(Err(raised));
    });
}

/// What keeps or shows an exception does not fail for want of memory: it shows less.
#[test]
fn exceptions_and_names() {
    let setup = "error = ValueError('x' * size)\nkind = type('x' * size, (), {})()\n\
                 named = type('x' * size, (Exception,), {})()";
    with_little_memory("large::exceptions_and_names", setup, |py, named| {
        let exception = named("error").cast_into::<PyBaseException>().unwrap();
        let error = PyErr::new(exception);
        assert_eq!(error.to_string(), "ValueError");
        assert_eq!(error.clone_ref(py).to_string(), "ValueError");
        assert_eq!(error.display(py), "ValueError");
        let error = named("kind").extract::<i64>().unwrap_err();
        assert!(error.is::<PyTypeError>());
        drop(error);
        let error = PyErr::new(named("named").cast_into::<PyBaseException>().unwrap());
        assert_eq!(
            (error.to_string(), error.display(py)),
            ("?".to_owned(), "?".to_owned())
        );
    });
}

/// An int as 8 KiB.
struct Block(#[allow(dead_code)] [i64; 1 << 10]);

impl<'a, 'py> FromPyObject<'a, 'py> for Block {
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("int")
    }

    fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        Ok(Block([i64::from_py_object(object)?; 1 << 10]))
    }
}

#[test]
fn large_items() {
    let setup = "ints = dict.fromkeys(range(20000), 1)";
    with_little_memory("large::large_items", setup, |_, named| {
        let dict = named("ints");
        no_memory(dict.extract::<BTreeMap<i64, Block>>());
        no_memory(dict.extract::<HashMap<i64, Block>>());
        no_memory(dict.extract::<Vec<Block>>());
    });
}
