//! [`Locked`]: data that one call at a time changes.

use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use super::visit::{Traverse, Visit};
use crate::error::{PyResult, PyRuntimeError, Raised};
use crate::refs::Python;

/// Data of an instance that one call at a time reads and changes: a lock that knows its thread.
///
/// [`lock`](Locked::lock) waits for another thread, detached, and raises `RuntimeError` if this thread has the data
/// already: a method that runs Python code while it has the lock can be called again by that code. Take the lock for as
/// long as the data changes, release it before anything runs Python code (a comparison, a lookup in a dict, the drop of a
/// reference), and look at the data again afterwards.
///
/// The cycle collector sees the references in the data while nobody has the lock, and leaves an instance alone whose data is in
/// use. It empties the data by [`Default`].
///
/// Two `Locked`s that two threads take in opposite orders deadlock, as any two locks do: take one at a time. A guard that is
/// forgotten (`mem::forget`) keeps the lock: this thread gets `RuntimeError` then, others wait for ever.
///
/// What is taken out of the data has to be dropped after the guard, since its destructor may use the instance. Local variables
/// are dropped in the opposite order of their declarations, so take it out in a block:
///
/// ```
/// # use pyptr::{PyResult, Python, Shared, class::Locked, types::PyAny};
/// # struct Recent { items: Locked<Vec<Shared<PyAny>>> }
/// fn drop_oldest<'py>(py: Python<'py>, recent: &Recent) -> PyResult<'py, ()> {
///     let oldest = {
///         let mut items = recent.items.lock(py)?;
///         if items.is_empty() { None } else { Some(items.remove(0)) }
///     }; // unlocked
///     drop(oldest);
///     Ok(())
/// }
/// # Python::initialize();
/// # Python::attach(|py| drop_oldest(py, &Recent { items: Locked::default() }).unwrap());
/// ```
///
/// ```
/// use pyptr::{PyResult, Python, Shared, class::Locked, types::PyAny};
///
/// struct Recent { items: Locked<Vec<Shared<PyAny>>> }
///
/// fn pop<'py>(py: Python<'py>, recent: &Recent) -> PyResult<'py, Option<Shared<PyAny>>> {
///     Ok(recent.items.lock(py)?.pop())
/// }
/// # Python::initialize();
/// # Python::attach(|py| {
/// let recent = Recent { items: Locked::new(vec![py.none().new_ref().into_any().into_shared()]) };
/// assert!(pop(py, &recent).unwrap().is_some());
/// let _items = recent.items.lock(py).unwrap();
/// assert!(pop(py, &recent).unwrap_err().is::<pyptr::error::PyRuntimeError>());
/// # });
/// ```
pub struct Locked<T> {
    /// The thread that has the lock, 0 if none has. It changes only on attached threads. The lowest bit tells that
    /// threads wait.
    owner: AtomicUsize,
    value: UnsafeCell<T>,
}

// SAFETY: one thread at a time has the value.
unsafe impl<T: Send> Sync for Locked<T> {}

const FREE: usize = 0;
const WAITED_FOR: usize = 1;

/// Where threads wait. One place for all locks: waiting is rare.
static WAITING: Mutex<()> = Mutex::new(());
static RELEASED: Condvar = Condvar::new();

impl<T> Locked<T> {
    /// Data that nobody has.
    #[inline]
    pub const fn new(value: T) -> Locked<T> {
        Locked {
            owner: AtomicUsize::new(FREE),
            value: UnsafeCell::new(value),
        }
    }

    /// Takes the lock, until the guard is dropped. The guard cannot be sent to another thread, and not into
    /// [`detach`](Python::detach).
    ///
    /// # Errors
    /// `RuntimeError` if this thread has the lock.
    #[inline]
    pub fn lock<'py>(&self, py: Python<'py>) -> PyResult<'py, LockedGuard<'_, 'py, T>> {
        py.assert_attached();
        let me = thread();
        if !self.take(me) {
            self.wait(py, me)?;
        }
        Ok(LockedGuard {
            locked: self,
            _attached: PhantomData,
        })
    }

    /// The data, of a value that nothing shares.
    #[inline]
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }

    /// Only on attached threads.
    #[inline(always)]
    fn take(&self, me: usize) -> bool {
        // With a GIL no other thread comes between the two.
        #[cfg(not(Py_GIL_DISABLED))]
        {
            let free = self.owner.load(Ordering::Relaxed) == FREE;
            if free {
                self.owner.store(me, Ordering::Relaxed);
            }
            free
        }
        #[cfg(Py_GIL_DISABLED)]
        {
            (self.owner)
                .compare_exchange(FREE, me, Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
        }
    }

    #[cold]
    #[inline(never)]
    fn wait<'py>(&self, py: Python<'py>, me: usize) -> PyResult<'py, ()> {
        loop {
            if self.owner.load(Ordering::Relaxed) & !WAITED_FOR == me {
                return Err(taken_twice(py));
            }
            // Only the word crosses, which is `Sync` whatever the value is.
            let owner = &self.owner;
            py.detach(|| {
                let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
                // Asked for under the mutex, which a release that sees it takes before it wakes: none is missed. The
                // lock itself is not taken here, where the thread is detached and the collector may run.
                while ask(owner) {
                    waiting = (RELEASED.wait(waiting)).unwrap_or_else(PoisonError::into_inner);
                }
            });
            if self.take(me) {
                return Ok(());
            }
        }
    }

    /// Gives the lock back.
    #[inline(always)]
    fn release(&self) {
        if self.owner.swap(FREE, Ordering::Release) & WAITED_FOR != 0 {
            wake();
        }
    }
}

/// Marks the lock as waited for. `false` if nobody has it.
fn ask(owner: &AtomicUsize) -> bool {
    let mut now = owner.load(Ordering::Relaxed);
    while now != FREE && now & WAITED_FOR == 0 {
        match owner.compare_exchange_weak(
            now,
            now | WAITED_FOR,
            Ordering::Relaxed,
            Ordering::Relaxed,
        ) {
            Ok(_) => return true,
            Err(other) => now = other,
        }
    }
    now != FREE
}

#[cold]
#[inline(never)]
fn wake() {
    drop(WAITING.lock().unwrap_or_else(PoisonError::into_inner));
    RELEASED.notify_all();
}

#[cold]
#[inline(never)]
fn taken_twice(py: Python<'_>) -> Raised<'_> {
    py.raise::<PyRuntimeError>("the object is in use by a call of the same thread")
}

/// A number of this thread: even, and not 0.
#[inline(always)]
fn thread() -> usize {
    thread_local! {
        static PLACE: u16 = const { 0 };
    }
    PLACE.with(|place| std::ptr::from_ref(place).addr())
}

impl<T: Default> Default for Locked<T> {
    fn default() -> Locked<T> {
        Locked::new(T::default())
    }
}

impl<T> fmt::Debug for Locked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Locked").finish_non_exhaustive()
    }
}

/// The data of a [`Locked`], until this is dropped.
#[must_use = "the lock is released as soon as this is dropped"]
pub struct LockedGuard<'a, 'py, T> {
    locked: &'a Locked<T>,
    _attached: PhantomData<Python<'py>>,
}

// SAFETY: `&LockedGuard` gives `&T` only.
unsafe impl<T: Sync> Sync for LockedGuard<'_, '_, T> {}

impl<T> Deref for LockedGuard<'_, '_, T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: this thread has the lock, and one guard.
        unsafe { &*self.locked.value.get() }
    }
}

impl<T> DerefMut for LockedGuard<'_, '_, T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above; nothing else borrows from the guard.
        unsafe { &mut *self.locked.value.get() }
    }
}

impl<T> Drop for LockedGuard<'_, '_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        self.locked.release();
    }
}

impl<T: fmt::Debug> fmt::Debug for LockedGuard<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

// SAFETY: it shows what is in the value if nobody has the lock. Who has it changes only on attached threads, of
// which none runs while the collector does: both of its passes see the same.
unsafe impl<T: Traverse + Default> Traverse for Locked<T> {
    const HOLDS: bool = T::HOLDS;
    const QUIET: bool = T::QUIET;

    #[inline]
    fn traverse(&self, visit: &mut Visit) {
        if T::HOLDS && self.owner.load(Ordering::Relaxed) == FREE {
            // SAFETY: nobody has the lock, and the thread is attached, so that nobody takes it now.
            unsafe { &*self.value.get() }.traverse(visit);
        }
    }

    #[inline]
    fn clear(&self, py: Python<'_>) {
        py.assert_attached();
        if T::HOLDS && self.take(thread()) {
            // SAFETY: this thread has the lock.
            let value = mem::take(unsafe { &mut *self.value.get() });
            self.release();
            value.release(py);
        }
    }

    #[inline(always)]
    fn release(self, py: Python<'_>) {
        self.into_inner().release(py);
    }
}
