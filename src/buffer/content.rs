//! The content of a buffer: copies, raw slices, cells.

use std::{fmt, ptr};

#[cfg(not(Py_GIL_DISABLED))]
use super::BufferCell;
#[cfg(not(Py_GIL_DISABLED))]
use super::ReadOnlyCell;
use super::{BufferElement, PyBuffer, element};
use crate::error::{PyBufferError, PyResult, Raised, with_room};

impl<'py> PyBuffer<'py> {
    /// Copies the bytes of all elements, in C order and without gaps.
    ///
    /// # Errors
    /// `MemoryError`.
    #[doc(alias = "PyBuffer_ToContiguous")]
    #[inline]
    pub fn to_vec(&self) -> PyResult<'py, Vec<u8>> {
        let len = self.len_bytes();
        // Elements with a stride of zero are the same memory: they may be more than there is memory for.
        let mut bytes: Vec<u8> = with_room(self.py(), len)?;
        // SAFETY: room for all bytes.
        unsafe { self.read(bytes.as_mut_ptr()) };
        // SAFETY: just written.
        unsafe { bytes.set_len(len) };
        Ok(bytes)
    }

    /// Copies the bytes of all elements, in C order and without gaps, into `bytes`, whose length must be
    /// [`len_bytes`](PyBuffer::len_bytes).
    ///
    /// # Errors
    /// `BufferError` if the slice has another length.
    #[doc(alias = "PyBuffer_ToContiguous")]
    #[inline]
    pub fn read_into(&self, bytes: &mut [u8]) -> PyResult<'py, ()> {
        self.check_len(bytes.len())?;
        // SAFETY: as many bytes as all elements have.
        unsafe { self.read(bytes.as_mut_ptr()) };
        Ok(())
    }

    /// Overwrites all elements, in C order, with `bytes`, whose length must be
    /// [`len_bytes`](PyBuffer::len_bytes).
    ///
    /// # Errors
    /// `BufferError` if the buffer is read-only, if its elements are references to objects (format `O`), or if
    /// the slice has another length.
    #[doc(alias = "PyBuffer_FromContiguous")]
    #[inline]
    pub fn write_from(&self, bytes: &[u8]) -> PyResult<'py, ()> {
        self.check_overwritable()?;
        self.check_len(bytes.len())?;
        // SAFETY: as many bytes as all elements have, which may be overwritten.
        unsafe { self.write(bytes.as_ptr()) };
        Ok(())
    }

    /// Overwrites all elements with those of `source`, which may be in the same memory.
    pub(super) fn copy_from(&self, source: &PyBuffer<'py>) -> PyResult<'py, ()> {
        self.check_overwritable()?;
        let (len, own) = (source.len_bytes(), self.len_bytes());
        if len != own {
            return Err(self.fail(format_args!("the source has {len} bytes, the buffer {own}")));
        }
        if len > 0 && self.is_contiguous() && source.is_contiguous() {
            let (target, source) = (self.as_ptr(), source.as_ptr());
            // SAFETY: all bytes of two buffers that are held; the first may be overwritten.
            unsafe { ptr::copy(source, target, len) };
            return Ok(());
        }
        self.write_from(&source.to_vec()?)
    }

    /// Copies all bytes out, in C order.
    ///
    /// # Safety
    /// `target` has room for them, in memory that is not the buffer's.
    unsafe fn read(&self, mut target: *mut u8) {
        if self.len_bytes() == 0 {
            return;
        }
        let each = |place: *mut u8, len| {
            // SAFETY: the bytes of some elements, held in place, and room for them. Other threads may write to
            // the elements meanwhile, as to those of a `bytearray`: any byte that is read is a value.
            unsafe { ptr::copy_nonoverlapping(place, target, len) };
            target = target.wrapping_add(len);
        };
        // SAFETY: a buffer that is held, with elements, and its address.
        unsafe { self.way().for_each_run(self.as_ptr(), each) }
    }

    /// Copies all bytes in, in C order.
    ///
    /// # Safety
    /// `source` has as many bytes, in memory that is not the buffer's. The elements may be overwritten.
    unsafe fn write(&self, mut source: *const u8) {
        if self.len_bytes() == 0 {
            return;
        }
        let each = |place: *mut u8, len| {
            // SAFETY: the bytes of some elements, held in place, which may be overwritten by any others.
            unsafe { ptr::copy_nonoverlapping(source, place, len) };
            source = source.wrapping_add(len);
        };
        // SAFETY: a buffer that is held, with elements, and its address.
        unsafe { self.way().for_each_run(self.as_ptr(), each) }
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
    pub(super) fn check_writable(&self) -> PyResult<'py, ()> {
        match self.is_readonly() {
            true => Err(self.fail("buffer is read-only")),
            false => Ok(()),
        }
    }

    /// References may not be overwritten by other bytes: Python counts them.
    #[inline]
    fn check_overwritable(&self) -> PyResult<'py, ()> {
        self.check_writable()?;
        match element::has_references(self.format()) {
            true => Err(self.fail("buffer has references to objects, which cannot be overwritten")),
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
