//! The small extension with three classes.

use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};

#[pyclass]
struct Counter {
    #[pyo3(get)]
    count: i64,
}

#[pymethods]
impl Counter {
    #[new]
    #[pyo3(signature = (count = 0))]
    fn new(count: i64) -> Counter {
        Counter { count }
    }

    /// Adds to the count.
    #[pyo3(signature = (by = 1))]
    fn increment(&mut self, by: i64) -> i64 {
        let before = self.count;
        self.count = before.wrapping_add(by);
        before
    }
}

#[pyclass(frozen)]
struct Point {
    #[pyo3(get)]
    x: i64,
    #[pyo3(get)]
    y: i64,
}

#[pymethods]
impl Point {
    #[new]
    fn new(x: i64, y: i64) -> Point {
        Point { x, y }
    }

    fn __repr__(&self) -> String {
        format!("Point({}, {})", self.x, self.y)
    }

    fn __eq__(&self, other: &Point) -> bool {
        (self.x, self.y) == (other.x, other.y)
    }

    fn __hash__(&self) -> isize {
        (self.x ^ self.y) as isize
    }

    fn __add__(&self, other: &Point) -> Point {
        Point {
            x: self.x.wrapping_add(other.x),
            y: self.y.wrapping_add(other.y),
        }
    }
}

#[pyclass(weakref)]
struct Node {
    #[pyo3(get)]
    value: Py<PyAny>,
    #[pyo3(get, set)]
    next: Option<Py<PyAny>>,
}

#[pymethods]
impl Node {
    #[new]
    #[pyo3(signature = (value, /))]
    fn new(value: Py<PyAny>) -> Node {
        Node { value, next: None }
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.value)?;
        visit.call(&self.next)
    }

    fn __clear__(&mut self) {
        self.next = None;
    }
}

#[pymodule]
mod small {
    use pyo3::exceptions::PyValueError;
    use pyo3::prelude::*;
    use pyo3::types::PyString;

    #[pymodule_export]
    use super::{Counter, Node, Point};

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
