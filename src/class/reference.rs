//! [`ClassRef`]: the type object of a class, from which instances are made.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use super::declared::{Class, own_type};
use super::instance::make;
use crate::error::{PyResult, PySystemError};
use crate::export::ModuleRef;
use crate::ffi;
use crate::refs::{Borrowed, Owned, PyAny, Python};
use crate::types::PyType;

/// The type object of the class `C`, borrowed: instances are made by it.
///
/// Each module object has type objects of its own, so this comes from an instance ([`own_class`](Borrowed::own_class)), from a
/// module ([`ModuleRef::class`]) or as a parameter `class: Class`. It derefs to the type, is `Copy`, and one word.
pub struct ClassRef<'a, 'py, C> {
    kind: &'a Borrowed<'py, PyType>,
    _class: PhantomData<fn() -> C>,
}

impl<C> Clone for ClassRef<'_, '_, C> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for ClassRef<'_, '_, C> {}

impl<C: Class> fmt::Debug for ClassRef<'_, '_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ClassRef").field(&C::NAME).finish()
    }
}

impl<'py, C> Deref for ClassRef<'_, 'py, C> {
    type Target = Borrowed<'py, PyType>;

    #[inline(always)]
    fn deref(&self) -> &Borrowed<'py, PyType> {
        self.kind
    }
}

impl<'a, 'py, C: Class> ClassRef<'a, 'py, C> {
    /// The type of `C` among `kind` and its bases.
    ///
    /// # Safety
    /// `kind` is a live type, which the caller keeps alive for 'a.
    #[inline(always)]
    pub(super) unsafe fn of(
        py: Python<'py>,
        kind: *mut ffi::PyTypeObject,
    ) -> Option<ClassRef<'a, 'py, C>> {
        let own = own_type::<C>(kind);
        if own.is_null() {
            return None;
        }
        // SAFETY: the type itself or one of its bases, which it keeps alive.
        let kind = unsafe { Borrowed::from_ptr(py, own.cast()) };
        Some(ClassRef {
            kind,
            _class: PhantomData,
        })
    }

    /// Makes an instance of exactly this class, with this value. A new reference. `new` is not called.
    ///
    /// # Errors
    /// `MemoryError`. The value is dropped.
    #[inline(always)]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn instance(self, payload: C) -> PyResult<'py, Owned<'py, C>> {
        let py = self.kind.py();
        py.assert_attached();
        // SAFETY: the type of `C`, alive for 'a.
        unsafe { make(py, self.kind.as_ptr().cast(), true, payload) }
    }

    /// The type object, borrowed for as long as what it came from.
    #[inline(always)]
    pub fn as_type(self) -> &'a Borrowed<'py, PyType> {
        self.kind
    }

    /// The module that the class was made for, with its state. A new reference to the module is not taken: it lives as
    /// long as the class.
    ///
    /// # Errors
    /// `SystemError` if the collector has cleared the class, or if the import of the module has not ended.
    #[doc(alias = "PyType_GetModule")]
    #[inline]
    pub fn module(self) -> PyResult<'py, ModuleRef<'a, 'py, C::State>> {
        let py = self.kind.py();
        // SAFETY: a live type object, attached. A borrowed reference, which the type owns, or NULL with an exception.
        let module = unsafe { ffi::PyType_GetModule(self.kind.as_ptr().cast()) };
        // SAFETY: the type is alive for 'a, and keeps its module until the collector clears it, when nothing uses it.
        let module: &'a Borrowed<'py, PyAny> = unsafe { Borrowed::from_ptr_or_raised(py, module) }?;
        // SAFETY: the class was made for a module of this state (`Class::State`).
        unsafe { ModuleRef::of_module(module) }
    }
}

/// ## Instances of classes
impl<'py, C: Class> Borrowed<'py, C> {
    /// The class of an instance: `C` itself, also for an instance of a class derived from it. Borrowed from the instance.
    #[inline]
    pub fn own_class(&self) -> ClassRef<'_, 'py, C> {
        // SAFETY: a live object.
        let kind = unsafe { ffi::Py_TYPE(self.as_ptr()) };
        // SAFETY: kept alive by the instance. If Python code gives it another class, that has the same base.
        let class = unsafe { ClassRef::of(self.py(), kind) };
        class.expect("an instance of a class has that class among its bases")
    }
}

impl<'a, 'py, S: Send + Sync + 'static> ModuleRef<'a, 'py, S> {
    /// The class `C` of this module.
    ///
    /// # Errors
    /// `SystemError` if this module does not have the class, or if the collector has cleared the module.
    #[inline]
    pub fn class<C: Class>(self) -> PyResult<'py, ClassRef<'a, 'py, C>>
    where
        S: HasClass<C>,
    {
        for class in self.classes() {
            // SAFETY: a type that the module holds for 'a.
            let class = unsafe { ClassRef::of(self.py(), class.as_ptr().cast()) };
            if let Some(class) = class {
                return Ok(class);
            }
        }
        Err(self.py().raise::<PySystemError>(format_args!(
            "the module does not have the class '{}'",
            C::NAME
        )))
    }
}

/// A type of module state whose module has the class `C`: the class is among the lines of its
/// [`module!`](crate::module).
#[diagnostic::on_unimplemented(
    message = "the module of this state does not have the class `{C}`",
    note = "write `class Name;` in its `module!`"
)]
pub trait HasClass<C> {}
