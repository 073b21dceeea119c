//! Embedding: starting an interpreter in a Rust program, and ending it.

use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::ffi::{self, attached_here};
use crate::refs::Python;

static START: Once = Once::new();
static FINALIZED: AtomicBool = AtomicBool::new(false);

#[inline]
pub(super) fn is_finalized() -> bool {
    FINALIZED.load(Ordering::Acquire)
}

impl Python<'_> {
    /// Starts the interpreter of a Rust program, once; does nothing when one runs already, as it does
    /// in an extension module.
    ///
    /// Signal handlers are left as they are. The calling thread ends up detached, so that every use
    /// goes through [`attach`](Python::attach). Extension modules that are written in the same program
    /// are registered before, with
    /// [`Module::append_to_inittab`](crate::export::Module::append_to_inittab).
    ///
    /// # Panics
    /// When the interpreter was finalised: CPython's extension types do not survive a second start.
    #[doc(alias = "Py_InitializeEx")]
    #[inline]
    pub fn initialize() {
        assert!(
            !is_finalized(),
            "the Python interpreter was finalised and cannot be initialised again"
        );
        // Before `START`: while the interpreter starts it runs code of its own, which may come here and
        // would wait for itself.
        if attached_here() {
            return;
        }
        START.call_once(|| {
            if ffi::is_initialized() {
                return;
            }
            // SAFETY: no interpreter is running, and `START` lets one thread in. 0 leaves signals alone.
            unsafe { ffi::Py_InitializeEx(0) };
            crate::error::install_panic_hook();
            // SAFETY: initialisation attached this thread; from here on it is detached.
            unsafe { ffi::PyEval_SaveThread() };
        });
    }

    /// Ends the interpreter: runs its exit handlers, releases its objects and stops it for good.
    ///
    /// Afterwards [`attach`](Python::attach) panics with "the Python interpreter was finalised",
    /// [`try_attach`](Python::try_attach) returns [`AttachError::Finalized`](crate::AttachError), a
    /// dropped [`Shared`](crate::Shared) does nothing, and [`initialize`](Python::initialize) panics.
    /// Programs need not call it: the operating system frees everything.
    ///
    /// Call it on the thread that called `initialize`: Python's `threading` module takes that one for the
    /// main thread. Returns `false` if buffered output could not be flushed.
    ///
    /// # Safety
    /// No other thread uses Python, now or later; this thread holds no pointer into the interpreter and
    /// is not attached (not inside [`attach`](Python::attach)); nothing obtained from Python through raw
    /// pointers is used afterwards.
    #[doc(alias = "Py_FinalizeEx")]
    #[inline]
    pub unsafe fn finalize() -> bool {
        if is_finalized() || !ffi::is_initialized() {
            return true;
        }
        // SAFETY: an interpreter is running; the caller promises that no thread is attached. The state
        // is kept: the interpreter ends while this thread is attached.
        unsafe { ffi::PyGILState_Ensure() };
        FINALIZED.store(true, Ordering::Release);
        // SAFETY: attached just now; the caller promises that nobody uses Python any more.
        unsafe { ffi::Py_FinalizeEx() == 0 }
    }
}
