//! A module's state: a Rust value in the memory that CPython keeps for each module object.

use std::cell::UnsafeCell;
use std::mem::{self, MaybeUninit};
use std::ops::Deref;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::error::{PyResult, PySystemError};
use crate::ffi;
use crate::refs::{Borrowed, Python};
use crate::types::{PyAny, PyModule};

/// The module that a function belongs to, with its state: the `self` of an exported function.
///
/// Derefs to the module object; [`state`](ModuleRef::state) is the Rust value that the module's `state`
/// function made when it was imported. `Copy`, borrowed for the call.
///
/// ```
/// use std::sync::atomic::{AtomicI64, Ordering};
/// use pyptr::{Borrowed, PyResult, export::ModuleRef, types::PyModule};
///
/// struct Counter(AtomicI64);
///
/// fn new_counter<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, Counter> {
///     Ok(Counter(AtomicI64::new(0)))
/// }
///
/// fn count(module: ModuleRef<'_, '_, Counter>, by: i64) -> i64 {
///     module.state().0.fetch_add(by, Ordering::Relaxed) + by
/// }
///
/// pyptr::module! {
///     mod counter {
///         state: Counter = new_counter;
///         fn count(self, by = 1);
///     }
/// }
/// # fn main() {
/// # counter().append_to_inittab();
/// # pyptr::Python::initialize();
/// # pyptr::Python::attach(|_py| {
/// #     let code = c"import counter\nassert counter.count() == 1\nassert counter.count(by=4) == 5";
/// #     assert_eq!(unsafe { pyptr::ffi::PyRun_SimpleString(code.as_ptr()) }, 0);
/// # });
/// # }
/// ```
pub struct ModuleRef<'a, 'py, S> {
    module: &'a Borrowed<'py, PyModule>,
    state: &'a S,
}

impl<S> Clone for ModuleRef<'_, '_, S> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for ModuleRef<'_, '_, S> {}

impl<'a, 'py, S> ModuleRef<'a, 'py, S> {
    /// The module's state.
    #[inline(always)]
    pub fn state(self) -> &'a S {
        self.state
    }

    /// The module object, for the whole of the call.
    #[inline(always)]
    pub fn module(self) -> &'a Borrowed<'py, PyModule> {
        self.module
    }
}

impl<'py, S> Deref for ModuleRef<'_, 'py, S> {
    type Target = Borrowed<'py, PyModule>;

    #[inline(always)]
    fn deref(&self) -> &Borrowed<'py, PyModule> {
        self.module
    }
}

impl<'a, 'py, S: Send + Sync + 'static> ModuleRef<'a, 'py, S> {
    /// From the `self` of a call of one of the module's functions.
    ///
    /// # Errors
    /// `SystemError` if `self` is no module, or one whose import has not come as far as its state, or
    /// failed.
    #[inline]
    pub(super) fn of_call(
        py: Python<'py>,
        module: Option<&'a Borrowed<'py, PyAny>>,
    ) -> PyResult<'py, ModuleRef<'a, 'py, S>> {
        let Some(module) = module.and_then(|module| module.cast::<PyModule>().ok()) else {
            return Err(without_state(py));
        };
        // SAFETY: `MethodDef<S>`s stand only in the table of a module with state `S`, and their functions
        // are bound to the module object that was made from it.
        match unsafe { StateCell::<S>::of(module) } {
            Some(cell) if cell.is_initialised() => {
                // SAFETY: a `MaybeUninit<S>` is an `S` once initialised, which it stays until the module is
                // freed; the module lives for 'a.
                let state = unsafe { &*cell.value.get().cast::<S>() };
                Ok(ModuleRef { module, state })
            }
            _ => Err(without_state(py)),
        }
    }
}

#[cold]
#[inline]
fn without_state(py: Python<'_>) -> crate::Raised<'_> {
    py.raise::<PySystemError>("the module's state is not initialised")
}

/// The state's memory: zeroed by CPython when the module is created, which is `stage: NEW`.
#[repr(C)]
pub(super) struct StateCell<S> {
    stage: AtomicU8,
    value: UnsafeCell<MaybeUninit<S>>,
}

const NEW: u8 = 0;
/// Somebody executes the module, or has failed to.
const CLAIMED: u8 = 1;
const INITIALISED: u8 = 2;

impl<S: Send + Sync + 'static> StateCell<S> {
    /// The size for `PyModuleDef.m_size`: never 0, so that CPython executes each module once.
    pub(super) const SIZE: usize = {
        // CPython's allocators align to two words.
        assert!(
            mem::align_of::<Self>() <= 2 * mem::size_of::<usize>(),
            "a module's state is aligned to more than CPython's allocator provides: box it"
        );
        mem::size_of::<Self>()
    };

    /// # Safety
    /// `module` was made from a definition whose state is an `S`, if it has any.
    #[inline]
    pub(super) unsafe fn of<'a>(module: &'a Borrowed<'_, PyModule>) -> Option<&'a StateCell<S>> {
        // SAFETY: a live module.
        let state = unsafe { ffi::PyModule_GetState(module.as_ptr()) };
        // SAFETY: NULL, or `SIZE` bytes that live as long as the module, zeroed before anybody saw them,
        // which is a valid `StateCell`.
        unsafe { state.cast::<StateCell<S>>().as_ref() }
    }

    #[inline]
    pub(super) fn is_initialised(&self) -> bool {
        self.stage.load(Ordering::Acquire) == INITIALISED
    }

    /// Whether the caller is the first to come, who alone may initialise it. CPython executes a module once, but
    /// for C code that asks for more, and for two threads without a GIL that both begin.
    #[inline]
    pub(super) fn claim(&self) -> bool {
        self.stage
            .compare_exchange(NEW, CLAIMED, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
    }

    /// # Safety
    /// Called once, after [`claim`](StateCell::claim) has said yes.
    #[inline]
    pub(super) unsafe fn initialise(&self, state: S) {
        // SAFETY: not initialised, so that nobody reads it, and nobody else has the claim to write.
        unsafe { self.value.get().cast::<S>().write(state) };
        self.stage.store(INITIALISED, Ordering::Release);
    }

    /// # Safety
    /// Called when nobody can use the module any more.
    #[inline]
    pub(super) unsafe fn finish(&self) {
        if self.stage.swap(NEW, Ordering::AcqRel) == INITIALISED {
            // SAFETY: it was initialised, and the swap lets one caller through.
            unsafe { self.value.get().cast::<S>().drop_in_place() };
        }
    }
}
