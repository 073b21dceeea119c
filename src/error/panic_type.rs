//! The exception type of panics, and where Python code finds it: in the modules that `module!` has made.

use std::cell::UnsafeCell;
use std::ffi::CStr;
use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use super::{PyResult, PyRuntimeError};
use crate::ffi;
use crate::markers::{PyDict, PyModule, PyTuple, PyType};
use crate::refs::{Borrowed, Owned, PyAny, Python};

/// The name in the modules.
const NAME: &CStr = c"PanicException";

/// The exception type of Rust panics, `PanicException`, a subclass of `RuntimeError`. A new reference.
///
/// The exception's message is `panicked at src/lib.rs:10:5: ` and then the panic's own message. Each library
/// built with pyptr has its own type: catch it by this reference in Rust, or as `RuntimeError` in Python.
///
/// Each module that [`module!`](crate::module) declares has it as an attribute, unless the module declares something else of that
/// name: `from my_module import PanicException`. (Submodules do not.) The first one imported is its `__module__`, so that an
/// exception can be pickled, and arrives from another process with its class and message. In a program without such a module the
/// type is `pyptr.PanicException`, which cannot be imported: its instances are pickled as a `RuntimeError` with the message.
///
/// # Errors
/// `MemoryError`, if the type cannot be made.
#[cfg_attr(feature = "ledger", track_caller)]
pub fn panic_exception(py: Python<'_>) -> PyResult<'_, Owned<'_, PyType>> {
    py.assert_attached();
    // One reference, which is never released.
    static TYPE: AtomicPtr<ffi::PyObject> = AtomicPtr::new(ptr::null_mut());
    let mut kind = TYPE.load(Ordering::Acquire);
    if kind.is_null() {
        let made = new_type(py)?;
        // Making it has let other threads run, and Python code.
        match TYPE.compare_exchange(kind, made.as_ptr(), Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => return Ok(made.leak_static().new_ref()),
            Err(theirs) => kind = theirs,
        }
    }
    // SAFETY: a type, of which the static has a reference.
    let kind: &Borrowed<'_, PyType> = unsafe { Borrowed::from_ptr(py, kind) };
    Ok(kind.new_ref())
}

fn new_type(py: Python<'_>) -> PyResult<'_, Owned<'_, PyType>> {
    // SAFETY: reading a variable that is written before any thread is attached.
    let base = unsafe { ffi::PyExc_RuntimeError };
    // SAFETY: NUL-terminated strings and a borrowed base class; NULL is an empty dict.
    let kind = unsafe {
        ffi::PyErr_NewExceptionWithDoc(
            c"pyptr.PanicException".as_ptr(),
            c"A Rust function panicked: the program has a bug.".as_ptr(),
            base,
            std::ptr::null_mut(),
        )
    };
    // SAFETY: a new reference to a type, or NULL with an exception set.
    let kind = unsafe { Owned::from_new_ptr_or_raised(py, kind) }?;
    add_reduce(&kind)?;
    Ok(kind)
}

/// Adds the type to a module that is being imported, unless the module has something of that name. The first module is where
/// the type says that it is from.
pub(crate) fn publish<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, ()> {
    if is_inner(module)? || module.hasattr(NAME)? {
        return Ok(());
    }
    let kind = panic_exception(module.py())?;
    module.setattr(NAME, &kind)?;
    if !is_importable(&kind)? {
        let name = module.name()?;
        kind.setattr(c"__module__", &name)?;
    }
    Ok(())
}

/// Whether it is a submodule, which no loader has found.
fn is_inner<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, bool> {
    match module.getattr_opt(c"__spec__")? {
        Some(spec) if !spec.is_none() => Ok(spec.getattr(c"loader")?.is_none()),
        _ => Ok(false),
    }
}

/// Whether the import of the module that the type says it is from finds it there.
fn is_importable<'py>(kind: &Borrowed<'py, PyType>) -> PyResult<'py, bool> {
    let modules = kind.py().import(c"sys")?.getattr(c"modules")?;
    let Ok(modules) = modules.cast::<PyDict>() else {
        return Ok(false);
    };
    let module = modules.get(&*kind.getattr(c"__module__")?)?;
    let found = match module {
        Some(module) => module.getattr_opt(NAME)?,
        None => None,
    };
    Ok(found.is_some_and(|found| found.is(kind.as_any())))
}

/// Gives the type its `__reduce__`.
fn add_reduce<'py>(kind: &Borrowed<'py, PyType>) -> PyResult<'py, ()> {
    // SAFETY: a live type, and a definition that lives for ever.
    let method = unsafe { ffi::PyDescr_NewMethod(kind.as_ptr().cast(), REDUCE.0.get()) };
    // SAFETY: a new reference, or NULL with an exception set.
    let method: Owned<'py, PyAny> = unsafe { Owned::from_new_ptr_or_raised(kind.py(), method)? };
    kind.setattr(c"__reduce__", &method)
}

struct Definition(UnsafeCell<ffi::PyMethodDef>);

// SAFETY: nothing writes to it.
unsafe impl Sync for Definition {}

static REDUCE: Definition = Definition(UnsafeCell::new(ffi::PyMethodDef {
    ml_name: c"__reduce__".as_ptr(),
    ml_meth: ffi::PyMethodDefPointer {
        PyCFunction: reduce,
    },
    ml_flags: ffi::METH_NOARGS,
    ml_doc:
        c"For pickle: without a module that has the class, a RuntimeError with the same message."
            .as_ptr(),
}));

/// What pickle asks an exception for.
unsafe extern "C" fn reduce(
    exception: *mut ffi::PyObject,
    _: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls with the thread attached.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: an instance of the type, which the caller holds for the call.
    let exception: &Borrowed<'_, PyAny> = unsafe { Borrowed::from_ptr(py, exception) };
    match reduced(exception) {
        Ok(reduced) => reduced.into_ptr(),
        Err(raised) => {
            raised.leave_set();
            ptr::null_mut()
        }
    }
}

/// What `BaseException` says; for the type itself, where no module has it, a `RuntimeError`: another process can make that of
/// any program's.
fn reduced<'py>(exception: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyAny>> {
    let (py, kind) = (exception.py(), exception.type_of());
    if !kind.is(&*panic_exception(py)?) || is_importable(&kind)? {
        let reduce = PyType::of::<super::PyBaseException>(py).getattr(c"__reduce__")?;
        return reduce.call1(exception);
    }
    let class = PyType::of::<PyRuntimeError>(py).new_ref().into_any();
    let args = exception.getattr(c"args")?;
    Ok(PyTuple::from_owned(py, [class, args])?.into_any())
}
