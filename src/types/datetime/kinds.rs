//! The types of the module `datetime`, which must be imported before the type of an object can be tested.

use super::DateTimeApi;
use crate::error::SavedIndicator;
use crate::ffi;
use crate::refs::{Borrowed, Object, Python, Subtype, TypeCheck};
use crate::types::PyAny;

/// Declares the types: documentation, marker, name in Python, base, field of the C API's table.
macro_rules! kinds {
    ($($(#[$doc:meta])* $marker:ident: $name:literal, $base:ident, $field:ident;)*) => { $(
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
                is_instance(object, |api| api.$field)
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
    DateTimeApi::loaded(py).or_else(|| {
        let _saved = SavedIndicator::save(py);
        DateTimeApi::get(py).ok()
    })
}

#[inline]
fn is_instance(
    object: &Borrowed<'_, PyAny>,
    kind: impl Fn(&ffi::PyDateTime_CAPI) -> *mut ffi::PyTypeObject,
) -> bool {
    api(object.py()).is_some_and(|api| {
        // SAFETY: a live object and a type that the table keeps alive; no Python code runs.
        unsafe { ffi::PyObject_TypeCheck(object.as_ptr(), kind(api.api)) != 0 }
    })
}

kinds! {
    /// Dates without a time.
    #[doc(alias = "PyDate_Check")]
    #[doc(alias = "PyDate_CheckExact")]
    #[doc(alias = "PyDateTime_Date")]
    PyDate: "date", PyAny, DateType;
    /// Dates with a time, and perhaps a time zone.
    #[doc(alias = "PyDateTime_Check")]
    #[doc(alias = "PyDateTime_CheckExact")]
    #[doc(alias = "PyDateTime_DateTime")]
    PyDateTime: "datetime", PyDate, DateTimeType;
    /// Times of a day, perhaps with a time zone.
    #[doc(alias = "PyTime_Check")]
    #[doc(alias = "PyTime_CheckExact")]
    #[doc(alias = "PyDateTime_Time")]
    PyTime: "time", PyAny, TimeType;
    /// Differences between times.
    #[doc(alias = "PyDelta_Check")]
    #[doc(alias = "PyDelta_CheckExact")]
    #[doc(alias = "PyDateTime_Delta")]
    PyDelta: "timedelta", PyAny, DeltaType;
    /// Time zones.
    #[doc(alias = "PyTZInfo_Check")]
    #[doc(alias = "PyTZInfo_CheckExact")]
    #[doc(alias = "PyDateTime_TZInfo")]
    PyTzInfo: "tzinfo", PyAny, TZInfoType;
}
