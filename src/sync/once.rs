//! [`OnceObject`]: a static for an object that is made at its first use.
#![forbid(unsafe_code)]

use std::ffi::CStr;
use std::fmt;
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::{self, ThreadId};

use crate::error::{PyResult, PyRuntimeError};
use crate::refs::{Borrowed, Object, Owned, PyAny, Python, Shared, TypeCheck};

/// A cell for an object that is made once: a type, an imported function, a compiled table. For statics.
///
/// While one thread makes the object, other threads that need it wait detached, so that the first can finish.
/// (With std's `LazyLock`, an initialiser that needs the interpreter deadlocks there.) If making the object
/// fails, the next call tries again. Once the object is made, getting it is one load from memory, and no
/// reference is counted.
///
/// Objects belong to one interpreter, and modules made with [`module!`](crate::module) refuse to be imported
/// into a second one. A static is never dropped, and so holds its object until the process ends; for a cache
/// that ends with a module use a [`Slot`](crate::export::Slot) in the module's state.
///
/// ```
/// use pyptr::{Borrowed, Owned, PyResult, Python, sync::OnceObject, types::PyAny};
///
/// static DECIMAL: OnceObject<PyAny> = OnceObject::new();
///
/// fn decimal<'py>(text: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyAny>> {
///     DECIMAL.get_or_import(text.py(), c"decimal", c"Decimal")?.call1(text)
/// }
/// # Python::initialize();
/// # Python::attach(|py| {
/// #     let text = pyptr::types::PyString::new(py, "1.50").unwrap();
/// #     assert_eq!(decimal(&text).unwrap().str().unwrap().to_str().unwrap(), "1.50");
/// # });
/// ```
pub struct OnceObject<T: Object> {
    object: OnceLock<Shared<T>>,
    /// The thread that is making the object. Locked only for moments in which no other code runs.
    maker: Mutex<Option<ThreadId>>,
    made: Condvar,
}

impl<T: Object> OnceObject<T> {
    /// An empty cell.
    pub const fn new() -> OnceObject<T> {
        OnceObject {
            object: OnceLock::new(),
            maker: Mutex::new(None),
            made: Condvar::new(),
        }
    }

    /// The object, if it has been made. Borrowed from the cell.
    #[inline]
    pub fn get<'a, 'py>(&'a self, py: Python<'py>) -> Option<&'a Borrowed<'py, T>> {
        self.object.get().map(|object| object.bind(py))
    }

    /// The object; if it has not been made yet, `make` makes it. Borrowed from the cell, which keeps the
    /// reference that `make` returned.
    ///
    /// Only one thread at a time runs `make`. Never call this while you hold a lock that `make` may wait for.
    /// Two cells whose `make` functions need each other may deadlock.
    ///
    /// # Errors
    /// What `make` returns; the cell stays empty then, as it does if `make` panics. `RuntimeError` if `make`
    /// itself calls this for the same cell.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get_or_try_init<'a, 'py>(
        &'a self,
        py: Python<'py>,
        make: impl FnOnce(Python<'py>) -> PyResult<'py, Owned<'py, T>>,
    ) -> PyResult<'py, &'a Borrowed<'py, T>> {
        match self.object.get() {
            Some(object) => Ok(object.bind(py)),
            None => self.make(py, make),
        }
    }

    #[cold]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn make<'a, 'py>(
        &'a self,
        py: Python<'py>,
        make: impl FnOnce(Python<'py>) -> PyResult<'py, Owned<'py, T>>,
    ) -> PyResult<'py, &'a Borrowed<'py, T>> {
        let this = thread::current().id();
        loop {
            let mut maker = self.lock();
            // Under the lock, because the maker stores the object before it clears `maker`.
            if let Some(object) = self.object.get() {
                return Ok(object.bind(py));
            }
            match *maker {
                None => {
                    *maker = Some(this);
                    break;
                }
                Some(thread) if thread == this => {
                    drop(maker);
                    let message =
                        "the initialiser of a `OnceObject` needs the object that it is making";
                    return Err(py.raise::<PyRuntimeError>(message));
                }
                Some(_) => {
                    drop(maker);
                    py.detach(|| self.wait());
                }
            }
        }
        let place = Place(self);
        let object = make(py)?.into_shared();
        let object = self.object.get_or_init(|| object);
        drop(place);
        Ok(object.bind(py))
    }

    /// Waits until no thread is making the object. Called detached.
    fn wait(&self) {
        let mut maker = self.lock();
        while maker.is_some() {
            maker = (self.made.wait(maker)).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<ThreadId>> {
        // No code under the lock panics.
        self.maker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Dropped when the object was made, or making it has failed: lets waiting threads continue.
struct Place<'a, T: Object>(&'a OnceObject<T>);

impl<T: Object> Drop for Place<'_, T> {
    fn drop(&mut self) {
        *self.0.lock() = None;
        self.0.made.notify_all();
    }
}

impl<T: TypeCheck> OnceObject<T> {
    /// The attribute `name` of the module `module`, which is imported at the first call. Borrowed from the
    /// cell, which keeps a reference.
    ///
    /// # Errors
    /// What the import raises; `AttributeError`; `TypeError` if the attribute is no `T`.
    #[doc(alias = "PyImport_ImportModuleAttrString")]
    #[doc(alias = "PyImport_ImportModuleAttr")]
    #[inline]
    pub fn get_or_import<'a, 'py>(
        &'a self,
        py: Python<'py>,
        module: &CStr,
        name: &CStr,
    ) -> PyResult<'py, &'a Borrowed<'py, T>> {
        py.assert_attached();
        self.get_or_try_init(py, |py| {
            let value: Owned<'py, PyAny> = py.import(module)?.getattr(name)?;
            Ok(value.cast_into()?)
        })
    }
}

impl<T: Object> Default for OnceObject<T> {
    fn default() -> OnceObject<T> {
        OnceObject::new()
    }
}

/// The object, or `None`. Needs no attached thread.
impl<T: Object> fmt::Debug for OnceObject<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("OnceObject")
            .field(&self.object.get())
            .finish()
    }
}
