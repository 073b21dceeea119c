//! Makes one allocation fail, to test whether an error path for missing memory releases its references.
//!
//! While this is armed, the interpreter's allocators of the domains `mem` and `obj` are wrapped. The wrappers
//! count, and make fail, only what a thread allocates while it runs an exported function, or a closure of
//! [`testing`](crate::testing); neither the ledger's own allocations nor those of other Python code. The domain
//! `raw` is not wrapped: the interpreter uses it on detached threads, and in places aborts the process if it
//! fails.
//!
//! Not available on free-threaded builds, where objects have to come from the interpreter's own allocator,
//! which its collector walks.

use std::ffi::{c_char, c_void};
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::names;
use super::site::Place;
use super::thread::{self, Local, Quiet};
use crate::ffi::{self, PyMemAllocatorDomain as Domain, PyMemAllocatorEx as Allocator};

/// Why failing allocations are not available, if they are not.
pub(crate) const UNAVAILABLE: Option<&str> = if cfg!(Py_GIL_DISABLED) {
    Some(
        "allocations cannot be made to fail on free-threaded builds, where objects have to come from the \
         interpreter's own allocator",
    )
} else {
    None
};

/// Whose allocations are counted: a [`Scope`], or 0 for none.
static ARMED: AtomicU8 = AtomicU8::new(0);

/// Whose allocations are counted.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(crate) enum Scope {
    /// The allocations of exported functions, on any thread.
    Functions = 1,
    /// The allocations of a closure that [`within`] runs, on its thread.
    Closure = 2,
}

/// How many allocations have been counted.
static COUNT: AtomicUsize = AtomicUsize::new(0);
/// The number of the allocation that fails. With 0 none fails, and their places are noted.
static FAIL: AtomicUsize = AtomicUsize::new(0);

/// Where an allocation was made.
struct Noted {
    near: Option<&'static Location<'static>>,
    function: *const c_char,
}

// SAFETY: the pointers are to static text.
unsafe impl Send for Noted {}

static NOTED: Mutex<Vec<Noted>> = Mutex::new(Vec::new());
/// How many are noted: more than any test makes fail one by one.
const KEPT: usize = 10_000;

fn noted() -> MutexGuard<'static, Vec<Noted>> {
    NOTED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The wrapped allocators, which are the contexts of the wrappers.
struct Wrapped(Mutex<[Allocator; 2]>);

// SAFETY: changed only under the GIL, while no wrapper is in use.
unsafe impl Send for Wrapped {}
// SAFETY: as above.
unsafe impl Sync for Wrapped {}

const NO_ALLOCATOR: Allocator = Allocator {
    ctx: ptr::null_mut(),
    malloc: None,
    calloc: None,
    realloc: None,
    free: None,
};
static WRAPPED: Wrapped = Wrapped(Mutex::new([NO_ALLOCATOR; 2]));
const DOMAINS: [Domain; 2] = [Domain::PYMEM_DOMAIN_MEM, Domain::PYMEM_DOMAIN_OBJ];

/// What happened between [`arm`] and [`disarm`].
pub(crate) struct Outcome {
    /// Whether an allocation failed.
    pub(crate) failed: bool,
    /// How many allocations were counted.
    pub(crate) allocations: usize,
    /// For each allocation, the last call of this crate before it and the exported function. Empty if one was
    /// to fail.
    pub(crate) places: Vec<(Option<Place>, Option<&'static str>)>,
}

/// Wraps the allocators and counts from 1 on; the allocation with this number fails, or none for 0.
///
/// # Safety
/// The thread is attached.
pub(crate) unsafe fn arm(scope: Scope, number: usize) {
    disarm_now();
    noted().clear();
    for (index, domain) in DOMAINS.into_iter().enumerate() {
        if !in_use(domain) {
            wrap(index, domain);
        }
    }
    COUNT.store(0, Relaxed);
    FAIL.store(number, Relaxed);
    ARMED.store(scope as u8, Relaxed);
}

/// Ends what [`arm`] began.
///
/// # Safety
/// The thread is attached.
pub(crate) unsafe fn disarm() -> Outcome {
    let armed = disarm_now();
    for (index, domain) in DOMAINS.into_iter().enumerate() {
        unwrap(index, domain);
    }
    let (count, fail) = (COUNT.load(Relaxed), FAIL.load(Relaxed));
    let places = std::mem::take(&mut *noted());
    Outcome {
        failed: armed && fail != 0 && count >= fail,
        allocations: count,
        places: places
            .into_iter()
            .map(|noted| (noted.near.map(Place::from), names::text(noted.function)))
            .collect(),
    }
}

fn disarm_now() -> bool {
    ARMED.swap(0, Relaxed) != 0
}

/// Called when an exported function begins, which may be the first one on this thread's stack.
#[inline]
pub(super) fn entering() {
    if ARMED.load(Relaxed) == Scope::Functions as u8 {
        empty_free_lists();
    }
}

/// Runs a collection, which empties the interpreter's free lists (of tuples, lists and so on): otherwise a
/// function could get objects from them without an allocation.
#[cold]
fn empty_free_lists() {
    if !thread::with(Local::may_fail_in_functions) {
        // SAFETY: the interpreter calls an exported function attached, without an exception set.
        unsafe { ffi::PyGC_Collect() };
    }
}

/// Runs a closure whose allocations count as those of an exported function do.
pub(crate) fn within<R>(f: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            thread::with(|local| local.driven.set(self.0));
        }
    }
    empty_free_lists();
    let _restore = Restore(thread::with(|local| local.driven.replace(true)));
    f()
}

/// Counts the allocation that is asked for, if it is in scope. Returns whether it must fail.
#[inline]
fn fails() -> bool {
    let counts = match ARMED.load(Relaxed) {
        0 => false,
        1 => thread::with(Local::may_fail_in_functions),
        _ => thread::with(Local::may_fail_in_closure),
    };
    counts && counted()
}

fn counted() -> bool {
    let number = COUNT.fetch_add(1, Relaxed) + 1;
    match FAIL.load(Relaxed) {
        0 => {
            let _quiet = Quiet::begin();
            let mut noted = noted();
            if noted.len() < KEPT {
                noted.push(thread::with(|local| Noted {
                    near: local.near.get(),
                    function: local.function.get(),
                }));
            }
            false
        }
        fail => number == fail,
    }
}

/// Whether allocations of a domain reach the wrapper: other wrappers may have been put on top of it, or an
/// allocator that was replaced may have taken it away.
fn in_use(domain: Domain) -> bool {
    COUNT.store(0, Relaxed);
    FAIL.store(usize::MAX, Relaxed);
    let quiet = thread::with(|local| local.set_quiet(0));
    let driven = thread::with(|local| local.driven.replace(true));
    ARMED.store(Scope::Closure as u8, Relaxed);
    let (malloc, free): (unsafe extern "C" fn(usize) -> _, unsafe extern "C" fn(_)) = match domain {
        Domain::PYMEM_DOMAIN_MEM => (ffi::PyMem_Malloc, ffi::PyMem_Free),
        // The memory never becomes an object.
        _ => (ffi::PyObject_Malloc, ffi::PyObject_Free),
    };
    // SAFETY: attached.
    let block: *mut c_void = unsafe { malloc(1) };
    // SAFETY: a block of this domain, or NULL.
    unsafe { free(block) };
    ARMED.store(0, Relaxed);
    thread::with(|local| local.driven.set(driven));
    thread::with(|local| local.set_quiet(quiet));
    COUNT.swap(0, Relaxed) != 0
}

fn context(index: usize) -> *mut c_void {
    let first = WRAPPED.0.lock().unwrap_or_else(PoisonError::into_inner);
    ptr::from_ref(&first[index]).cast_mut().cast()
}

fn wrap(index: usize, domain: Domain) {
    let context = context(index);
    // SAFETY: attached; the call writes to the wrapper's context, which no wrapper is using.
    unsafe { ffi::PyMem_GetAllocator(domain, context.cast()) };
    let mut wrapper = Allocator {
        ctx: context,
        malloc: Some(malloc),
        calloc: Some(calloc),
        realloc: Some(realloc),
        free: Some(free),
    };
    // SAFETY: attached. The wrapper passes the memory of the wrapped allocator on as it is.
    unsafe { ffi::PyMem_SetAllocator(domain, &mut wrapper) };
}

/// Removes the wrapper. If another allocator was put on top of it, it stays and lets every allocation pass.
fn unwrap(index: usize, domain: Domain) {
    let context = context(index);
    let mut used = NO_ALLOCATOR;
    // SAFETY: attached.
    unsafe { ffi::PyMem_GetAllocator(domain, &mut used) };
    if used.ctx == context {
        // SAFETY: attached; this is the allocator that was wrapped, which has made all of the memory.
        unsafe { ffi::PyMem_SetAllocator(domain, context.cast()) };
    }
}

/// # Safety
/// `context` is that of a wrapper.
unsafe fn wrapped(context: *mut c_void) -> Allocator {
    // SAFETY: a field of a static, which is not written while a wrapper is in use.
    unsafe { *context.cast::<Allocator>() }
}

extern "C" fn malloc(context: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: called with the wrapper's context.
    let wrapped = unsafe { wrapped(context) };
    match wrapped.malloc {
        Some(malloc) if !fails() => malloc(wrapped.ctx, size),
        _ => ptr::null_mut(),
    }
}

extern "C" fn calloc(context: *mut c_void, count: usize, size: usize) -> *mut c_void {
    // SAFETY: called with the wrapper's context.
    let wrapped = unsafe { wrapped(context) };
    match wrapped.calloc {
        Some(calloc) if !fails() => calloc(wrapped.ctx, count, size),
        _ => ptr::null_mut(),
    }
}

extern "C" fn realloc(context: *mut c_void, block: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: called with the wrapper's context.
    let wrapped = unsafe { wrapped(context) };
    match wrapped.realloc {
        Some(realloc) if !fails() => realloc(wrapped.ctx, block, size),
        _ => ptr::null_mut(),
    }
}

extern "C" fn free(context: *mut c_void, block: *mut c_void) {
    // SAFETY: called with the wrapper's context.
    let wrapped = unsafe { wrapped(context) };
    if let Some(free) = wrapped.free {
        free(wrapped.ctx, block);
    }
}
