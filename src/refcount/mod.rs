//! Counting references: the only functions of the crate that write a reference count.
//!
//! All of it is inlined. Each file is one way of counting, and each build compiles one of them:
//!
//! | CPython | file | how it counts |
//! |---|---|---|
//! | 3.12, 3.13 | `full_word` | as C's header, but by whole words, which is several times faster |
//! | 3.14, 3.15 | `half_word` | as C's header |
//! | free-threaded | `biased` | as C's header |
//! | up to 3.11, 32 bits, debug builds | `by_ffi` | by `pyo3_ffi`'s functions, inline for the first two |

#[cfg(all(
    not(py_sys_config = "Py_REF_DEBUG"),
    target_pointer_width = "64",
    Py_GIL_DISABLED,
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
#[path = "biased.rs"]
mod flavour;

#[cfg(all(
    not(py_sys_config = "Py_REF_DEBUG"),
    target_pointer_width = "64",
    not(Py_GIL_DISABLED),
    Py_3_12,
    not(Py_3_14)
))]
#[path = "full_word.rs"]
mod flavour;

#[cfg(all(
    not(py_sys_config = "Py_REF_DEBUG"),
    target_pointer_width = "64",
    not(Py_GIL_DISABLED),
    Py_3_14
))]
#[path = "half_word.rs"]
mod flavour;

// Debug builds keep totals and check each count, which `pyo3_ffi` leaves to C's functions. Up to 3.11 and on 32
// bits, `pyo3_ffi` does what C's header does. On free-threaded builds for other architectures `biased` does not
// know the register that identifies a thread.
#[cfg(any(
    py_sys_config = "Py_REF_DEBUG",
    not(target_pointer_width = "64"),
    not(any(Py_3_12, Py_GIL_DISABLED)),
    all(
        Py_GIL_DISABLED,
        not(any(target_arch = "x86_64", target_arch = "aarch64"))
    )
))]
#[path = "by_ffi.rs"]
mod flavour;

#[cfg(test)]
mod tests;

use crate::ffi;

/// Takes one more reference.
///
/// # Safety
/// `object` points to a live object and the calling thread is attached.
#[inline(always)]
pub(crate) unsafe fn incref(object: *mut ffi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe { flavour::incref(object) }
}

/// Releases one reference, which may run the object's destructor and with it any Python code.
///
/// # Safety
/// The caller owns a reference to `object`, which is released here, and the calling thread is attached.
#[inline(always)]
pub(crate) unsafe fn decref(object: *mut ffi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe { flavour::decref(object) }
}

/// Takes a reference for as long as a call lasts. Returns `false` if none was needed, since the object is immortal.
///
/// It is [`incref`] in a form that the optimiser sees through: where nothing happens before [`unhold`], which is the case
/// in a function that calls no other, it removes both.
///
/// # Safety
/// As for [`incref`].
#[inline(always)]
pub(crate) unsafe fn hold(object: *mut ffi::PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { flavour::hold(object) }
}

/// [`hold`] for an object that is hardly ever immortal: an instance of a class, or the class. With the GIL it is not
/// even tested.
///
/// # Safety
/// As for [`incref`].
#[inline(always)]
pub(crate) unsafe fn hold_mortal(object: *mut ffi::PyObject) -> bool {
    #[cfg(all(
        not(py_sys_config = "Py_REF_DEBUG"),
        target_pointer_width = "64",
        not(Py_GIL_DISABLED),
        Py_3_12
    ))]
    {
        // SAFETY: the caller's promise.
        unsafe { flavour::hold_mortal(object) }
        true
    }
    #[cfg(not(all(
        not(py_sys_config = "Py_REF_DEBUG"),
        target_pointer_width = "64",
        not(Py_GIL_DISABLED),
        Py_3_12
    )))]
    {
        // SAFETY: the caller's promise.
        unsafe { flavour::hold(object) }
    }
}

/// Releases the reference that [`hold`] took, as [`decref`] does.
///
/// # Safety
/// As for [`decref`]; and `hold` has returned `true`.
#[inline(always)]
pub(crate) unsafe fn unhold(object: *mut ffi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe { flavour::unhold(object) }
}

/// Returns `true` only if the caller's reference is the only one on any thread. `false` allows no conclusion.
///
/// # Safety
/// The caller owns a reference to `object`, and the calling thread is attached.
#[inline(always)]
pub(crate) unsafe fn is_unique(object: *mut ffi::PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { flavour::is_unique(object) }
}

/// The reference count, for diagnosis. On free-threaded builds it is only an approximation; for an immortal
/// object it has no meaning.
///
/// # Safety
/// `object` points to a live object and the calling thread is attached.
#[inline]
pub(crate) unsafe fn refcount(object: *mut ffi::PyObject) -> isize {
    // SAFETY: the caller's promise is what `Py_REFCNT` asks for.
    unsafe { ffi::Py_REFCNT(object) }
}
