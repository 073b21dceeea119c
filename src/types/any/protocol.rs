//! Protocols of objects other than attributes, items and arithmetic.

use std::ptr;

use crate::error::{
    PyIndexError, PyResult, PyTypeError, Raised, assert_clear, check_count, check_status,
};
use crate::ffi;
use crate::refs::{Borrowed, Owned, TypeCheck, TypeObject};
use crate::types::{PyAny, PyBytes, PyString, PyType, checked_size};

/// What [`send`](Borrowed::send) got back.
#[derive(Debug)]
pub enum Sent<'py> {
    /// The next value that the generator yields.
    Yielded(Owned<'py, PyAny>),
    /// What the generator returned: it has come to its end.
    Returned(Owned<'py, PyAny>),
}

/// ## Any object: protocols and the collector
impl<'py> Borrowed<'py, PyAny> {
    /// Whether the type is numeric: it has `__int__`, `__float__` or `__index__`, or is a complex. Cannot
    /// fail.
    #[doc(alias = "PyNumber_Check")]
    #[inline]
    pub fn is_number(&self) -> bool {
        // SAFETY: a live object, borrowed for the call.
        unsafe { ffi::PyNumber_Check(self.as_ptr()) != 0 }
    }

    /// Whether the type has `__index__`. Cannot fail.
    #[doc(alias = "PyIndex_Check")]
    #[inline]
    pub fn is_index(&self) -> bool {
        // SAFETY: a live object, borrowed for the call.
        unsafe { ffi::PyIndex_Check(self.as_ptr()) != 0 }
    }

    /// Whether the type has `__anext__`. Cannot fail.
    #[doc(alias = "PyAIter_Check")]
    #[inline]
    pub fn is_async_iterator(&self) -> bool {
        // SAFETY: a live object, borrowed for the call.
        unsafe { ffi::PyAIter_Check(self.as_ptr()) != 0 }
    }

    /// `aiter(self)`. A new reference.
    ///
    /// # Errors
    /// `TypeError` if the object is no asynchronous iterable, or what `__aiter__` raises.
    #[doc(alias = "PyObject_GetAIter")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn aiter(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PyObject_GetAIter(self.as_ptr()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `bytes(self)`: by `__bytes__`, from a buffer, or from an iterable of ints. An int is refused, while
    /// `bytes(n)` in Python makes `n` zero bytes. A new reference.
    ///
    /// # Errors
    /// `TypeError` if the object cannot be converted to bytes, or what its `__bytes__` raises.
    #[doc(alias = "PyObject_Bytes")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn bytes(&self) -> PyResult<'py, Owned<'py, PyBytes>> {
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PyObject_Bytes(self.as_ptr()) };
        // SAFETY: a new reference to a bytes, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `format(self, spec)`. A new reference; both are borrowed.
    ///
    /// # Errors
    /// What `__format__` raises, `TypeError` if it returns no str.
    #[doc(alias = "PyObject_Format")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn format(&self, spec: &Borrowed<'_, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyObject_Format(self.as_ptr(), spec.as_ptr()) };
        // SAFETY: a new reference to a str (anything else is refused), or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// The object's `__dict__`, which is created if it does not exist yet: the generic getter of `__dict__`
    /// for types. A new reference.
    ///
    /// # Errors
    /// `AttributeError` if objects of its type have no `__dict__`; `MemoryError`; `TypeError` for a type
    /// object, whose attributes the interpreter caches.
    #[doc(alias = "PyObject_GenericGetDict")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn generic_dict(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        self.refuse_type()?;
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PyObject_GenericGetDict(self.as_ptr(), ptr::null_mut()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// The attribute as `object.__getattribute__` finds it, whatever the type's own `__getattribute__`
    /// does. A new reference; both are borrowed.
    ///
    /// # Errors
    /// `AttributeError`, or what a descriptor raises.
    #[doc(alias = "PyObject_GenericGetAttr")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn generic_getattr(
        &self,
        name: &Borrowed<'_, PyString>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        // SAFETY: live objects, borrowed for the call.
        let result = unsafe { ffi::PyObject_GenericGetAttr(self.as_ptr(), name.as_ptr()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// Sets the attribute as `object.__setattr__` does, whatever the type's own `__setattr__` does; `None`
    /// deletes it. All are borrowed: the object takes its own reference to the value.
    ///
    /// # Errors
    /// `AttributeError`, what a descriptor raises, or `TypeError` for a type object, whose attributes the
    /// interpreter caches.
    #[doc(alias = "PyObject_GenericSetAttr")]
    #[inline]
    pub fn generic_setattr(
        &self,
        name: &Borrowed<'_, PyString>,
        value: Option<&Borrowed<'_, PyAny>>,
    ) -> PyResult<'py, ()> {
        self.refuse_type()?;
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe {
            ffi::PyObject_GenericSetAttr(
                self.as_ptr(),
                name.as_ptr(),
                value.map_or(ptr::null_mut(), Borrowed::as_ptr),
            )
        };
        check_status(self.py(), status)
    }

    /// A direct change of a type's attributes does not invalidate the method cache, which would keep a
    /// borrowed pointer to the old value.
    #[inline]
    fn refuse_type(&self) -> PyResult<'py, ()> {
        match PyType::is_type_of(self) {
            true => Err(self
                .py()
                .raise::<PyTypeError>("a type object's attributes cannot be accessed like this")),
            false => Ok(()),
        }
    }

    /// `os.fspath(self)`: the object itself if it is a str or bytes, or what its `__fspath__` returns. A new
    /// reference.
    ///
    /// # Errors
    /// `TypeError` if the object is no path, or what `__fspath__` raises.
    #[doc(alias = "PyOS_FSPath")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn fspath(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        // SAFETY: a live object, borrowed for the call.
        let result = unsafe { ffi::PyOS_FSPath(self.as_ptr()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// Whether the garbage collector tracks this object. Cannot fail.
    #[doc(alias = "PyObject_GC_IsTracked")]
    #[inline]
    pub fn is_gc_tracked(&self) -> bool {
        // SAFETY: a live object.
        unsafe { ffi::PyObject_GC_IsTracked(self.as_ptr()) != 0 }
    }

    /// Whether this object supports the garbage collector, and can be part of a cycle that it frees. Cannot
    /// fail.
    #[doc(alias = "PyObject_IS_GC")]
    #[inline]
    pub fn is_gc(&self) -> bool {
        // SAFETY: a live object.
        unsafe { ffi::PyObject_IS_GC(self.as_ptr()) != 0 }
    }

    /// Whether the object has been finalized: its `__del__`, if it has one, has been called. Cannot fail.
    #[doc(alias = "PyObject_GC_IsFinalized")]
    #[inline]
    pub fn is_gc_finalized(&self) -> bool {
        // SAFETY: a live object.
        unsafe { ffi::PyObject_GC_IsFinalized(self.as_ptr()) != 0 }
    }

    /// An estimate of `len(self)`: from `__len__`, from `__length_hint__`, or `default` if the object has
    /// neither.
    ///
    /// # Errors
    /// What either method raises, other than `TypeError`.
    #[doc(alias = "PyObject_LengthHint")]
    #[inline]
    pub fn length_hint(&self, default: usize) -> PyResult<'py, usize> {
        let default = checked_size::saturate(default);
        // SAFETY: a live object.
        let hint = unsafe { ffi::PyObject_LengthHint(self.as_ptr(), default) };
        check_count(self.py(), hint)
    }

    /// The int from the object's `__index__`, as an `isize`.
    ///
    /// # Errors
    /// `TypeError` if the object has no `__index__`, what that raises, or `IndexError` if the int does not
    /// fit.
    #[doc(alias = "PyNumber_AsSsize_t")]
    #[inline]
    pub fn to_isize(&self) -> PyResult<'py, isize> {
        assert_clear(self.py());
        let kind = PyIndexError::type_ptr(self.py()).cast();
        // SAFETY: a live object; the class is one of exceptions.
        let value = unsafe { ffi::PyNumber_AsSsize_t(self.as_ptr(), kind) };
        match value {
            -1 => Raised::occurred(self.py()).map_or(Ok(-1), Err),
            _ => Ok(value),
        }
    }

    /// The int from the object's `__index__`, as an `isize`. An int that does not fit becomes the nearest
    /// `isize`, as in the bounds of a slice.
    ///
    /// # Errors
    /// `TypeError` if the object has no `__index__`, or what that raises.
    #[doc(alias = "PyNumber_AsSsize_t")]
    #[inline]
    pub fn to_isize_clipped(&self) -> PyResult<'py, isize> {
        assert_clear(self.py());
        // SAFETY: a live object; NULL for the exception's class means that the value is clipped.
        let value = unsafe { ffi::PyNumber_AsSsize_t(self.as_ptr(), ptr::null_mut()) };
        match value {
            -1 => Raised::occurred(self.py()).map_or(Ok(-1), Err),
            _ => Ok(value),
        }
    }

    /// Whether the object's type is `kind` or a subclass. `__instancecheck__` is not called: no Python code
    /// runs, and the test cannot fail.
    #[doc(alias = "PyObject_TypeCheck")]
    #[inline]
    pub fn has_type(&self, kind: &Borrowed<'_, PyType>) -> bool {
        // SAFETY: a live object and a live type.
        unsafe { ffi::PyObject_TypeCheck(self.as_ptr(), kind.as_ptr().cast()) != 0 }
    }

    /// Whether the object's type is exactly `kind`.
    #[doc(alias = "Py_IS_TYPE")]
    #[inline]
    pub fn has_exact_type(&self, kind: &Borrowed<'_, PyType>) -> bool {
        // SAFETY: a live object.
        unsafe { ffi::Py_IS_TYPE(self.as_ptr(), kind.as_ptr().cast()) != 0 }
    }

    /// Sends `value` into a generator or coroutine; if `value` is `None`, `self` may also be any other
    /// iterator, whose next item is taken. `value` is borrowed; the result is a new reference.
    ///
    /// # Errors
    /// What the generator raises, other than `StopIteration` at its end; `TypeError` if a value other than
    /// `None` is sent to a generator that has not started; `AttributeError` if `self` has no `send`.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::Sent};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let numbers = py.eval(c"(i for i in (1 << 40,))", None, None)?;
    /// assert!(matches!(numbers.send(py.none())?, Sent::Yielded(_)));
    /// assert!(matches!(numbers.send(py.none())?, Sent::Returned(_)));
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyIter_Send")]
    #[inline]
    pub fn send(&self, value: &Borrowed<'_, PyAny>) -> PyResult<'py, Sent<'py>> {
        let mut result = ptr::null_mut();
        // SAFETY: live objects, borrowed for the call; `result` receives a new reference or NULL.
        let how = unsafe { ffi::PyIter_Send(self.as_ptr(), value.as_ptr(), &mut result) };
        // SAFETY: a new reference, or NULL with an exception set.
        let result = unsafe { Owned::from_new_ptr_or_raised(self.py(), result)? };
        Ok(match how {
            ffi::PySendResult::PYGEN_NEXT => Sent::Yielded(result),
            _ => Sent::Returned(result),
        })
    }
}
