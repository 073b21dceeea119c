//! [`OnceObject`]: a static for an object that is made at its first use.
#![forbid(unsafe_code)]

use std::ffi::CStr;
use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crate::error::{PyResult, PyRuntimeError};
use crate::refs::{Borrowed, Object, Owned, PyAny, Python, Shared, TypeCheck};

/// A cell for an object that is made once: a type, an imported function, a compiled table. For statics.
///
/// While one thread makes the object, other threads that need it wait detached, so that the first can finish.
/// (With std's `LazyLock`, an initialiser that needs the interpreter deadlocks there.) If making the object
/// fails, the next call tries again. In a child process that was forked meanwhile, another thread makes the object anew. Once the
/// object is made, getting it is one load from memory, and no
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
    /// The thread that is making the object, see [`Maker`]; 0 if none is. Not a lock, which a thread that forks could leave
    /// locked.
    maker: AtomicU64,
}

/// A thread of this process.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Maker {
    process: u32,
    /// Never 0. The thread that forks keeps it in the child, where no other has it.
    thread: u32,
}

impl Maker {
    fn this() -> Maker {
        static LAST: AtomicU32 = AtomicU32::new(0);
        thread_local! {
            static THREAD: u32 = LAST.fetch_add(1, Ordering::Relaxed).wrapping_add(1).max(1);
        }
        Maker {
            process: std::process::id(),
            // A thread that ends has no number any more: no other thread is taken for it.
            thread: THREAD.try_with(|&thread| thread).unwrap_or(u32::MAX),
        }
    }

    fn pack(self) -> u64 {
        u64::from(self.process) << 32 | u64::from(self.thread)
    }

    fn unpack(packed: u64) -> Maker {
        Maker {
            process: (packed >> 32) as u32,
            thread: packed as u32,
        }
    }
}

impl<T: Object> OnceObject<T> {
    /// An empty cell.
    pub const fn new() -> OnceObject<T> {
        OnceObject {
            object: OnceLock::new(),
            maker: AtomicU64::new(0),
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
    /// itself calls this for the same cell, or another greenlet of its thread does, for which waiting would be in vain.
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
        let this = Maker::this();
        while let Err(other) = self.claim(0, this) {
            let maker = Maker::unpack(other);
            if maker.thread == this.thread {
                let message = "the initialiser of a `OnceObject`, or another greenlet of its thread, needs the object that it is making";
                return Err(py.raise::<PyRuntimeError>(message));
            }
            // One that the fork has left behind will never be done.
            if maker.process != this.process && self.claim(other, this).is_ok() {
                break;
            }
            py.detach(|| self.wait(other));
        }
        let place = Place(self);
        // The one that was waited for has stored it before it left its place.
        if let Some(object) = self.object.get() {
            return Ok(object.bind(py));
        }
        let object = make(py)?.into_shared();
        let object = self.object.get_or_init(|| object);
        drop(place);
        Ok(object.bind(py))
    }

    /// Makes `this` the maker in place of `old`. Fails with the one that is it.
    fn claim(&self, old: u64, this: Maker) -> Result<u64, u64> {
        let (done, failed) = (Ordering::AcqRel, Ordering::Acquire);
        self.maker.compare_exchange(old, this.pack(), done, failed)
    }

    /// Waits until `maker` is not making the object any more. Called detached.
    fn wait(&self, maker: u64) {
        let mut pause = Duration::from_micros(10);
        while self.maker.load(Ordering::Acquire) == maker {
            thread::sleep(pause);
            pause = (2 * pause).min(Duration::from_millis(1));
        }
    }
}

/// Dropped when the object was made, or making it has failed: waiting threads see that and continue.
struct Place<'a, T: Object>(&'a OnceObject<T>);

impl<T: Object> Drop for Place<'_, T> {
    fn drop(&mut self) {
        self.0.maker.store(0, Ordering::Release);
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
