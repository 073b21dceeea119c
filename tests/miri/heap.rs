//! Objects, and the C functions that pointers call.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::ptr;
use std::sync::atomic::{AtomicIsize, AtomicPtr, Ordering};
use std::sync::{Condvar, Mutex};

use pyptr::ffi::{self, PyObject, PyThreadState};
use pyptr::types::PyAny;
use pyptr::{Borrowed, Object, Owned, Python, Subtype, TypeCheck};

/// An object: the header, and a number behind it. Pointers have to reach beyond the header.
#[repr(C)]
struct Number {
    base: PyObject,
    value: u64,
    at_end: Option<fn()>,
}

/// How many objects there are.
static ALIVE: AtomicIsize = AtomicIsize::new(0);

pub fn alive() -> isize {
    ALIVE.load(Ordering::SeqCst)
}

/// The kind of the objects.
pub enum Counted {}

// SAFETY: the objects are counted.
unsafe impl Object for Counted {
    const NAME: &'static str = "counted";
}
// SAFETY: every object is of kind `PyAny`.
unsafe impl Subtype for Counted {
    type Base = PyAny;
}
// SAFETY: all objects are of this kind; an odd number is not "exactly" of it.
unsafe impl TypeCheck for Counted {
    fn is_type_of(_object: &Borrowed<'_, PyAny>) -> bool {
        true
    }
    fn is_exact_type_of(object: &Borrowed<'_, PyAny>) -> bool {
        value(object).is_multiple_of(2)
    }
}

/// A kind that no object is of.
pub enum Other {}

// SAFETY: there is no such object.
unsafe impl Object for Other {
    const NAME: &'static str = "other";
}
// SAFETY: there is no such object.
unsafe impl TypeCheck for Other {
    fn is_type_of(_object: &Borrowed<'_, PyAny>) -> bool {
        false
    }
    fn is_exact_type_of(_object: &Borrowed<'_, PyAny>) -> bool {
        false
    }
}

/// A new object, as C makes one: the result owns its only reference.
pub fn raw(value: u64, at_end: Option<fn()>) -> *mut PyObject {
    ALIVE.fetch_add(1, Ordering::SeqCst);
    // SAFETY: plain integers and a pointer, for which zero is a value.
    let mut base: PyObject = unsafe { std::mem::zeroed() };
    base.ob_refcnt = ffi::PyObject_HEAD_INIT.ob_refcnt;
    let object = Number {
        base,
        value,
        at_end,
    };
    Box::into_raw(Box::new(object)).cast()
}

pub fn new<'py>(py: Python<'py>, value: u64) -> Owned<'py, Counted> {
    // SAFETY: a new reference.
    unsafe { Owned::from_owned_ptr(py, raw(value, None)) }
}

/// Reads what is behind the header.
pub fn value<T: Object>(object: &Borrowed<'_, T>) -> u64 {
    // SAFETY: a live `Number`.
    unsafe { (*object.as_ptr().cast::<Number>()).value }
}

#[unsafe(no_mangle)]
extern "C" fn _Py_Dealloc(object: *mut PyObject) {
    // SAFETY: the last reference is gone, and the object comes from `raw`. Miri complains of a second time.
    let object = unsafe { Box::from_raw(object.cast::<Number>()) };
    ALIVE.fetch_sub(1, Ordering::SeqCst);
    if let Some(at_end) = object.at_end {
        at_end();
    }
}

// ---- Thread states: a lock, that one thread has ----

static GIL: Mutex<bool> = Mutex::new(false);
static FREED: Condvar = Condvar::new();
/// Up to 3.11 one variable for all threads.
static CURRENT: AtomicPtr<PyThreadState> = AtomicPtr::new(ptr::null_mut());

thread_local! {
    static HERE: Cell<u64> = const { Cell::new(0) };
    static ATTACHED: Cell<bool> = const { Cell::new(false) };
}

fn this_thread() -> *mut PyThreadState {
    HERE.with(|here| here.as_ptr().cast())
}

fn acquire() {
    let mut taken = GIL.lock().unwrap();
    while *taken {
        taken = FREED.wait(taken).unwrap();
    }
    *taken = true;
    ATTACHED.set(true);
    CURRENT.store(this_thread(), Ordering::SeqCst);
}

fn release() {
    CURRENT.store(ptr::null_mut(), Ordering::SeqCst);
    ATTACHED.set(false);
    *GIL.lock().unwrap() = false;
    FREED.notify_one();
}

fn current() -> *mut PyThreadState {
    match cfg!(Py_3_12) {
        true if ATTACHED.get() => this_thread(),
        true => ptr::null_mut(),
        false => CURRENT.load(Ordering::SeqCst),
    }
}

#[unsafe(no_mangle)]
extern "C" fn _PyThreadState_UncheckedGet() -> *mut PyThreadState {
    current()
}

#[unsafe(no_mangle)]
extern "C" fn PyThreadState_GetUnchecked() -> *mut PyThreadState {
    current()
}

#[unsafe(no_mangle)]
extern "C" fn PyGILState_GetThisThreadState() -> *mut PyThreadState {
    this_thread()
}

/// The only interpreter.
#[unsafe(no_mangle)]
extern "C" fn PyInterpreterState_Main() -> *mut ffi::PyInterpreterState {
    ptr::without_provenance_mut(8)
}

#[unsafe(no_mangle)]
extern "C" fn PyThreadState_GetInterpreter(_: *mut PyThreadState) -> *mut ffi::PyInterpreterState {
    PyInterpreterState_Main()
}

#[unsafe(no_mangle)]
extern "C" fn PyGILState_Ensure() -> ffi::PyGILState_STATE {
    assert!(!ATTACHED.get(), "the crate asks first");
    acquire();
    ffi::PyGILState_STATE::PyGILState_UNLOCKED
}

#[unsafe(no_mangle)]
extern "C" fn PyGILState_Release(_: ffi::PyGILState_STATE) {
    release();
}

#[unsafe(no_mangle)]
extern "C" fn PyEval_SaveThread() -> *mut PyThreadState {
    release();
    this_thread()
}

#[unsafe(no_mangle)]
extern "C" fn PyEval_RestoreThread(_: *mut PyThreadState) {
    acquire();
}

#[unsafe(no_mangle)]
extern "C" fn Py_IsInitialized() -> c_int {
    1
}

#[unsafe(no_mangle)]
extern "C" fn Py_IsFinalizing() -> c_int {
    0
}

#[unsafe(no_mangle)]
extern "C" fn _Py_IsFinalizing() -> c_int {
    0
}

/// The list is always full: attaching empties the queue.
#[unsafe(no_mangle)]
extern "C" fn Py_AddPendingCall(
    _: Option<extern "C" fn(*mut c_void) -> c_int>,
    _: *mut c_void,
) -> c_int {
    -1
}

#[unsafe(no_mangle)]
extern "C" fn PyErr_Occurred() -> *mut PyObject {
    ptr::null_mut()
}
