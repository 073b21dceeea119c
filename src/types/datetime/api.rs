//! [`DateTimeApi`], the token of the C API of `datetime`.

use std::ffi::{CStr, c_void};
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use crate::error::{PyResult, PyTypeError, Raised};
use crate::ffi;
use crate::refs::Python;
use crate::types::PyCapsule;

/// The C API of the module `datetime`, which [`DateTimeApi::get`] imports once. A value of this type proves
/// that the API is imported. It is `Copy` and one word.
///
/// ```
/// # use pyptr::{PyResult, Python, types::DateTimeApi};
/// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
/// let api = DateTimeApi::get(py)?;
/// let moon = api.datetime((1969, 7, 20), (20, 17, 40, 0), Some(api.utc()))?;
/// assert_eq!(moon.str()?.to_str()?, "1969-07-20 20:17:40+00:00");
/// assert_eq!((moon.year(), moon.hour()), (1969, 20));
/// # Ok(()) }
/// # Python::initialize();
/// # Python::attach(|py| run(py).unwrap());
/// ```
#[derive(Clone, Copy)]
pub struct DateTimeApi<'py> {
    pub(super) api: &'static ffi::PyDateTime_CAPI,
    py: Python<'py>,
}

/// NULL, or the API's table, which lives for ever: its capsule is never released.
static API: AtomicPtr<ffi::PyDateTime_CAPI> = AtomicPtr::new(ptr::null_mut());

impl<'py> DateTimeApi<'py> {
    /// The API. The first call imports the module, and keeps a reference to the API's capsule for ever.
    ///
    /// # Errors
    /// What the import raises, or `AttributeError`, `TypeError` or `ValueError` if the module does not have
    /// the API.
    #[doc(alias = "PyDateTime_IMPORT")]
    #[doc(alias = "PyDateTimeAPI")]
    #[inline]
    pub fn get(py: Python<'py>) -> PyResult<'py, DateTimeApi<'py>> {
        py.assert_attached();
        match DateTimeApi::loaded(py) {
            Some(api) => Ok(api),
            None => load(py, c"datetime"),
        }
    }

    /// The API if it was imported already.
    #[inline]
    pub(super) fn loaded(py: Python<'py>) -> Option<DateTimeApi<'py>> {
        // SAFETY: NULL, or the table, which lives for ever and never changes.
        let api = unsafe { API.load(Ordering::Acquire).as_ref()? };
        Some(DateTimeApi { api, py })
    }

    /// The token of the attached thread.
    #[inline(always)]
    pub fn py(self) -> Python<'py> {
        self.py
    }
}

/// Generic, so that it is compiled only in crates that use it.
#[cold]
#[inline(never)]
fn load<'py>(
    py: Python<'py>,
    module: &(impl AsRef<CStr> + ?Sized),
) -> PyResult<'py, DateTimeApi<'py>> {
    let capsule = py.import(module.as_ref())?.getattr(c"datetime_CAPI")?;
    let capsule = capsule.cast_into::<PyCapsule>()?;
    let table = capsule.pointer(Some(ffi::PyDateTime_CAPSULE_NAME))?;
    // SAFETY: a capsule of this name holds this table.
    let date = unsafe { (*table.cast::<ffi::PyDateTime_CAPI>().as_ptr()).DateType };
    if date.is_null() {
        return Err(py.raise::<PyTypeError>("no date in the datetime API"));
    }
    let null = ptr::null_mut();
    let table: *mut c_void = table.as_ptr();
    // A second thread that comes here has found the same table, and keeps its reference, too.
    let _ = API.compare_exchange(null, table.cast(), Ordering::AcqRel, Ordering::Acquire);
    // The table is freed with its capsule, which is an attribute that Python code can delete.
    let _for_ever = capsule.into_ptr();
    // SAFETY: pyo3-ffi's own pointer to the table, which its accessors and checks read: the same import.
    unsafe { ffi::PyDateTime_IMPORT() };
    // Python code may have put something else in the place of the module meanwhile.
    drop(Raised::occurred(py));
    DateTimeApi::get(py)
}
