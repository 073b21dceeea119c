//! A module's state: a Rust value in the memory that CPython keeps for each module object.

use std::cell::UnsafeCell;
use std::mem::{self, MaybeUninit};
use std::ops::Deref;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::error::{PyResult, PySystemError};
use crate::ffi;
use crate::refs::{Borrowed, Python};
use crate::types::{PyAny, PyModule};

/// The module of an exported function, with its state: the argument for `self` in [`module!`](crate::module).
///
/// It derefs to the module object. [`state`](ModuleRef::state) is the Rust value that the `state` function
/// made when the module was imported. A `ModuleRef` is `Copy`, and borrowed for the call.
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

    /// The module object, borrowed for the call.
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
    /// Makes a `ModuleRef` from the `self` of a call.
    ///
    /// # Errors
    /// `SystemError` if `self` is no module, or a module whose state does not exist yet, or whose import
    /// failed.
    #[inline]
    pub(super) fn of_call(
        py: Python<'py>,
        module: Option<&'a Borrowed<'py, PyAny>>,
    ) -> PyResult<'py, ModuleRef<'a, 'py, S>> {
        let Some(module) = module.and_then(|module| module.cast::<PyModule>().ok()) else {
            return Err(without_state(py));
        };
        // SAFETY: a `MethodDef<S>` is only in the table of a module with state `S`, and its function is bound
        // to a module object that was made with this table.
        match unsafe { StateCell::<S>::of(module) } {
            Some(cell) if cell.is_initialised() => {
                // SAFETY: an initialised `MaybeUninit<S>` is an `S`, and stays initialised until the module
                // is freed; the module lives for 'a.
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
/// A call executes the module, or has failed to.
const CLAIMED: u8 = 1;
const INITIALISED: u8 = 2;

impl<S: Send + Sync + 'static> StateCell<S> {
    /// The size for `PyModuleDef.m_size`: never 0, so that CPython executes each module once.
    pub(super) const SIZE: usize = {
        // CPython's allocators align to two words.
        assert!(
            mem::align_of::<Self>() <= 2 * mem::size_of::<usize>(),
            "a module's state needs a greater alignment than CPython's allocator provides: put it into a `Box`"
        );
        mem::size_of::<Self>()
    };

    /// # Safety
    /// `module` was made from a definition whose state, if it has one, is an `S`.
    #[inline]
    pub(super) unsafe fn of<'a>(module: &'a Borrowed<'_, PyModule>) -> Option<&'a StateCell<S>> {
        // SAFETY: a live module.
        let state = unsafe { ffi::PyModule_GetState(module.as_ptr()) };
        // SAFETY: NULL, or `SIZE` bytes that live as long as the module and were zeroed before any other code
        // could reach them, which is a valid `StateCell`.
        unsafe { state.cast::<StateCell<S>>().as_ref() }
    }

    #[inline]
    pub(super) fn is_initialised(&self) -> bool {
        self.stage.load(Ordering::Acquire) == INITIALISED
    }

    /// Whether the caller is the first, which alone may initialise the state. CPython executes a module once,
    /// except if C code executes it again, or if two threads begin at the same time without a GIL.
    #[inline]
    pub(super) fn claim(&self) -> bool {
        self.stage
            .compare_exchange(NEW, CLAIMED, Ordering::Relaxed, Ordering::Relaxed)
            .is_ok()
    }

    /// # Safety
    /// Called once, after [`claim`](StateCell::claim) has returned true.
    #[inline]
    pub(super) unsafe fn initialise(&self, state: S) {
        // SAFETY: not initialised, so no code reads the value, and only the caller may write it.
        unsafe { self.value.get().cast::<S>().write(state) };
        self.stage.store(INITIALISED, Ordering::Release);
    }

    /// # Safety
    /// Called when no code can use the module any more.
    #[inline]
    pub(super) unsafe fn finish(&self) {
        if self.stage.swap(NEW, Ordering::AcqRel) == INITIALISED {
            // SAFETY: the value was initialised, and the swap is true for one caller only.
            unsafe { self.value.get().cast::<S>().drop_in_place() };
        }
    }
}
