//! [`Table`]: entries and their end, in a static.

use std::ptr;

use crate::ffi;

/// The entries of a method table ([`methods`](Table::methods)) or of the slots of a type ([`slots`](Table::slots)), and
/// the entry that ends them. For a static, whose [address](Table::as_ptr) C functions take.
#[repr(C)]
pub struct Table<T, const N: usize> {
    entries: [T; N],
    end: T,
}

// SAFETY: nothing writes to it, and whoever reads what the entries point to needs `unsafe` for that.
unsafe impl<const N: usize> Sync for Table<ffi::PyMethodDef, N> {}
// SAFETY: as above.
unsafe impl<const N: usize> Sync for Table<ffi::PyType_Slot, N> {}

impl<const N: usize> Table<ffi::PyMethodDef, N> {
    /// A method table.
    pub const fn methods(entries: [ffi::PyMethodDef; N]) -> Self {
        let end = ffi::PyMethodDef::zeroed();
        Table { entries, end }
    }
}

impl<const N: usize> Table<ffi::PyType_Slot, N> {
    /// The slots of a type.
    pub const fn slots(entries: [ffi::PyType_Slot; N]) -> Self {
        let end = ffi::PyType_Slot {
            slot: 0,
            pfunc: ptr::null_mut(),
        };
        Table { entries, end }
    }
}

impl<T, const N: usize> Table<T, N> {
    /// The address of the first entry. CPython does not write to it.
    pub const fn as_ptr(&'static self) -> *mut T {
        ptr::from_ref(self).cast::<T>().cast_mut()
    }
}
