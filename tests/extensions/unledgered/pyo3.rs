//! An extension made with PyO3, without a ledger, with planted bugs. What `pytest --refs-memory` says about it is in
//! tests/python/test_any_module.py, which makes a crate of this file.

use pyo3::prelude::*;

#[pymodule]
mod planted_by_pyo3 {
    use pyo3::prelude::*;
    use pyo3::types::PyString;

    /// A reference to a new object that nobody releases.
    #[pyfunction]
    fn forgotten(text: &Bound<'_, PyString>) -> PyResult<usize> {
        Ok(text.add("!")?.into_ptr().addr())
    }

    /// The reference to the argument is the caller's.
    #[pyfunction]
    fn released(object: &Bound<'_, PyAny>) {
        // SAFETY: there is none: a reference that is lent is taken for one's own.
        drop(unsafe { Bound::from_owned_ptr(object.py(), object.as_ptr()) });
    }

    /// Correct.
    #[pyfunction]
    fn pair<'py>(object: Bound<'py, PyAny>) -> (Bound<'py, PyAny>, Bound<'py, PyAny>) {
        (object.clone(), object)
    }
}
