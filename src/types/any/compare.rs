//! Comparison, hash, truth, length, class tests.

use std::ffi::c_int;

use crate::error::{PyResult, assert_clear, check_count, check_truth};
use crate::ffi;
use crate::refs::{Borrowed, Owned};
use crate::types::PyAny;

/// A rich comparison: `<`, `<=`, `==`, `!=`, `>`, `>=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i32)]
pub enum CompareOp {
    /// `<`
    Lt = ffi::Py_LT,
    /// `<=`
    Le = ffi::Py_LE,
    /// `==`
    Eq = ffi::Py_EQ,
    /// `!=`
    Ne = ffi::Py_NE,
    /// `>`
    Gt = ffi::Py_GT,
    /// `>=`
    Ge = ffi::Py_GE,
}

/// ## Any object: comparison and truth
impl<'py> Borrowed<'py, PyAny> {
    /// `self <op> other`. The result may be any object. A new reference; both are borrowed.
    ///
    /// # Errors
    /// What the comparison raises.
    #[doc(alias = "PyObject_RichCompare")]
    #[doc(alias = "PyUnicode_RichCompare")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn rich_compare(
        &self,
        other: &Borrowed<'_, PyAny>,
        op: CompareOp,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        // SAFETY: live objects, borrowed for the call.
        let result =
            unsafe { ffi::PyObject_RichCompare(self.as_ptr(), other.as_ptr(), op as c_int) };
        // SAFETY: a new reference or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// The truth of `self <op> other`. As in C, an object is equal to itself: if `self` and `other` are the
    /// same object, `Eq` and `Ne` call no method.
    ///
    /// # Errors
    /// What the comparison raises.
    #[doc(alias = "PyObject_RichCompareBool")]
    #[inline]
    pub fn compare(&self, other: &Borrowed<'_, PyAny>, op: CompareOp) -> PyResult<'py, bool> {
        assert_clear(self.py());
        // SAFETY: live objects, borrowed for the call.
        let truth =
            unsafe { ffi::PyObject_RichCompareBool(self.as_ptr(), other.as_ptr(), op as c_int) };
        check_truth(self.py(), truth)
    }

    /// The truth of `self == other`. As in C, an object is equal to itself, and no method is called then.
    ///
    /// # Errors
    /// What `__eq__` raises.
    #[doc(alias = "PyObject_RichCompareBool")]
    #[inline]
    pub fn eq(&self, other: &Borrowed<'_, PyAny>) -> PyResult<'py, bool> {
        self.compare(other, CompareOp::Eq)
    }

    /// `hash(self)`.
    ///
    /// # Errors
    /// `TypeError` for unhashable objects, or what `__hash__` raises.
    #[doc(alias = "PyObject_Hash")]
    #[inline]
    pub fn hash(&self) -> PyResult<'py, isize> {
        assert_clear(self.py());
        // SAFETY: a live object.
        let hash = unsafe { ffi::PyObject_Hash(self.as_ptr()) };
        if hash == -1 {
            return Err(crate::error::Raised::set(self.py()));
        }
        Ok(hash)
    }

    /// The truth of the object, as `if self:` tests it.
    ///
    /// # Errors
    /// What `__bool__` or `__len__` raises.
    #[doc(alias = "PyObject_IsTrue")]
    #[doc(alias = "PyObject_Not")]
    #[inline]
    pub fn is_truthy(&self) -> PyResult<'py, bool> {
        assert_clear(self.py());
        // SAFETY: a live object.
        let truth = unsafe { ffi::PyObject_IsTrue(self.as_ptr()) };
        check_truth(self.py(), truth)
    }

    /// `len(self)`.
    ///
    /// # Errors
    /// `TypeError` for objects without a length, or what `__len__` raises.
    #[doc(alias = "PyObject_Size")]
    #[doc(alias = "PyObject_Length")]
    #[doc(alias = "PyMapping_Size")]
    #[doc(alias = "PyMapping_Length")]
    #[doc(alias = "PySequence_Size")]
    #[doc(alias = "PySequence_Length")]
    #[inline]
    pub fn len(&self) -> PyResult<'py, usize> {
        assert_clear(self.py());
        // SAFETY: a live object.
        let size = unsafe { ffi::PyObject_Size(self.as_ptr()) };
        check_count(self.py(), size)
    }

    /// `isinstance(self, class)`; `class` may be a tuple of classes.
    ///
    /// # Errors
    /// What `__instancecheck__` raises, or `TypeError` if `class` is no class.
    #[doc(alias = "PyObject_IsInstance")]
    #[inline]
    pub fn is_instance(&self, class: &Borrowed<'_, PyAny>) -> PyResult<'py, bool> {
        assert_clear(self.py());
        // SAFETY: live objects, borrowed for the call.
        let truth = unsafe { ffi::PyObject_IsInstance(self.as_ptr(), class.as_ptr()) };
        check_truth(self.py(), truth)
    }

    /// `issubclass(self, class)`; `class` may be a tuple of classes.
    ///
    /// # Errors
    /// What `__subclasscheck__` raises, or `TypeError` if `self` or `class` is no class.
    #[doc(alias = "PyObject_IsSubclass")]
    #[inline]
    pub fn is_subclass(&self, class: &Borrowed<'_, PyAny>) -> PyResult<'py, bool> {
        assert_clear(self.py());
        // SAFETY: live objects, borrowed for the call.
        let truth = unsafe { ffi::PyObject_IsSubclass(self.as_ptr(), class.as_ptr()) };
        check_truth(self.py(), truth)
    }

    /// Whether this is `None`.
    #[doc(alias = "Py_IsNone")]
    #[inline]
    pub fn is_none(&self) -> bool {
        // SAFETY: the address of a static object.
        self.as_ptr() == unsafe { ffi::Py_None() }
    }

    /// Whether the object can be called.
    #[doc(alias = "PyCallable_Check")]
    #[inline]
    pub fn is_callable(&self) -> bool {
        // SAFETY: a live object; the check reads its type.
        unsafe { ffi::PyCallable_Check(self.as_ptr()) != 0 }
    }
}
