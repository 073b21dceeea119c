//! By PyO3, as its guide teaches it.

use pyo3::prelude::*;

pub(super) fn register() {
    pyo3::append_to_inittab!(pyo3_functions);
}

#[pymodule(gil_used = false)]
mod pyo3_functions {
    use pyo3::exceptions::PyValueError;
    use pyo3::prelude::*;

    #[pyfunction]
    fn no_arguments() {}

    #[pyfunction]
    #[pyo3(signature = (_a, /))]
    fn one_argument(_a: &Bound<'_, PyAny>) {}

    #[pyfunction]
    #[pyo3(signature = (_a, _b, /))]
    fn two_arguments(_a: &Bound<'_, PyAny>, _b: &Bound<'_, PyAny>) {}

    #[pyfunction]
    #[allow(unused_variables)] // Their names are Python's.
    fn by_keyword(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) {}

    #[pyfunction]
    #[pyo3(signature = (a, /))]
    fn same<'py>(a: &Bound<'py, PyAny>) -> Bound<'py, PyAny> {
        a.clone()
    }

    #[pyfunction]
    #[pyo3(signature = (a, /))]
    fn new_int(a: i64) -> i64 {
        a.wrapping_add(1)
    }

    #[pyfunction]
    #[pyo3(signature = (a, /))]
    fn new_str(a: &str) -> &str {
        a
    }

    #[pyfunction]
    #[pyo3(signature = (a, b, /))]
    fn add(a: i64, b: i64) -> i64 {
        a.wrapping_add(b)
    }

    #[pyfunction]
    fn raises() -> PyResult<()> {
        Err(PyValueError::new_err("a message of some length"))
    }
}
