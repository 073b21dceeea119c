//! The types of the module `datetime`, which must be imported before the type of an object can be tested.

use std::ffi::c_ulong;
use std::sync::atomic::{AtomicPtr, Ordering};

use super::DateTimeApi;
use crate::error::SavedIndicator;
use crate::ffi;
use crate::refs::{Borrowed, Object, Python, Subtype, TypeCheck};
use crate::types::PyAny;

/// Declares the types: documentation, marker, name in Python, base, field of the C API's table, test for instances.
macro_rules! kinds {
    ($($(#[$doc:meta])* $marker:ident: $name:literal, $base:ident, $field:ident, $test:ident;)*) => { $(
        $(#[$doc])*
        ///
        /// The first cast to a type of `datetime` imports the module, unless [`DateTimeApi::get`] has done
        /// so. If the import fails, no object is of the type.
        #[doc = ""]
        #[doc = concat!("Python's `datetime.", $name, "`.")]
        #[doc = ""]
        #[cfg_attr(doc, doc = include_str!(concat!("../pages/", stringify!($marker), ".md")))]
        pub enum $marker {}

        // SAFETY: counted like any object.
        unsafe impl Object for $marker {
            const NAME: &'static str = $name;
        }

        // SAFETY: the class hierarchy of the module `datetime`.
        unsafe impl Subtype for $marker {
            type Base = $base;
        }

        // SAFETY: both functions compare with the type object of the API.
        unsafe impl TypeCheck for $marker {
            #[inline]
            fn is_type_of(object: &Borrowed<'_, PyAny>) -> bool {
                api(object.py()).is_some_and(|api| $test(object, api.api.$field))
            }

            #[inline]
            fn is_exact_type_of(object: &Borrowed<'_, PyAny>) -> bool {
                api(object.py()).is_some_and(|api| {
                    // SAFETY: a live object.
                    unsafe { ffi::Py_IS_TYPE(object.as_ptr(), api.api.$field) != 0 }
                })
            }
        }
    )* };
}

/// The API, imported if needed. An exception that is set stays set.
#[inline]
fn api(py: Python<'_>) -> Option<DateTimeApi<'_>> {
    match DateTimeApi::loaded(py) {
        Some(api) => Some(api),
        None => import(py),
    }
}

/// The first time, or after an import that has failed.
#[cold]
#[inline(never)]
fn import(py: Python<'_>) -> Option<DateTimeApi<'_>> {
    let _saved = SavedIndicator::save(py);
    DateTimeApi::get(py).ok()
}

#[inline]
fn is_instance(object: &Borrowed<'_, PyAny>, kind: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: a live object and a type that the table keeps alive; no Python code runs.
    unsafe { ffi::PyObject_TypeCheck(object.as_ptr(), kind) != 0 }
}

/// As [`is_instance`], for a type whose instances have more fields than those of `object`. Nearly always this calls nothing.
///
/// All classes of such instances have the type in their chain of `tp_base`, which leads over the bases that have fields:
/// CPython allows one such base only, in `__bases__`, in what a metaclass's `mro` returns, and in assignments to them.
#[inline]
fn is_instance_by_layout(object: &Borrowed<'_, PyAny>, kind: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: a live object, which keeps its type alive.
    let own = unsafe { ffi::Py_TYPE(object.as_ptr()) };
    // SAFETY: the address of a field of a live type.
    let place = unsafe { &raw mut (*own).tp_base };
    // Another thread of a free-threaded build may assign `__bases__` meanwhile.
    // SAFETY: an aligned pointer; what it points to is not read.
    let base = unsafe { AtomicPtr::from_ptr(place) }.load(Ordering::Relaxed);
    if own == kind || base == kind {
        return true;
    }
    // Most types, such as `float` and classes without a base; and the subclasses of `int`, `str` and so on.
    if base == &raw mut ffi::PyBaseObject_Type {
        return false;
    }
    // SAFETY: a live type.
    let other_fields = unsafe { ffi::PyType_HasFeature(own, OTHER_FIELDS) } != 0;
    !other_fields && is_instance(object, kind)
}

/// The flags of types whose instances have fields of another kind.
const OTHER_FIELDS: c_ulong = ffi::Py_TPFLAGS_LONG_SUBCLASS
    | ffi::Py_TPFLAGS_LIST_SUBCLASS
    | ffi::Py_TPFLAGS_TUPLE_SUBCLASS
    | ffi::Py_TPFLAGS_BYTES_SUBCLASS
    | ffi::Py_TPFLAGS_UNICODE_SUBCLASS
    | ffi::Py_TPFLAGS_DICT_SUBCLASS
    | ffi::Py_TPFLAGS_BASE_EXC_SUBCLASS
    | ffi::Py_TPFLAGS_TYPE_SUBCLASS;

kinds! {
    /// Dates without a time.
    #[doc(alias = "PyDate_Check")]
    #[doc(alias = "PyDate_CheckExact")]
    #[doc(alias = "PyDateTime_Date")]
    PyDate: "date", PyAny, DateType, is_instance_by_layout;
    /// Dates with a time, and perhaps a time zone.
    #[doc(alias = "PyDateTime_Check")]
    #[doc(alias = "PyDateTime_CheckExact")]
    #[doc(alias = "PyDateTime_DateTime")]
    PyDateTime: "datetime", PyDate, DateTimeType, is_instance_by_layout;
    /// Times of a day, perhaps with a time zone.
    #[doc(alias = "PyTime_Check")]
    #[doc(alias = "PyTime_CheckExact")]
    #[doc(alias = "PyDateTime_Time")]
    PyTime: "time", PyAny, TimeType, is_instance_by_layout;
    /// Differences between times.
    #[doc(alias = "PyDelta_Check")]
    #[doc(alias = "PyDelta_CheckExact")]
    #[doc(alias = "PyDateTime_Delta")]
    PyDelta: "timedelta", PyAny, DeltaType, is_instance_by_layout;
    /// Time zones.
    #[doc(alias = "PyTZInfo_Check")]
    #[doc(alias = "PyTZInfo_CheckExact")]
    #[doc(alias = "PyDateTime_TZInfo")]
    PyTzInfo: "tzinfo", PyAny, TZInfoType, is_instance;
}
