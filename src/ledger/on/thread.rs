//! What the ledger knows about this thread: the exported function that is running, the last call in the user's
//! code, and whether the ledger itself is working.

use std::cell::Cell;
use std::ffi::c_char;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

use super::free::Slab;
use super::site;

/// Has no destructor, so that it can be used at any time on any thread, and access is one address computation.
pub(crate) struct Local {
    thread: Cell<u32>,
    /// The slab in which this thread opens its records, once it has one.
    pub(super) slab: Cell<Option<&'static Slab>>,
    /// How many records this thread has opened.
    pub(super) sequence: Cell<u64>,
    /// The exported function that is running, NUL-terminated; NULL if none is.
    pub(crate) function: Cell<*const c_char>,
    /// The last call in the user's code.
    pub(crate) near: Cell<Option<&'static Location<'static>>>,
    /// Lines that were found to be in the user's code, by address: to find that out takes longer than all else.
    own: [Cell<*const Location<'static>>; OWN],
    /// The exported function that has ended last, and its last call in the user's code.
    pub(crate) ended: Cell<Spot>,
    /// How many [`Quiet`] scopes this thread is in.
    quiet: Cell<u32>,
    /// Whether a closure is running whose allocations may fail like those of an exported function.
    pub(super) driven: Cell<bool>,
}

/// An exported function, and a call in the user's code.
pub(crate) type Spot = (*const c_char, Option<&'static Location<'static>>);

/// How many lines are remembered.
const OWN: usize = 16;

thread_local! {
    static LOCAL: Local = const {
        Local {
            thread: Cell::new(0),
            slab: Cell::new(None),
            sequence: Cell::new(0),
            function: Cell::new(ptr::null()),
            near: Cell::new(None),
            own: [const { Cell::new(ptr::null()) }; OWN],
            ended: Cell::new((ptr::null(), None)),
            quiet: Cell::new(0),
            driven: Cell::new(false),
        }
    };
}

#[inline(always)]
pub(crate) fn with<R>(f: impl FnOnce(&Local) -> R) -> R {
    // `LocalKey::with` only finds the address: small enough to be inlined, so that a function asks for it once.
    let local = LOCAL.with(ptr::from_ref);
    // SAFETY: this thread's, and without a destructor, so that it is there as long as the thread is.
    f(unsafe { &*local })
}

static THREADS: AtomicU32 = AtomicU32::new(0);

/// The number of threads that have used the ledger.
pub(crate) fn threads() -> u32 {
    THREADS.load(Ordering::Relaxed)
}

impl Local {
    /// This thread's number, counted from 1 in the order in which threads first used the ledger.
    pub(crate) fn thread(&self) -> u32 {
        if self.thread.get() == 0 {
            self.thread.set(THREADS.fetch_add(1, Ordering::Relaxed) + 1);
        }
        self.thread.get()
    }

    /// The exported function that is running, and the last call in the user's code.
    #[inline]
    pub(crate) fn here(&self) -> Spot {
        (self.function.get(), self.near.get())
    }

    #[inline]
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet.get() != 0
    }

    /// Whether an allocation now counts as one of an exported function.
    #[inline]
    pub(crate) fn may_fail_in_functions(&self) -> bool {
        !self.is_quiet() && !self.function.get().is_null()
    }

    /// Whether an allocation now counts as one of a closure of `testing`.
    #[inline]
    pub(crate) fn may_fail_in_closure(&self) -> bool {
        !self.is_quiet() && self.driven.get()
    }

    /// Sets the number of [`Quiet`] scopes that this thread is in; returns the old number.
    pub(crate) fn set_quiet(&self, depth: u32) -> u32 {
        self.quiet.replace(depth)
    }

    /// Notes `site` as the last call in the user's code, if it is in the user's code.
    #[inline]
    pub(crate) fn called_from(&self, site: &'static Location<'static>) {
        if !self.near.get().is_some_and(|near| ptr::eq(near, site)) && self.is_own(site) {
            self.near.set(Some(site));
        }
    }

    /// [`site::is_own`], remembered.
    #[inline]
    fn is_own(&self, site: &'static Location<'static>) -> bool {
        let known = &self.own[ptr::from_ref(site).addr() / align_of::<Location<'_>>() % OWN];
        if ptr::eq(known.get(), site) {
            return true;
        }
        let is_own = site::is_own(site);
        if is_own {
            known.set(site);
        }
        is_own
    }
}

/// Notes the caller's line as the last call in the user's code, if it is in the user's code. The references
/// that a loop of this crate takes next are then attributed to that line.
#[inline]
#[track_caller]
pub(crate) fn called_here() {
    let site = Location::caller();
    with(|local| local.called_from(site));
}

/// The last call in the user's code, which is the same again when this is dropped: what a macro of this crate does in
/// between is on no line of the user's.
pub(crate) struct KeptNear(Option<&'static Location<'static>>);

#[inline]
pub(crate) fn keep_near() -> KeptNear {
    KeptNear(with(|local| local.near.get()))
}

impl Drop for KeptNear {
    #[inline]
    fn drop(&mut self) {
        with(|local| local.near.set(self.0));
    }
}

/// While this exists, this thread's allocations count as the ledger's own, and are not counted.
pub(crate) struct Quiet;

impl Quiet {
    #[inline]
    pub(crate) fn begin() -> Quiet {
        with(|local| local.quiet.set(local.quiet.get() + 1));
        Quiet
    }
}

impl Drop for Quiet {
    #[inline]
    fn drop(&mut self) {
        with(|local| local.quiet.set(local.quiet.get() - 1));
    }
}
