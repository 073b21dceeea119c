//! A module's state: a Rust value in the memory that CPython keeps for each module object.

use std::cell::UnsafeCell;
use std::mem::{self, MaybeUninit};
use std::ops::Deref;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU8, Ordering};

use crate::error::{IntoRaised, PyErr, PyResult, PySystemError};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyModule, PyTuple};

/// The module of an exported function, with its state: the argument for `self` in [`module!`](crate::module).
///
/// It derefs to the module object. [`state`](ModuleRef::state) is the Rust value that the `state` function
/// made when the module was imported. A `ModuleRef` is `Copy`, and borrowed for the call.
///
/// ```
/// use std::sync::atomic::{AtomicI64, Ordering};
/// use pyptr::{Borrowed, export::ModuleRef, types::PyModule};
///
/// struct Counter(AtomicI64);
///
/// fn new_counter(_module: &Borrowed<'_, PyModule>) -> Counter {
///     Counter(AtomicI64::new(0))
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

impl<'a, 'py, S: Send + Sync + 'static> ModuleRef<'a, 'py, S> {
    /// A module with its state.
    ///
    /// # Errors
    /// As for [`of_call`](ModuleRef::of_call).
    ///
    /// # Safety
    /// `module` is one of [`module!`](crate::module) with state `S`, or no module.
    #[inline]
    pub(crate) unsafe fn of_module(
        module: &'a Borrowed<'py, PyAny>,
    ) -> PyResult<'py, ModuleRef<'a, 'py, S>> {
        ModuleRef::of_call(module.py(), Some(module))
    }

    /// The classes that the module has made.
    #[inline]
    pub(crate) fn classes(self) -> &'a [&'a Borrowed<'py, PyAny>] {
        // SAFETY: a module with state `S`, as `self` was made.
        let cell = unsafe { StateCell::<S>::of(self.module) };
        let classes = cell.map_or(ptr::null_mut(), |cell| cell.classes.load(Ordering::Acquire));
        // SAFETY: NULL, or a tuple that the module holds while it is in use, so for 'a.
        let classes: Option<&'a Borrowed<'py, PyTuple>> =
            unsafe { Borrowed::from_ptr_or_opt(self.module.py(), classes) };
        // SAFETY: a tuple that is complete.
        classes.map_or(&[], |classes| unsafe { classes.as_slice() })
    }
}

#[cold]
#[inline]
fn without_state(py: Python<'_>) -> crate::Raised<'_> {
    py.raise::<PySystemError>("the module's state is not initialised")
}

/// What the `state` function of a module with state `S` can return: an `S`, or a `Result` of one.
#[diagnostic::on_unimplemented(
    message = "the state function returns `{S}`, or a `Result` of it with `Raised`, `PyErr` or an error that has `IntoRaised`, not `{Self}`"
)]
pub trait StateOutput<'py, S> {
    /// The state, or the exception that the import ends with.
    #[doc(hidden)]
    fn into_state(self, py: Python<'py>) -> PyResult<'py, S>;
}

impl<'py, S> StateOutput<'py, S> for S {
    #[inline]
    fn into_state(self, _py: Python<'py>) -> PyResult<'py, S> {
        Ok(self)
    }
}

impl<'py, S, E: IntoRaised<'py>> StateOutput<'py, S> for Result<S, E> {
    #[inline]
    fn into_state(self, py: Python<'py>) -> PyResult<'py, S> {
        self.map_err(|error| error.into_raised(py))
    }
}

impl<'py, S> StateOutput<'py, S> for Result<S, PyErr> {
    #[inline]
    fn into_state(self, py: Python<'py>) -> PyResult<'py, S> {
        self.map_err(|error| error.raise(py))
    }
}

/// Converts the result of the `state` function of `module`.
#[inline]
pub fn finish_state<'py, S>(
    module: &Borrowed<'py, PyModule>,
    output: impl StateOutput<'py, S>,
) -> PyResult<'py, S> {
    output.into_state(module.py())
}

/// The state's memory: zeroed by CPython when the module is created, which is `stage: NEW`.
#[repr(C)]
pub(super) struct StateCell<S> {
    stage: AtomicU8,
    /// The tuple of the module's classes, or NULL: a reference of the module's own.
    classes: AtomicPtr<ffi::PyObject>,
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

    /// Keeps the module's classes.
    #[inline]
    pub(super) fn set_classes(&self, classes: Owned<'_, PyTuple>) {
        let before = self.classes.swap(classes.into_ptr(), Ordering::AcqRel);
        debug_assert!(before.is_null(), "a module is filled once");
    }

    /// The tuple of the classes, or NULL: for the collector.
    #[inline]
    pub(super) fn peek_classes(&self) -> *mut ffi::PyObject {
        self.classes.load(Ordering::Acquire)
    }

    /// Takes the classes out.
    #[inline]
    pub(super) fn take_classes<'py>(&self, py: Python<'py>) -> Option<Owned<'py, PyTuple>> {
        let classes = self.classes.swap(ptr::null_mut(), Ordering::AcqRel);
        // SAFETY: the reference from `set_classes`, or NULL.
        unsafe { Owned::from_new_ptr_or_opt(py, classes) }
    }

    /// The state, if there is one.
    #[inline]
    pub(super) fn get(&self) -> Option<&S> {
        if !self.is_initialised() {
            return None;
        }
        // SAFETY: an initialised `MaybeUninit<S>` is an `S`.
        Some(unsafe { &*self.value.get().cast::<S>() })
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
