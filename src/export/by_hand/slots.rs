//! Slots of a type, from functions with typed parameters: each constructor has the name of C's function type, and takes
//! the slots that have this type. Another slot does not compile in a constant, and panics elsewhere.
//!
//! The memory of objects is not described here, and neither are functions that get raw pointers (`tp_dealloc`,
//! `tp_traverse`, `bf_getbuffer`): those are given to [`PyType_Slot`](ffi::PyType_Slot) as they are.
//!
//! ```
//! use pyptr::export::by_hand::{self, Table, slots};
//! use pyptr::types::{PyAny, PyString, PyType};
//! use pyptr::{Borrowed, Python, Returned, ffi};
//! use std::ffi::c_int;
//!
//! extern "C" fn repr<'py>(this: &Borrowed<'py, PyAny>) -> Returned<'py, PyString> {
//!     by_hand::guarded(this.py(), c"__repr__", || PyString::new(this.py(), "a Quiet"))
//! }
//!
//! extern "C" fn is_true(this: &Borrowed<'_, PyAny>) -> c_int {
//!     by_hand::guarded(this.py(), c"__bool__", || Ok(false))
//! }
//!
//! static SLOTS: Table<ffi::PyType_Slot, 2> = Table::slots([
//!     // SAFETY: neither uses what it is lent after other code has run.
//!     unsafe { slots::unaryfunc(ffi::Py_tp_repr, repr) },
//!     // SAFETY: as above.
//!     unsafe { slots::inquiry(ffi::Py_nb_bool, is_true) },
//! ]);
//! # Python::initialize();
//! # Python::attach(|py| {
//! let mut spec = ffi::PyType_Spec {
//!     name: c"words.Quiet".as_ptr(),
//!     basicsize: 0, // that of `object`
//!     itemsize: 0,
//!     flags: ffi::Py_TPFLAGS_DEFAULT as _,
//!     slots: SLOTS.as_ptr(),
//! };
//! // SAFETY: names and slots that live for ever, of functions for any object.
//! let quiet = unsafe { PyType::from_spec(py, None, &raw mut spec, None) }.unwrap();
//! # let object = quiet.call0().unwrap();
//! # assert_eq!(object.repr().unwrap().to_str().unwrap(), "a Quiet");
//! # assert!(!object.is_truthy().unwrap());
//! # });
//! ```

use std::ffi::{c_int, c_void};

use crate::ffi::{self, Py_hash_t, Py_ssize_t};
use crate::refs::{Borrowed, Object, Returned};
use crate::types::{PyAny, PyDict, PyTuple, PyType};

/// An object that is lent for the call.
type Lent<'a, 'py> = &'a Borrowed<'py, PyAny>;

macro_rules! constructors {
    ($(
        $(#[$doc:meta])*
        $name:ident $(<$object:ident>)? (
            for<'a, 'py> fn($($parameter:ty),*) -> $result:ty
        ): [$($slot:ident),*];
    )*) => {$(
        $(#[$doc])*
        ///
        #[doc = concat!("For" $(, " [`", stringify!($slot), "`](ffi::", stringify!($slot), ")")*, ".")]
        ///
        /// # Panics
        /// If `slot` is another one.
        ///
        /// # Safety
        /// The caller lends the arguments only until other code runs, which may release them: the function takes a
        /// reference of its own ([`new_ref`](Borrowed::new_ref)) to each that it uses after it has run any. It lets no
        /// panic out: [`guarded`](super::guarded). It does what the C API says of the slot.
        pub const unsafe fn $name$(<$object: Object>)?(
            slot: c_int,
            function: for<'a, 'py> unsafe extern "C" fn($($parameter),*) -> $result,
        ) -> ffi::PyType_Slot {
            assert!(is_one_of(slot, &[$(ffi::$slot),*]), "this slot has a function of another type");
            let pfunc = function as *mut c_void;
            ffi::PyType_Slot { slot, pfunc }
        }
    )*};
}

const fn is_one_of(slot: c_int, slots: &[c_int]) -> bool {
    let mut index = 0;
    while index < slots.len() {
        if slots[index] == slot {
            return true;
        }
        index += 1;
    }
    false
}

constructors! {
    /// A function of one object. `None` is the end of `tp_iternext`; `tp_iter` and `tp_repr` have this type, too.
    unaryfunc<T>(for<'a, 'py> fn(Lent<'a, 'py>) -> Returned<'py, T>): [
        Py_tp_repr, Py_tp_str, Py_tp_iter, Py_tp_iternext, Py_nb_negative, Py_nb_positive, Py_nb_absolute, Py_nb_invert,
        Py_nb_int, Py_nb_float, Py_nb_index, Py_am_await, Py_am_aiter, Py_am_anext
    ];
    /// A function of two objects. An operator gets its operands in order: either may be of the type.
    binaryfunc<T>(for<'a, 'py> fn(Lent<'a, 'py>, Lent<'a, 'py>) -> Returned<'py, T>): [
        Py_tp_getattro, Py_mp_subscript, Py_sq_concat, Py_sq_inplace_concat, Py_nb_add, Py_nb_subtract, Py_nb_multiply,
        Py_nb_remainder, Py_nb_divmod, Py_nb_lshift, Py_nb_rshift, Py_nb_and, Py_nb_xor, Py_nb_or, Py_nb_floor_divide,
        Py_nb_true_divide, Py_nb_matrix_multiply, Py_nb_inplace_add, Py_nb_inplace_subtract, Py_nb_inplace_multiply,
        Py_nb_inplace_remainder, Py_nb_inplace_lshift, Py_nb_inplace_rshift, Py_nb_inplace_and, Py_nb_inplace_xor,
        Py_nb_inplace_or, Py_nb_inplace_floor_divide, Py_nb_inplace_true_divide, Py_nb_inplace_matrix_multiply
    ];
    /// Powers, of which the third operand is `None` without one.
    ternaryfunc<T>(for<'a, 'py> fn(Lent<'a, 'py>, Lent<'a, 'py>, Lent<'a, 'py>) -> Returned<'py, T>): [
        Py_nb_power, Py_nb_inplace_power
    ];
    /// A call: the arguments, and those passed by name, if there are any.
    callfunc<T>(
        for<'a, 'py> fn(Lent<'a, 'py>, &'a Borrowed<'py, PyTuple>, Option<&'a Borrowed<'py, PyDict>>) -> Returned<'py, T>
    ): [Py_tp_call];
    /// A new instance of the type, or of one derived from it.
    newfunc<T>(
        for<'a, 'py> fn(
            &'a Borrowed<'py, PyType>, &'a Borrowed<'py, PyTuple>, Option<&'a Borrowed<'py, PyDict>>
        ) -> Returned<'py, T>
    ): [Py_tp_new];
    /// Initialises an instance.
    initproc(
        for<'a, 'py> fn(Lent<'a, 'py>, &'a Borrowed<'py, PyTuple>, Option<&'a Borrowed<'py, PyDict>>) -> c_int
    ): [Py_tp_init];
    /// A comparison, whose operator is `Py_LT` and so on.
    richcmpfunc<T>(for<'a, 'py> fn(Lent<'a, 'py>, Lent<'a, 'py>, c_int) -> Returned<'py, T>): [Py_tp_richcompare];
    /// The hash.
    hashfunc(for<'a, 'py> fn(Lent<'a, 'py>) -> Py_hash_t): [Py_tp_hash];
    /// The length.
    lenfunc(for<'a, 'py> fn(Lent<'a, 'py>) -> Py_ssize_t): [Py_mp_length, Py_sq_length];
    /// The truth; `tp_clear` has this type, too, and releases what the object refers to.
    inquiry(for<'a, 'py> fn(Lent<'a, 'py>) -> c_int): [Py_nb_bool, Py_tp_clear];
    /// Whether an object is in the container.
    objobjproc(for<'a, 'py> fn(Lent<'a, 'py>, Lent<'a, 'py>) -> c_int): [Py_sq_contains];
    /// Sets an attribute or item, or deletes it: `None`.
    objobjargproc(for<'a, 'py> fn(Lent<'a, 'py>, Lent<'a, 'py>, Option<Lent<'a, 'py>>) -> c_int): [
        Py_tp_setattro, Py_mp_ass_subscript
    ];
    /// The item at an index, or a repetition.
    ssizeargfunc<T>(for<'a, 'py> fn(Lent<'a, 'py>, Py_ssize_t) -> Returned<'py, T>): [
        Py_sq_item, Py_sq_repeat, Py_sq_inplace_repeat
    ];
    /// Sets the item at an index, or deletes it: `None`.
    ssizeobjargproc(for<'a, 'py> fn(Lent<'a, 'py>, Py_ssize_t, Option<Lent<'a, 'py>>) -> c_int): [Py_sq_ass_item];
    /// The attribute of an object, read from the class: the object, if it is read from one, and the class.
    descrgetfunc<T>(
        for<'a, 'py> fn(Lent<'a, 'py>, Option<Lent<'a, 'py>>, Option<Lent<'a, 'py>>) -> Returned<'py, T>
    ): [Py_tp_descr_get];
}
