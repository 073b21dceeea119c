//! [`Slot`]: a place for a Python object in an instance, in module state or in a static.

use std::cell::UnsafeCell;
#[cfg(Py_GIL_DISABLED)]
use std::sync::atomic::{AtomicU8, Ordering};

use static_assertions::assert_impl_all;

use crate::ffi;
use crate::ledger::{Kind, Site};
use crate::refs::{Object, Owned, PyAny, PyResult, Python, Shared};

/// A cell that holds a reference to a Python object, or none: for fields of [classes](mod@crate::class) that change, and for
/// caches in module state.
///
/// Every attached thread can read and write it through `&Slot`. With a GIL, the GIL is the lock; on
/// free-threaded builds a lock of one byte is held for a few instructions. The content is handed out as a new
/// reference, so that another thread that replaces it cannot free an object in use. No Python code runs while the content is
/// exchanged: what was in the slot is returned.
///
/// In a struct of a class, the cycle collector sees the object, and empties the slot of an instance that it frees.
///
/// ```
/// use pyptr::{Owned, Python, class::Slot, types::PyAny};
///
/// struct Node {
///     parent: Slot<PyAny>,
/// }
/// pyptr::traverse!(Node { parent });
///
/// // `property parent = Node::parent, Node::set_parent;`
/// impl Node {
///     fn parent<'py>(&self, py: Python<'py>) -> Option<Owned<'py, PyAny>> {
///         self.parent.get(py)
///     }
///
///     fn set_parent(&self, parent: Owned<'_, PyAny>) {
///         self.parent.set(parent); // releases the old one
///     }
/// }
/// # Python::initialize();
/// # Python::attach(|py| {
/// # let node = Node { parent: Slot::new() };
/// # assert!(node.parent(py).is_none());
/// # node.set_parent(py.none().new_ref().into_any());
/// # assert!(node.parent(py).unwrap().is_none());
/// # });
/// ```
pub struct Slot<T: Object> {
    value: UnsafeCell<Option<Shared<T>>>,
    #[cfg(Py_GIL_DISABLED)]
    lock: UnsafeCell<ffi::PyMutex>,
}

// SAFETY: the content is `Send` and `Sync`, and is accessed only under the GIL or the lock.
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

    /// The object, if there is one. A new reference.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn get<'py>(&self, py: Python<'py>) -> Option<Owned<'py, T>> {
        let site = Site::here();
        self.with(py, |value| {
            let shared = value.as_ref()?;
            Some(shared.bind(py).count(Kind::NewRef, site))
        })
    }

    /// Stores an object, whose reference passes to the slot. Returns the object that was stored before.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn set<'py>(&self, object: Owned<'py, T>) -> Option<Owned<'py, T>> {
        let py = object.py();
        let object = object.into_shared();
        let old = self.with(py, |value| value.replace(object));
        Some(old?.into_owned(py))
    }

    /// Takes the object out, and leaves the slot empty.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn take<'py>(&self, py: Python<'py>) -> Option<Owned<'py, T>> {
        let old = self.with(py, Option::take);
        Some(old?.into_owned(py))
    }

    /// The object; if there is none yet, stores the one that `make` returns. A new reference.
    ///
    /// `make` runs without the lock. If another thread, or Python code that `make` calls, fills the slot
    /// meanwhile, that object stays and is returned, and the one that `make` returned is released.
    ///
    /// # Errors
    /// The error of `make`; the slot is left as it is then.
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

    /// The address of the object in it, or NULL. For the cycle collector, which runs while no other thread changes the slot.
    #[inline(always)]
    pub(crate) fn peek(&self) -> *mut ffi::PyObject {
        // SAFETY: read at once, while no other thread is attached and running.
        match unsafe { &*self.value.get() } {
            Some(object) => object.as_ptr(),
            None => std::ptr::null_mut(),
        }
    }

    /// The reference in a slot that nothing shares.
    #[inline(always)]
    pub fn into_inner(self) -> Option<Shared<T>> {
        self.value.into_inner()
    }

    /// Calls `f` with the content. `f` must run no Python code and release no reference: a destructor could
    /// access this slot.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn with<R>(&self, py: Python<'_>, f: impl FnOnce(&mut Option<Shared<T>>) -> R) -> R {
        py.assert_attached();
        #[cfg(Py_GIL_DISABLED)]
        let _locked = Locked::new(&self.lock);
        // SAFETY: the GIL, which the token proves, or the lock keeps every other thread out, and `f` does not
        // access this slot.
        f(unsafe { &mut *self.value.get() })
    }
}

/// A slot with this object in it: its reference passes to the slot.
impl<T: Object> From<Shared<T>> for Slot<T> {
    #[inline]
    fn from(object: Shared<T>) -> Slot<T> {
        Slot {
            value: UnsafeCell::new(Some(object)),
            #[cfg(Py_GIL_DISABLED)]
            lock: UnsafeCell::new(ffi::PyMutex::new()),
        }
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
        if !replace(lock, FREE, TAKEN, Ordering::Acquire) {
            // SAFETY: an initialised mutex; the thread is attached, and detaches if it has to wait.
            unsafe { ffi::PyMutex_Lock(lock.get()) };
        }
        Locked(lock)
    }
}

/// The values of a mutex that no thread waits for.
#[cfg(Py_GIL_DISABLED)]
const FREE: u8 = 0;
#[cfg(Py_GIL_DISABLED)]
const TAKEN: u8 = 1;

/// Changes a mutex that no thread waits for, as C's header does inline since 3.13. `false`: a function has to do it.
#[cfg(Py_GIL_DISABLED)]
#[inline(always)]
fn replace(lock: &UnsafeCell<ffi::PyMutex>, old: u8, new: u8, order: Ordering) -> bool {
    const { assert!(size_of::<ffi::PyMutex>() == size_of::<AtomicU8>()) };
    // SAFETY: a mutex is one byte, which all threads access atomically.
    let bits = unsafe { AtomicU8::from_ptr(lock.get().cast()) };
    bits.compare_exchange(old, new, order, Ordering::Relaxed)
        .is_ok()
}

#[cfg(Py_GIL_DISABLED)]
impl Drop for Locked<'_> {
    #[inline]
    fn drop(&mut self) {
        if !replace(self.0, TAKEN, FREE, Ordering::Release) {
            // SAFETY: locked by `new` on this thread.
            unsafe { ffi::PyMutex_Unlock(self.0.get()) }
        }
    }
}
