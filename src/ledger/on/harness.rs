//! What [`testing`](crate::testing) needs of the ledger's inside.

use std::panic::Location;

use super::json::Json;
use super::local::{self, Quiet};
use super::{Place, Report, audit, misuse};
use crate::python::Python;

pub(crate) use super::cycle::fields;
pub(crate) use super::snapshot::{Key, allocated_blocks, growth, held_by};

/// Runs `f` without counting this thread's allocations.
pub(crate) fn quiet<R>(f: impl FnOnce() -> R) -> R {
    let _quiet = Quiet::begin();
    f()
}

/// Runs `f` with this thread's allocations counted, within [`quiet`].
pub(crate) fn loud<R>(f: impl FnOnce() -> R) -> R {
    struct Restore(u32);
    impl Drop for Restore {
        fn drop(&mut self) {
            local::with(|local| local.set_quiet(self.0));
        }
    }
    let _restore = Restore(local::with(|local| local.set_quiet(0)));
    f()
}

/// This thread's number, and how many threads there have been.
pub(crate) fn threads() -> (u32, u32) {
    (local::with(|local| local.thread()), local::threads())
}

pub(crate) fn misuse_count() -> usize {
    misuse::count()
}

pub(crate) fn misuses_are_full() -> bool {
    misuse::are_full()
}

pub(crate) fn misuses_since(count: usize) -> Vec<super::Misuse> {
    misuse::since(count)
}

/// What a check came to, and where it was made, as a JSON object.
pub(crate) fn check_to_json(report: &Report, at: &'static Location<'static>) -> String {
    Json::object(|json| {
        json.text("at", Some(&Place::from(at).to_string()));
        json.text("text", Some(&report.to_string()));
        json.raw("report", report.to_json());
    })
}

/// Brings the interpreter to rest: a full collection, empty caches.
pub(crate) fn collect(py: Python<'_>) {
    audit::collect(py);
    let clear = || {
        let sys = py.import(c"sys")?;
        for name in [c"_clear_internal_caches", c"_clear_type_cache"] {
            if let Some(clear) = sys.getattr_opt(name)? {
                clear.call0()?;
                break;
            }
        }
        Ok(())
    };
    let cleared: crate::PyResult<'_, ()> = clear();
    drop(cleared);
}

/// Calls a function if it is dropped by a panic.
pub(crate) struct OnPanic<F: FnMut()>(pub(crate) F);

impl<F: FnMut()> OnPanic<F> {
    pub(crate) fn disarm(self) {
        std::mem::forget(self);
    }
}

impl<F: FnMut()> Drop for OnPanic<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
