//! The end of an instance: `tp_dealloc`, `tp_traverse`, `tp_clear`.

use std::ffi::{c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::declared::{Class, Facts, is_type_of_class};
use super::instance::{Layout, payload_of, word_of};
use super::trash;
use super::visit::Visit;
use crate::error::SavedIndicator;
use crate::ffi;
use crate::refs::Python;

/// `tp_dealloc`. The order is CPython's: the finaliser, the collector, weak references, the dict, the value, the
/// memory, the type. For an instance of a derived class, Python's own `subtype_dealloc` has run before, with that
/// class's finaliser, slots and dict, and leaves the release of the type to this.
pub(super) unsafe extern "C" fn dealloc<C: Class>(object: *mut ffi::PyObject) {
    if Facts::<C>::FINALIZER.is_some() {
        // SAFETY: a dying object, alive in memory.
        let kind = unsafe { ffi::Py_TYPE(object) };
        if is_type_of_class::<C>(kind) {
            // SAFETY: as `subtype_dealloc` calls it.
            let lives_on = unsafe { ffi::PyObject_CallFinalizerFromDealloc(object) } < 0;
            if lives_on {
                return;
            }
        }
    }
    if Facts::<C>::COLLECTED {
        // SAFETY: an object with the collector's head.
        unsafe { ffi::PyObject_GC_UnTrack(object.cast()) };
    }
    if C::FLAGS.weakref {
        // SAFETY: a word that the class has.
        let list = unsafe { word_of(object, Layout::<C>::WEAK).read() };
        if !list.is_null() {
            // SAFETY: a dying object, whose count is 0.
            unsafe { ffi::PyObject_ClearWeakRefs(object) };
        }
    }
    if std::mem::needs_drop::<C>() || C::FLAGS.dict {
        // SAFETY: untracked, and without weak references: nothing can reach it.
        unsafe { trash::destroy(object, finish::<C>, Facts::<C>::COLLECTED) };
    } else {
        // SAFETY: as above.
        unsafe { free(object) };
    }
}

/// Releases what an instance has, and its memory.
///
/// # Safety
/// Attached; a dying instance of `C` that nothing can reach.
unsafe fn finish<C: Class>(object: *mut ffi::PyObject) {
    // SAFETY: `tp_dealloc` is called on attached threads.
    let py = unsafe { Python::assume_attached() };
    if C::FLAGS.dict {
        // SAFETY: a word that the class has.
        let dict = unsafe { word_of(object, Layout::<C>::DICT).read() };
        // SAFETY: the instance's own reference, or NULL; nothing reads the word any more.
        unsafe { ffi::Py_XDECREF(dict) };
    }
    // SAFETY: the value, which is moved out, and not used in its place any more.
    let payload = unsafe { payload_of::<C>(object).read() };
    if C::QUIET {
        payload.release(py);
    } else {
        guarded(py, || payload.release(py));
    }
    // SAFETY: the caller's promise.
    unsafe { free(object) };
}

/// Runs Rust code that may panic or touch the indicator, on the way of an exception that may be set.
#[inline(never)]
fn guarded(py: Python<'_>, body: impl FnOnce()) {
    let _saved = SavedIndicator::save(py);
    if let Err(payload) = catch_unwind(AssertUnwindSafe(body)) {
        crate::error::raise_panic(py, payload).write_unraisable(None);
    }
}

/// Frees the memory of an instance, and releases its type.
///
/// # Safety
/// Attached; a dying instance whose value is gone.
#[inline(always)]
unsafe fn free(object: *mut ffi::PyObject) {
    // SAFETY: the head is intact.
    let kind = unsafe { ffi::Py_TYPE(object) };
    // SAFETY: the type is alive, since the instance has a reference to it.
    let free = unsafe { (*kind).tp_free };
    // SAFETY: `PyType_Ready` gives each type one, and nothing takes it away.
    let free = unsafe { free.unwrap_unchecked() };
    // SAFETY: the function for instances of this type, which a derived class may have changed.
    unsafe { free(object.cast()) };
    // SAFETY: the reference of the instance, which is gone.
    unsafe { ffi::Py_DECREF(kind.cast()) };
}

/// `tp_traverse`: the type, once (Python's `subtype_traverse` leaves that to this), the dict, and what the value shows.
pub(super) unsafe extern "C" fn traverse<C: Class>(
    object: *mut ffi::PyObject,
    visit: ffi::visitproc,
    argument: *mut c_void,
) -> c_int {
    let mut visit = Visit::new(visit, argument);
    // SAFETY: a live object.
    let kind = unsafe { ffi::Py_TYPE(object) };
    // SAFETY: the reference of the instance to its type.
    unsafe { visit.object(kind.cast()) };
    if C::FLAGS.dict {
        // SAFETY: a word that the class has.
        let dict = unsafe { word_of(object, Layout::<C>::DICT).read() };
        // SAFETY: the instance's own reference, or NULL.
        unsafe { visit.object(dict) };
    }
    if C::HOLDS {
        // SAFETY: the value of an instance, which is complete since before it was tracked, and until it is untracked.
        let payload = unsafe { &*payload_of::<C>(object) };
        payload.traverse(&mut visit);
    }
    visit.result()
}

/// `tp_clear`: empties the cells and the dict.
pub(super) unsafe extern "C" fn clear<C: Class>(object: *mut ffi::PyObject) -> c_int {
    // SAFETY: the collector calls on an attached thread.
    let py = unsafe { Python::assume_attached() };
    if C::FLAGS.dict {
        let word = word_of(object, Layout::<C>::DICT);
        // SAFETY: a word that the class has.
        let dict = unsafe { word.read() };
        // SAFETY: as above; emptied before the release, which runs other code.
        unsafe { word.write(std::ptr::null_mut()) };
        // SAFETY: the reference that was in it, or NULL.
        unsafe { ffi::Py_XDECREF(dict) };
    }
    // SAFETY: the value of an instance that the collector holds.
    let payload = unsafe { &*payload_of::<C>(object) };
    guarded(py, || payload.clear(py));
    0
}
