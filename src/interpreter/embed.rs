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
    /// Starts the interpreter of a Rust program, once. Does nothing if an interpreter runs already, as in an
    /// extension module.
    ///
    /// Signal handlers are left as they are. The calling thread is detached afterwards, so that every use goes
    /// through [`attach`](Python::attach). Extension modules that are part of the program have to be registered
    /// before, with [`Module::append_to_inittab`](crate::export::Module::append_to_inittab).
    ///
    /// # Panics
    /// If the interpreter was finalised: CPython's extension types do not survive a second start.
    #[doc(alias = "Py_InitializeEx")]
    #[inline]
    pub fn initialize() {
        assert!(
            !is_finalized(),
            "the Python interpreter was finalised and cannot be initialised again"
        );
        // Before `START`: code that runs while the interpreter starts may call this function, and would wait
        // for itself.
        if attached_here() {
            return;
        }
        START.call_once(|| {
            if ffi::is_initialized() {
                return;
            }
            // SAFETY: no interpreter is running, and `START` lets one thread in. 0 leaves signal handlers as
            // they are.
            unsafe { ffi::Py_InitializeEx(0) };
            crate::error::install_panic_hook();
            // SAFETY: initialisation has attached this thread.
            unsafe { ffi::PyEval_SaveThread() };
        });
    }

    /// Ends the interpreter: runs its exit handlers, releases its objects and stops it for good.
    ///
    /// Afterwards [`attach`](Python::attach) panics with "the Python interpreter was finalised",
    /// [`try_attach`](Python::try_attach) returns [`AttachError::Finalized`](crate::AttachError), dropping a
    /// [`Shared`](crate::Shared) does nothing, and [`initialize`](Python::initialize) panics. A program need
    /// not call `finalize`: the operating system frees everything when the process ends.
    ///
    /// Call it on the thread that called `initialize`, which Python's `threading` module takes for the main
    /// thread. Returns `false` if buffered output could not be flushed.
    ///
    /// # Safety
    /// No other thread uses Python, now or later. This thread holds no pointer to a Python object and is not
    /// attached (not inside [`attach`](Python::attach)). No raw pointer that came from Python is used
    /// afterwards.
    #[doc(alias = "Py_FinalizeEx")]
    #[inline]
    pub unsafe fn finalize() -> bool {
        if is_finalized() || !ffi::is_initialized() {
            return true;
        }
        // SAFETY: an interpreter is running; the caller promises that no thread is attached. There is no
        // matching release: the interpreter ends while this thread is attached.
        unsafe { ffi::PyGILState_Ensure() };
        FINALIZED.store(true, Ordering::Release);
        // SAFETY: attached just now; the caller promises that no other thread uses Python any more.
        unsafe { ffi::Py_FinalizeEx() == 0 }
    }
}
