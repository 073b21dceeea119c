//! The one door to C: `pyo3_ffi`, its backports, and the few private declarations that neither has.
//!
//! Everything else in the crate reaches CPython through `crate::ffi`, so that this file lists what
//! is used beyond the public API and for which versions. Functions newer than 3.10 are called through
//! `ffi::compat`, which is the function itself where the version has it.

pub use pyo3_ffi::*;

#[cfg(not(any(Py_3_13, windows)))]
unsafe extern "C" {
    /// Exported by every CPython since 3.7; the public name, `Py_IsFinalizing`, came with 3.13.
    fn _Py_IsFinalizing() -> std::ffi::c_int;
}

/// Whether the interpreter has begun to shut down. Callable from any thread, attached or not.
#[inline]
pub(crate) fn is_finalizing() -> bool {
    #[cfg(Py_3_13)]
    // SAFETY: `Py_IsFinalizing` may be called at any time, without a thread state.
    let finalizing = unsafe { Py_IsFinalizing() } != 0;
    #[cfg(not(any(Py_3_13, windows)))]
    // SAFETY: `_Py_IsFinalizing` reads one word of the static runtime state; it needs no thread state.
    let finalizing = unsafe { _Py_IsFinalizing() } != 0;
    // The private symbol is not in pyo3-ffi's import table for Windows; `Py_IsInitialized` turns 0
    // early in finalisation, which is what callers check next to this.
    #[cfg(all(not(Py_3_13), windows))]
    let finalizing = false;
    finalizing
}

/// Whether an interpreter is up: initialised, and not finalised since. Callable from any thread.
#[inline]
pub(crate) fn is_initialized() -> bool {
    // SAFETY: `Py_IsInitialized` may be called at any time, before initialisation included.
    unsafe { Py_IsInitialized() != 0 }
}

/// `PyImport_GetModuleDict`: a borrowed reference to a dict, or NULL where the interpreter has none any more,
/// with a clear indicator.
///
/// # Safety
/// The thread is attached, and the indicator clear.
#[inline]
pub(crate) unsafe fn module_dict() -> *mut PyObject {
    // Without a dict the call itself ends the process. This one looks into the same dict, and raises.
    if is_finalizing() {
        // SAFETY: the caller's promise.
        let name = unsafe { PyUnicode_FromString(c"".as_ptr()) };
        if !name.is_null() {
            // SAFETY: a live str, borrowed for the call.
            let module = unsafe { PyImport_GetModule(name) };
            // SAFETY: new references, released once.
            unsafe { Py_XDECREF(module) };
            // SAFETY: as above.
            unsafe { Py_DECREF(name) };
        }
        // SAFETY: the caller's promise.
        if !unsafe { PyErr_Occurred() }.is_null() {
            // SAFETY: as above.
            unsafe { PyErr_Clear() };
            return std::ptr::null_mut();
        }
    }
    // SAFETY: the caller's promise.
    unsafe { PyImport_GetModuleDict() }
}

#[cfg(all(Py_GIL_DISABLED, feature = "ledger", not(windows)))]
unsafe extern "C" {
    /// Returns once no other thread of the interpreter runs Python code or is about to.
    pub(crate) fn _PyEval_StopTheWorld(interpreter: *mut PyInterpreterState);
    /// Lets them go on.
    pub(crate) fn _PyEval_StartTheWorld(interpreter: *mut PyInterpreterState);
}

#[cfg(all(Py_GIL_DISABLED, not(windows)))]
unsafe extern "C" {
    /// Public since 3.12; it locks the exception, where reading the struct's field would race.
    pub(crate) fn PyException_GetArgs(exception: *mut PyObject) -> *mut PyObject;
}

/// The exception's `args`, a new reference to a tuple, or NULL.
///
/// # Safety
/// `exception` is a live exception instance and the calling thread is attached.
#[cfg(not(all(Py_GIL_DISABLED, not(windows))))]
#[allow(non_snake_case)]
#[inline]
pub(crate) unsafe fn PyException_GetArgs(exception: *mut PyObject) -> *mut PyObject {
    // SAFETY: an exception instance begins with this struct; the field holds a tuple or NULL.
    let args = unsafe { (*exception.cast::<PyBaseExceptionObject>()).args };
    // SAFETY: a live object or NULL, and nothing ran since it was read.
    unsafe { Py_XNewRef(args) }
}

/// `type(None)`, for which the public API has no name.
#[inline]
pub(crate) fn none_type() -> *mut PyTypeObject {
    // SAFETY: the address of a static object.
    let none = unsafe { Py_None() };
    // SAFETY: `None` is a live object, and its type never changes.
    unsafe { Py_TYPE(none) }
}

/// `type(NotImplemented)`, for which the public API has no name.
#[inline]
pub(crate) fn not_implemented_type() -> *mut PyTypeObject {
    // SAFETY: the address of a static object.
    let object = unsafe { Py_NotImplemented() };
    // SAFETY: `NotImplemented` is a live object, and its type never changes.
    unsafe { Py_TYPE(object) }
}

/// Declares the checks for types that the C API has none for, in its own manner.
macro_rules! checks {
    ($($name:ident: $check:ident($type:expr);)*) => { $(
        /// # Safety
        /// `object` is a live object.
        #[allow(non_snake_case)]
        #[inline]
        pub(crate) unsafe fn $name(object: *mut PyObject) -> std::ffi::c_int {
            // SAFETY: the caller's promise; a static type object.
            unsafe { $check(object, $type) }
        }
    )* };
}

checks! {
    is_ellipsis: Py_IS_TYPE(&raw mut PyEllipsis_Type);
    is_not_implemented: Py_IS_TYPE(not_implemented_type());
    is_mapping_proxy: Py_IS_TYPE(&raw mut PyDictProxy_Type);
    is_generic_alias: PyObject_TypeCheck(&raw mut Py_GenericAliasType);
    is_exact_generic_alias: Py_IS_TYPE(&raw mut Py_GenericAliasType);
    is_exact_dict_keys: Py_IS_TYPE(&raw mut PyDictKeys_Type);
    is_exact_dict_values: Py_IS_TYPE(&raw mut PyDictValues_Type);
    is_exact_dict_items: Py_IS_TYPE(&raw mut PyDictItems_Type);
}

#[cfg(not(windows))]
unsafe extern "C" {
    /// `types.MethodType`: public, with the three functions below, in every version.
    pub(crate) static mut PyMethod_Type: PyTypeObject;
    pub(crate) fn PyMethod_New(function: *mut PyObject, object: *mut PyObject) -> *mut PyObject;
    pub(crate) fn PyMethod_Function(method: *mut PyObject) -> *mut PyObject;
    pub(crate) fn PyMethod_Self(method: *mut PyObject) -> *mut PyObject;
}

#[cfg(not(windows))]
checks! {
    PyMethod_Check: Py_IS_TYPE(&raw mut PyMethod_Type);
}

#[cfg(not(any(Py_3_11, windows)))]
unsafe extern "C" {
    // Public since 3.11, under the names below.
    pub(crate) fn _PyFloat_Pack2(
        value: f64,
        bytes: *mut u8,
        little: std::ffi::c_int,
    ) -> std::ffi::c_int;
    pub(crate) fn _PyFloat_Pack4(
        value: f64,
        bytes: *mut u8,
        little: std::ffi::c_int,
    ) -> std::ffi::c_int;
    pub(crate) fn _PyFloat_Pack8(
        value: f64,
        bytes: *mut u8,
        little: std::ffi::c_int,
    ) -> std::ffi::c_int;
    pub(crate) fn _PyFloat_Unpack2(bytes: *const u8, little: std::ffi::c_int) -> f64;
    pub(crate) fn _PyFloat_Unpack4(bytes: *const u8, little: std::ffi::c_int) -> f64;
    pub(crate) fn _PyFloat_Unpack8(bytes: *const u8, little: std::ffi::c_int) -> f64;
}

#[cfg(not(any(Py_3_11, windows)))]
pub(crate) use {
    _PyFloat_Pack2 as PyFloat_Pack2, _PyFloat_Pack4 as PyFloat_Pack4,
    _PyFloat_Pack8 as PyFloat_Pack8, _PyFloat_Unpack2 as PyFloat_Unpack2,
    _PyFloat_Unpack4 as PyFloat_Unpack4, _PyFloat_Unpack8 as PyFloat_Unpack8,
};

/// The int that `size` bytes spell: a new reference, or NULL with an exception set.
///
/// # Safety
/// `size` bytes can be read at `bytes`, which is not NULL, and the calling thread is attached.
#[inline]
pub(crate) unsafe fn long_from_bytes(
    bytes: *const u8,
    size: usize,
    little_endian: bool,
    signed: bool,
) -> *mut PyObject {
    #[cfg(Py_3_13)]
    {
        let mut flags = byte_order_flag(little_endian);
        if !signed {
            flags |= Py_ASNATIVEBYTES_UNSIGNED_BUFFER;
        }
        // SAFETY: the caller's promise.
        unsafe { PyLong_FromNativeBytes(bytes.cast(), size, flags) }
    }
    #[cfg(not(Py_3_13))]
    // SAFETY: the caller's promise.
    unsafe {
        _PyLong_FromByteArray(bytes, size, little_endian.into(), signed.into())
    }
}

/// Fills `size` bytes with an int. Where it does not fit, or on failure, returns `false`, with or without
/// an exception set.
///
/// # Safety
/// `int` is a live int, not negative unless `signed`; `size` bytes can be written at `bytes`, and there
/// is at least one; the calling thread is attached.
#[inline]
pub(crate) unsafe fn long_to_bytes(
    int: *mut PyObject,
    bytes: *mut u8,
    size: usize,
    little_endian: bool,
    signed: bool,
) -> bool {
    #[cfg(Py_3_13)]
    {
        let mut flags = byte_order_flag(little_endian);
        if !signed {
            flags |= Py_ASNATIVEBYTES_UNSIGNED_BUFFER;
        }
        // SAFETY: the caller's promise; a slice's size fits.
        let needed = unsafe { PyLong_AsNativeBytes(int, bytes.cast(), size as Py_ssize_t, flags) };
        usize::try_from(needed).is_ok_and(|needed| needed <= size)
    }
    #[cfg(not(Py_3_13))]
    // SAFETY: the caller's promise.
    unsafe {
        _PyLong_AsByteArray(int.cast(), bytes, size, little_endian.into(), signed.into()) == 0
    }
}

#[cfg(Py_3_13)]
#[inline]
fn byte_order_flag(little_endian: bool) -> std::ffi::c_int {
    match little_endian {
        true => Py_ASNATIVEBYTES_LITTLE_ENDIAN,
        false => Py_ASNATIVEBYTES_BIG_ENDIAN,
    }
}

#[cfg(not(windows))]
unsafe extern "C" {
    /// Exported by every CPython.
    fn _PyDict_NewPresized(capacity: Py_ssize_t) -> *mut PyObject;

    /// Exported by every CPython. Lends the key, and moves the position; 0 at the end.
    pub(crate) fn _PySet_NextEntry(
        set: *mut PyObject,
        position: *mut Py_ssize_t,
        key: *mut *mut PyObject,
        hash: *mut Py_hash_t,
    ) -> std::ffi::c_int;
}

/// A dict with room for so many items, where CPython offers that: a new reference, or NULL with an exception
/// set.
///
/// # Safety
/// The thread is attached, and the capacity not negative.
#[inline]
pub(crate) unsafe fn dict_new_presized(capacity: Py_ssize_t) -> *mut PyObject {
    #[cfg(not(windows))]
    // SAFETY: the caller's promise.
    unsafe {
        _PyDict_NewPresized(capacity)
    }
    #[cfg(windows)]
    {
        let _ = capacity;
        // SAFETY: the caller's promise.
        unsafe { PyDict_New() }
    }
}

#[cfg(all(Py_3_12, not(Py_GIL_DISABLED), not(windows)))]
unsafe extern "C" {
    /// Exported by every CPython: `PyDict_GetItemWithError` from where the hash is known.
    fn _PyDict_GetItem_KnownHash(
        dict: *mut PyObject,
        key: *mut PyObject,
        hash: Py_hash_t,
    ) -> *mut PyObject;
}

/// `PyDict_GetItemWithError`: a borrowed reference, or NULL with or without an exception set.
///
/// # Safety
/// `dict` is a live dict and `key` a live object; the thread is attached, and the indicator clear.
#[cfg(all(Py_3_12, not(Py_GIL_DISABLED)))]
#[inline(always)]
pub(crate) unsafe fn dict_get_item(dict: *mut PyObject, key: *mut PyObject) -> *mut PyObject {
    // C's function asks the same, but saves registers before, for the case that it has to hash the key.
    #[cfg(not(windows))]
    // SAFETY: a live object; its type is read.
    if unsafe { PyUnicode_CheckExact(key) } != 0 {
        // SAFETY: exactly a str, whose hash only changes while this thread does not have the GIL.
        let hash = unsafe { (*key.cast::<PyASCIIObject>()).hash };
        if hash != -1 {
            // SAFETY: the caller's promise; the hash is the key's own.
            return unsafe { _PyDict_GetItem_KnownHash(dict, key, hash) };
        }
    }
    // SAFETY: the caller's promise.
    unsafe { PyDict_GetItemWithError(dict, key) }
}

#[cfg(all(Py_3_13, not(windows)))]
unsafe extern "C" {
    /// Exported since 3.13. Takes both references over, on failure as well.
    fn _PyDict_SetItem_Take2(
        dict: *mut PyObject,
        key: *mut PyObject,
        value: *mut PyObject,
    ) -> std::ffi::c_int;
}

/// `PyDict_SetItem` that steals the references to the key and the value, on failure as well. Without
/// counting where CPython offers that.
///
/// # Safety
/// `dict` is a live dict, and the caller owns a reference to `key` and one to `value`, which it gives
/// away.
#[inline]
pub(crate) unsafe fn dict_set_item_taking(
    dict: *mut PyObject,
    key: *mut PyObject,
    value: *mut PyObject,
) -> std::ffi::c_int {
    #[cfg(all(Py_3_13, not(windows)))]
    // SAFETY: the caller's promise.
    unsafe {
        _PyDict_SetItem_Take2(dict, key, value)
    }
    #[cfg(not(all(Py_3_13, not(windows))))]
    {
        // SAFETY: live objects by the caller's promise, borrowed for the call.
        let status = unsafe { PyDict_SetItem(dict, key, value) };
        // SAFETY: the caller gave this reference away.
        unsafe { crate::refcount::decref(key) };
        // SAFETY: as above.
        unsafe { crate::refcount::decref(value) };
        status
    }
}

#[cfg(not(windows))]
unsafe extern "C" {
    /// Exported by every CPython, for `Py_DECREF`. pyo3-ffi keeps its declaration to itself.
    #[cfg(not(Py_GIL_DISABLED))]
    fn _Py_Dealloc(object: *mut PyObject);

    /// Exported by free-threaded builds, for `Py_DECREF` by the owner when its count reaches zero.
    #[cfg(Py_GIL_DISABLED)]
    fn _Py_MergeZeroLocalRefcount(object: *mut PyObject);

    /// Exported by free-threaded builds, for `Py_DECREF` by other threads than the owner.
    #[cfg(Py_GIL_DISABLED)]
    fn _Py_DecRefShared(object: *mut PyObject);
}

/// Destroys an object whose count has become zero.
///
/// # Safety
/// The count of `object` was set to zero by the caller, which owned the last reference.
#[cfg(not(Py_GIL_DISABLED))]
#[allow(dead_code)] // Not where pyo3-ffi counts.
#[inline(always)]
pub(crate) unsafe fn dealloc(object: *mut PyObject) {
    #[cfg(not(windows))]
    // SAFETY: the caller's promise.
    unsafe {
        _Py_Dealloc(object)
    }
    #[cfg(windows)]
    {
        // The private symbol is not in pyo3-ffi's import table for Windows: let its own code get there.
        // SAFETY: the count is zero, and the object is alive until it is destroyed.
        unsafe { Py_INCREF(object) };
        // SAFETY: the reference taken just now, the only one.
        unsafe { Py_DECREF(object) };
    }
}

/// Gives up an object whose local count has become zero: it is destroyed, or, if other threads have
/// references, it is theirs from now on.
///
/// # Safety
/// The calling thread is attached and owns the object, whose local count it set to zero when it released
/// the last of its references.
#[cfg(Py_GIL_DISABLED)]
#[allow(dead_code)] // Not where pyo3-ffi counts.
#[inline(always)]
pub(crate) unsafe fn merge_zero_local(object: *mut PyObject) {
    #[cfg(not(windows))]
    // SAFETY: the caller's promise.
    unsafe {
        _Py_MergeZeroLocalRefcount(object)
    }
    #[cfg(windows)]
    {
        // The private symbol is not in pyo3-ffi's import table for Windows: let its own code get there.
        // SAFETY: this thread owns the object, which is alive until its counts are merged.
        unsafe { Py_INCREF(object) };
        // SAFETY: the reference taken just now, the only local one.
        unsafe { Py_DECREF(object) };
    }
}

/// Releases a reference to an object of another thread.
///
/// # Safety
/// The caller owns a reference, which is released here; the calling thread is attached and does not own
/// the object, which is not immortal.
#[cfg(Py_GIL_DISABLED)]
#[allow(dead_code)] // Not where pyo3-ffi counts.
#[inline(always)]
pub(crate) unsafe fn decref_shared(object: *mut PyObject) {
    #[cfg(not(windows))]
    // SAFETY: the caller's promise.
    unsafe {
        _Py_DecRefShared(object)
    }
    // The private symbol is not in pyo3-ffi's import table for Windows.
    #[cfg(windows)]
    // SAFETY: the caller's promise.
    unsafe {
        Py_DECREF(object)
    }
}

#[cfg(all(Py_3_13, not(windows)))]
unsafe extern "C" {
    /// Public since 3.13. The tracer itself is of no interest here: NULL is none.
    fn PyRefTracer_GetTracer(data: *mut *mut std::ffi::c_void) -> *mut std::ffi::c_void;
}

/// Whether someone may want to hear of every object that is made or destroyed.
#[inline(always)]
pub(crate) fn references_are_traced() -> bool {
    #[cfg(not(Py_3_13))]
    return false;
    #[cfg(all(Py_3_13, not(windows)))]
    // SAFETY: attached, as all that makes objects is; NULL for data that is not wanted.
    return !unsafe { PyRefTracer_GetTracer(std::ptr::null_mut()) }.is_null();
    // The function is not in pyo3-ffi's import table for Windows.
    #[cfg(all(Py_3_13, windows))]
    return true;
}

#[cfg(not(windows))]
unsafe extern "C" {
    /// Documented and exported by every CPython. pyo3-ffi has no declaration.
    fn _PyBytes_Resize(bytes: *mut *mut PyObject, size: Py_ssize_t) -> std::ffi::c_int;
}

/// Gives bytes another size: replaces the reference by one to bytes of that size with the same content, as
/// far as there is any, or releases it and puts NULL there, with an exception set. The answer is 0 or -1.
///
/// # Safety
/// The caller owns the reference at `*bytes`, which is the only one to exactly `bytes` of size 1 or more;
/// `size` is 1 or more, and neither is near to what an object can hold. The thread is attached.
#[inline]
pub(crate) unsafe fn bytes_resize(bytes: &mut *mut PyObject, size: Py_ssize_t) -> std::ffi::c_int {
    #[cfg(not(windows))]
    // SAFETY: the caller's promise.
    return unsafe { _PyBytes_Resize(bytes, size) };
    // The function is not in pyo3-ffi's import table for Windows.
    #[cfg(windows)]
    {
        let old = *bytes;
        // SAFETY: NULL asks for `size` bytes that are not initialised.
        *bytes = unsafe { PyBytes_FromStringAndSize(std::ptr::null(), size) };
        if !bytes.is_null() {
            // SAFETY: live bytes.
            let to = unsafe { PyBytes_AS_STRING(*bytes) }.cast_mut();
            // SAFETY: live bytes.
            let from = unsafe { PyBytes_AS_STRING(old) };
            // SAFETY: live bytes.
            let len = unsafe { Py_SIZE(old) }.min(size) as usize;
            // SAFETY: both have so many bytes, and they are two objects.
            unsafe { to.copy_from_nonoverlapping(from, len) };
        }
        // SAFETY: the caller gave this reference away.
        unsafe { Py_DECREF(old) };
        if bytes.is_null() { -1 } else { 0 }
    }
}
