//! [`Slot`]: a place for a Python object in module state or in a static.

use std::cell::UnsafeCell;

use static_assertions::assert_impl_all;

#[cfg(Py_GIL_DISABLED)]
use crate::ffi;
use crate::ledger::{Kind, Site};
use crate::refs::{Object, Owned, PyAny, PyResult, Python, Shared};

/// A cell that holds a reference to a Python object, or none: for caches in module state.
///
/// It can be read and written through a shared reference, by any attached thread: with a GIL the token
/// is the lock, on free-threaded builds a lock of one byte is held for the few instructions. What comes
/// out is a reference of one's own, so that nobody can pull the object away.
pub struct Slot<T: Object> {
    value: UnsafeCell<Option<Shared<T>>>,
    #[cfg(Py_GIL_DISABLED)]
    lock: UnsafeCell<ffi::PyMutex>,
}

// SAFETY: what it holds is `Send` and `Sync`, and it is read and written under the GIL or the lock only.
unsafe impl<T: Object> Sync for Slot<T> {}

assert_impl_all!(Slot<PyAny>: Send, Sync);

impl<T: Object> Slot<T> {
    /// An empty slot; also for statics.
    #[inline]
    pub const fn new() -> Slot<T> {
        Slot {
            value: UnsafeCell::new(None),
            #[cfg(Py_GIL_DISABLED)]
            lock: UnsafeCell::new(ffi::PyMutex::new()),
        }
    }

    /// The object, if there is one: a new reference.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get<'py>(&self, py: Python<'py>) -> Option<Owned<'py, T>> {
        let site = Site::here();
        self.with(py, |value| {
            let shared = value.as_ref()?;
            Some(shared.bind(py).count(Kind::NewRef, site))
        })
    }

    /// Puts an object in, whose reference is given away; returns the one that was there.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn set<'py>(&self, object: Owned<'py, T>) -> Option<Owned<'py, T>> {
        let py = object.py();
        let object = object.into_shared();
        let old = self.with(py, |value| value.replace(object));
        Some(old?.into_owned(py))
    }

    /// Takes the object out.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn take<'py>(&self, py: Python<'py>) -> Option<Owned<'py, T>> {
        let old = self.with(py, Option::take);
        Some(old?.into_owned(py))
    }

    /// The object, made by `make` if there is none yet: a new reference.
    ///
    /// `make` runs without the lock. If other threads, or Python code that it calls, fill the slot
    /// meanwhile, theirs stays and is returned, and what `make` made is released.
    ///
    /// # Errors
    /// What `make` returns; the slot stays empty then.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get_or_try_init<'py>(
        &self,
        py: Python<'py>,
        make: impl FnOnce(Python<'py>) -> PyResult<'py, Owned<'py, T>>,
    ) -> PyResult<'py, Owned<'py, T>> {
        if let Some(object) = self.get(py) {
            return Ok(object);
        }
        let made = make(py)?;
        let site = Site::here();
        let mut candidate = Some(made.new_ref().into_shared());
        let winner = self.with(py, |value| {
            let winner = value.get_or_insert_with(|| candidate.take().expect("taken once"));
            winner.bind(py).count(Kind::NewRef, site)
        });
        Ok(winner)
    }

    /// Runs `f` with the content. `f` runs no Python code and releases no reference: a destructor could
    /// come back here.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn with<R>(&self, py: Python<'_>, f: impl FnOnce(&mut Option<Shared<T>>) -> R) -> R {
        py.assert_attached();
        #[cfg(Py_GIL_DISABLED)]
        let _locked = Locked::new(&self.lock);
        // SAFETY: the GIL, which the token proves, or the lock keeps every other thread out, and `f` does
        // not come back here.
        f(unsafe { &mut *self.value.get() })
    }
}

impl<T: Object> Default for Slot<T> {
    #[inline]
    fn default() -> Slot<T> {
        Slot::new()
    }
}

#[cfg(Py_GIL_DISABLED)]
struct Locked<'a>(&'a UnsafeCell<ffi::PyMutex>);

#[cfg(Py_GIL_DISABLED)]
impl<'a> Locked<'a> {
    #[inline]
    fn new(lock: &'a UnsafeCell<ffi::PyMutex>) -> Locked<'a> {
        // SAFETY: an initialised mutex; the thread is attached, and detaches if it has to wait.
        unsafe { ffi::PyMutex_Lock(lock.get()) };
        Locked(lock)
    }
}

#[cfg(Py_GIL_DISABLED)]
impl Drop for Locked<'_> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: locked by `new` on this thread.
        unsafe { ffi::PyMutex_Unlock(self.0.get()) }
    }
}
