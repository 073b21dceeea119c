//! What the ledger knows about this thread.

use std::cell::{Cell, OnceCell};
use std::ffi::c_char;
use std::panic::Location;
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

use super::record::{Content, Slab};
use super::{Kind, Token, fail_alloc, names, site};
use crate::ffi;

/// Without a destructor, so that it can be used at any time on any thread, and costs one address.
pub(super) struct Local {
    slab: Cell<Option<&'static Slab>>,
    thread: Cell<u32>,
    sequence: Cell<u64>,
    /// The exported function that runs, NUL-terminated; NULL outside.
    pub(super) function: Cell<*const c_char>,
    /// The last call that was the user's own.
    pub(super) near: Cell<Option<&'static Location<'static>>>,
    /// How many scopes deep this thread is in the ledger's own work.
    quiet: Cell<u32>,
    /// Whether a closure runs whose allocations may fail, as those of an exported function.
    pub(super) driven: Cell<bool>,
    pub(super) names: names::Cache,
}

thread_local! {
    static LOCAL: Local = const {
        Local {
            slab: Cell::new(None),
            thread: Cell::new(0),
            sequence: Cell::new(0),
            function: Cell::new(ptr::null()),
            near: Cell::new(None),
            quiet: Cell::new(0),
            driven: Cell::new(false),
            names: names::Cache::new(),
        }
    };
    /// Gives the slab back at the thread's end.
    static END: OnceCell<End> = const { OnceCell::new() };
}

struct End(&'static Slab);

impl Drop for End {
    fn drop(&mut self) {
        with(|local| local.slab.set(None));
        self.0.retire();
    }
}

#[inline(always)]
pub(super) fn with<R>(f: impl FnOnce(&Local) -> R) -> R {
    LOCAL.with(f)
}

static THREADS: AtomicU32 = AtomicU32::new(0);

/// The number of the thread that used the ledger last for the first time.
pub(super) fn threads() -> u32 {
    THREADS.load(Ordering::Relaxed)
}

impl Local {
    #[inline(always)]
    pub(super) fn slab(&self) -> Option<&'static Slab> {
        self.slab.get()
    }

    /// This thread's number, counted from 1 in the order in which threads first used the ledger.
    pub(super) fn thread(&self) -> u32 {
        if self.thread.get() == 0 {
            self.thread.set(THREADS.fetch_add(1, Ordering::Relaxed) + 1);
        }
        self.thread.get()
    }

    #[cold]
    fn begin(&self) -> &'static Slab {
        let slab = Slab::acquire();
        self.slab.set(Some(slab));
        let _quiet = Quiet::begin();
        // In a thread's last moments it is too late for that: its slab is lost then.
        let _ = END.try_with(|end| drop(end.set(End(slab))));
        slab
    }

    #[inline]
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet.get() != 0
    }

    /// Whether an allocation may be made to fail now, as one of an exported function.
    #[inline]
    pub(super) fn may_fail_in_functions(&self) -> bool {
        !self.is_quiet() && !self.function.get().is_null()
    }

    /// Whether an allocation may be made to fail now, as one of a closure that is driven.
    #[inline]
    pub(super) fn may_fail_in_closure(&self) -> bool {
        !self.is_quiet() && self.driven.get()
    }

    /// Sets how deep this thread is in the ledger's own work; returns how deep it was.
    pub(super) fn set_quiet(&self, depth: u32) -> u32 {
        self.quiet.replace(depth)
    }

    /// Opens a record for a reference to `object`.
    #[inline]
    pub(super) fn open(
        &self,
        object: *mut ffi::PyObject,
        kind: Kind,
        site: &'static Location<'static>,
    ) -> Token {
        let slab = match self.slab.get() {
            Some(slab) => slab,
            None => self.begin(),
        };
        let near = self.near.get();
        self.called_from(site);
        let sequence = self.sequence.get() + 1;
        self.sequence.set(sequence);
        slab.open(&Content {
            object,
            site,
            near,
            handed: None,
            // SAFETY: records are opened for live objects.
            type_object: unsafe { ffi::Py_TYPE(object) },
            type_name: self.names.of(object),
            function: self.function.get(),
            sequence,
            thread: self.thread(),
            kind,
            leaked: false,
        })
    }

    /// Notes the last call that was the user's own.
    #[inline]
    pub(super) fn called_from(&self, site: &'static Location<'static>) {
        if !self.near.get().is_some_and(|near| ptr::eq(near, site)) && site::is_own(site) {
            self.near.set(Some(site));
        }
    }
}

/// Notes the caller's line as the last call that was the user's own, if it is: for what is taken next by
/// this crate's own loops.
#[inline]
#[track_caller]
pub(crate) fn called_here() {
    let site = Location::caller();
    with(|local| local.called_from(site));
}

/// While it lives, this thread's allocations are the ledger's own: not counted.
pub(super) struct Quiet;

impl Quiet {
    #[inline]
    pub(super) fn begin() -> Quiet {
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

/// An exported function that runs, until it is dropped.
pub(crate) struct Call {
    function: *const c_char,
    near: Option<&'static Location<'static>>,
}

/// Notes that the exported function of this name, which ends in NUL, begins.
#[inline]
pub(crate) fn enter(function: &'static [u8]) -> Call {
    fail_alloc::entering();
    with(|local| Call {
        function: local.function.replace(function.as_ptr().cast()),
        near: local.near.replace(None),
    })
}

impl Drop for Call {
    #[inline]
    fn drop(&mut self) {
        with(|local| {
            local.function.set(self.function);
            local.near.set(self.near);
        });
    }
}
