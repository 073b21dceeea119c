//! The slots of CPython that a class can fill, by the names of their methods in Python.

#![allow(non_camel_case_types)]

use std::ffi::c_void;

use super::line::{Half, Line, slot};
use super::output::{SlotFunction, Takes};
use super::receiver::Member;
use super::run;
use crate::export::by_hand::EntryResult;
use crate::ffi;
use crate::refs::Owned;
use crate::types::PyAny;

/// A slot: the types of this module.
pub trait SlotName {
    /// What the slot returns.
    type Output<'py>: EntryResult<'py>;
    /// How many parameters it has beside `self`, at least and at most.
    const PARAMETERS: (usize, usize);
    /// What its parameters are.
    const TAKES: Takes = Takes::Arguments;
}

/// A slot with the function `F`, of `N` parameters beside `self`.
pub trait Filled<F, const N: usize>: SlotName {
    /// The line of the declaration.
    const LINE: Line;
}

/// The number of parameters that a declaration has for a slot.
pub const fn checked<S: SlotName>(given: usize) -> usize {
    let (least, most) = S::PARAMETERS;
    assert!(
        given >= least && given <= most,
        "Python passes another number of arguments to this slot"
    );
    given
}

macro_rules! slots {
    ($($name:ident: $kind:ident $(($($argument:tt)*))?;)*) => {
        $(
            #[doc = "The slot of this method."]
            pub struct $name;
            slots!(@$kind $name $($($argument)*)?);
        )*

        /// The names of all, and of those that are no types here.
        const NAMES: &[&str] = &["__new__", "__init__", "__call__", "__buffer__", $(stringify!($name)),*];
    };

    // One function, which fills the slot alone.
    (@whole $name:ident $output:ty, $parameters:literal, $function:ident as $type:ty, $slot:ident $(, $also:ident)?) => {
        impl SlotName for $name {
            type Output<'py> = $output;
            const PARAMETERS: (usize, usize) = ($parameters, $parameters);
        }

        impl<F, const N: usize> Filled<F, N> for $name
        where
            F: for<'py> SlotFunction<Output<'py> = $output>,
        {
            const LINE: Line = {
                let function: $type = run::$function::<F>;
                let also = [0 $(+ ffi::$also)?];
                Line::Slot(slot(ffi::$slot, function as *mut c_void), also[0])
            };
        }
    };
    (@unary $name:ident $slot:ident) => {
        slots!(@whole $name Owned<'py, PyAny>, 0, unary as ffi::unaryfunc, $slot);
    };

    // One of several functions.
    (@part $name:ident $output:ty, $parameters:literal, $half:ident($function:ident), $whole:ident as $type:ty, $slot:ident, $operator:expr $(, $takes:expr)?) => {
        impl SlotName for $name {
            type Output<'py> = $output;
            const PARAMETERS: (usize, usize) = ($parameters, $parameters);
            $(const TAKES: Takes = $takes;)?
        }

        impl<F, const N: usize> Filled<F, N> for $name
        where
            F: Member + for<'py> SlotFunction<Output<'py> = $output>,
        {
            const LINE: Line = {
                let function: $type = run::$whole::<F::Class>;
                Line::Part {
                    slot: slot(ffi::$slot, function as *mut c_void),
                    operator: $operator,
                    half: Half::$half(run::$function::<F>),
                }
            };
        }
    };
    (@comparison $name:ident $operator:ident) => {
        slots!(@part $name Owned<'py, PyAny>, 1, Binary(binary), compare_slot as ffi::richcmpfunc, Py_tp_richcompare, ffi::$operator, Takes::Operands);
    };
    (@operator $name:ident $half:ident, $slot:ident) => {
        impl SlotName for $name {
            type Output<'py> = Owned<'py, PyAny>;
            const PARAMETERS: (usize, usize) = (1, 1);
            const TAKES: Takes = Takes::Operands;
        }

        impl<F, const N: usize> Filled<F, N> for $name
        where
            F: Member + for<'py> SlotFunction<Output<'py> = Owned<'py, PyAny>>,
        {
            const LINE: Line = {
                let function: ffi::binaryfunc = run::binary_slot::<F::Class, { ffi::$slot }>;
                Line::Part {
                    slot: slot(ffi::$slot, function as *mut c_void),
                    operator: 0,
                    half: Half::$half(run::binary::<F>),
                }
            };
        }
    };
    (@power $name:ident $half:ident, $slot:ident) => {
        impl SlotName for $name {
            type Output<'py> = Owned<'py, PyAny>;
            const PARAMETERS: (usize, usize) = (1, 2);
            const TAKES: Takes = Takes::Operands;
        }

        impl<F, const N: usize> Filled<F, N> for $name
        where
            F: Member + for<'py> SlotFunction<Output<'py> = Owned<'py, PyAny>>,
        {
            const LINE: Line = {
                let function: ffi::ternaryfunc = run::power_slot::<F::Class, { ffi::$slot }>;
                Line::Part {
                    slot: slot(ffi::$slot, function as *mut c_void),
                    operator: 0,
                    half: Half::$half(run::power::<F, N>),
                }
            };
        }
    };
    (@finalizer $name:ident) => {
        impl SlotName for $name {
            type Output<'py> = ();
            const PARAMETERS: (usize, usize) = (0, 0);
        }

        impl<F, const N: usize> Filled<F, N> for $name
        where
            F: for<'py> SlotFunction<Output<'py> = ()>,
        {
            const LINE: Line = {
                Line::Finalizer(run::finalize::<F>)
            };
        }
    };
}

slots! {
    __repr__: unary(Py_tp_repr);
    __str__: unary(Py_tp_str);
    __iter__: unary(Py_tp_iter);
    __await__: unary(Py_am_await);
    __aiter__: unary(Py_am_aiter);
    __anext__: unary(Py_am_anext);
    __neg__: unary(Py_nb_negative);
    __pos__: unary(Py_nb_positive);
    __abs__: unary(Py_nb_absolute);
    __invert__: unary(Py_nb_invert);
    __int__: unary(Py_nb_int);
    __float__: unary(Py_nb_float);
    __index__: unary(Py_nb_index);

    __next__: whole(Option<Owned<'py, PyAny>>, 0, next as ffi::iternextfunc, Py_tp_iternext);
    __hash__: whole(isize, 0, hash as ffi::hashfunc, Py_tp_hash);
    __bool__: whole(bool, 0, truth as ffi::inquiry, Py_nb_bool);
    __len__: whole(usize, 0, length as ffi::lenfunc, Py_mp_length, Py_sq_length);
    __contains__: whole(bool, 1, contains as ffi::objobjproc, Py_sq_contains);
    __getitem__: whole(Owned<'py, PyAny>, 1, get as ffi::binaryfunc, Py_mp_subscript);
    __getattr__: whole(Owned<'py, PyAny>, 1, get_missing as ffi::getattrofunc, Py_tp_getattro);
    __getattribute__: whole(Owned<'py, PyAny>, 1, get as ffi::getattrofunc, Py_tp_getattro);
    __get__: whole(Owned<'py, PyAny>, 2, descriptor_get as ffi::descrgetfunc, Py_tp_descr_get);
    __del__: finalizer;

    __setitem__: part((), 2, Set(set), item_slot as ffi::objobjargproc, Py_mp_ass_subscript, 0);
    __delitem__: part((), 1, Delete(delete), item_slot as ffi::objobjargproc, Py_mp_ass_subscript, 0);
    __setattr__: part((), 2, Set(set), attribute_slot as ffi::setattrofunc, Py_tp_setattro, 0);
    __delattr__: part((), 1, Delete(delete), attribute_slot as ffi::setattrofunc, Py_tp_setattro, 0);
    __set__: part((), 2, Set(set), descriptor_slot as ffi::descrsetfunc, Py_tp_descr_set, 0);
    __delete__: part((), 1, Delete(delete), descriptor_slot as ffi::descrsetfunc, Py_tp_descr_set, 0);

    __eq__: comparison(Py_EQ);
    __ne__: comparison(Py_NE);
    __lt__: comparison(Py_LT);
    __le__: comparison(Py_LE);
    __gt__: comparison(Py_GT);
    __ge__: comparison(Py_GE);

    __add__: operator(Binary, Py_nb_add);
    __radd__: operator(Reflected, Py_nb_add);
    __sub__: operator(Binary, Py_nb_subtract);
    __rsub__: operator(Reflected, Py_nb_subtract);
    __mul__: operator(Binary, Py_nb_multiply);
    __rmul__: operator(Reflected, Py_nb_multiply);
    __matmul__: operator(Binary, Py_nb_matrix_multiply);
    __rmatmul__: operator(Reflected, Py_nb_matrix_multiply);
    __truediv__: operator(Binary, Py_nb_true_divide);
    __rtruediv__: operator(Reflected, Py_nb_true_divide);
    __floordiv__: operator(Binary, Py_nb_floor_divide);
    __rfloordiv__: operator(Reflected, Py_nb_floor_divide);
    __mod__: operator(Binary, Py_nb_remainder);
    __rmod__: operator(Reflected, Py_nb_remainder);
    __divmod__: operator(Binary, Py_nb_divmod);
    __rdivmod__: operator(Reflected, Py_nb_divmod);
    __lshift__: operator(Binary, Py_nb_lshift);
    __rlshift__: operator(Reflected, Py_nb_lshift);
    __rshift__: operator(Binary, Py_nb_rshift);
    __rrshift__: operator(Reflected, Py_nb_rshift);
    __and__: operator(Binary, Py_nb_and);
    __rand__: operator(Reflected, Py_nb_and);
    __or__: operator(Binary, Py_nb_or);
    __ror__: operator(Reflected, Py_nb_or);
    __xor__: operator(Binary, Py_nb_xor);
    __rxor__: operator(Reflected, Py_nb_xor);
    __pow__: power(Power, Py_nb_power);
    __rpow__: power(ReflectedPower, Py_nb_power);

    __iadd__: operator(Binary, Py_nb_inplace_add);
    __isub__: operator(Binary, Py_nb_inplace_subtract);
    __imul__: operator(Binary, Py_nb_inplace_multiply);
    __imatmul__: operator(Binary, Py_nb_inplace_matrix_multiply);
    __itruediv__: operator(Binary, Py_nb_inplace_true_divide);
    __ifloordiv__: operator(Binary, Py_nb_inplace_floor_divide);
    __imod__: operator(Binary, Py_nb_inplace_remainder);
    __ilshift__: operator(Binary, Py_nb_inplace_lshift);
    __irshift__: operator(Binary, Py_nb_inplace_rshift);
    __iand__: operator(Binary, Py_nb_inplace_and);
    __ior__: operator(Binary, Py_nb_inplace_or);
    __ixor__: operator(Binary, Py_nb_inplace_xor);
    __ipow__: power(Power, Py_nb_inplace_power);
}

/// Whether a method of this name fills a slot: it would not, if it were in the method table alone.
pub(super) const fn is_slot(name: &str) -> bool {
    let mut index = 0;
    while index < NAMES.len() {
        if is_equal(name.as_bytes(), NAMES[index].as_bytes()) {
            return true;
        }
        index += 1;
    }
    false
}

const fn is_equal(left: &[u8], right: &[u8]) -> bool {
    let mut index = 0;
    while index < left.len() && index < right.len() && left[index] == right[index] {
        index += 1;
    }
    index == left.len() && index == right.len()
}

/// The item of `__call__`, a method of `N` parameters.
pub const fn call<F: Member, const N: usize>() -> Line {
    Line::Call(run::call::<F, N>)
}

/// The item of `__buffer__`.
pub const fn buffer<B: run::Buffer>() -> Line {
    let function: ffi::getbufferproc = run::buffer::<B>;
    Line::Slot(slot(ffi::Py_bf_getbuffer, function as *mut c_void), 0)
}
