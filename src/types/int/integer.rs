//! [`Integer`]: the types that an `int` is made of.

use crate::error::PyResult;
use crate::refs::{Owned, Python};
use crate::types::PyInt;

mod sealed {
    pub trait Sealed {}
}

/// Rust's integer types, `i8` to `i128` and `u8` to `u128`: what [`PyInt::new`] takes.
pub trait Integer: Copy + sealed::Sealed {
    /// The `int`. A new reference.
    #[doc(hidden)]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_int(self, py: Python<'_>) -> PyResult<'_, Owned<'_, PyInt>>;
}

/// The type, and the constructor that takes it or a wider one.
macro_rules! integers {
    ($($integer:ty: $make:ident;)*) => { $(
        impl sealed::Sealed for $integer {}

        impl Integer for $integer {
            #[inline(always)]
            #[cfg_attr(feature = "ledger", track_caller)]
            fn into_int(self, py: Python<'_>) -> PyResult<'_, Owned<'_, PyInt>> {
                // Lossless.
                PyInt::$make(py, self as _)
            }
        }
    )* };
}

integers! {
    i8: from_i64;
    i16: from_i64;
    i32: from_i64;
    i64: from_i64;
    isize: from_i64;
    u8: from_i64;
    u16: from_i64;
    u32: from_i64;
    u64: from_u64;
    usize: from_u64;
    i128: from_i128;
    u128: from_u128;
}
