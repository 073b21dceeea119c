//! This thread's slab, in which it opens its records.

use std::cell::{Cell, OnceCell};
use std::panic::Location;

use super::record::{Content, Slab};
use super::thread::{self, Quiet};
use super::token::Token;
use super::{Kind, names};
use crate::ffi;

/// Has no destructor, like [`Local`](thread::Local).
struct Own {
    slab: Cell<Option<&'static Slab>>,
    /// How many records this thread has opened.
    sequence: Cell<u64>,
}

thread_local! {
    static OWN: Own = const {
        Own {
            slab: Cell::new(None),
            sequence: Cell::new(0),
        }
    };
    /// Retires the slab when the thread ends.
    static END: OnceCell<End> = const { OnceCell::new() };
}

struct End(&'static Slab);

impl Drop for End {
    fn drop(&mut self) {
        OWN.with(|own| own.slab.set(None));
        self.0.retire();
    }
}

/// This thread's slab, if it has one.
#[inline(always)]
pub(super) fn own() -> Option<&'static Slab> {
    OWN.with(|own| own.slab.get())
}

#[cold]
fn begin(own: &Own) -> &'static Slab {
    let slab = Slab::acquire();
    own.slab.set(Some(slab));
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
    let (slab, sequence) = OWN.with(|own| {
        let slab = match own.slab.get() {
            Some(slab) => slab,
            None => begin(own),
        };
        let sequence = own.sequence.get() + 1;
        own.sequence.set(sequence);
        (slab, sequence)
    });
    let (near, function, thread) = thread::with(|local| {
        let near = local.near.get();
        local.called_from(site);
        (near, local.function.get(), local.thread())
    });
    slab.open(&Content {
        object,
        site,
        near,
        handed: None,
        // SAFETY: records are opened for live objects.
        type_object: unsafe { ffi::Py_TYPE(object) },
        type_name: names::of(object),
        function,
        sequence,
        thread,
        kind,
        leaked: false,
        building: false,
    })
}
