//! Reading native memory: the fields of an object that the collector does not know, and Rust allocations.

use std::ffi::{CStr, c_void};
use std::mem;
use std::ops::Range;

use crate::ffi;
use crate::ledger::Token;

/// How many bytes of an allocation are read at the most.
const MOST: usize = 1 << 20;

const WORD: usize = mem::size_of::<usize>();
const TOKEN: usize = mem::size_of::<Token>();

/// Memory that is live, and stays live while it is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::testing) struct Memory {
    start: usize,
    size: usize,
}

impl Memory {
    /// # Safety
    /// The memory is readable for as long as this value is used.
    pub(super) unsafe fn new(start: usize, size: usize) -> Memory {
        // From the first aligned word on.
        let aligned = start.next_multiple_of(WORD);
        Memory {
            start: aligned,
            size: size.saturating_sub(aligned - start).min(MOST),
        }
    }

    fn range(self) -> Range<usize> {
        0..self.size / WORD
    }

    fn word(self, index: usize) -> usize {
        let address: *const usize = std::ptr::with_exposed_provenance(self.start + index * WORD);
        // SAFETY: within the memory, and aligned. Volatile, because other threads may write there.
        unsafe { address.read_volatile() }
    }

    /// The words, with their indices.
    pub(super) fn words(self) -> impl Iterator<Item = (usize, usize)> {
        self.range().map(move |index| (index, self.word(index)))
    }

    /// What could be tokens beside a word: the memory before and after it.
    pub(super) fn tokens(self, index: usize) -> impl Iterator<Item = Token> {
        let words = TOKEN / WORD;
        let places = [index.checked_sub(words), Some(index + 1)];
        places
            .into_iter()
            .flatten()
            .filter(move |place| place + words <= self.size / WORD)
            .map(move |place| {
                let address: *const Token =
                    std::ptr::with_exposed_provenance(self.start + place * WORD);
                // SAFETY: within the memory, and aligned; two numbers of any value are a token.
                unsafe { address.read_volatile() }
            })
    }
}

/// The memory of an object in which references may be hidden; `None` for types that CPython itself defines.
///
/// # Safety
/// The object is alive and stays so, and the thread is attached.
pub(in crate::testing) unsafe fn memory_of(object: *mut ffi::PyObject) -> Option<Memory> {
    // SAFETY: a live object, whose type it keeps alive.
    let kind = unsafe { ffi::Py_TYPE(object) };
    // SAFETY: a live object.
    if unsafe { ffi::PyModule_Check(object) } != 0 {
        // SAFETY: a live module.
        return unsafe { state_of(object) };
    }
    // SAFETY: a live type.
    let is_heap_type = unsafe { ffi::PyType_HasFeature(kind, ffi::Py_TPFLAGS_HEAPTYPE) } != 0;
    // SAFETY: a live type.
    let name = unsafe { (*kind).tp_name };
    // SAFETY: a live type's name, NUL-terminated.
    let name = unsafe { CStr::from_ptr(name) }.to_bytes();
    // The names of builtin types have no dot. Some builtin objects are smaller than their types say, such as
    // dates without a time zone.
    let is_static_of_interest = name.contains(&b'.') && !name.starts_with(b"datetime.");
    let is_of_interest = is_heap_type || name == b"PyCapsule" || is_static_of_interest;
    // SAFETY: a live object.
    if !is_of_interest || unsafe { ffi::PyType_Check(object) } != 0 {
        return None;
    }
    // SAFETY: a live type.
    let size = unsafe { (*kind).tp_basicsize };
    // SAFETY: an object is as large as its type says, and the caller keeps it alive.
    Some(unsafe { Memory::new(object.expose_provenance(), size as usize) })
}

/// # Safety
/// The module is alive and stays so, and the thread is attached.
unsafe fn state_of(module: *mut ffi::PyObject) -> Option<Memory> {
    // SAFETY: a live module.
    let state: *mut c_void = unsafe { ffi::PyModule_GetState(module) };
    // SAFETY: a live module.
    let definition = unsafe { ffi::PyModule_GetDef(module) };
    if state.is_null() || definition.is_null() {
        return None;
    }
    // SAFETY: the definition of a module lives as long as the module.
    let size = unsafe { (*definition).m_size };
    // SAFETY: the state is as large as the definition says.
    (size > 0).then(|| unsafe { Memory::new(state.expose_provenance(), size as usize) })
}

/// Whether the object is a frame, generator or coroutine, which may visit references that it does not count.
pub(in crate::testing) fn is_running(object: *mut ffi::PyObject) -> bool {
    // SAFETY: a live object.
    let kind = unsafe { ffi::Py_TYPE(object) };
    // SAFETY: a live type.
    let name = unsafe { (*kind).tp_name };
    // SAFETY: a live type's name, NUL-terminated.
    let name = unsafe { std::ffi::CStr::from_ptr(name) };
    matches!(
        name.to_bytes(),
        b"frame" | b"generator" | b"coroutine" | b"async_generator"
    )
}
