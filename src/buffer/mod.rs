//! The buffer protocol: access to the memory of other objects without a copy.

mod content;
mod element;

pub use element::{BufferCell, BufferElement, ReadOnlyCell};

use std::ffi::{CStr, c_char, c_int};
use std::marker::PhantomData;
use std::ptr::NonNull;
use std::{fmt, slice};

use static_assertions::assert_not_impl_any;

use crate::error::{PyResult, check_status};
use crate::ffi;
use crate::refs::{Borrowed, Owned, Python};
use crate::types::PyAny;

/// The memory of another object, which stays in place until the `PyBuffer` is dropped: created by
/// [`buffer`](Borrowed::buffer) and [`buffer_mut`](Borrowed::buffer_mut).
///
/// Meanwhile the object (a `bytes`, `bytearray`, `array.array`, `memoryview`, an array of NumPy) does not
/// move or free the memory: a bytearray, for example, cannot be resized. Other code may still write to the
/// memory. So there is no `&[u8]`, only cells, whose values may change between two reads. That can happen
/// while this thread holds the GIL: C code that reads from a file into the memory has released it. On
/// free-threaded builds any thread can write at any moment, so that only copies and a raw pointer are
/// available.
///
/// | | with a GIL | free-threaded |
/// |---|---|---|
/// | [`to_vec`](PyBuffer::to_vec), [`read_into`](PyBuffer::read_into), [`write_from`](PyBuffer::write_from) | copy | copy; as CPython's own copies, not locked against writers |
/// | `cells`, `cells_mut` | checked views of elements, no copy | not there |
/// | [`as_raw_slice`](PyBuffer::as_raw_slice) | checked, no copy, `unsafe` to read | the same |
///
/// ```
/// # use pyptr::{PyResult, Python, types::PyByteArray};
/// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
/// let array = PyByteArray::new(py, b"bytes")?;
/// let buffer = array.buffer_mut()?;
/// buffer.write_from(b"BYTES")?;
/// assert!(array.resize(9).is_err());      // held in place
/// drop(buffer);
/// assert_eq!(array.to_vec()?, b"BYTES");
/// # Ok(()) }
/// # Python::initialize();
/// # Python::attach(|py| run(py).unwrap());
/// ```
#[doc(alias = "Py_buffer")]
pub struct PyBuffer<'py> {
    /// From `Box::into_raw`: a filled `Py_buffer` may point into itself, so it must not move.
    view: NonNull<ffi::Py_buffer>,
    _marker: PhantomData<Python<'py>>,
}

assert_not_impl_any!(PyBuffer<'static>: Send, Sync, Clone);

/// ## Any object: buffers
impl<'py> Borrowed<'py, PyAny> {
    /// Whether the type implements the buffer protocol. Cannot fail, but [`buffer`](Borrowed::buffer) still
    /// can.
    #[doc(alias = "PyObject_CheckBuffer")]
    #[inline]
    pub fn has_buffer(&self) -> bool {
        // SAFETY: a live object; the check reads its type.
        unsafe { ffi::PyObject_CheckBuffer(self.as_ptr()) != 0 }
    }

    /// The object's memory, for reading. The buffer holds its own reference to the object.
    ///
    /// Any layout is accepted, also strides and suboffsets.
    ///
    /// # Errors
    /// `TypeError` if the object has no buffer, `BufferError` if it refuses the request.
    #[doc(alias = "PyObject_GetBuffer")]
    #[inline]
    pub fn buffer(&self) -> PyResult<'py, PyBuffer<'py>> {
        PyBuffer::request(self, ffi::PyBUF_FULL_RO)
    }

    /// The object's memory, for reading and writing. The buffer holds its own reference to the object.
    ///
    /// # Errors
    /// `TypeError` if the object has no buffer, `BufferError` if it refuses the request or its memory is
    /// read-only.
    #[doc(alias = "PyObject_GetBuffer")]
    #[inline]
    pub fn buffer_mut(&self) -> PyResult<'py, PyBuffer<'py>> {
        PyBuffer::request(self, ffi::PyBUF_FULL)
    }

    /// Copies the content of `source`'s buffer into this object's buffer, which must have the same length.
    /// Both objects are borrowed.
    ///
    /// # Errors
    /// `TypeError` if an object has no buffer, `BufferError` if `self` is read-only or the lengths differ.
    #[doc(alias = "PyObject_CopyData")]
    #[inline]
    pub fn copy_buffer_from(&self, source: &Borrowed<'_, PyAny>) -> PyResult<'py, ()> {
        // SAFETY: live objects, borrowed for the call.
        let status = unsafe { ffi::PyObject_CopyData(self.as_ptr(), source.as_ptr()) };
        check_status(self.py(), status)
    }
}

impl<'py> PyBuffer<'py> {
    #[inline]
    fn request(object: &Borrowed<'py, PyAny>, flags: c_int) -> PyResult<'py, PyBuffer<'py>> {
        let view = Box::into_raw(Box::new(ffi::Py_buffer::new()));
        // SAFETY: a live object; `view` may be written, and stays where it is until it is released.
        let status = unsafe { ffi::PyObject_GetBuffer(object.as_ptr(), view, flags) };
        if let Err(raised) = check_status(object.py(), status) {
            // SAFETY: from `Box::into_raw` above; no other code has it, because the call has failed.
            drop(unsafe { Box::from_raw(view) });
            return Err(raised);
        }
        Ok(PyBuffer {
            // SAFETY: a box's address.
            view: unsafe { NonNull::new_unchecked(view) },
            _marker: PhantomData,
        })
    }

    /// Fills in a view of contiguous bytes: for the slot `bf_getbuffer` of a type. `object` is borrowed: the
    /// view takes its own reference.
    ///
    /// # Errors
    /// `BufferError` if `flags` ask for writable memory and `readonly` is true; `view.obj` is then NULL, as
    /// the protocol requires.
    ///
    /// # Safety
    /// `view` and `flags` are the slot's arguments, and `view` may be written to. `len` bytes at `data` can
    /// be read, and written unless `readonly`, until `bf_releasebuffer` is called for the view, or the object
    /// is freed.
    #[doc(alias = "PyBuffer_FillInfo")]
    #[inline]
    pub unsafe fn fill(
        view: *mut ffi::Py_buffer,
        object: &Borrowed<'py, PyAny>,
        data: *mut u8,
        len: usize,
        readonly: bool,
        flags: c_int,
    ) -> PyResult<'py, ()> {
        let len = ffi::Py_ssize_t::try_from(len).unwrap_or(ffi::Py_ssize_t::MAX);
        let (object, py) = (object.as_ptr(), object.py());
        let readonly = c_int::from(readonly);
        // SAFETY: the caller's promise; a live object, borrowed for the call.
        let status =
            unsafe { ffi::PyBuffer_FillInfo(view, object, data.cast(), len, readonly, flags) };
        check_status(py, status)
    }

    #[inline]
    fn view(&self) -> &ffi::Py_buffer {
        // SAFETY: filled in by `PyObject_GetBuffer`, and not changed until it is released.
        unsafe { self.view.as_ref() }
    }

    /// The token of the attached thread.
    #[inline]
    pub fn py(&self) -> Python<'py> {
        // SAFETY: a `PyBuffer<'py>` is only made of an object for 'py, and is not `Send`.
        unsafe { Python::assume_attached() }
    }

    /// The object that owns the memory, if the buffer names it. It may be another object than the one that
    /// [`buffer`](Borrowed::buffer) was called on: for a `memoryview`, the object behind it. A new reference.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn object(&self) -> Option<Owned<'py, PyAny>> {
        // SAFETY: the buffer holds a reference to the object.
        unsafe { Owned::from_borrowed_ptr_or_opt(self.py(), self.view().obj) }
    }

    /// Whether the memory must not be written to.
    #[inline]
    pub fn is_readonly(&self) -> bool {
        self.view().readonly != 0
    }

    /// The number of bytes of all elements together, gaps not counted.
    #[inline]
    pub fn len_bytes(&self) -> usize {
        self.view().len as usize
    }

    /// The number of bytes of one element.
    #[inline]
    pub fn item_size(&self) -> usize {
        self.view().itemsize as usize
    }

    /// The number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        self.len_bytes().checked_div(self.item_size()).unwrap_or(0)
    }

    /// Whether there are no elements.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of dimensions; 0 for a single element.
    #[inline]
    pub fn dimensions(&self) -> usize {
        self.view().ndim as usize
    }

    /// The format of an element, in the notation of the module `struct`; `c"B"` for bytes.
    #[inline]
    pub fn format(&self) -> &CStr {
        match self.view().format {
            format if format.is_null() => c"B",
            // SAFETY: a NUL-terminated string that lives as long as the buffer.
            format => unsafe { CStr::from_ptr(format) },
        }
    }

    /// The number of elements in each dimension.
    #[inline]
    pub fn shape(&self) -> &[isize] {
        self.per_dimension(self.view().shape)
    }

    /// The distance in bytes from one element to the next in each dimension.
    #[inline]
    pub fn strides(&self) -> &[isize] {
        self.per_dimension(self.view().strides)
    }

    /// The suboffsets, for memory in which an element is reached through pointers: the number of bytes to add
    /// after each pointer. Empty for other memory.
    #[inline]
    pub fn suboffsets(&self) -> &[isize] {
        self.per_dimension(self.view().suboffsets)
    }

    #[inline]
    fn per_dimension(&self, numbers: *mut ffi::Py_ssize_t) -> &[isize] {
        match numbers.is_null() {
            true => &[],
            // SAFETY: one number for each dimension, unchanged while the buffer is held.
            false => unsafe { slice::from_raw_parts(numbers, self.dimensions()) },
        }
    }

    /// Whether the elements follow one another without gaps, the last index varying fastest.
    #[doc(alias = "PyBuffer_IsContiguous")]
    #[inline]
    pub fn is_contiguous(&self) -> bool {
        // SAFETY: a buffer that is held.
        unsafe { ffi::PyBuffer_IsContiguous(self.view.as_ptr(), C_ORDER) != 0 }
    }

    /// Whether the elements follow one another without gaps, the first index varying fastest.
    #[doc(alias = "PyBuffer_IsContiguous")]
    #[inline]
    pub fn is_fortran_contiguous(&self) -> bool {
        // SAFETY: a buffer that is held.
        unsafe { ffi::PyBuffer_IsContiguous(self.view.as_ptr(), b'F' as c_char) != 0 }
    }

    /// The address `buf` of the view. With negative strides or suboffsets this is not the lowest address.
    #[inline]
    pub fn as_ptr(&self) -> *mut u8 {
        self.view().buf.cast()
    }

    /// The address of the element at `indices`, or `None` if the indices are not within the buffer.
    #[doc(alias = "PyBuffer_GetPointer")]
    #[inline]
    pub fn item_ptr(&self, indices: &[usize]) -> Option<*mut u8> {
        let shape = self.shape();
        let within = |(&index, &extent): (&usize, &isize)| {
            isize::try_from(index).is_ok_and(|index| index < extent)
        };
        if indices.len() != shape.len() || !indices.iter().zip(shape).all(within) {
            return None;
        }
        // C only reads them, although some versions declare the pointer as mutable.
        let indices: *mut ffi::Py_ssize_t = indices.as_ptr().cast_mut().cast();
        // SAFETY: a buffer that is held; as many indices as dimensions, each within its extent.
        let pointer = unsafe { ffi::PyBuffer_GetPointer(self.view.as_ptr(), indices) };
        Some(pointer.cast())
    }
}

/// C's name for the order in which the last index varies fastest.
const C_ORDER: c_char = b'C' as c_char;

impl Drop for PyBuffer<'_> {
    #[doc(alias = "PyBuffer_Release")]
    #[inline]
    fn drop(&mut self) {
        // SAFETY: a buffer that is held, on an attached thread; released once.
        unsafe { ffi::PyBuffer_Release(self.view.as_ptr()) };
        // SAFETY: from `Box::into_raw`; C does not use it any more.
        drop(unsafe { Box::from_raw(self.view.as_ptr()) });
    }
}

/// Format, shape and address. Runs no Python code.
impl fmt::Debug for PyBuffer<'_> {
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PyBuffer")
            .field("format", &self.format())
            .field("shape", &self.shape())
            .field("address", &self.as_ptr())
            .finish()
    }
}
