//! A small extension: two functions, an error.

use pyo3::prelude::*;

#[pymodule]
mod small {
    use pyo3::exceptions::PyValueError;
    use pyo3::prelude::*;
    use pyo3::types::PyString;

    /// Adds two ints.
    #[pyfunction]
    fn add(a: i64, b: i64) -> i64 {
        a.wrapping_add(b)
    }

    /// Adds an exclamation mark.
    #[pyfunction]
    #[pyo3(signature = (text, /))]
    fn shout<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
        if text.is_empty()? {
            return Err(PyValueError::new_err("nothing to shout"));
        }
        text.add("!")
    }
}
