//! Declarations beyond `pyo3_ffi` for types that few extensions handle.

use super::*;

/// `PyImport_GetModuleDict`: a borrowed reference to `sys.modules`, or NULL without an exception once
/// finalisation has released that dict.
///
/// # Safety
/// The thread is attached, and the indicator clear.
#[inline]
pub(crate) unsafe fn module_dict() -> *mut PyObject {
    // Without the dict `PyImport_GetModuleDict` aborts the process. `PyImport_GetModule` looks into the same
    // dict, and raises instead.
    if is_finalizing() {
        // SAFETY: the caller's promise.
        let name = unsafe { PyUnicode_FromString(c"".as_ptr()) };
        if !name.is_null() {
            // SAFETY: a live str, borrowed for the call.
            let module = unsafe { PyImport_GetModule(name) };
            // SAFETY: a new reference or NULL, released once.
            unsafe { Py_XDECREF(module) };
            // SAFETY: a new reference, released once.
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

/// `type(NotImplemented)`, for which the public API has no name.
#[inline]
pub(crate) fn not_implemented_type() -> *mut PyTypeObject {
    // SAFETY: the address of a static object.
    let object = unsafe { Py_NotImplemented() };
    // SAFETY: `NotImplemented` is a live object, and its type never changes.
    unsafe { Py_TYPE(object) }
}

/// Declares type checks that the C API lacks, with the signature of the C API's own checks.
macro_rules! checks {
    ($($name:ident: $check:ident($type:expr);)*) => { $(
        /// # Safety
        /// `object` is a live object.
        #[allow(non_snake_case)]
        #[inline]
        pub(crate) unsafe fn $name(object: *mut PyObject) -> std::ffi::c_int {
            // SAFETY: the caller promises a live object; `$type` is a static type object.
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

libpython! {
    /// The type of bound methods. It is public in every version, as are the three functions below.
    pub(crate) static mut PyMethod_Type: PyTypeObject;
    pub(crate) fn PyMethod_New(function: *mut PyObject, object: *mut PyObject) -> *mut PyObject;
    pub(crate) fn PyMethod_Function(method: *mut PyObject) -> *mut PyObject;
    pub(crate) fn PyMethod_Self(method: *mut PyObject) -> *mut PyObject;
}

checks! {
    PyMethod_Check: Py_IS_TYPE(&raw mut PyMethod_Type);
}

#[cfg(not(Py_3_11))]
libpython_private! {
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

#[cfg(not(Py_3_11))]
pub(crate) use self::{
    _PyFloat_Pack2 as PyFloat_Pack2, _PyFloat_Pack4 as PyFloat_Pack4,
    _PyFloat_Pack8 as PyFloat_Pack8, _PyFloat_Unpack2 as PyFloat_Unpack2,
    _PyFloat_Unpack4 as PyFloat_Unpack4, _PyFloat_Unpack8 as PyFloat_Unpack8,
};

/// The int whose bytes are the `size` bytes at `bytes`: a new reference, or NULL with an exception set.
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

/// Writes an int to the `size` bytes at `bytes`. Returns `false` if the int does not fit or the C function
/// fails; an exception may then be set or not.
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
        // SAFETY: the caller's promise; memory of `size` bytes exists, so that `size` fits `Py_ssize_t`.
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

libpython_private! {
    /// Exported by every CPython. Stores a borrowed reference at `key` and advances `position`; returns 0 at
    /// the end.
    pub(crate) fn _PySet_NextEntry(
        set: *mut PyObject,
        position: *mut Py_ssize_t,
        key: *mut *mut PyObject,
        hash: *mut Py_hash_t,
    ) -> std::ffi::c_int;
}

libpython_private! {
    /// Documented and exported by every CPython. pyo3-ffi has no declaration.
    fn _PyBytes_Resize(bytes: *mut *mut PyObject, size: Py_ssize_t) -> std::ffi::c_int;
}

/// Changes the length of a bytes object. On success, returns 0, and `*bytes` is the reference to bytes of
/// length `size` that begin with the old content. On failure, returns -1 with an exception set; the reference
/// is released, and `*bytes` is NULL.
///
/// # Safety
/// The caller owns the reference at `*bytes`. It is the only reference to the object, whose type is exactly
/// `bytes`. The old length and `size` are at least 1, and neither is near `PY_SSIZE_T_MAX`. The thread is
/// attached.
#[inline]
pub(crate) unsafe fn bytes_resize(bytes: &mut *mut PyObject, size: Py_ssize_t) -> std::ffi::c_int {
    // SAFETY: the caller's promise.
    unsafe { _PyBytes_Resize(bytes, size) }
}
