//! Dicts with keys that are given as Rust text.

use crate::error::PyResult;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyDict, PyString};

/// ## dict: keys that are text
///
/// Each call makes a `str` of the text: for one that is used again and again, [`intern!`](crate::intern) it.
impl<'py> Borrowed<'py, PyDict> {
    /// [`get`](Borrowed::get) for a key that is text.
    ///
    /// # Errors
    /// `MemoryError`, or what the `__eq__` of a key that is no str raises.
    #[doc(alias = "PyDict_GetItemString")]
    #[doc(alias = "PyDict_GetItemStringRef")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get_str(&self, key: &str) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        self.get(&*PyString::new(self.py(), key)?)
    }

    /// [`set`](Borrowed::set) for a key that is text. `value` is borrowed: the dict takes its own reference.
    /// The key is a new `str`. It is not interned, as C's `PyDict_SetItemString` interns it: 3.12 and free-threaded builds
    /// keep interned strs for ever. For a constant, `set` with [`intern!`](crate::intern) makes no `str` at all.
    ///
    /// # Errors
    /// `MemoryError`, or what the `__eq__` of a key that is no str raises.
    #[doc(alias = "PyDict_SetItemString")]
    #[inline]
    pub fn set_str(&self, key: &str, value: &Borrowed<'_, PyAny>) -> PyResult<'py, ()> {
        self.set(&*PyString::new(self.py(), key)?, value)
    }

    /// [`del`](Borrowed::del) for a key that is text.
    ///
    /// # Errors
    /// `KeyError` if there is no such key, `MemoryError`, or what the `__eq__` of a key that is no str
    /// raises.
    #[doc(alias = "PyDict_DelItemString")]
    #[inline]
    pub fn del_str(&self, key: &str) -> PyResult<'py, ()> {
        self.del(&*PyString::new(self.py(), key)?)
    }

    /// [`contains`](Borrowed::contains) for a key that is text.
    ///
    /// # Errors
    /// `MemoryError`, or what the `__eq__` of a key that is no str raises.
    #[doc(alias = "PyDict_ContainsString")]
    #[inline]
    pub fn contains_str(&self, key: &str) -> PyResult<'py, bool> {
        self.contains(&*PyString::new(self.py(), key)?)
    }

    /// [`pop`](Borrowed::pop) for a key that is text.
    ///
    /// # Errors
    /// `MemoryError`, or what the `__eq__` of a key that is no str raises.
    #[doc(alias = "PyDict_PopString")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn pop_str(&self, key: &str) -> PyResult<'py, Option<Owned<'py, PyAny>>> {
        self.pop(&*PyString::new(self.py(), key)?)
    }
}
