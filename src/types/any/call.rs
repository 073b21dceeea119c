//! Calling Python objects.
//!
//! Arguments are passed by the vectorcall protocol, in an array on the stack: pyptr allocates nothing and
//! changes no reference count. All arguments are borrowed for the call.

use std::ptr;

use crate::error::{PyResult, PyTypeError, PyValueError, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Owned};
use crate::types::{AttributeName, PyAny, PyDict, PyString, PyTuple};

/// The arguments of a call in C's form, with a slot in front that the callee may write to: a bound
/// method puts `self` there instead of copying the array, and restores it.
#[repr(C)]
struct Stack<const N: usize, const M: usize> {
    front: *mut ffi::PyObject,
    args: [*mut ffi::PyObject; N],
    values: [*mut ffi::PyObject; M],
}

impl<const N: usize, const M: usize> Stack<N, M> {
    #[inline(always)]
    fn new(
        front: *mut ffi::PyObject,
        args: [&Borrowed<'_, PyAny>; N],
        values: [&Borrowed<'_, PyAny>; M],
    ) -> Stack<N, M> {
        Stack {
            front,
            args: args.map(Borrowed::as_ptr),
            values: values.map(Borrowed::as_ptr),
        }
    }

    /// The whole array, the slot in front included: the fields follow one another without gaps.
    #[inline(always)]
    fn as_mut_ptr(&mut self) -> *mut *mut ffi::PyObject {
        ptr::from_mut(self).cast()
    }
}

/// ## Any object: calls
impl<'py> Borrowed<'py, PyAny> {
    /// `self(*args)`. A new reference; the arguments are borrowed.
    ///
    /// # Errors
    /// What the call raises, or `TypeError` if the object cannot be called.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{PyInt, PyString}};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let divmod = py.import(c"builtins")?.getattr(c"divmod")?;
    /// let (a, b) = (PyInt::new(py, 17)?, PyInt::new(py, 5)?);
    /// let result = divmod.call([&a, &b])?;
    /// assert_eq!(result.repr()?.to_str()?, "(3, 2)");
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyObject_Vectorcall")]
    #[doc(alias = "PyObject_CallFunction")]
    #[doc(alias = "PyObject_CallFunctionObjArgs")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn call<const N: usize>(
        &self,
        args: [&Borrowed<'_, PyAny>; N],
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        if N == 0 {
            return self.call0();
        }
        assert_clear(self.py());
        let mut stack = Stack::new(ptr::null_mut(), args, []);
        let nargsf = N | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
        let args = stack.as_mut_ptr().wrapping_add(1);
        // SAFETY: `N` live objects, borrowed for the call, in an array of our own with a slot in front
        // that may be written; no keywords.
        let result =
            unsafe { ffi::PyObject_Vectorcall(self.as_ptr(), args, nargsf, ptr::null_mut()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self()`. A new reference.
    ///
    /// # Errors
    /// What the call raises, or `TypeError` if the object cannot be called.
    #[doc(alias = "PyObject_CallNoArgs")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn call0(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        // SAFETY: a live object.
        let result = unsafe { ffi::PyObject_CallNoArgs(self.as_ptr()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self(arg)`. A new reference; `arg` is borrowed.
    ///
    /// # Errors
    /// What the call raises, or `TypeError` if the object cannot be called.
    #[doc(alias = "PyObject_CallOneArg")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn call1(&self, arg: &Borrowed<'_, PyAny>) -> PyResult<'py, Owned<'py, PyAny>> {
        self.call([arg])
    }

    /// `self(*args)` for a number of arguments that is known at run time only, such as those that an exported
    /// function received. A new reference; the arguments are borrowed.
    ///
    /// Slower than [`call`](Borrowed::call) if the object is a bound method, which has to copy the arguments
    /// to put its `self` before them.
    ///
    /// # Errors
    /// What the call raises, or `TypeError` if the object cannot be called.
    #[doc(alias = "PyObject_Vectorcall")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn call_slice(&self, args: &[&Borrowed<'_, PyAny>]) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        // SAFETY: live objects, borrowed for the call; a `&Borrowed` is the object's address. The array must
        // not be written to, so `PY_VECTORCALL_ARGUMENTS_OFFSET` is left out. No keywords.
        let result = unsafe {
            ffi::PyObject_Vectorcall(
                self.as_ptr(),
                args.as_ptr().cast(),
                args.len(),
                ptr::null_mut(),
            )
        };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self(*args, **dict(zip(names, values)))`. A new reference; the arguments are borrowed.
    ///
    /// No dict is made unless the callee takes `**kwargs`. Make the tuple of names once, of interned strs:
    /// the callee then finds its parameters by comparing addresses. The names should be distinct: what a
    /// repeated name does depends on the callee.
    ///
    /// # Errors
    /// `ValueError` if the numbers of names and values differ, `TypeError` if a name is no str, what the call
    /// raises, or `TypeError` if the object cannot be called.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{PyInt, PyString, PyTuple}};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let int = py.import(c"builtins")?.getattr(c"int")?;
    /// let names = py.eval(c"('base',)", None, None)?.cast_into::<PyTuple>()?;
    /// let (digits, base) = (PyString::new(py, "z")?, PyInt::new(py, 36)?);
    /// let number = int.call_kw([&digits], &names, [&base])?;
    /// assert_eq!(number.repr()?.to_str()?, "35");
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyObject_Vectorcall")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn call_kw<const N: usize, const M: usize>(
        &self,
        args: [&Borrowed<'_, PyAny>; N],
        names: &Borrowed<'_, PyTuple>,
        values: [&Borrowed<'_, PyAny>; M],
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        self.check_names(names, M)?;
        if M == 0 {
            return self.call(args);
        }
        let mut stack = Stack::new(ptr::null_mut(), args, values);
        let nargsf = N | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
        let args = stack.as_mut_ptr().wrapping_add(1);
        // SAFETY: `N` arguments and the values of as many names as the tuple has, all live and borrowed
        // for the call, in an array of our own with a slot in front that may be written; the names are
        // strs in a tuple, and there is at least one.
        let result =
            unsafe { ffi::PyObject_Vectorcall(self.as_ptr(), args, nargsf, names.as_ptr()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self(*args, **kwargs)` with arguments in a tuple and a dict. A new reference; the arguments are
    /// borrowed.
    ///
    /// # Errors
    /// `TypeError` if a key of `kwargs` is no str, what the call raises, or `TypeError` if the object
    /// cannot be called.
    #[doc(alias = "PyObject_Call")]
    #[doc(alias = "PyObject_CallObject")]
    #[inline]
    #[doc(alias = "PyObject_VectorcallDict")]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn call_kwargs(
        &self,
        args: &Borrowed<'_, PyTuple>,
        kwargs: Option<&Borrowed<'_, PyDict>>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        let kwargs = kwargs.map_or(ptr::null_mut(), Borrowed::as_ptr);
        // SAFETY: a live object, a live tuple, and a live dict or NULL, borrowed for the call.
        let result = unsafe { ffi::PyObject_Call(self.as_ptr(), args.as_ptr(), kwargs) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self.name(*args)`. A new reference; `name` and the arguments are borrowed.
    ///
    /// No bound method is made if the method is a function of the object's class. An interned `name` that is
    /// kept between calls is faster than a C string.
    ///
    /// # Errors
    /// `AttributeError` if the object has no such method, what the look-up raises, or what the call raises.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::PyString};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let text = PyString::new(py, "hello")?;
    /// let (old, new) = (PyString::new(py, "l")?, PyString::new(py, "r")?);
    /// let text = text.call_method(c"replace", [&old, &new])?;
    /// assert_eq!(text.str()?.to_str()?, "herro");
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyObject_VectorcallMethod")]
    #[doc(alias = "PyObject_CallMethod")]
    #[doc(alias = "PyObject_CallMethodObjArgs")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn call_method<const N: usize>(
        &self,
        name: impl AttributeName<'py>,
        args: [&Borrowed<'_, PyAny>; N],
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        let result = name.with_name(self, |name| {
            let mut stack = Stack::new(self.as_ptr(), args, []);
            let nargsf = (N + 1) | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
            // SAFETY: `self` and `N` live objects, borrowed for the call, in an array of our own; the flag
            // says here that the place of `self` may be written. No keywords.
            Ok(unsafe {
                ffi::PyObject_VectorcallMethod(
                    name.as_ptr(),
                    stack.as_mut_ptr(),
                    nargsf,
                    ptr::null_mut(),
                )
            })
        })?;
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `self.name()`. A new reference; `name` is borrowed.
    ///
    /// # Errors
    /// `AttributeError` if the object has no such method, what the look-up raises, or what the call raises.
    #[doc(alias = "PyObject_CallMethodNoArgs")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn call_method0(&self, name: impl AttributeName<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        self.call_method(name, [])
    }

    /// `self.name(arg)`. A new reference; `name` and `arg` are borrowed.
    ///
    /// # Errors
    /// `AttributeError` if the object has no such method, what the look-up raises, or what the call raises.
    #[doc(alias = "PyObject_CallMethodOneArg")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn call_method1(
        &self,
        name: impl AttributeName<'py>,
        arg: &Borrowed<'_, PyAny>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        self.call_method(name, [arg])
    }

    /// Checks that there are as many names as values, and that the names are strs.
    #[inline]
    fn check_names(&self, names: &Borrowed<'_, PyTuple>, values: usize) -> PyResult<'py, ()> {
        if names.len() != values {
            return Err(self.py().raise::<PyValueError>(format_args!(
                "{} keyword names, but {values} values",
                names.len()
            )));
        }
        let is_str = |index| {
            let name: Option<&Borrowed<'_, PyAny>> = names.get(index);
            name.is_some_and(|name| name.cast::<PyString>().is_ok())
        };
        match (0..values).all(is_str) {
            true => Ok(()),
            false => Err(self.py().raise::<PyTypeError>("keywords must be strings")),
        }
    }

    /// The object's vectorcall function; `None` if the object has none. Calling it is `unsafe`: use
    /// [`call`](Borrowed::call), which calls it if it is there.
    #[doc(alias = "PyVectorcall_Function")]
    #[inline]
    pub fn vectorcall_function(&self) -> Option<ffi::vectorcallfunc> {
        // SAFETY: a live object.
        unsafe { ffi::PyVectorcall_Function(self.as_ptr()) }
    }
}
