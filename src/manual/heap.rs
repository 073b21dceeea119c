//! Objects of types that are defined by hand: what C's allocation and deallocation functions need.

use super::Ptr;
use super::ptr::assert_attached;
use crate::ffi;
use crate::refs::Object;
use crate::types::PyType;

impl<T: Object> Ptr<T> {
    /// Allocates an object of a type that takes part in cyclic garbage collection; the fields of the type
    /// itself are **not initialised**. The result is a new reference; `None` with a `MemoryError` set if there
    /// is no memory. The type is borrowed: if it is a heap type, the object takes a reference to it, which
    /// `tp_dealloc` has to release.
    ///
    /// Initialise all fields before `PyObject_GC_Track` makes the object known to the collector.
    ///
    /// # Safety
    /// Attached. The type is alive and ready, has the flag `Py_TPFLAGS_HAVE_GC` and a `tp_itemsize` of 0, and
    /// its instances are of kind `T`. No code reads a field of the object or releases the object before the
    /// fields are initialised.
    #[doc(alias = "PyObject_GC_New")]
    #[inline]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    #[must_use = "the new reference leaks unless the caller releases it"]
    pub unsafe fn gc_new(kind: Ptr<PyType>) -> Option<Ptr<T>> {
        assert_attached();
        // SAFETY: the caller's promise.
        let result = unsafe { ffi::PyObject_GC_New::<ffi::PyObject>(kind.as_ptr().cast()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Ptr::from_new_ptr(result) }
    }

    /// Clears all weak references to the object and calls their callbacks. A `tp_dealloc` has to do this first
    /// if instances can be weakly referenced. No count changes; the callbacks may run any Python code.
    ///
    /// An exception that is set stays set.
    ///
    /// # Safety
    /// Attached. Called within the `tp_dealloc` of the object's type, before any part of the object is
    /// released: its count is 0, and the collector does not track it.
    #[doc(alias = "PyObject_ClearWeakRefs")]
    #[inline]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    pub unsafe fn clear_weak_refs(self) {
        assert_attached();
        // SAFETY: the caller's promise.
        unsafe { ffi::PyObject_ClearWeakRefs(self.as_ptr()) }
    }

    /// Calls the type's `tp_finalize`, if it has not been called for this object. A `tp_dealloc` has to do this
    /// first if the type has one. Returns `true` if the finaliser has resurrected the object, by taking a
    /// reference to it.
    ///
    /// In that case `tp_dealloc` must return at once and leave everything in place. The finaliser may run any
    /// Python code; it has to preserve an exception that is set.
    ///
    /// # Safety
    /// Attached. Called within the `tp_dealloc` of the object's type, before any part of the object is
    /// released: its count is 0.
    #[doc(alias = "PyObject_CallFinalizerFromDealloc")]
    #[inline]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    #[must_use = "a resurrected object must not be deallocated"]
    pub unsafe fn finalize_from_dealloc(self) -> bool {
        assert_attached();
        // SAFETY: the caller's promise.
        (unsafe { ffi::PyObject_CallFinalizerFromDealloc(self.as_ptr()) }) < 0
    }

    /// Sets a place that owns a reference to `None`, and then releases the reference: C's `Py_CLEAR`. The
    /// object's count goes down by one; nothing happens if the place was `None` already.
    ///
    /// The place is `None` before the object may be destroyed, so that code which runs in a destructor does not
    /// find the object there.
    ///
    /// # Safety
    /// Attached. If the place is not `None`, the object is alive, and the place owns the reference. No copy of
    /// the pointer is used afterwards, unless another reference keeps the object alive.
    #[doc(alias = "Py_CLEAR")]
    #[inline]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    pub unsafe fn clear(place: &mut Option<Ptr<T>>) {
        if let Some(object) = place.take() {
            // SAFETY: the caller's promise.
            unsafe { object.decref() }
        }
    }
}
