//! The content of a buffer: copies, raw slices, cells.

use std::{fmt, ptr};

#[cfg(not(Py_GIL_DISABLED))]
use super::BufferCell;
#[cfg(not(Py_GIL_DISABLED))]
use super::ReadOnlyCell;
use super::{BufferElement, C_ORDER, PyBuffer, element};
use crate::error::{PyBufferError, PyResult, Raised, check_status};
use crate::ffi;

impl<'py> PyBuffer<'py> {
    /// Copies the bytes of all elements, in C order and without gaps.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyBuffer_ToContiguous")]
    #[inline]
    pub fn to_vec(&self) -> PyResult<'py, Vec<u8>> {
        let mut bytes = vec![0; self.len_bytes()];
        self.read_into(&mut bytes)?;
        Ok(bytes)
    }

    /// Copies the bytes of all elements, in C order and without gaps, into `bytes`, whose length must be
    /// [`len_bytes`](PyBuffer::len_bytes).
    ///
    /// # Errors
    /// `BufferError` if the slice has another length, `MemoryError`.
    #[doc(alias = "PyBuffer_ToContiguous")]
    #[inline]
    pub fn read_into(&self, bytes: &mut [u8]) -> PyResult<'py, ()> {
        self.check_len(bytes.len())?;
        let (view, len) = (self.view.as_ptr(), self.view().len);
        // SAFETY: a buffer that is held, and as many bytes as it has, which no other code can reach.
        let status =
            unsafe { ffi::PyBuffer_ToContiguous(bytes.as_mut_ptr().cast(), view, len, C_ORDER) };
        check_status(self.py(), status)
    }

    /// Overwrites all elements, in C order, with `bytes`, whose length must be
    /// [`len_bytes`](PyBuffer::len_bytes).
    ///
    /// # Errors
    /// `BufferError` if the buffer is read-only or the slice has another length, `MemoryError`.
    #[doc(alias = "PyBuffer_FromContiguous")]
    #[inline]
    pub fn write_from(&self, bytes: &[u8]) -> PyResult<'py, ()> {
        self.check_writable()?;
        self.check_len(bytes.len())?;
        let (view, len) = (self.view.as_ptr(), self.view().len);
        // C only reads them, although some versions declare the pointer as mutable.
        let data = bytes.as_ptr().cast_mut().cast();
        // SAFETY: a buffer that is held and may be written to, and as many bytes as it has.
        let status = unsafe { ffi::PyBuffer_FromContiguous(view, data, len, C_ORDER) };
        check_status(self.py(), status)
    }

    /// The elements in place, as a raw slice, if they are `T`s in contiguous memory.
    ///
    /// The slice is valid until the buffer is dropped. While elements are read through it, no other thread
    /// may write to them; and no reference to them may exist while other code runs.
    ///
    /// # Errors
    /// `BufferError` if the buffer has another format, or its memory is not contiguous or not aligned.
    #[inline]
    pub fn as_raw_slice<T: BufferElement>(&self) -> PyResult<'py, *mut [T]> {
        if self.item_size() != size_of::<T>() || !element::is_native::<T>(self.format()) {
            let format = self.format().to_string_lossy();
            let expected = T::NAME;
            return Err(self.fail(format_args!("buffer format {format} is not {expected}")));
        }
        if !self.is_contiguous() {
            return Err(self.fail("buffer is not contiguous"));
        }
        let data: *mut T = match self.len() {
            0 => ptr::dangling_mut(),
            _ => self.view().buf.cast(),
        };
        match data.is_aligned() {
            true => Ok(ptr::slice_from_raw_parts_mut(data, self.len())),
            false => Err(self.fail("buffer is not aligned")),
        }
    }

    /// The elements in place, for reading. They are [`ReadOnlyCell`]s, because other code may write to them.
    ///
    /// # Errors
    /// `BufferError` if the buffer has another format, or its memory is not contiguous or not aligned.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let doubles = py.eval(c"__import__('array').array('d', [1.5, 2.5])", None, None)?;
    /// let buffer = doubles.buffer()?;
    /// let sum: f64 = buffer.cells::<f64>()?.iter().map(|cell| cell.get()).sum();
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[cfg(not(Py_GIL_DISABLED))]
    #[inline]
    pub fn cells<T: BufferElement>(&self) -> PyResult<'py, &[ReadOnlyCell<T>]> {
        let elements = self.as_raw_slice::<T>()?;
        // SAFETY: aligned elements, each of which is a `T` whatever its bits, held in place while `self` is
        // borrowed. Other code may write to them at any moment, even C code without the GIL: the cells make
        // no reference to a value, read it by volatile accesses, and are not `Sync`.
        Ok(unsafe { &*(elements as *const [ReadOnlyCell<T>]) })
    }

    /// The elements in place, for reading and writing. They are [`BufferCell`]s, because other code may write
    /// to them, too.
    ///
    /// # Errors
    /// As for [`cells`](PyBuffer::cells), or `BufferError` if the buffer is read-only.
    #[cfg(not(Py_GIL_DISABLED))]
    #[inline]
    pub fn cells_mut<T: BufferElement>(&self) -> PyResult<'py, &[BufferCell<T>]> {
        self.check_writable()?;
        let elements = self.as_raw_slice::<T>()?;
        // SAFETY: as in `cells`, and the memory may be written to.
        Ok(unsafe { &*(elements as *const [BufferCell<T>]) })
    }

    #[inline]
    fn check_writable(&self) -> PyResult<'py, ()> {
        match self.is_readonly() {
            true => Err(self.fail("buffer is read-only")),
            false => Ok(()),
        }
    }

    #[inline]
    fn check_len(&self, len: usize) -> PyResult<'py, ()> {
        let own = self.len_bytes();
        match len == own {
            true => Ok(()),
            false => Err(self.fail(format_args!("the slice has {len} bytes, the buffer {own}"))),
        }
    }

    #[cold]
    fn fail(&self, message: impl fmt::Display) -> Raised<'py> {
        self.py().raise::<PyBufferError>(message)
    }
}
