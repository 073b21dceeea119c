//! [`Traverse`]: what a Rust value shows to Python's cycle collector.

use std::ffi::{c_int, c_void};

use crate::ffi;
use crate::refs::{Object, Python, Shared};

/// What the collector passes to [`Traverse::traverse`].
pub struct Visit {
    visit: ffi::visitproc,
    argument: *mut c_void,
    result: c_int,
}

impl Visit {
    #[inline(always)]
    pub(super) fn new(visit: ffi::visitproc, argument: *mut c_void) -> Visit {
        Visit {
            visit,
            argument,
            result: 0,
        }
    }

    /// Shows a reference. After one that the collector did not want no other is shown.
    ///
    /// # Safety
    /// `object` is NULL or alive, and the value that is being traversed owns a reference to it, which is shown once.
    #[inline(always)]
    pub(crate) unsafe fn object(&mut self, object: *mut ffi::PyObject) {
        if self.result == 0 && !object.is_null() {
            // SAFETY: the collector's own function with its own argument, and a live object.
            self.result = unsafe { (self.visit)(object, self.argument) };
        }
    }

    #[inline(always)]
    pub(super) fn result(&self) -> c_int {
        self.result
    }
}

/// A Rust value that an instance of a [class](crate::class!) or a module's state may have: what it shows to the cycle
/// collector. Implemented by [`traverse!`](crate::traverse!) for structs and enums, and by this crate for numbers, text,
/// references and collections of these.
///
/// There is none for std's locks, `Arc`, `Rc` and references: what they hold can change while no thread is attached, or
/// belongs to others, too. Such a field is left out of a `traverse!` with `field: _`.
///
/// # Safety
/// - `traverse` shows references that the value owns, each once, and the same ones until a thread that is attached changes the value. It
///   takes no lock, counts nothing, allocates nothing and attaches nothing.
/// - `HOLDS` is true if it may show any. `QUIET` is true only if dropping the value neither panics nor changes the error
///   indicator.
/// - A type with `HOLDS` has no `Drop` of its own: the objects that it holds may have been cleared by the collector.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what it shows to Python's cycle collector",
    label = "no `Traverse`",
    note = "for a struct or enum of your own, write `pyptr::traverse!(Name {{ field, other: _ }});`",
    note = "a field of another type is left out with `field: _`: references in it are then not collected if they are in a cycle"
)]
pub unsafe trait Traverse: Sized {
    /// Whether there may be references to show.
    const HOLDS: bool;
    /// Whether a drop is known to neither panic nor change the error indicator.
    const QUIET: bool;

    /// Shows the references.
    fn traverse(&self, visit: &mut Visit);

    /// Empties the cells, where the collector has found that nothing else uses the value.
    fn clear(&self, py: Python<'_>);

    /// Drops the value on a thread that is known to be attached.
    #[inline(always)]
    fn release(self, _py: Python<'_>) {
        drop(self);
    }
}

// SAFETY: it shows its reference. Its release is that of an `Owned`, which keeps the indicator as every destructor in C does. It
// cannot be emptied, as an item of a tuple cannot: a cycle is broken elsewhere.
unsafe impl<T: Object> Traverse for Shared<T> {
    const HOLDS: bool = true;
    const QUIET: bool = true;

    #[inline(always)]
    fn traverse(&self, visit: &mut Visit) {
        // SAFETY: owned by `self`.
        unsafe { visit.object(self.as_ptr()) }
    }

    #[inline(always)]
    fn clear(&self, _py: Python<'_>) {}

    #[inline(always)]
    fn release(self, py: Python<'_>) {
        Shared::release(self, py);
    }
}

/// For [`traverse!`](crate::traverse!): whether the field that `_field` lends holds references.
pub const fn holds<S, T: Traverse>(_field: &impl Fn(&S) -> &T) -> bool {
    T::HOLDS
}

/// The same for a field of a variant.
pub const fn holds_in<S, T: Traverse>(_field: &impl Fn(&S) -> Option<&T>) -> bool {
    T::HOLDS
}

/// Whether the drop of that field is known to be quiet.
pub const fn quiet<S, T: Traverse>(_field: &impl Fn(&S) -> &T) -> bool {
    T::QUIET
}

/// Whether that field needs no drop.
pub const fn is_plain<S, T>(_field: &impl Fn(&S) -> &T) -> bool {
    !std::mem::needs_drop::<T>()
}
