//! [`CountingAllocator`]: counts live Rust allocations and, on demand, notes where they were made.

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::HashMap;
use std::ffi::c_char;
use std::panic::Location;
use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::names;
use super::site::Place;
use super::thread::{self, Quiet};

/// An allocator that counts allocations, and leaves the allocating to another allocator.
///
/// ```standalone_crate
/// use pyptr::ledger::CountingAllocator;
///
/// #[global_allocator]
/// static ALLOCATOR: CountingAllocator = CountingAllocator::new();
///
/// # fn main() {
/// let before = pyptr::ledger::heap();
/// let leaked = Box::leak(Box::new([0_u8; 100]));
/// let after = pyptr::ledger::heap();
/// assert_eq!((after.allocations, after.bytes), (before.allocations + 1, before.bytes + 100));
/// # let _ = leaked;
/// # }
/// ```
///
/// The count does not include the ledger's own memory.
#[derive(Debug, Default)]
pub struct CountingAllocator<A = System>(A);

impl CountingAllocator {
    /// Counts the allocations of the system's allocator.
    pub const fn new() -> CountingAllocator {
        CountingAllocator(System)
    }
}

impl<A> CountingAllocator<A> {
    /// Counts the allocations of `allocator`.
    pub const fn around(allocator: A) -> CountingAllocator<A> {
        CountingAllocator(allocator)
    }
}

/// The Rust allocations that are not freed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Heap {
    /// The number of allocations.
    pub allocations: isize,
    /// The number of bytes.
    pub bytes: isize,
}

/// An allocation that was made while allocations are tracked, and has not been freed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allocation {
    /// The number of bytes.
    pub size: usize,
    /// The line of the last call of this crate before the allocation.
    pub near: Option<Place>,
    /// The exported function that was running.
    pub function: Option<&'static str>,
    /// The number of the thread that made the allocation.
    pub thread: u32,
}

/// An allocation as it is noted, which must take little time.
#[derive(Clone, Copy)]
struct Noted {
    size: usize,
    near: Option<&'static Location<'static>>,
    function: *const c_char,
    thread: u32,
}

// SAFETY: the pointers are to static text.
unsafe impl Send for Noted {}

impl Noted {
    fn allocation(&self) -> Allocation {
        Allocation {
            size: self.size,
            near: self.near.map(Place::from),
            function: names::text(self.function),
            thread: self.thread,
        }
    }
}

static ALLOCATIONS: AtomicIsize = AtomicIsize::new(0);
static BYTES: AtomicIsize = AtomicIsize::new(0);
/// How many guards ask for tracking.
static TRACKING: AtomicUsize = AtomicUsize::new(0);
static TRACKED: Mutex<Option<HashMap<usize, Noted>>> = Mutex::new(None);

fn tracked() -> MutexGuard<'static, Option<HashMap<usize, Noted>>> {
    TRACKED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The Rust allocations that are not freed now; zeros unless the program's allocator is a
/// [`CountingAllocator`].
pub fn heap() -> Heap {
    Heap {
        allocations: ALLOCATIONS.load(Relaxed),
        bytes: BYTES.load(Relaxed),
    }
}

/// Notes where allocations are made from now on, until the guard is dropped.
///
/// Meanwhile an allocation costs ten times as much.
pub fn track_allocations() -> Tracking {
    TRACKING.fetch_add(1, Relaxed);
    Tracking(())
}

/// The guard of [`track_allocations`].
#[must_use = "tracking ends when it is dropped"]
#[derive(Debug)]
pub struct Tracking(());

impl Drop for Tracking {
    fn drop(&mut self) {
        let _quiet = Quiet::begin();
        let mut tracked = tracked();
        if TRACKING.fetch_sub(1, Relaxed) == 1 {
            drop(tracked.take());
        }
    }
}

/// The allocations that were made while [tracked](track_allocations), by any guard, and have not been freed. A
/// reallocation counts as a new allocation.
pub fn tracked_allocations() -> Vec<Allocation> {
    let mut allocations = Vec::new();
    // Growing `allocations` under the lock would wait for the lock.
    let noted: Vec<Noted> = {
        let _quiet = Quiet::begin();
        tracked()
            .iter()
            .flatten()
            .map(|(_, noted)| *noted)
            .collect()
    };
    allocations.extend(noted.iter().map(|noted| noted.allocation()));
    let _quiet = Quiet::begin();
    drop(noted);
    allocations
}

/// The tracked allocations. None of them is freed before the closure that gets this returns.
pub(crate) struct Tracked(Vec<(usize, Noted)>);

/// Calls `f` with the tracked allocations. `f` must allocate under `Quiet` only; other threads' allocations
/// wait until it returns.
pub(crate) fn with_tracked<R>(f: impl FnOnce(&Tracked) -> R) -> R {
    let _quiet = Quiet::begin();
    let tracked = tracked();
    let all = tracked.iter().flatten();
    let mut all: Vec<(usize, Noted)> = all.map(|(address, noted)| (*address, *noted)).collect();
    all.sort_unstable_by_key(|(address, _)| *address);
    f(&Tracked(all))
}

impl Tracked {
    /// The index of the allocation that contains `address`.
    pub(crate) fn containing(&self, address: usize) -> Option<usize> {
        let number = self
            .0
            .partition_point(|(start, _)| *start <= address)
            .checked_sub(1)?;
        let (start, noted) = &self.0[number];
        (address - start < noted.size).then_some(number)
    }

    /// The address and size of the allocation with this index.
    pub(crate) fn place(&self, number: usize) -> (usize, usize) {
        let (start, noted) = &self.0[number];
        (*start, noted.size)
    }

    pub(crate) fn allocation(&self, number: usize) -> Allocation {
        self.0[number].1.allocation()
    }
}

#[inline]
fn allocated(address: *mut u8, size: usize) {
    if address.is_null() || thread::with(|local| local.is_quiet()) {
        return;
    }
    ALLOCATIONS.fetch_add(1, Relaxed);
    BYTES.fetch_add(size as isize, Relaxed);
    if TRACKING.load(Relaxed) != 0 {
        note(address, size);
    }
}

#[inline]
fn freed(address: *mut u8, size: usize) {
    if thread::with(|local| local.is_quiet()) {
        return;
    }
    ALLOCATIONS.fetch_sub(1, Relaxed);
    BYTES.fetch_sub(size as isize, Relaxed);
    if TRACKING.load(Relaxed) != 0 {
        forget(address);
    }
}

#[cold]
fn note(address: *mut u8, size: usize) {
    let _quiet = Quiet::begin();
    let noted = thread::with(|local| Noted {
        size,
        near: local.near.get(),
        function: local.function.get(),
        thread: local.thread(),
    });
    tracked()
        .get_or_insert_default()
        .insert(address.addr(), noted);
}

#[cold]
fn forget(address: *mut u8) {
    let _quiet = Quiet::begin();
    if let Some(all) = tracked().as_mut() {
        all.remove(&address.addr());
    }
}

// SAFETY: every call is passed on to the inner allocator. Counting may allocate as well, but such an allocation
// is quiet and not counted, so that the recursion ends there.
unsafe impl<A: GlobalAlloc> GlobalAlloc for CountingAllocator<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let address = unsafe { self.0.alloc(layout) };
        allocated(address, layout.size());
        address
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promise.
        let address = unsafe { self.0.alloc_zeroed(layout) };
        allocated(address, layout.size());
        address
    }

    #[inline]
    unsafe fn dealloc(&self, address: *mut u8, layout: Layout) {
        freed(address, layout.size());
        // SAFETY: the caller's promise.
        unsafe { self.0.dealloc(address, layout) }
    }

    #[inline]
    unsafe fn realloc(&self, address: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Before the memory is freed, because this waits while another thread reads tracked memory.
        freed(address, layout.size());
        // SAFETY: the caller's promise.
        let moved = unsafe { self.0.realloc(address, layout, size) };
        match moved.is_null() {
            true => allocated(address, layout.size()),
            false => allocated(moved, size),
        }
        moved
    }
}
