//! Entries of a method table, from functions with typed parameters: one for each calling convention.
//!
//! A reference to an object, or an `Option` of one, is passed as C passes its address; a `Returned` is a pointer. So the
//! typed function has the signature in C that the flags stand for.

use std::ffi::CStr;
use std::{mem, slice};

use crate::ffi::{self, Py_ssize_t, PyMethodDefPointer as Pointer};
use crate::refs::{Borrowed, Object, Returned};
use crate::types::{PyAny, PyDict, PyTuple};

/// The first parameter of a method: the module, the instance or the class; NULL for a static method.
type This<'a, 'py> = Option<&'a Borrowed<'py, PyAny>>;

type OneObject<T> =
    for<'a, 'py> unsafe extern "C" fn(This<'a, 'py>, &'a Borrowed<'py, PyAny>) -> Returned<'py, T>;

type NoArguments<T> = for<'a, 'py> unsafe extern "C" fn(
    &'a Borrowed<'py, PyAny>,
    Option<&'a Borrowed<'py, PyAny>>,
) -> Returned<'py, T>;

type InTuple<T> = for<'a, 'py> unsafe extern "C" fn(
    This<'a, 'py>,
    &'a Borrowed<'py, PyTuple>,
) -> Returned<'py, T>;

type InTupleAndDict<T> = for<'a, 'py> unsafe extern "C" fn(
    This<'a, 'py>,
    &'a Borrowed<'py, PyTuple>,
    Option<&'a Borrowed<'py, PyDict>>,
) -> Returned<'py, T>;

type InArray<T> = for<'a, 'py> unsafe extern "C" fn(
    &'a Borrowed<'py, PyAny>,
    *const &'a Borrowed<'py, PyAny>,
    Py_ssize_t,
) -> Returned<'py, T>;

type InArrayWithNames<T> = for<'a, 'py> unsafe extern "C" fn(
    &'a Borrowed<'py, PyAny>,
    *const &'a Borrowed<'py, PyAny>,
    Py_ssize_t,
    Option<&'a Borrowed<'py, PyTuple>>,
) -> Returned<'py, T>;

/// The arguments that a function of [`meth_fastcall`] gets in an array; of [`meth_fastcall_keywords`], `count` with the number
/// of names is that of all values.
///
/// # Safety
/// `array` points to so many arguments, which live for `'a`; it may be NULL if there is none.
#[inline(always)]
pub unsafe fn arguments<'a, 'py>(
    array: *const &'a Borrowed<'py, PyAny>,
    count: Py_ssize_t,
) -> &'a [&'a Borrowed<'py, PyAny>] {
    // METH_FASTCALL without arguments passes NULL.
    if count == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { slice::from_raw_parts(array, count as usize) }
}

macro_rules! constructors {
    ($(
        $(#[$doc:meta])*
        $name:ident($function:ident) => $field:ident, $flags:expr;
    )*) => {$(
        $(#[$doc])*
        ///
        /// # Safety
        /// The caller lends the arguments only until other code runs, which may release them: the function takes a
        /// reference of its own ([`new_ref`](Borrowed::new_ref)) to each that it uses after it has run any. It lets no
        /// panic out: [`guarded`](super::guarded).
        pub const unsafe fn $name<T: Object>(
            name: &'static CStr,
            function: $function<T>,
            doc: &'static CStr,
        ) -> ffi::PyMethodDef {
            ffi::PyMethodDef {
                ml_name: name.as_ptr(),
                ml_meth: Pointer {
                    // SAFETY: function pointers with the same signature in C.
                    $field: unsafe { mem::transmute::<$function<T>, ffi::$field>(function) },
                },
                ml_flags: $flags,
                ml_doc: doc.as_ptr(),
            }
        }
    )*};
}

constructors! {
    /// The entry of a function without arguments. The second parameter is always `None`; the first one has the token, so
    /// that it must not be a static method.
    meth_noargs(NoArguments) => PyCFunction, ffi::METH_NOARGS;

    /// The entry of a function with exactly one argument, passed by position.
    meth_o(OneObject) => PyCFunction, ffi::METH_O;

    /// The entry of a function whose arguments are in a tuple.
    meth_varargs(InTuple) => PyCFunction, ffi::METH_VARARGS;

    /// The entry of a function whose arguments are in a tuple, and those passed by name in a dict: `None` without any.
    meth_varargs_keywords(InTupleAndDict) => PyCFunctionWithKeywords, ffi::METH_VARARGS | ffi::METH_KEYWORDS;

    /// The entry of a function whose arguments are in an array of this length. It may be NULL if there is none. The first
    /// parameter has the token: not for a static method.
    meth_fastcall(InArray) => PyCFunctionFast, ffi::METH_FASTCALL;

    /// The entry of a function whose arguments are in an array: those passed by position, whose number is given, and then
    /// a value for each name in the tuple. The first parameter has the token: not for a static method.
    meth_fastcall_keywords(InArrayWithNames) => PyCFunctionFastWithKeywords, ffi::METH_FASTCALL | ffi::METH_KEYWORDS;
}
