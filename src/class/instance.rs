//! The memory of an instance: the object's head, the Rust value, and what CPython keeps behind it.

use std::marker::PhantomData;
use std::mem;
use std::ptr;

use super::declared::{Class, Facts};
use crate::error::{PyResult, Raised, SavedIndicator};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};

/// Where the parts of an instance of `C` are, in bytes from its beginning.
pub(super) struct Layout<C>(PhantomData<C>);

const WORD: usize = mem::size_of::<usize>();

impl<C: Class> Layout<C> {
    /// The Rust value.
    pub(super) const PAYLOAD: usize =
        mem::size_of::<ffi::PyObject>().next_multiple_of(mem::align_of::<C>());
    /// Behind the value. It has at least a word: a class that adds nothing to the layout of `object` could be one of two
    /// bases, and only one of their values would be made.
    const BEHIND: usize = {
        let size = if mem::size_of::<C>() > WORD {
            mem::size_of::<C>()
        } else {
            WORD
        };
        (Self::PAYLOAD + size).next_multiple_of(WORD)
    };
    /// The function that a call of the instance calls, if it can be called.
    pub(super) const CALL: usize = Self::BEHIND;
    /// The list of weak references, if there can be any.
    pub(super) const WEAK: usize = Self::CALL + Facts::<C>::CALL.is_some() as usize * WORD;
    /// The dict, if it has one.
    pub(super) const DICT: usize = Self::WEAK + C::FLAGS.weakref as usize * WORD;
    /// All of it.
    pub(super) const SIZE: usize = Self::DICT + C::FLAGS.dict as usize * WORD;
}

/// ## Instances of classes
impl<'py, C: Class> Borrowed<'py, C> {
    /// The Rust value of an instance, which lives as long as this reference is borrowed. In machine code the pointer plus an
    /// offset; no count changes. For an instance of a derived class, too.
    #[inline(always)]
    pub fn payload(&self) -> &C {
        let object = self.as_ptr();
        // Not `payload_of`: so that the optimiser knows that it is inside of the instance.
        // SAFETY: an instance of `C` has room for a `C` there.
        let value = unsafe { object.byte_add(Layout::<C>::PAYLOAD) };
        // SAFETY: the value of an instance was written before any other code could see it, and is moved out when nothing
        // refers to the instance any more.
        unsafe { &*value.cast::<C>() }
    }
}

/// The address of the value of an instance.
#[inline(always)]
pub(super) const fn payload_of<C: Class>(object: *mut ffi::PyObject) -> *mut C {
    object.wrapping_byte_add(Layout::<C>::PAYLOAD).cast()
}

/// The address of a word behind the value.
#[inline(always)]
pub(super) const fn word_of(object: *mut ffi::PyObject, offset: usize) -> *mut *mut ffi::PyObject {
    object.wrapping_byte_add(offset).cast()
}

/// Makes an instance of `kind`, a new reference. The value is made before the memory: no instance without one can be
/// seen, by the collector or by another thread.
///
/// # Errors
/// `MemoryError`. The value is dropped.
///
/// # Safety
/// `kind` is a live type, that of `C` itself if `exact`, or else one derived from it.
#[inline(always)]
#[cfg_attr(feature = "ledger", track_caller)]
pub(super) unsafe fn make<C: Class>(
    py: Python<'_>,
    kind: *mut ffi::PyTypeObject,
    exact: bool,
    payload: C,
) -> PyResult<'_, Owned<'_, C>> {
    let object = match exact {
        // SAFETY: the caller's promise; attached.
        true if Facts::<C>::COLLECTED => unsafe { ffi::PyObject_GC_New::<ffi::PyObject>(kind) },
        // SAFETY: as above.
        true => unsafe { ffi::PyObject_New::<ffi::PyObject>(kind) },
        // SAFETY: as above.
        false => unsafe { allocate(kind) },
    };
    if object.is_null() {
        let raised = Raised::set(py);
        drop_late(py, payload);
        return Err(raised);
    }
    // SAFETY: room for the value, which nothing else can reach: `tp_alloc` runs no code after it has tracked the
    // instance, and the other two do not track it.
    unsafe { payload_of::<C>(object).write(payload) };
    if let Some(function) = Facts::<C>::CALL {
        // SAFETY: a word that the class has, for the pointer of a function.
        unsafe { word_of(object, Layout::<C>::CALL).write(function as *mut ffi::PyObject) };
    }
    if exact {
        // `tp_alloc` fills with zeros.
        if C::FLAGS.weakref {
            // SAFETY: a word that the class has.
            unsafe { word_of(object, Layout::<C>::WEAK).write(ptr::null_mut()) };
        }
        if C::FLAGS.dict {
            // SAFETY: as above.
            unsafe { word_of(object, Layout::<C>::DICT).write(ptr::null_mut()) };
        }
        if Facts::<C>::COLLECTED {
            // SAFETY: an instance that is complete, and not tracked yet.
            unsafe { ffi::PyObject_GC_Track(object.cast()) };
        }
    }
    // SAFETY: a new reference, from above.
    Ok(unsafe { Owned::from_new_ptr(py, object) })
}

/// `tp_alloc` of a derived class: NULL with an exception set if there is no memory.
///
/// # Safety
/// Attached; `kind` is a live type.
#[cold]
unsafe fn allocate(kind: *mut ffi::PyTypeObject) -> *mut ffi::PyObject {
    // SAFETY: a live type.
    let allocate = unsafe { (*kind).tp_alloc };
    let allocate = allocate.expect("every type that is ready has `tp_alloc`");
    // SAFETY: the type's own function, for no items.
    unsafe { allocate(kind, 0) }
}

/// Drops a value that got no memory, while an exception is set.
#[cold]
#[inline(never)]
fn drop_late<C: Class>(py: Python<'_>, payload: C) {
    let _saved = SavedIndicator::save(py);
    payload.release(py);
}
