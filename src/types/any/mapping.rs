//! The mapping protocol, without `self[key]` for any key: see item.rs.

use std::ffi::CStr;

use crate::error::{PyResult, assert_clear, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyList};

/// ## Any object: mappings
impl<'py> Borrowed<'py, PyAny> {
    /// Whether the type has the slot `mp_subscript`, which C calls a mapping. That is also true of a list, a
    /// tuple, a str and every class with `__getitem__`. Cannot fail.
    #[doc(alias = "PyMapping_Check")]
    #[inline]
    pub fn is_mapping(&self) -> bool {
        // SAFETY: a live object, borrowed for the call.
        unsafe { ffi::PyMapping_Check(self.as_ptr()) != 0 }
    }

    /// `self[key]` for a key that is text. A new reference.
    ///
    /// # Errors
    /// `KeyError`, `TypeError`, what `__getitem__` raises, or `UnicodeDecodeError` if `key` is not UTF-8.
    #[doc(alias = "PyMapping_GetItemString")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get_item_str(&self, key: &CStr) -> PyResult<'py, Owned<'py, PyAny>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyMapping_GetItemString(self.as_ptr(), key.as_ptr()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self[key] = value` for a key that is text. The value is borrowed: the mapping takes its own
    /// reference.
    ///
    /// # Errors
    /// What `__setitem__` raises, `TypeError` if the type has none, or `UnicodeDecodeError` if `key` is not
    /// UTF-8.
    #[doc(alias = "PyMapping_SetItemString")]
    #[inline]
    pub fn set_item_str(&self, key: &CStr, value: &Borrowed<'_, PyAny>) -> PyResult<'py, ()> {
        // SAFETY: live objects, borrowed for the call.
        let status =
            unsafe { ffi::PyMapping_SetItemString(self.as_ptr(), key.as_ptr(), value.as_ptr()) };
        check_status(self.py(), status)
    }

    /// `del self[key]` for a key that is text.
    ///
    /// # Errors
    /// What `__delitem__` raises, `TypeError` if the type has none, or `UnicodeDecodeError` if `key` is not
    /// UTF-8.
    #[doc(alias = "PyObject_DelItemString")]
    #[doc(alias = "PyMapping_DelItemString")]
    #[inline]
    pub fn del_item_str(&self, key: &CStr) -> PyResult<'py, ()> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PyObject_DelItemString(self.as_ptr(), key.as_ptr()) };
        check_status(self.py(), status)
    }

    /// `list(self.keys())`, a new list. O(n).
    ///
    /// # Errors
    /// `AttributeError` if there is no such method, `TypeError` if its result is not iterable, or what the
    /// method raises.
    #[doc(alias = "PyMapping_Keys")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn keys(&self) -> PyResult<'py, Owned<'py, PyList>> {
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PyMapping_Keys(self.as_ptr()) };
        // SAFETY: a new reference to a list, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `list(self.values())`, a new list. O(n).
    ///
    /// # Errors
    /// `AttributeError` if there is no such method, `TypeError` if its result is not iterable, or what the
    /// method raises.
    #[doc(alias = "PyMapping_Values")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn values(&self) -> PyResult<'py, Owned<'py, PyList>> {
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PyMapping_Values(self.as_ptr()) };
        // SAFETY: a new reference to a list, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `list(self.items())`, a new list. O(n).
    ///
    /// # Errors
    /// `AttributeError` if there is no such method, `TypeError` if its result is not iterable, or what the
    /// method raises.
    #[doc(alias = "PyMapping_Items")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn items(&self) -> PyResult<'py, Owned<'py, PyList>> {
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PyMapping_Items(self.as_ptr()) };
        // SAFETY: a new reference to a list, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self[key]`, or `None` if that raises `KeyError`. A new reference; both are borrowed.
    ///
    /// # Errors
    /// What `__getitem__` raises, other than `KeyError`; `TypeError` if the type has none.
    #[doc(alias = "PyMapping_GetOptionalItem")]
    #[doc(alias = "PyMapping_GetOptionalItemString")]
    #[doc(alias = "PyMapping_HasKeyWithError")]
    #[doc(alias = "PyMapping_HasKeyStringWithError")]
    #[doc(alias = "PyMapping_HasKey")]
    #[doc(alias = "PyMapping_HasKeyString")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get_item_opt(
        &self,
        key: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        assert_clear(self.py());
        #[cfg(Py_3_13)]
        {
            let mut value = std::ptr::null_mut();
            let (object, key) = (self.as_ptr(), key.as_ptr());
            // SAFETY: live objects, borrowed for the call; `value` receives a new reference or NULL.
            let status = unsafe { ffi::PyMapping_GetOptionalItem(object, key, &mut value) };
            check_status(self.py(), status)?;
            // SAFETY: a new reference, or NULL where there is no such key.
            Ok(unsafe { Owned::from_new_ptr_or_opt(self.py(), value) })
        }
        #[cfg(not(Py_3_13))]
        match self.get_item(key) {
            Ok(value) => Ok(Some(value)),
            Err(raised) => raised.catch::<crate::error::PyKeyError>().map(|_| None),
        }
    }
}
