//! The classes in PyO3, as its guide advises for speed: `frozen`, so that no borrow is counted.

use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use pyo3::exceptions::{PyIndexError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::MutexExt;
use pyo3::types::PyTuple;
use pyo3::{PyTraverseError, PyVisit};

#[pyclass(frozen)]
struct Empty {
    #[allow(dead_code)]
    value: i64,
}

#[pymethods]
impl Empty {
    #[new]
    fn new() -> Empty {
        Empty { value: 0 }
    }
}

#[pyclass(frozen, subclass)]
struct Num {
    #[pyo3(get)]
    value: i64,
}

#[pymethods]
impl Num {
    #[new]
    #[pyo3(signature = (value, /))]
    fn new(value: i64) -> Num {
        Num { value }
    }

    fn touch(&self) -> PyResult<()> {
        if self.value < 0 {
            return Err(PyValueError::new_err("negative"));
        }
        Ok(())
    }

    #[pyo3(signature = (other, /))]
    fn plus(&self, other: i64) -> i64 {
        self.value.wrapping_add(other)
    }

    fn __eq__(&self, other: &Num) -> bool {
        self.value == other.value
    }

    fn __add__(&self, other: &Num) -> Num {
        Num {
            value: self.value.wrapping_add(other.value),
        }
    }

    fn __hash__(&self) -> isize {
        self.value as isize
    }

    fn __bool__(&self) -> bool {
        self.value != 0
    }
}

#[pyclass(frozen, weakref)]
struct Node {
    left: Py<PyAny>,
    any: Mutex<Option<Py<PyAny>>>,
}

#[pymethods]
impl Node {
    #[new]
    #[pyo3(signature = (left, any, /))]
    fn new(left: Py<PyAny>, any: Py<PyAny>) -> Node {
        Node {
            left,
            any: Mutex::new(Some(any)),
        }
    }

    #[getter]
    fn any(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        let any = self.any.lock_py_attached(py).expect("no panic");
        any.as_ref().map(|any| any.clone_ref(py))
    }

    #[setter]
    fn set_any(&self, py: Python<'_>, value: Option<Py<PyAny>>) {
        let old = std::mem::replace(
            &mut *self.any.lock_py_attached(py).expect("no panic"),
            value,
        );
        drop(old);
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.left)?;
        match self.any.try_lock() {
            Ok(any) => visit.call(&*any),
            Err(_) => Ok(()),
        }
    }

    fn __clear__(&self) {
        let old = self.any.lock().expect("no panic").take();
        drop(old);
    }
}

#[pyclass(frozen)]
struct Upto {
    end: i64,
}

#[pymethods]
impl Upto {
    #[new]
    #[pyo3(signature = (end, /))]
    fn new(end: i64) -> Upto {
        Upto { end }
    }

    fn __iter__(&self) -> Counter {
        Counter {
            next: AtomicI64::new(0),
            end: self.end,
        }
    }
}

#[pyclass(frozen)]
struct Counter {
    next: AtomicI64,
    end: i64,
}

#[pymethods]
impl Counter {
    fn __iter__(this: PyRef<'_, Self>) -> PyRef<'_, Self> {
        this
    }

    fn __next__(&self) -> Option<i64> {
        let next = self.next.load(Ordering::Relaxed);
        if next >= self.end {
            return None;
        }
        self.next.store(next + 1, Ordering::Relaxed);
        Some(next)
    }
}

#[pyclass(frozen)]
struct Items {
    items: Box<[Py<PyAny>]>,
}

#[pymethods]
impl Items {
    #[new]
    #[pyo3(signature = (items, /))]
    fn new(items: &Bound<'_, PyTuple>) -> Items {
        Items {
            items: items.iter().map(Bound::unbind).collect(),
        }
    }

    fn __len__(&self) -> usize {
        self.items.len()
    }

    fn __getitem__(&self, py: Python<'_>, index: isize) -> PyResult<Py<PyAny>> {
        let at = if index < 0 {
            index.wrapping_add_unsigned(self.items.len())
        } else {
            index
        };
        match self.items.get(at as usize) {
            Some(item) => Ok(item.clone_ref(py)),
            None => Err(PyIndexError::new_err("out of range")),
        }
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.items.iter().try_for_each(|item| visit.call(item))
    }
}

/// The module.
#[pymodule(gil_used = false)]
pub fn by_frozen(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Empty>()?;
    module.add_class::<Num>()?;
    module.add_class::<Node>()?;
    module.add_class::<Upto>()?;
    module.add_class::<Counter>()?;
    module.add_class::<Items>()
}
