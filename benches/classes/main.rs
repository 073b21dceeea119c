//! The classes in C, PyO3 (`frozen` and not) and pyptr: create, call, read, compare. See `measure`, which counts the same as
//! shared libraries, with Cython, and writes results/classes.md.

mod by_pyptr;
#[path = "by_frozen.rs"]
mod frozen;
#[path = "by_pyo3.rs"]
mod pyo3_classes;

use std::ffi::CString;

use frozen::by_frozen;
use pyo3_classes::by_pyo3;
use pyptr::types::{PyAny, PyDict, PyList, PyString, PyTuple};
use pyptr::{Borrowed, Owned, PyErr, Python};
use pyptr_benches::{Bench, C, PYO3, PYPTR, contestant};

/// The contestants with the names of their modules.
const MODULES: [(&str, &std::ffi::CStr); 4] = [
    (C, c"by_c"),
    ("PyO3 frozen", c"by_frozen"),
    (PYO3, c"by_pyo3"),
    (PYPTR, c"by_pyptr"),
];

unsafe extern "C" {
    fn PyInit_by_c() -> *mut pyo3_ffi::PyObject;
}

const LOOPS: i64 = 10;

/// A Python file's functions.
fn functions<'py>(py: Python<'py>, source: &str) -> Result<Owned<'py, PyDict>, PyErr> {
    let names = PyDict::new(py)?;
    names.set_str("__name__", &*PyString::new(py, "classes")?)?;
    let source = CString::new(source).expect("no NUL");
    py.run(&source, Some(&names), None)?;
    Ok(names)
}

fn get<'py>(names: &Borrowed<'py, PyDict>, name: &str) -> Result<Owned<'py, PyAny>, PyErr> {
    Ok(names.get_str(name)?.expect("a name in the file"))
}

fn run<'py>(bench: &mut Bench<'py>) -> Result<(), PyErr> {
    let py = bench.py;
    if bench.only_tries() {
        let check = get(&*functions(py, include_str!("check.py"))?, "check")?;
        for (_, module) in MODULES {
            check.call1(&*py.import(module)?)?;
        }
    }
    let cases = functions(py, include_str!("cases.py"))?;
    let make = get(&cases, "make")?;
    let calls = get(&cases, "CALLS")?.to_isize()? as usize;
    let loops = pyptr::types::PyInt::new(py, LOOPS)?;
    for case in get(&cases, "CASES")?.cast_into::<PyList>()?.iter() {
        let case = case.cast_into::<PyTuple>()?;
        let at = |index| case.get(index).expect("a column");
        let mut contestants = Vec::new();
        for (name, module) in MODULES {
            let module = py.import(module)?;
            let arguments: [&Borrowed<'_, PyAny>; 3] = [&module, at(1), at(2)];
            let drive = make.call(arguments)?;
            let loops = &loops;
            contestants.push(contestant(name, move || {
                drive.call1(loops).expect("no call fails")
            }));
        }
        let name = at(0).cast::<PyString>()?.to_rust_string()?;
        bench.compare(&name, LOOPS as usize * calls, contestants);
    }
    Ok(())
}

fn main() {
    // SAFETY: no interpreter is running; the name and the function live for ever.
    unsafe { pyo3_ffi::PyImport_AppendInittab(c"by_c".as_ptr(), Some(PyInit_by_c)) };
    pyo3::append_to_inittab!(by_frozen);
    pyo3::append_to_inittab!(by_pyo3);
    by_pyptr::by_pyptr().append_to_inittab();
    Bench::main("classes", |bench| run(bench).expect("no exception"));
}
