//! An extension module with planted bugs, each in a function of its own, beside clean functions that look
//! like them from outside. What `pytest --refs` says about it is in `tests/python/test_bugs.py`,
//! which finds each line by its `// leak:` comment.
//!
//! ```text
//! cargo build --release --example leaky --features ledger
//! cp target/release/examples/libleaky.so leaky.so        # libleaky.dylib on macOS
//! ```

#[path = "leaky/cycles.rs"]
mod cycles;
#[path = "leaky/heap_types.rs"]
mod heap_types;

use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use pyptr::error::PyTypeError;
use pyptr::export::Slot;
use pyptr::ledger::CountingAllocator;
use pyptr::manual::Ptr;
use pyptr::sync::OnceObject;
use pyptr::types::{PyAny, PyBytes, PyInt, PyList, PyString, PyType};
use pyptr::{Borrowed, Owned, PyResult, Python, Shared, ffi};

use cycles::{
    boxed_cycle, broken_cycle, capsule_cycle, collectable_cycles, cycle, uncleared_cycle,
};
use heap_types::{Does, instance};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

// The bugs.

/// A new reference that nobody releases.
fn forgotten(py: Python<'_>) -> PyResult<'_, usize> {
    let packed = PyBytes::new(py, b"packed, and forgotten")?; // leak: forgotten
    Ok(mem::ManuallyDrop::new(packed).len())
}

/// An incref of an argument, without its decref.
fn incref(argument: &Borrowed<'_, PyAny>) -> bool {
    // SAFETY: alive. The decref is missing.
    unsafe { argument.incref() }; // leak: incref
    argument.is_none()
}

/// The length of a str after its release.
fn used_after_release(py: Python<'_>) -> PyResult<'_, usize> {
    let text = Ptr::from_owned(PyString::new(py, "used, and gone")?);
    // SAFETY: the reference from above, the only one.
    unsafe { text.decref() };
    // SAFETY: there is none.
    Ok(unsafe { text.len() }) // leak: used after release
}

/// A reference to an object that lives anyway.
fn forgotten_immortal(py: Python<'_>) -> PyResult<'_, bool> {
    let one = PyInt::new(py, 1)?; // leak: immortal
    Ok(mem::ManuallyDrop::new(one).is_none())
}

/// A list, counted by hand, that is released on the way to success only.
fn error_return<'py>(item: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyList>> {
    let list = Ptr::from_owned(PyList::empty(item.py())?); // leak: error return
    if item.cast::<PyInt>().is_err() {
        return Err(item.py().raise::<PyTypeError>("an int is needed"));
    }
    // SAFETY: the reference is the one from above.
    let list = unsafe { list.into_owned(item.py()) };
    list.append(item)?;
    Ok(list)
}

/// The first item as an `Owned`; but what `PyList_GetItem` returns is borrowed.
fn owned_from_borrowed(list: &Borrowed<'_, PyList>) -> bool {
    // SAFETY: a list.
    let first = unsafe { ffi::PyList_GetItem(list.as_ptr(), 0) };
    // SAFETY: there is none: the list's reference is taken for one's own.
    let first: Owned<'_, PyAny> = unsafe { Owned::from_owned_ptr(list.py(), first) }; // leak: owned
    first.is_none()
}

/// The length of a new object, taken for a borrowed one.
fn borrowed_from_new(py: Python<'_>) -> usize {
    let text = "new, and taken for borrowed";
    // SAFETY: the text and its length.
    let new = unsafe {
        ffi::PyBytes_FromStringAndSize(text.as_ptr().cast(), text.len() as ffi::Py_ssize_t)
    };
    // SAFETY: alive for ever, since nobody releases it.
    let borrowed: &Borrowed<'_, PyBytes> = unsafe { Borrowed::from_ptr(py, new) }; // leak: borrowed
    borrowed.len()
}

/// `PyList_Append` takes a reference of its own.
fn given<'py>(list: &Borrowed<'py, PyList>) -> PyResult<'py, bool> {
    let item = PyBytes::new(list.py(), b"given, and not taken")?;
    // SAFETY: a list and an object; the reference that is given is lost.
    let status = unsafe { ffi::PyList_Append(list.as_ptr(), item.into_ptr()) }; // leak: given
    Ok(status == 0)
}

static GROWING: Mutex<Vec<Shared<PyString>>> = Mutex::new(Vec::new());

/// A cache whose key is never the same.
fn growing_cache<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
    let longer = text.concat_str(", cached")?;
    let mut cache = GROWING.lock().unwrap_or_else(PoisonError::into_inner);
    cache.push(longer.new_ref().into_shared()); // leak: cache
    Ok(longer)
}

/// A Rust allocation that nobody frees.
fn allocation(text: &Borrowed<'_, PyString>) -> usize {
    let copy = text.concat_str("!").map(|text| text.len()); // leak: allocation
    let leaked: &'static mut [u8] = Box::leak(vec![0; 100].into_boxed_slice());
    leaked.len() + copy.unwrap_or(0)
}

static UNRELEASED: OnceObject<PyType> = OnceObject::new();

/// An instance that keeps its type when it is freed.
fn unreleased_type(py: Python<'_>) -> PyResult<'_, bool> {
    let instance = instance(py, &UNRELEASED, c"leaky.Unreleased", Does::NotReleaseType)?;
    Ok(instance.is_none())
}

/// A reference to `None`, which no memory shows, and which matters before 3.12.
fn none_by_hand(py: Python<'_>) {
    // SAFETY: alive. The decref is missing.
    unsafe { py.none().incref() } // leak: none
}

/// The same, behind the ledger's back.
fn none_raw(py: Python<'_>) -> bool {
    // SAFETY: alive. The decref is missing.
    unsafe { ffi::Py_INCREF(py.none().as_ptr()) }
    py.none().is_none()
}

/// And the other way round: `None` would be gone one day.
fn none_released(py: Python<'_>) -> bool {
    // SAFETY: alive, though the reference is somebody else's.
    unsafe { ffi::Py_DECREF(py.none().as_ptr()) }
    py.none().is_none()
}

// And what only looks like it.

static RELEASED: OnceObject<PyType> = OnceObject::new();

/// An instance that releases its type.
fn released_type(py: Python<'_>) -> PyResult<'_, bool> {
    let instance = instance(py, &RELEASED, c"leaky.Released", Does::NotCollect)?;
    Ok(instance.is_none())
}

static ONCE: Slot<PyString> = Slot::new();

/// An object that is made once.
fn one_time_cache(py: Python<'_>) -> PyResult<'_, Owned<'_, PyString>> {
    ONCE.get_or_try_init(py, |py| PyString::new(py, "made once"))
}

type Recent = Mutex<Vec<Shared<PyString>>>;

/// The last objects, so many of them.
fn cached<'py>(
    recent: &Recent,
    most: usize,
    text: &Borrowed<'py, PyString>,
) -> PyResult<'py, Owned<'py, PyString>> {
    let longer = text.concat_str(", cached")?;
    let kept = longer.new_ref().into_shared();
    let mut recent = recent.lock().unwrap_or_else(PoisonError::into_inner);
    recent.push(kept);
    let oldest = (recent.len() > most).then(|| recent.remove(0));
    // A destructor could come back here.
    drop(recent);
    if let Some(oldest) = oldest {
        oldest.release(text.py());
    }
    Ok(longer)
}

fn bounded_cache<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
    static RECENT: Recent = Mutex::new(Vec::new());
    cached(&RECENT, 20, text)
}

/// A cache of a thousand, which has to be declared.
fn large_cache<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
    static RECENT: Recent = Mutex::new(Vec::new());
    cached(&RECENT, 1000, text)
}

/// A name that the interpreter keeps.
fn interned(py: Python<'_>) -> PyResult<'_, Owned<'_, PyString>> {
    PyString::intern(py, c"a_name_that_the_interpreter_keeps")
}

static STATIC: AtomicUsize = AtomicUsize::new(0);

/// A reference that is meant to live for ever, and says so.
fn meant_to_live(py: Python<'_>) -> PyResult<'_, usize> {
    if STATIC.load(Ordering::Relaxed) == 0 {
        let bytes = PyBytes::new(py, b"static")?.leak_static();
        STATIC.store(bytes.len(), Ordering::Relaxed);
    }
    Ok(STATIC.load(Ordering::Relaxed))
}

/// A list that is released on every way out.
fn pack<'py>(item: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyList>> {
    let list = PyList::empty(item.py())?;
    if item.cast::<PyInt>().is_err() {
        return Err(item.py().raise::<PyTypeError>("an int is needed"));
    }
    list.append(item)?;
    Ok(list)
}

/// A reference that is released on a detached thread, later.
fn released_elsewhere(text: &Borrowed<'_, PyString>) -> bool {
    let shared = text.new_ref().into_shared();
    text.py().detach(|| {
        let thread = std::thread::spawn(move || drop(shared));
        thread.join().is_ok()
    })
}

pyptr::module! {
    /// Planted bugs, and what only looks like them.
    mod leaky {
        fn forgotten(py: Python);
        fn incref(argument, /);
        fn used_after_release(py: Python);
        fn forgotten_immortal(py: Python);
        fn error_return(item, /);
        fn owned_from_borrowed(list, /);
        fn borrowed_from_new(py: Python);
        fn given(list, /);
        fn growing_cache(text, /);
        fn allocation(text, /);
        fn cycle(py: Python);
        fn boxed_cycle(py: Python);
        fn uncleared_cycle(py: Python);
        fn capsule_cycle(py: Python);
        fn unreleased_type(py: Python);
        fn none_by_hand(py: Python);
        fn none_raw(py: Python);
        fn none_released(py: Python);

        fn collectable_cycles(py: Python);
        fn broken_cycle(py: Python);
        fn released_type(py: Python);
        fn one_time_cache(py: Python);
        fn bounded_cache(text, /);
        fn large_cache(text, /);
        fn interned(py: Python);
        fn meant_to_live(py: Python);
        fn pack(item, /);
        fn released_elsewhere(text, /);
    }
}
