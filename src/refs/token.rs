//! [`Python<'py>`](Python): the proof that this thread is attached to the interpreter.

use std::marker::PhantomData;

use static_assertions::{assert_eq_size, assert_not_impl_any};

use super::leaves_thread::LeavesThread;
use crate::ffi::attached_here;

/// The proof that the calling thread is attached to the Python interpreter (on builds with a GIL: that the
/// thread holds the GIL).
///
/// A zero-sized token. Every operation on a Python object needs a token, or a pointer that carries one, so that
/// no API call compiles while the thread is detached. [`Python::attach`], an exported function's arguments, and
/// [`py()`](crate::Borrowed::py) of a pointer provide one. It is `Copy`, costs nothing to pass, and cannot
/// leave its thread or its `'py`.
#[derive(Clone, Copy)]
pub struct Python<'py>(PhantomData<(&'py (), *mut ())>);

// SAFETY: for no type: nothing has `LeavesThread`, which is there for its sentence.
unsafe impl<'py> Send for Python<'py> where Python<'py>: LeavesThread {}
// SAFETY: as above.
unsafe impl<'py> Sync for Python<'py> where Python<'py>: LeavesThread {}

assert_eq_size!(Python<'static>, ());
assert_not_impl_any!(Python<'static>: Send, Sync);

/// Covariant in `'py`: a token for a longer lifetime can be used as one for a shorter lifetime.
const _: fn() = || {
    fn _covariant<'short, 'long: 'short>(py: Python<'long>) -> Python<'short> {
        py
    }
};

impl<'py> Python<'py> {
    /// Makes a token, only on the caller's word.
    ///
    /// Panics under debug assertions if the thread is not attached.
    ///
    /// # Safety
    /// The calling thread is attached to the interpreter, and stays so for the whole of `'py` except
    /// inside [`detach`](Python::detach). An inferred `'py` may be longer than that: name it.
    #[inline(always)]
    pub unsafe fn assume_attached() -> Python<'py> {
        let py = Python(PhantomData);
        py.assert_attached();
        py
    }

    /// Under debug assertions, panics if the thread is not attached: so a token that was carried into
    /// [`detach`](Python::detach), see there, is found at its first use.
    #[inline(always)]
    #[track_caller]
    pub(crate) fn assert_attached(self) {
        if cfg!(debug_assertions) && !attached_here() {
            not_attached();
        }
    }
}

#[cold]
#[track_caller]
fn not_attached() -> ! {
    panic!("a `Python` token is used on a thread that is not attached to the interpreter")
}

impl std::fmt::Debug for Python<'_> {
    #[inline]
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Python")
    }
}
