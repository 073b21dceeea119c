//! Functions called from Python: no, one, two arguments, one by keyword; returning None, the argument, a
//! new int, a new str.
//!
//! The driver is Python code, compiled anew for each function, so that the interpreter specialises each
//! call for the function that it calls.

use pyptr::types::{PyAny, PyInt, PyString};
use pyptr::{Borrowed, Owned, PyResult, Python};
use pyptr_benches::functions::MODULES;
use pyptr_benches::{Bench, contestant};

/// The name of the function, and the call.
const CASES: [(&str, &str, &str); 8] = [
    ("no argument", "no_arguments", "f()"),
    ("one argument", "one_argument", "f(text)"),
    ("two arguments", "two_arguments", "f(text, number)"),
    ("keyword argument", "by_keyword", "f(text, b=number)"),
    ("returns the argument", "same", "f(text)"),
    ("int to new int", "new_int", "f(number)"),
    ("str to new str", "new_str", "f(text)"),
    ("two ints to new int", "add", "f(number, number)"),
];

const LOOPS: i64 = 100;
const CALLS: usize = 10;

/// A function of Python with ten calls in a loop.
fn driver<'py>(py: Python<'py>, call: &str) -> PyResult<'py, Owned<'py, PyAny>> {
    let calls = format!("        {call}\n").repeat(CALLS);
    let source = format!(
        "def drive(f, loops, text, number, repeat=__import__('itertools').repeat):\n    \
         for _ in repeat(None, loops):\n{calls}"
    );
    let source = std::ffi::CString::new(source).expect("no NUL");
    let globals = pyptr::types::PyDict::new(py)?;
    py.run(&source, Some(&globals), None)?;
    let name = PyString::new(py, "drive")?;
    Ok(globals.get(&name)?.expect("just defined"))
}

/// Whether the GIL is off, where the build can do without.
fn is_free_threaded(py: Python<'_>) -> PyResult<'_, bool> {
    if !cfg!(Py_GIL_DISABLED) {
        return Ok(true);
    }
    let enabled = py.import(c"sys")?.call_method0(c"_is_gil_enabled")?;
    Ok(!enabled.is_truthy()?)
}

fn run(bench: &mut Bench<'_>) -> Result<(), pyptr::PyErr> {
    let py = bench.py;
    let text = PyString::new(py, "a text of some length")?;
    let number = PyInt::new(py, 1_i64 << 40)?;
    let loops = PyInt::new(py, LOOPS)?;
    for (case, name, call) in CASES {
        let mut contestants = Vec::new();
        for (contestant_name, module) in MODULES {
            let name = PyString::new(py, name)?;
            let function = py.import(module)?.getattr(&name)?;
            let drive = driver(py, call)?;
            let (text, number, loops) = (&text, &number, &loops);
            contestants.push(contestant(contestant_name, move || {
                let args: [&Borrowed<'_, PyAny>; 4] = [&function, loops, text, number];
                drive.call(args).expect("no call fails")
            }));
        }
        assert!(is_free_threaded(py)?, "a module has enabled the GIL");
        bench.compare(case, LOOPS as usize * CALLS, contestants);
    }
    Ok(())
}

fn main() {
    Bench::main("call", |bench| run(bench).expect("no exception"));
}
