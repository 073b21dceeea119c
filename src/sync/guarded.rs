//! [`Guarded`]: Rust data and objects for one user at a time.

use std::cell::UnsafeCell;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use static_assertions::assert_impl_all;

use crate::refs::{PyAny, Python, Shared};

/// Rust data that has references to objects, for statics and [module state](crate::export): a cache with its keys, a table with the
/// types that it is for.
///
/// One closure at a time has the data. The guard is what the build needs: with a GIL a flag, since one thread at a time is attached,
/// and on free-threaded builds an atomic flag. It is no lock that anyone waits for: whoever comes while a closure has the data is
/// refused, after a moment if it is another thread's. So nothing can deadlock, whatever the closure does, Python code
/// included. That suits caches: data that is in use is a miss.
///
/// References in the data are [`Shared`]; [`bind`](Shared::bind) lends the object while the closure has the data.
/// What a closure replaces is dropped while the data is in use, so that a destructor that asks for it is refused.
///
/// ```
/// use std::collections::HashMap;
/// use pyptr::{Borrowed, Owned, PyResult, Python, Shared, sync::Guarded, types::{PyAny, PyString}};
///
/// /// Texts that came before, as objects.
/// #[derive(Default)]
/// struct Cache(Option<HashMap<String, Shared<PyString>>>);
///
/// static CACHE: Guarded<Cache> = Guarded::new(Cache(None));
///
/// fn text<'py>(py: Python<'py>, text: &str) -> PyResult<'py, Owned<'py, PyString>> {
///     let known = CACHE.with(py, |cache| {
///         let known = cache.0.as_ref()?.get(text)?;
///         Some(known.bind(py).to_owned())
///     });
///     if let Some(Some(known)) = known {
///         return Ok(known);
///     }
///     let new = PyString::new(py, text)?;
///     let shared = new.new_ref().into_shared();
///     // If the data is in use, it is not kept.
///     let _ = CACHE.with(py, |cache| cache.0.get_or_insert_default().insert(text.to_owned(), shared));
///     Ok(new)
/// }
/// # Python::initialize();
/// # Python::attach(|py| {
/// #     let first = text(py, "spam").unwrap();
/// #     assert!(text(py, "spam").unwrap().is(&first));
/// # });
/// ```
pub struct Guarded<T> {
    in_use: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: one thread at a time has the value, and none keeps a reference to it when another gets it.
unsafe impl<T: Send> Sync for Guarded<T> {}

assert_impl_all!(Guarded<Vec<Shared<PyAny>>>: Send, Sync);

/// How often a thread looks whether another one is done.
#[cfg(Py_GIL_DISABLED)]
const LOOKS: u32 = 100;

impl<T> Guarded<T> {
    /// Data that is not in use; also for statics.
    #[inline]
    pub const fn new(value: T) -> Guarded<T> {
        Guarded {
            in_use: AtomicBool::new(false),
            value: UnsafeCell::new(value),
        }
    }

    /// Calls `f` with the data. `None`, without a call, if the data is in use: by a closure that has come to this call, or by
    /// another thread.
    ///
    /// The data is free again when `f` has returned or panicked. With a GIL this takes two moves to memory, on free-threaded builds one
    /// atomic instruction.
    #[inline(always)]
    pub fn with<R>(&self, py: Python<'_>, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        py.assert_attached();
        let _user = self.begin()?;
        // SAFETY: this is the only user, until `_user` is dropped; what `f` returns cannot borrow from the value.
        Some(f(unsafe { &mut *self.value.get() }))
    }

    /// The data, by a borrow that nobody shares: no other code can use it meanwhile.
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }

    /// The data.
    #[inline]
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }

    /// Makes the caller the only user, unless there is one.
    #[cfg(not(Py_GIL_DISABLED))]
    #[inline(always)]
    fn begin(&self) -> Option<User<'_>> {
        // No other thread has the GIL, and so none comes between the two.
        if self.in_use.load(Ordering::Relaxed) {
            return None;
        }
        self.in_use.store(true, Ordering::Relaxed);
        Some(User(&self.in_use))
    }

    #[cfg(Py_GIL_DISABLED)]
    #[inline(always)]
    fn begin(&self) -> Option<User<'_>> {
        (self.take() || self.take_later()).then(|| User(&self.in_use))
    }

    #[cfg(Py_GIL_DISABLED)]
    #[inline(always)]
    fn take(&self) -> bool {
        let (taken, failed) = (Ordering::Acquire, Ordering::Relaxed);
        self.in_use
            .compare_exchange(false, true, taken, failed)
            .is_ok()
    }

    /// For the few instructions that most closures take.
    #[cfg(Py_GIL_DISABLED)]
    #[cold]
    fn take_later(&self) -> bool {
        (0..LOOKS).any(|_| {
            std::hint::spin_loop();
            !self.in_use.load(Ordering::Relaxed) && self.take()
        })
    }
}

/// The only user of the data, until it is dropped.
struct User<'a>(&'a AtomicBool);

impl Drop for User<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl<T: Default> Default for Guarded<T> {
    #[inline]
    fn default() -> Guarded<T> {
        Guarded::new(T::default())
    }
}

/// Whether it is in use; not the data. Needs no attached thread.
impl<T> fmt::Debug for Guarded<T> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guarded")
            .field("in_use", &self.in_use)
            .finish_non_exhaustive()
    }
}
