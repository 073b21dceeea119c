//! This thread's slab, in which it opens its records.

use std::cell::OnceCell;
use std::panic::Location;

use super::free::Slab;
use super::record::Content;
use super::thread::{self, Local, Quiet};
use super::token::Token;
use super::{Kind, names};
use crate::ffi;

thread_local! {
    /// Retires the slab when the thread ends.
    static END: OnceCell<End> = const { OnceCell::new() };
}

struct End(&'static Slab);

impl Drop for End {
    fn drop(&mut self) {
        thread::with(|local| local.slab.set(None));
        self.0.retire();
    }
}

/// This thread's slab, if it has one.
#[inline(always)]
pub(super) fn own() -> Option<&'static Slab> {
    thread::with(|local| local.slab.get())
}

#[cold]
fn begin(local: &Local) -> &'static Slab {
    let slab = Slab::acquire();
    local.slab.set(Some(slab));
    let _quiet = Quiet::begin();
    // While the thread's locals are being destroyed, no destructor can be added: the slab is lost then.
    let _ = END.try_with(|end| drop(end.set(End(slab))));
    slab
}

/// Opens a record for a reference to `object`.
#[inline]
pub(super) fn open(
    object: *mut ffi::PyObject,
    kind: Kind,
    site: &'static Location<'static>,
) -> Token {
    thread::with(|local| {
        let slab = match local.slab.get() {
            Some(slab) => slab,
            None => begin(local),
        };
        let sequence = local.sequence.get() + 1;
        local.sequence.set(sequence);
        let near = local.near.get();
        local.called_from(site);
        slab.open(&Content {
            object,
            site,
            near,
            handed: None,
            // SAFETY: records are opened for live objects.
            type_object: unsafe { ffi::Py_TYPE(object) },
            type_name: names::of(object),
            function: local.function.get(),
            sequence,
            thread: local.thread(),
            kind,
            leaked: false,
            building: false,
        })
    })
}
