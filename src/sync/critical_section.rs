//! The per-object locks of free-threaded builds, as functions that take closures.

use crate::refs::{Borrowed, PyAny};

/// Runs `f` while `object` is locked, on free-threaded builds. With a GIL it only runs `f`: the GIL is the
/// lock, as long as `f` runs no Python code and does not detach.
///
/// The lock of an object has the same limit: Python releases it while the thread is detached or waits for
/// another lock, and takes it again afterwards. So no deadlock is possible, but a value that was read before
/// may have changed meanwhile. The lock is released also if `f` panics.
///
/// ```
/// # use pyptr::{PyResult, Python, sync::with_critical_section, types::PyList};
/// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
/// let list = PyList::empty(py)?;
/// // Between the test and the change no other thread changes the list.
/// with_critical_section(&list, || match list.is_empty() {
///     true => list.append(py.none()),
///     false => Ok(()),
/// })?;
/// # assert_eq!(list.len(), 1);
/// # Ok(()) }
/// # Python::initialize();
/// # Python::attach(|py| run(py).unwrap());
/// ```
#[doc(alias = "PyCriticalSection_Begin")]
#[doc(alias = "PyCriticalSection_End")]
#[doc(alias = "Py_BEGIN_CRITICAL_SECTION")]
#[inline(always)]
pub fn with_critical_section<R>(object: &Borrowed<'_, PyAny>, f: impl FnOnce() -> R) -> R {
    object.py().assert_attached();
    #[cfg(Py_GIL_DISABLED)]
    let mut section = std::mem::MaybeUninit::uninit();
    #[cfg(Py_GIL_DISABLED)]
    let _locked = locked::One::lock(&mut section, object);
    f()
}

/// Like [`with_critical_section`], for two objects at a time, which may be the same. With two nested sections,
/// the outer lock would be released while the inner section waits.
#[doc(alias = "PyCriticalSection2_Begin")]
#[doc(alias = "PyCriticalSection2_End")]
#[doc(alias = "Py_BEGIN_CRITICAL_SECTION2")]
#[inline(always)]
pub fn with_critical_section2<R>(
    first: &Borrowed<'_, PyAny>,
    second: &Borrowed<'_, PyAny>,
    f: impl FnOnce() -> R,
) -> R {
    first.py().assert_attached();
    #[cfg(not(Py_GIL_DISABLED))]
    let _ = second;
    #[cfg(Py_GIL_DISABLED)]
    let mut section = std::mem::MaybeUninit::uninit();
    #[cfg(Py_GIL_DISABLED)]
    let _locked = locked::Two::lock(&mut section, first, second);
    f()
}

#[cfg(Py_GIL_DISABLED)]
mod locked {
    use std::marker::PhantomData;
    use std::mem::MaybeUninit;

    use crate::ffi;
    use crate::refs::Borrowed;
    use crate::types::PyAny;

    /// A section that has begun, in the caller's memory, which does not move while it is borrowed. The thread
    /// state points to the section, so that it is accessed only through a raw pointer.
    pub(super) struct One<'a>(
        *mut ffi::PyCriticalSection,
        PhantomData<(&'a mut MaybeUninit<ffi::PyCriticalSection>, *mut ())>,
    );

    impl<'a> One<'a> {
        #[inline(always)]
        pub(super) fn lock(
            section: &'a mut MaybeUninit<ffi::PyCriticalSection>,
            object: &Borrowed<'_, PyAny>,
        ) -> One<'a> {
            let section = section.as_mut_ptr();
            // SAFETY: attached; a live object; the section ends in the drop, before its memory is gone.
            unsafe { ffi::PyCriticalSection_Begin(section, object.as_ptr()) };
            One(section, PhantomData)
        }
    }

    impl Drop for One<'_> {
        #[inline(always)]
        fn drop(&mut self) {
            // SAFETY: begun in `lock`, on this thread; sections are nested as the closures are.
            unsafe { ffi::PyCriticalSection_End(self.0) }
        }
    }

    /// [`One`] for two objects.
    pub(super) struct Two<'a>(
        *mut ffi::PyCriticalSection2,
        PhantomData<(&'a mut MaybeUninit<ffi::PyCriticalSection2>, *mut ())>,
    );

    impl<'a> Two<'a> {
        #[inline(always)]
        pub(super) fn lock(
            section: &'a mut MaybeUninit<ffi::PyCriticalSection2>,
            first: &Borrowed<'_, PyAny>,
            second: &Borrowed<'_, PyAny>,
        ) -> Two<'a> {
            let section = section.as_mut_ptr();
            // SAFETY: as for `One`; the objects may be the same.
            unsafe { ffi::PyCriticalSection2_Begin(section, first.as_ptr(), second.as_ptr()) };
            Two(section, PhantomData)
        }
    }

    impl Drop for Two<'_> {
        #[inline(always)]
        fn drop(&mut self) {
            // SAFETY: begun in `lock`, on this thread; sections are nested as the closures are.
            unsafe { ffi::PyCriticalSection2_End(self.0) }
        }
    }
}
