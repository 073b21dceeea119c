//! `int` from and to byte strings of any size.

use super::{Beyond, out_of_range};
use crate::error::{PyResult, Raised, assert_clear};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{PyAny, PyInt, PyString};

/// Which end of a byte string holds an integer's lowest byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// The lowest byte comes first.
    Little,
    /// The highest byte comes first.
    Big,
}

impl ByteOrder {
    /// The byte order of this machine.
    pub const NATIVE: ByteOrder = match cfg!(target_endian = "little") {
        true => ByteOrder::Little,
        false => ByteOrder::Big,
    };
}

impl PyInt {
    /// `int.from_bytes(bytes, order, signed=signed)`, for any number of bytes. A new reference. O(n).
    ///
    /// If `signed` is true, the bytes are two's complement. An empty slice is zero.
    ///
    /// # Errors
    /// `MemoryError`, or `OverflowError` beyond the largest int that CPython can hold.
    ///
    /// ```
    /// # use pyptr::{Python, types::{ByteOrder, PyInt}};
    /// # Python::initialize();
    /// # Python::attach(|py| {
    /// let number = PyInt::from_bytes(py, &[0xff, 0x01], ByteOrder::Little, false).unwrap();
    /// assert_eq!(number.to_i64().unwrap(), 0x1ff);
    /// # });
    /// ```
    #[doc(alias = "PyLong_FromNativeBytes")]
    #[doc(alias = "PyLong_FromUnsignedNativeBytes")]
    #[doc(alias = "_PyLong_FromByteArray")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn from_bytes<'py>(
        py: Python<'py>,
        bytes: &[u8],
        order: ByteOrder,
        signed: bool,
    ) -> PyResult<'py, Owned<'py, PyInt>> {
        py.assert_attached();
        // SAFETY: pointer and length are those of a slice, which is only read.
        let result = unsafe {
            ffi::long_from_bytes(
                bytes.as_ptr(),
                bytes.len(),
                order == ByteOrder::Little,
                signed,
            )
        };
        // SAFETY: a new reference to an int, or NULL with an exception set.
        unsafe { Owned::from_new_ptr_or_raised(py, result) }
    }
}

/// ## int: bytes and bits
impl<'py> Borrowed<'py, PyInt> {
    /// Fills `buffer` with the value, as `self.to_bytes(len(buffer), order, signed=signed)`.
    ///
    /// If `signed` is true, the bytes are two's complement. The buffer needs
    /// [`bit_length`](Borrowed::bit_length) bits, and one more if `signed`. O(n).
    ///
    /// # Errors
    /// `OverflowError` if the value does not fit, or is negative without `signed`. The buffer's content is
    /// then unspecified.
    #[doc(alias = "PyLong_AsNativeBytes")]
    #[doc(alias = "_PyLong_AsByteArray")]
    #[inline]
    pub fn to_bytes(&self, buffer: &mut [u8], order: ByteOrder, signed: bool) -> PyResult<'py, ()> {
        match self.fill(buffer, order, signed) {
            true => Ok(()),
            false => Err(out_of_range(self.py(), &format!("{} bytes", buffer.len()))),
        }
    }

    /// The number of bits of the absolute value, as `self.bit_length()`: 0 for zero.
    ///
    /// # Errors
    /// `MemoryError`; `TypeError` if Python code has replaced the method of `int` by one that returns no `int`.
    #[inline]
    pub fn bit_length(&self) -> PyResult<'py, u64> {
        if let Ok(value) = self.narrow() {
            return Ok((u64::BITS - value.unsigned_abs().leading_zeros()).into());
        }
        // Calls the method of `int`, because a subclass may override it.
        let int = (&raw mut ffi::PyLong_Type).cast();
        let args = [int, self.as_ptr()];
        let name = PyString::intern(self.py(), c"bit_length")?;
        // SAFETY: a live str and an array of two live objects, borrowed for the call.
        let bits = unsafe {
            ffi::PyObject_VectorcallMethod(name.as_ptr(), args.as_ptr(), 2, std::ptr::null_mut())
        };
        // SAFETY: a new reference, or NULL with an exception set.
        let bits: Owned<'_, PyAny> = unsafe { Owned::from_new_ptr_or_raised(self.py(), bits)? };
        // Python code can find the dict of `int` with `gc.get_referents()`.
        bits.cast::<PyInt>()?.to_u64()
    }

    /// Fills the buffer, or returns `false` if the value does not fit. No exception is set.
    #[inline]
    pub(super) fn fill(&self, buffer: &mut [u8], order: ByteOrder, signed: bool) -> bool {
        assert_clear(self.py());
        let narrow = self.narrow();
        // For these two cases C's function differs between versions.
        if buffer.is_empty() {
            return matches!(narrow, Ok(0));
        }
        if !signed && matches!(narrow, Ok(..0) | Err(Beyond::Below)) {
            return false;
        }
        // SAFETY: a live int that is not negative unless `signed`; pointer and length are those of a
        // slice that may be written.
        let fits = unsafe {
            ffi::long_to_bytes(
                self.as_ptr(),
                buffer.as_mut_ptr(),
                buffer.len(),
                order == ByteOrder::Little,
                signed,
            )
        };
        if !fits {
            // Some versions raise and some do not.
            drop(Raised::occurred(self.py()));
        }
        fits
    }
}
