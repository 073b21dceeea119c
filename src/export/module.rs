//! The module itself: its definition for CPython, its import, and the drop of its state.

use std::cell::UnsafeCell;
use std::ffi::{CStr, c_int, c_void};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::Once;

use super::classes::{JoinedClass, StateTraverse, add_classes};
use super::doc::c_str;
use super::guard::guard_without_result;
use super::method::MethodDef;
use super::state::StateCell;
use super::submodule;

use crate::error::{PyImportError, PyResult, Raised, publish_panic_exception};
use crate::ffi::{self, attached_here, in_other_interpreter};
use crate::refs::{Borrowed, Python};
use crate::types::PyModule;

/// A declaration of [`module!`](crate::module), from which any number of module objects are made.
pub trait ModuleSpec: 'static {
    /// The Rust value that each module object holds.
    type State: Send + Sync + 'static;
    /// The name, NUL-terminated.
    const NAME: &'static [u8];
    /// The docstring, NUL-terminated.
    const DOC: &'static [u8];
    /// Whether free-threaded builds enable the GIL when the module is imported.
    const GIL_USED: bool;
    /// The functions; [`MethodDef::NONE`] for items that are none. Not looked at before the module is imported.
    const METHODS: &'static [MethodDef<Self::State>];

    /// The classes.
    const CLASSES: &'static [Option<JoinedClass<Self::State>>];
    /// How the collector sees the state, if it does.
    const TRAVERSE: Option<StateTraverse<Self::State>>;

    /// Adds `__pyptr_ledger__`, if the crate has the feature `ledger`.
    fn add_ledger<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, ()>;
    /// Makes the state.
    fn state<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, Self::State>;
    /// Adds the constants.
    fn add_constants<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, ()>;
    /// Lists the submodules.
    fn submodules(list: &mut Vec<&'static Module>);
}

/// A Python module declared by [`module!`](crate::module): the result of the Rust function with the module's
/// name.
///
/// A crate of type `cdylib` does not need this value: `import` finds the exported `PyInit_` function. A
/// program that embeds the interpreter registers the module with
/// [`append_to_inittab`](Module::append_to_inittab).
pub struct Module {
    definition: UnsafeCell<ffi::PyModuleDef>,
    name: &'static CStr,
    /// Makes the method table, once.
    methods: fn() -> *mut ffi::PyMethodDef,
    has_methods: Once,
    /// None for a submodule, which the module around it makes.
    entry: Option<Entry>,
}

/// The type of a `PyInit_` function. Only [`Module::init`] makes its result.
type Entry = extern "C" fn() -> Initialised;

/// The result of a `PyInit_` function: a module definition, or NULL with an exception set.
#[repr(transparent)]
pub struct Initialised(*mut ffi::PyObject);

// SAFETY: only CPython writes to the definition (its index, its count), under its own locks, after `has_methods` is done.
unsafe impl Sync for Module {}

impl Module {
    #[doc(hidden)]
    pub const fn new<M: ModuleSpec>(entry: Entry) -> Module {
        Module::with::<M>(Some(entry))
    }

    #[doc(hidden)]
    pub const fn inner<M: ModuleSpec>() -> Module {
        Module::with::<M>(None)
    }

    const fn with<M: ModuleSpec>(entry: Option<Entry>) -> Module {
        let name = c_str(M::NAME);
        Module {
            definition: UnsafeCell::new(ffi::PyModuleDef {
                m_base: ffi::PyModuleDef_HEAD_INIT,
                m_name: name.as_ptr(),
                m_doc: c_str(M::DOC).as_ptr(),
                m_size: StateCell::<M::State>::SIZE as ffi::Py_ssize_t,
                m_methods: ptr::null_mut(),
                m_slots: Slots::<M>::TABLE.as_ptr().cast_mut(),
                m_traverse: match shows_references::<M>() {
                    true => Some(traverse::<M>),
                    false => None,
                },
                m_clear: match shows_references::<M>() {
                    true => Some(clear::<M>),
                    false => None,
                },
                m_free: Some(free::<M>),
            }),
            name,
            methods: || MethodDef::table(M::METHODS),
            has_methods: Once::new(),
            entry,
        }
    }

    /// The definition, with its method table.
    fn definition(&'static self) -> *mut ffi::PyModuleDef {
        let definition = self.definition.get();
        self.has_methods.call_once(|| {
            let methods = (self.methods)();
            // SAFETY: written once, before the interpreter knows of the definition.
            unsafe { (*definition).m_methods = methods };
        });
        definition
    }

    /// Registers the module as a built-in module, so that `import` finds it without a file. Call it before
    /// [`Python::initialize`].
    ///
    /// # Panics
    /// If the interpreter is already initialised, or if there is no memory.
    #[doc(alias = "PyImport_AppendInittab")]
    #[inline]
    pub fn append_to_inittab(&'static self) {
        assert!(
            !ffi::is_initialized(),
            "modules are registered before the interpreter is initialised"
        );
        let Some(entry) = self.entry else {
            unreachable!("the macro gives out no submodule");
        };
        // SAFETY: the same function type: `Initialised` is transparent, and a safe function may be called as
        // an unsafe one.
        let entry =
            unsafe { mem::transmute::<Entry, unsafe extern "C" fn() -> *mut ffi::PyObject>(entry) };
        // SAFETY: no interpreter is running; name and function live for ever.
        let status = unsafe { ffi::PyImport_AppendInittab(self.name.as_ptr(), Some(entry)) };
        assert_eq!(status, 0, "no memory for the table of built-in modules");
    }

    /// The result of the exported `PyInit_` function: the definition, for multi-phase initialisation.
    #[doc(hidden)]
    #[doc(alias = "PyModuleDef_Init")]
    pub fn init(&'static self) -> Initialised {
        // This is tested first, and only with functions that every version has: objects of another version
        // have another layout, and a private function that it lacks could be found in the libpython of this
        // build's version, if both are loaded.
        if let Some(error) = wrong_interpreter() {
            // SAFETY: reading a variable that is written before any thread is attached.
            let kind = unsafe { ffi::PyExc_ImportError };
            // SAFETY: called by the import, which is attached; nothing is counted here.
            unsafe { ffi::PyErr_SetString(kind, error.as_ptr()) };
            return Initialised(ptr::null_mut());
        }
        // Before the test of the attachment: before 3.12, the thread state of a subinterpreter is not the one
        // recorded for its thread, so the thread would count as detached.
        if in_other_interpreter() {
            // SAFETY: called by the import, with a thread state of that subinterpreter.
            unsafe { refuse_subinterpreter(self.name) };
            return Initialised(ptr::null_mut());
        }
        if !attached_here() {
            // The import raises `SystemError` for NULL without an exception. A panic must not unwind through
            // C.
            return Initialised(ptr::null_mut());
        }
        crate::error::install_panic_hook();
        // SAFETY: a definition that lives for ever.
        Initialised(unsafe { ffi::PyModuleDef_Init(self.definition()) })
    }
}

/// Sets the `ImportError` for a subinterpreter.
///
/// # Safety
/// There is a current thread state.
#[cold]
unsafe fn refuse_subinterpreter(name: &'static CStr) {
    let message = c"module %s does not support loading in subinterpreters";
    // SAFETY: reading a variable that is written before any thread is attached.
    let kind = unsafe { ffi::PyExc_ImportError };
    // SAFETY: the caller's promise; NUL-terminated strings, the name for `%s`.
    unsafe { ffi::PyErr_Format(kind, message.as_ptr(), name.as_ptr()) };
}

/// The reason why this interpreter cannot use this library, if it was built for another one.
fn wrong_interpreter() -> Option<&'static CStr> {
    // SAFETY: callable at any time; a static string.
    let version = unsafe { ffi::Py_GetVersion() };
    // SAFETY: as above, NUL-terminated.
    mismatch(unsafe { CStr::from_ptr(version) }.to_bytes())
}

/// The difference between the interpreter with this `Py_GetVersion` and that of the build.
fn mismatch(version: &[u8]) -> Option<&'static CStr> {
    const BUILT_FOR: &CStr = c_str(
        concat!(
            "this extension module was built for Python ",
            env!("PYPTR_PYTHON_VERSION"),
            "\0"
        )
        .as_bytes(),
    );
    let same_version = version.starts_with(concat!(env!("PYPTR_PYTHON_VERSION"), ".").as_bytes());
    let free_threaded = b"free-threading build";
    let is_free_threaded = version
        .windows(free_threaded.len())
        .any(|part| part == free_threaded);
    match (same_version, is_free_threaded) {
        (false, _) => Some(BUILT_FOR),
        (true, false) if cfg!(Py_GIL_DISABLED) => {
            Some(c"this extension module was built for free-threaded Python")
        }
        (true, true) if !cfg!(Py_GIL_DISABLED) => {
            Some(c"this extension module was built for Python with the GIL")
        }
        _ => None,
    }
}

/// The slots of multi-phase initialisation.
struct Slots<M>(M);

impl<M: ModuleSpec> Slots<M> {
    const TABLE: &'static [ffi::PyModuleDef_Slot] = &[
        ffi::PyModuleDef_Slot {
            slot: ffi::Py_mod_create,
            value: create
                as unsafe extern "C" fn(
                    *mut ffi::PyObject,
                    *mut ffi::PyModuleDef,
                ) -> *mut ffi::PyObject as *mut c_void,
        },
        ffi::PyModuleDef_Slot {
            slot: ffi::Py_mod_exec,
            value: execute::<M> as unsafe extern "C" fn(*mut ffi::PyObject) -> c_int as *mut c_void,
        },
        // This version of pyptr supports one interpreter: a `Shared` or a static must not be used in a second
        // one.
        #[cfg(Py_3_12)]
        ffi::PyModuleDef_Slot {
            slot: ffi::Py_mod_multiple_interpreters,
            value: ffi::Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED,
        },
        #[cfg(Py_3_13)]
        ffi::PyModuleDef_Slot {
            slot: ffi::Py_mod_gil,
            value: if M::GIL_USED {
                ffi::Py_MOD_GIL_USED
            } else {
                ffi::Py_MOD_GIL_NOT_USED
            },
        },
        ffi::PyModuleDef_Slot {
            slot: 0,
            value: ptr::null_mut(),
        },
    ];
}

/// `Py_mod_create`: makes the module object, as CPython does without this slot, but in the main interpreter only. Since
/// 3.13 the main interpreter calls `Module::init`, and a subinterpreter that asks for the object alone
/// (`_imp.create_dynamic`) never calls `execute`.
unsafe extern "C" fn create(
    spec: *mut ffi::PyObject,
    definition: *mut ffi::PyModuleDef,
) -> *mut ffi::PyObject {
    if in_other_interpreter() {
        // SAFETY: the definition of a `Module`, which lives for ever.
        let name = unsafe { (*definition).m_name };
        // SAFETY: a NUL-terminated string that lives for ever.
        let name = unsafe { CStr::from_ptr(name) };
        // SAFETY: called by the import, with a thread state of that subinterpreter.
        unsafe { refuse_subinterpreter(name) };
        return ptr::null_mut();
    }
    // SAFETY: called by the import, which is attached and holds the spec.
    let name = unsafe { ffi::PyObject_GetAttrString(spec, c"name".as_ptr()) };
    if name.is_null() {
        return ptr::null_mut();
    }
    // CPython 3.13 ends the process if the collector tracks the name, as it does instances of subclasses of `str`.
    // SAFETY: attached; a live object. The result is a new reference to exactly a str, or NULL with an exception set.
    let exact = unsafe { ffi::PyUnicode_FromObject(name) };
    // SAFETY: the reference from above, which is not used any more.
    unsafe { ffi::Py_DECREF(name) };
    if exact.is_null() {
        return ptr::null_mut();
    }
    // SAFETY: attached; a live str.
    let module = unsafe { ffi::PyModule_NewObject(exact) };
    // SAFETY: the reference from above, which is not used any more.
    unsafe { ffi::Py_DECREF(exact) };
    module
}

/// `Py_mod_exec`: fills a new module object.
unsafe extern "C" fn execute<M: ModuleSpec>(module: *mut ffi::PyObject) -> c_int {
    // The module object may come from the main interpreter.
    if in_other_interpreter() {
        // SAFETY: called by the import, with a thread state of that subinterpreter.
        unsafe { refuse_subinterpreter(c_str(M::NAME)) };
        return -1;
    }
    // SAFETY: the interpreter calls with the thread attached.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: the module that is being imported, held by the import for the call.
    let module: &Borrowed<'_, PyModule> = unsafe { Borrowed::from_ptr(py, module) };
    let result = match catch_unwind(AssertUnwindSafe(|| fill::<M>(module))) {
        Ok(result) => result,
        Err(payload) => Err(crate::error::raise_panic(py, payload)),
    };
    match result {
        Ok(()) => 0,
        Err(raised) => {
            raised.leave_set();
            -1
        }
    }
}

fn fill<'py, M: ModuleSpec>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, ()> {
    let py = module.py();
    // SAFETY: made from the definition of `M`.
    let Some(cell) = (unsafe { StateCell::<M::State>::of(module) }) else {
        return Err(without_memory(py));
    };
    if !cell.claim() {
        return Ok(()); // Executed again: another call has filled the module, or is filling it.
    }
    M::add_ledger(module)?;
    if const { has_classes::<M>() } {
        cell.set_classes(add_classes(module, M::CLASSES)?);
    }
    M::add_constants(module)?;
    let state = M::state(module)?;
    // SAFETY: claimed above, by this call alone.
    unsafe { cell.initialise(state) };
    publish_panic_exception(module)?;
    let mut submodules = Vec::new();
    M::submodules(&mut submodules);
    add_submodules(module, &submodules)
}

/// Adds all of them, or none.
fn add_submodules<'py>(
    module: &Borrowed<'py, PyModule>,
    submodules: &[&'static Module],
) -> PyResult<'py, ()> {
    for (index, submodule) in submodules.iter().enumerate() {
        let name = submodule.name.to_str().unwrap_or_default();
        // SAFETY: the definition of a `Module`, which lives for ever.
        let added = unsafe { submodule::add(module, submodule.definition(), name) };
        if let Err(raised) = added {
            let error = raised.into_exception();
            for earlier in &submodules[..index] {
                let _ = submodule::forget(module, earlier.name.to_str().unwrap_or_default());
            }
            return Err(error.raise());
        }
    }
    Ok(())
}

/// Not generic, so that it is compiled once, in this crate.
#[cold]
fn without_memory(py: Python<'_>) -> Raised<'_> {
    py.raise::<PyImportError>("the module has no memory for its state")
}

/// `m_free`: drops the state. Also called for modules whose execution failed.
unsafe extern "C" fn free<M: ModuleSpec>(module: *mut c_void) {
    // SAFETY: the interpreter calls with the thread attached.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: the module that is being freed, alive for this call.
    let module: &Borrowed<'_, PyModule> = unsafe { Borrowed::from_ptr(py, module.cast()) };
    // SAFETY: made from the definition of `M`.
    let Some(cell) = (unsafe { StateCell::<M::State>::of(module) }) else {
        return;
    };
    guard_without_result(py, || {
        drop(cell.take_classes(py));
        // SAFETY: the module object is unreachable.
        unsafe { cell.finish() }
    });
}

/// Whether the collector has anything to see.
const fn shows_references<M: ModuleSpec>() -> bool {
    has_classes::<M>() || M::TRAVERSE.is_some()
}

const fn has_classes<M: ModuleSpec>() -> bool {
    let mut index = 0;
    while index < M::CLASSES.len() {
        if M::CLASSES[index].is_some() {
            return true;
        }
        index += 1;
    }
    false
}

/// `m_traverse`: shows the classes and what the state holds.
unsafe extern "C" fn traverse<M: ModuleSpec>(
    module: *mut ffi::PyObject,
    visit: ffi::visitproc,
    argument: *mut c_void,
) -> c_int {
    // SAFETY: the collector runs on an attached thread.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: a live module, for this call.
    let module: &Borrowed<'_, PyModule> = unsafe { Borrowed::from_ptr(py, module) };
    // SAFETY: made from the definition of `M`.
    let Some(cell) = (unsafe { StateCell::<M::State>::of(module) }) else {
        return 0;
    };
    let classes = cell.peek_classes();
    if !classes.is_null() {
        // SAFETY: the collector's function and argument, and a reference of the module's own.
        let status = unsafe { visit(classes, argument) };
        if status != 0 {
            return status;
        }
    }
    match (M::TRAVERSE, cell.get()) {
        (Some(state), Some(value)) => (state.traverse)(value, visit, argument),
        _ => 0,
    }
}

/// `m_clear`: releases the classes, and empties the cells of the state.
unsafe extern "C" fn clear<M: ModuleSpec>(module: *mut ffi::PyObject) -> c_int {
    // SAFETY: the collector runs on an attached thread.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: a live module, for this call.
    let module: &Borrowed<'_, PyModule> = unsafe { Borrowed::from_ptr(py, module) };
    // SAFETY: made from the definition of `M`.
    let Some(cell) = (unsafe { StateCell::<M::State>::of(module) }) else {
        return 0;
    };
    guard_without_result(py, || {
        drop(cell.take_classes(py));
        if let (Some(state), Some(value)) = (M::TRAVERSE, cell.get()) {
            (state.clear)(value, py);
        }
    });
    0
}

#[cfg(test)]
mod tests {
    use super::{mismatch, wrong_interpreter};

    /// As `Py_GetVersion` has it.
    fn version(number: &str, build: &str) -> Vec<u8> {
        format!("{number}.9{build} (main, Jan  1 2026, 00:00:00) [GCC 12.2.0]").into_bytes()
    }

    #[test]
    fn only_the_interpreter_of_the_build_fits() {
        let own = env!("PYPTR_PYTHON_VERSION");
        let (fits, other) = match cfg!(Py_GIL_DISABLED) {
            true => (" free-threading build", ""),
            false => ("", " free-threading build"),
        };
        assert_eq!(mismatch(&version(own, fits)), None);
        assert!(mismatch(&version(own, other)).is_some());
        // `3.1` is not `3.10`, nor the other way round.
        for number in ["3.9", "3.99", "4.0", &format!("{own}0"), &own[..3]] {
            assert!(mismatch(&version(number, fits)).is_some(), "{number}");
        }
        assert_eq!(wrong_interpreter(), None);
    }
}
