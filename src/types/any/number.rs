//! Arithmetic with the semantics of Python's operators: the result of `left + right` may be any object.

use std::ffi::c_int;

use crate::error::{PyResult, Raised, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Owned};
use crate::types::{PyAny, PyFloat, PyInt, PyString};

/// Declares methods for operators of one operand: documentation, name, C function.
macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident: $function:ident;)*) => {
        /// ## Any object: arithmetic
        impl<'py> Borrowed<'py, PyAny> { $(
            $(#[$doc])*
            ///
            /// # Errors
            /// `TypeError` if the type has no such operator, or what the operator raises.
            #[inline]
            #[cfg_attr(feature = "ledger", track_caller)]
            pub fn $name(&self) -> PyResult<'py, Owned<'py, PyAny>> {
                assert_clear(self.py());
                // SAFETY: a live object.
                let result = unsafe { ffi::$function(self.as_ptr()) };
                // SAFETY: a new reference, or NULL with an exception set.
                unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
            }
        )* }
    };
}

/// Declares methods for operators of two operands: documentation, name, C function.
macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident: $function:ident;)*) => {
        impl<'py> Borrowed<'py, PyAny> { $(
            $(#[$doc])*
            ///
            /// # Errors
            /// `TypeError` if neither type has this operator for the other type, or what the operator raises.
            #[inline]
            #[cfg_attr(feature = "ledger", track_caller)]
            pub fn $name(&self, other: &Borrowed<'_, PyAny>) -> PyResult<'py, Owned<'py, PyAny>> {
                assert_clear(self.py());
                // SAFETY: live objects, borrowed for the call.
                let result = unsafe { ffi::$function(self.as_ptr(), other.as_ptr()) };
                // SAFETY: a new reference, or NULL with an exception set.
                unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
            }
        )* }
    };
}

unary! {
    /// `-self`. A new reference.
    #[doc(alias = "PyNumber_Negative")]
    neg: PyNumber_Negative;
    /// `+self`. A new reference.
    #[doc(alias = "PyNumber_Positive")]
    pos: PyNumber_Positive;
    /// `abs(self)`. A new reference.
    #[doc(alias = "PyNumber_Absolute")]
    abs: PyNumber_Absolute;
    /// `~self`. A new reference.
    #[doc(alias = "PyNumber_Invert")]
    invert: PyNumber_Invert;
}

binary! {
    /// `self + other`. A new reference; both are borrowed.
    #[doc(alias = "PyNumber_Add")]
    add: PyNumber_Add;
    /// `self - other`. A new reference; both are borrowed.
    #[doc(alias = "PyNumber_Subtract")]
    sub: PyNumber_Subtract;
    /// `self * other`. A new reference; both are borrowed.
    #[doc(alias = "PyNumber_Multiply")]
    mul: PyNumber_Multiply;
    /// `self @ other`. A new reference; both are borrowed.
    #[doc(alias = "PyNumber_MatrixMultiply")]
    matmul: PyNumber_MatrixMultiply;
    /// `self / other`. A new reference; both are borrowed.
    #[doc(alias = "PyNumber_TrueDivide")]
    true_div: PyNumber_TrueDivide;
    /// `self // other`. A new reference; both are borrowed.
    #[doc(alias = "PyNumber_FloorDivide")]
    floor_div: PyNumber_FloorDivide;
    /// `self % other`. A new reference; both are borrowed. For a `str` this is formatting, as in Python.
    #[doc(alias = "PyNumber_Remainder")]
    rem: PyNumber_Remainder;
    /// `divmod(self, other)`. A new reference; both are borrowed.
    #[doc(alias = "PyNumber_Divmod")]
    divmod: PyNumber_Divmod;
    /// `self << other`. A new reference; both are borrowed.
    #[doc(alias = "PyNumber_Lshift")]
    lshift: PyNumber_Lshift;
    /// `self >> other`. A new reference; both are borrowed.
    #[doc(alias = "PyNumber_Rshift")]
    rshift: PyNumber_Rshift;
    /// `self & other`. A new reference; both are borrowed.
    #[doc(alias = "PyNumber_And")]
    and: PyNumber_And;
    /// `self | other`. A new reference; both are borrowed.
    #[doc(alias = "PyNumber_Or")]
    or: PyNumber_Or;
    /// `self ^ other`. A new reference; both are borrowed.
    #[doc(alias = "PyNumber_Xor")]
    xor: PyNumber_Xor;
}

// What `left += right` evaluates before it assigns. The result is a new reference, to `left` itself or to
// another object; neither operand is consumed.
binary! {
    /// The result of `self += other`: `self` itself if its type changes it in place. A new reference; both
    /// are borrowed.
    #[doc(alias = "PyNumber_InPlaceAdd")]
    in_place_add: PyNumber_InPlaceAdd;
    /// The result of `self -= other`: `self` itself if its type changes it in place. A new reference; both
    /// are borrowed.
    #[doc(alias = "PyNumber_InPlaceSubtract")]
    in_place_sub: PyNumber_InPlaceSubtract;
    /// The result of `self *= other`: `self` itself if its type changes it in place. A new reference; both
    /// are borrowed.
    #[doc(alias = "PyNumber_InPlaceMultiply")]
    in_place_mul: PyNumber_InPlaceMultiply;
    /// The result of `self @= other`: `self` itself if its type changes it in place. A new reference; both
    /// are borrowed.
    #[doc(alias = "PyNumber_InPlaceMatrixMultiply")]
    in_place_matmul: PyNumber_InPlaceMatrixMultiply;
    /// The result of `self /= other`: `self` itself if its type changes it in place. A new reference; both
    /// are borrowed.
    #[doc(alias = "PyNumber_InPlaceTrueDivide")]
    in_place_true_div: PyNumber_InPlaceTrueDivide;
    /// The result of `self //= other`: `self` itself if its type changes it in place. A new reference; both
    /// are borrowed.
    #[doc(alias = "PyNumber_InPlaceFloorDivide")]
    in_place_floor_div: PyNumber_InPlaceFloorDivide;
    /// The result of `self %= other`: `self` itself if its type changes it in place. A new reference; both
    /// are borrowed.
    #[doc(alias = "PyNumber_InPlaceRemainder")]
    in_place_rem: PyNumber_InPlaceRemainder;
    /// The result of `self <<= other`: `self` itself if its type changes it in place. A new reference; both
    /// are borrowed.
    #[doc(alias = "PyNumber_InPlaceLshift")]
    in_place_lshift: PyNumber_InPlaceLshift;
    /// The result of `self >>= other`: `self` itself if its type changes it in place. A new reference; both
    /// are borrowed.
    #[doc(alias = "PyNumber_InPlaceRshift")]
    in_place_rshift: PyNumber_InPlaceRshift;
    /// The result of `self &= other`: `self` itself if its type changes it in place. A new reference; both
    /// are borrowed.
    #[doc(alias = "PyNumber_InPlaceAnd")]
    in_place_and: PyNumber_InPlaceAnd;
    /// The result of `self |= other`: `self` itself if its type changes it in place. A new reference; both
    /// are borrowed.
    #[doc(alias = "PyNumber_InPlaceOr")]
    in_place_or: PyNumber_InPlaceOr;
    /// The result of `self ^= other`: `self` itself if its type changes it in place. A new reference; both
    /// are borrowed.
    #[doc(alias = "PyNumber_InPlaceXor")]
    in_place_xor: PyNumber_InPlaceXor;
}

/// ## Any object: numbers
impl<'py> Borrowed<'py, PyAny> {
    /// `pow(self, exponent)`, or `pow(self, exponent, modulus)`. A new reference; all are borrowed.
    ///
    /// # Errors
    /// `TypeError` if the types have no such operator for each other, or what the operator raises.
    #[doc(alias = "PyNumber_Power")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn pow(
        &self,
        exponent: &Borrowed<'_, PyAny>,
        modulus: Option<&Borrowed<'_, PyAny>>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        let modulus = modulus.unwrap_or(self.py().none()).as_ptr();
        // SAFETY: live objects, borrowed for the call; `None` stands for no modulus.
        let result = unsafe { ffi::PyNumber_Power(self.as_ptr(), exponent.as_ptr(), modulus) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// The result of `self **= exponent`: `self` itself if its type changes it in place. A new reference;
    /// both are borrowed.
    ///
    /// # Errors
    /// `TypeError` if the types have no such operator for each other, or what the operator raises.
    #[doc(alias = "PyNumber_InPlacePower")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn in_place_pow(&self, exponent: &Borrowed<'_, PyAny>) -> PyResult<'py, Owned<'py, PyAny>> {
        let none = self.py().none().as_ptr();
        // SAFETY: live objects, borrowed for the call; `None` stands for no modulus.
        let result = unsafe { ffi::PyNumber_InPlacePower(self.as_ptr(), exponent.as_ptr(), none) };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `operator.index(self)`: the object as an `int` without loss, by its `__index__`. A new reference.
    ///
    /// # Errors
    /// `TypeError` if the object has no `__index__`, or what that raises.
    #[doc(alias = "PyNumber_Index")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn index(&self) -> PyResult<'py, Owned<'py, PyInt>> {
        assert_clear(self.py());
        // SAFETY: a live object.
        let result = unsafe { ffi::PyNumber_Index(self.as_ptr()) };
        // SAFETY: a new reference to an int (anything else is refused), or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `int(self)`: a float is truncated, and a str is parsed as a decimal number. A new reference.
    ///
    /// # Errors
    /// `TypeError` if the object cannot be converted to an int, `ValueError` if it is text that is no int, or
    /// what its `__int__` raises.
    #[doc(alias = "PyNumber_Long")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn to_int(&self) -> PyResult<'py, Owned<'py, PyInt>> {
        assert_clear(self.py());
        // SAFETY: a live object.
        let result = unsafe { ffi::PyNumber_Long(self.as_ptr()) };
        // SAFETY: a new reference to an int (anything else is refused), or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// `float(self)`: a str is parsed. A new reference.
    ///
    /// # Errors
    /// `TypeError` if the object cannot be converted to a float, `ValueError` if it is text that is no
    /// number, or what its `__float__` raises.
    #[doc(alias = "PyNumber_Float")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn to_float(&self) -> PyResult<'py, Owned<'py, PyFloat>> {
        assert_clear(self.py());
        // SAFETY: a live object.
        let result = unsafe { ffi::PyNumber_Float(self.as_ptr()) };
        // SAFETY: a new reference to a float (anything else is refused), or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }

    /// The int from the object's `__index__` as text in base 2, 8, 10 or 16, as `bin`, `oct`, `str` and `hex`
    /// write it. A new reference.
    ///
    /// # Errors
    /// `TypeError` if the object has no `__index__`, or what that raises; `SystemError` for another base.
    #[doc(alias = "PyNumber_ToBase")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn to_base(&self, base: u32) -> PyResult<'py, Owned<'py, PyString>> {
        assert_clear(self.py());
        // SAFETY: a live object. A base too large for C becomes 1, which C refuses as well.
        let result =
            unsafe { ffi::PyNumber_ToBase(self.as_ptr(), c_int::try_from(base).unwrap_or(1)) };
        // SAFETY: a new reference to a str, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(self.py(), result) }
    }
}

impl<'py> Borrowed<'py, PyAny> {
    /// `complex(self)` as real and imaginary part: of a complex, or by `__complex__`, `__float__` or
    /// `__index__`.
    ///
    /// # Errors
    /// `TypeError` if the object is no number, or what the method raises.
    #[doc(alias = "PyComplex_AsCComplex")]
    #[inline]
    pub fn to_complex(&self) -> PyResult<'py, (f64, f64)> {
        assert_clear(self.py());
        // SAFETY: a live object.
        let value = unsafe { ffi::PyComplex_AsCComplex(self.as_ptr()) };
        match value.real == -1.0 {
            true => Raised::occurred(self.py()).map_or(Ok((value.real, value.imag)), Err),
            false => Ok((value.real, value.imag)),
        }
    }
}
