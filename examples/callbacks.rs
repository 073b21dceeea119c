//! Calls of a Python function, its exceptions caught by type, and an exception class of the module's own.
//!
//! ```console
//! $ cargo run --example callbacks
//! [10.0, 5.0]
//! ItemError: item 1
//! caused by ValueError("could not convert string to float: 'x'")
//! ```
//!
//! In an extension module, `lib.rs` is what stands above `SCRIPT`; see `memory.rs` for how to build one.

use std::ffi::CStr;

use pyptr::error::{PyValueError, PyZeroDivisionError};
use pyptr::export::ModuleRef;
use pyptr::types::{PyAny, PyList, PyModule, PyString, PyType};
use pyptr::{Borrowed, Owned, PyErr, PyResult, Python, Raised, Shared};

/// The results of `function`, but for the items for which it raises `ZeroDivisionError`.
fn apply<'py>(
    module: ModuleRef<'_, 'py, Shared<PyType>>,
    function: &Borrowed<'py, PyAny>,
    items: &Borrowed<'py, PyList>,
) -> PyResult<'py, Owned<'py, PyList>> {
    let class = module.state().bind(module.py());
    let results = PyList::empty(module.py())?;
    for (index, item) in items.iter().enumerate() {
        match function.call1(&item) {
            Ok(result) => results.append_owned(result)?,
            Err(raised) => match raised.catch::<PyZeroDivisionError>() {
                // except ZeroDivisionError: pass
                Ok(_) => {}
                // except ValueError as cause: raise ItemError(..) from cause
                Err(raised) => {
                    let cause = raised.catch::<PyValueError>()?; // anything else passes on
                    return Err(item_error(class, index, cause)?);
                }
            },
        }
    }
    Ok(results)
}

/// Raises an `ItemError`. With a builtin class, `raised.chain::<PyTypeError>(message)` does all of this.
fn item_error<'py>(
    class: &Borrowed<'py, PyType>,
    index: usize,
    cause: Owned<'py, PyValueError>,
) -> PyResult<'py, Raised<'py>> {
    let message = PyString::new(class.py(), &format!("item {index}"))?;
    let error = Raised::from_type(class, Some(&message)).into_exception();
    error.set_cause(Some(cause.into_base_exception()));
    Ok(error.raise())
}

/// Makes the class `ItemError`: an attribute of the module for Python, and its state for `apply`.
fn new_item_error<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, Shared<PyType>> {
    let doc = c"The function raised a ValueError for an item.";
    let class = PyType::new_exception(module.py(), c"callbacks.ItemError", Some(doc), None, None)?;
    module.add(c"ItemError", class.new_ref().into_any())?;
    Ok(class.into_shared())
}

pyptr::module! {
    /// Functions that call functions.
    mod callbacks {
        state: Shared<PyType> = new_item_error;
        gil: not_used;

        /// The results of `function` for the items of a list.
        fn apply(self, function, items, /);
    }
}

const SCRIPT: &CStr = cr#"
import callbacks, sys
print(callbacks.apply(lambda number: 10 / number, [1, 0, 2]))
try:
    callbacks.apply(float, ["1.5", "x"])
except callbacks.ItemError as error:
    print("ItemError:", error)
    print("caused by", repr(error.__cause__))
sys.stdout.flush()  # or it is lost: the program ends without the interpreter's end
"#;

fn main() -> Result<(), PyErr> {
    callbacks().append_to_inittab();
    Python::initialize();
    Python::attach(|py| Ok(py.run(SCRIPT, None, None)?))
}
