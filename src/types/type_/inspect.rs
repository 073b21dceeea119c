//! Properties of a type object.

use crate::error::{PyResult, PyTypeError, Raised, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyMappingProxy, PyModule, PyString, PyTuple, PyType};
use std::ffi::{c_int, c_ulong, c_void};

/// ## type: inspection
impl<'py> Borrowed<'py, PyType> {
    /// The type's flags, `Py_TPFLAGS_..`.
    #[doc(alias = "PyType_GetFlags")]
    #[inline]
    pub fn flags(&self) -> c_ulong {
        // SAFETY: a live type.
        unsafe { ffi::PyType_GetFlags(self.as_ptr().cast()) }
    }

    /// Whether the type has all of these flags, such as `Py_TPFLAGS_HEAPTYPE`.
    #[doc(alias = "PyType_HasFeature")]
    #[doc(alias = "PyType_FastSubclass")]
    #[doc(alias = "PyType_IS_GC")]
    #[inline]
    pub fn has_feature(&self, flags: c_ulong) -> bool {
        self.flags() & flags == flags
    }

    /// `self.__qualname__`: `Outer.Inner`. A new reference.
    ///
    /// # Errors
    /// What the metaclass raises, if it defines its own `__qualname__`.
    #[doc(alias = "PyType_GetQualName")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn qualname(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        self.getattr(c"__qualname__")
    }

    /// `self.__module__`: the name of the module that defines the type. A new reference.
    ///
    /// # Errors
    /// `AttributeError` if there is no `__module__`, or what the metaclass raises.
    #[doc(alias = "PyType_GetModuleName")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn module_name(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        self.getattr(c"__module__")
    }

    /// `self.__dict__`: the attributes of the type itself, as a read-only view, because a direct change would
    /// leave the type's caches stale. A new reference.
    ///
    /// # Errors
    /// What the metaclass raises, if it defines its own `__dict__`.
    #[doc(alias = "PyType_GetDict")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn dict(&self) -> PyResult<'py, Owned<'py, PyMappingProxy>> {
        Ok(self.getattr(c"__dict__")?.cast_into()?)
    }

    /// The module object that a heap type was made with. A new reference.
    ///
    /// # Errors
    /// `TypeError` if the type was made without a module.
    #[doc(alias = "PyType_GetModule")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn module(&self) -> PyResult<'py, Owned<'py, PyAny>> {
        assert_clear(self.py());
        // SAFETY: a live type.
        let module = unsafe { ffi::PyType_GetModule(self.as_ptr().cast()) };
        // SAFETY: a module that the type keeps alive, or NULL with an exception set; the reference is taken
        // before other code can run.
        unsafe { Owned::from_borrowed_ptr_or_raised(self.py(), module) }
    }

    /// The module object with the definition `definition` that this class or a base class was made with. A
    /// new reference. `definition` is only compared, not read.
    ///
    /// # Errors
    /// `TypeError` if there is no such class, or what the metaclass raises, if it defines its own `__mro__`.
    #[doc(alias = "PyType_GetModuleByDef")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn module_by_definition(
        &self,
        definition: *mut ffi::PyModuleDef,
    ) -> PyResult<'py, Owned<'py, PyModule>> {
        for class in self.getattr(c"__mro__")?.cast::<PyTuple>()?.iter() {
            let class = class.cast::<PyType>()?;
            // A class without a module, such as a static type, is no error here.
            let Ok(module) = class.module() else {
                continue;
            };
            if let Ok(module) = module.cast_into::<PyModule>() {
                if module.definition() == definition {
                    return Ok(module);
                }
            }
        }
        let message = "neither the class nor a base belongs to the module";
        Err(self.py().raise::<PyTypeError>(message))
    }

    /// The qualified name behind the module's name, which is left out for builtins: `decimal.Decimal`, `int`.
    /// A new reference.
    ///
    /// # Errors
    /// `AttributeError` if there is no `__module__`, what the metaclass raises, if it defines its own
    /// `__module__` or `__qualname__`, or `TypeError` if `__qualname__` is no str.
    #[doc(alias = "PyType_GetFullyQualifiedName")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn full_name(&self) -> PyResult<'py, Owned<'py, PyString>> {
        let name = self.qualname()?.cast_into::<PyString>()?;
        match self.module_name()?.cast_into::<PyString>() {
            Ok(module) if !module.eq_str("builtins") => {
                let dot = PyString::new(self.py(), ".")?;
                module.concat(&dot)?.concat(&name)
            }
            _ => Ok(name),
        }
    }

    /// The state of the module that a heap type was made with; NULL if the module has no state.
    ///
    /// # Errors
    /// `TypeError` if the type was made without a module.
    #[doc(alias = "PyType_GetModuleState")]
    #[inline]
    pub fn module_state_ptr(&self) -> PyResult<'py, *mut c_void> {
        assert_clear(self.py());
        // SAFETY: a live type.
        let state = unsafe { ffi::PyType_GetModuleState(self.as_ptr().cast()) };
        match state.is_null() {
            true => Raised::occurred(self.py()).map_or(Ok(state), Err),
            false => Ok(state),
        }
    }

    /// The content of a slot, such as `Py_tp_new`; NULL if the slot is empty.
    ///
    /// # Errors
    /// `SystemError` if there is no such slot.
    #[doc(alias = "PyType_GetSlot")]
    #[inline]
    pub fn slot(&self, slot: c_int) -> PyResult<'py, *mut c_void> {
        assert_clear(self.py());
        // SAFETY: a live type; an unknown number is refused.
        let function = unsafe { ffi::PyType_GetSlot(self.as_ptr().cast(), slot) };
        match function.is_null() {
            true => Raised::occurred(self.py()).map_or(Ok(function), Err),
            false => Ok(function),
        }
    }
}
