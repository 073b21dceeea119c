//! Objects of types that are written by hand: what C's allocation and deallocation functions do.

use super::Ptr;
use super::ptr::assert_attached;
use crate::ffi;
use crate::refs::Object;
use crate::types::PyType;

impl<T: Object> Ptr<T> {
    /// A new object of a type that takes part in cyclic garbage collection, its own fields **not
    /// initialised**. The result is a new reference; `None` with a `MemoryError` set if there is no memory.
    /// The type is borrowed: the object takes a reference to a heap type, which its `tp_dealloc` has to
    /// release.
    ///
    /// Once its fields are filled in, `PyObject_GC_Track` makes it known to the collector, and not before.
    ///
    /// # Safety
    /// Attached; the type is alive and ready, has the flag `Py_TPFLAGS_HAVE_GC`, items of no size, and
    /// instances of kind `T`. Nobody reads a field of the object, nor releases the object, before it is
    /// filled in.
    #[doc(alias = "PyObject_GC_New")]
    #[inline]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    #[must_use = "the new reference leaks unless somebody releases it"]
    pub unsafe fn gc_new(kind: Ptr<PyType>) -> Option<Ptr<T>> {
        assert_attached();
        // SAFETY: the caller's promise.
        let result = unsafe { ffi::PyObject_GC_New::<ffi::PyObject>(kind.as_ptr().cast()) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Ptr::from_new_ptr(result) }
    }

    /// Empties all weak references to the object and calls their callbacks: what a `tp_dealloc` has to do
    /// first for instances that can be referred to weakly. No count changes; callbacks run any Python code.
    ///
    /// An exception that is set stays set.
    ///
    /// # Safety
    /// Attached; within the `tp_dealloc` of the object's type, before anything of the object is torn down:
    /// its count is 0, and the collector does not track it.
    #[doc(alias = "PyObject_ClearWeakRefs")]
    #[inline]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    pub unsafe fn clear_weak_refs(self) {
        assert_attached();
        // SAFETY: the caller's promise.
        unsafe { ffi::PyObject_ClearWeakRefs(self.as_ptr()) }
    }

    /// Calls the type's `tp_finalize`, if it has not been called for this object: what a `tp_dealloc` has to
    /// do first where there is one. Whether the object lives on, as something took a reference to it.
    ///
    /// If it does, `tp_dealloc` returns at once and leaves everything in place. The finaliser runs any Python
    /// code; an exception that is set is the finaliser's business to keep.
    ///
    /// # Safety
    /// Attached; within the `tp_dealloc` of the object's type, before anything of the object is torn down:
    /// its count is 0.
    #[doc(alias = "PyObject_CallFinalizerFromDealloc")]
    #[inline]
    #[cfg_attr(any(debug_assertions, feature = "ledger"), track_caller)]
    #[must_use = "an object that lives on must not be torn down"]
    pub unsafe fn finalize_from_dealloc(self) -> bool {
        assert_attached();
        // SAFETY: the caller's promise.
        (unsafe { ffi::PyObject_CallFinalizerFromDealloc(self.as_ptr()) }) < 0
    }

    /// Empties a place that owns a reference and releases that: C's `Py_CLEAR`. The count of what was there
    /// goes down by one; nothing happens if it was empty.
    ///
    /// The place is empty before the object may be destroyed, so that code which runs then does not find it
    /// there.
    ///
    /// # Safety
    /// Attached; if the place is not empty, the object is alive, and the reference is the place's own. No copy
    /// of the pointer is used afterwards, unless another reference keeps the object alive.
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
