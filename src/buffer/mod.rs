//! The buffer protocol: views of other objects' memory without a copy.

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

/// Another object's memory, held in place until this is dropped: made by [`buffer`](Borrowed::buffer) and
/// [`buffer_mut`](Borrowed::buffer_mut).
///
/// The object (a `bytes`, `bytearray`, `array.array`, `memoryview`, an array of NumPy) promises not to move
/// or free the memory meanwhile: a bytearray cannot be resized. It does not promise that nobody writes to
/// it, so no `&[u8]` is ever lent, only cells, which may change between two reads: also while this thread holds
/// the GIL, as C code that reads from a file into the memory has given it up. On free-threaded builds any code
/// can write at any moment: there a raw pointer is all there is, and copying.
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
/// assert_eq!(array.to_vec(), b"BYTES");
/// # Ok(()) }
/// # Python::initialize();
/// # Python::attach(|py| run(py).unwrap());
/// ```
#[doc(alias = "Py_buffer")]
pub struct PyBuffer<'py> {
    /// From `Box::into_raw`: what C fills in may point into itself, so that it must not move.
    view: NonNull<ffi::Py_buffer>,
    _marker: PhantomData<Python<'py>>,
}

assert_not_impl_any!(PyBuffer<'static>: Send, Sync, Clone);

/// ## Any object: buffers
impl<'py> Borrowed<'py, PyAny> {
    /// Whether the type offers buffers. Cannot fail; asking for one can.
    #[doc(alias = "PyObject_CheckBuffer")]
    #[inline]
    pub fn has_buffer(&self) -> bool {
        // SAFETY: a live object; the check reads its type.
        unsafe { ffi::PyObject_CheckBuffer(self.as_ptr()) != 0 }
    }

    /// The object's memory, to read. The buffer holds a reference of its own.
    ///
    /// Any layout is accepted: strided ones, too, and such as lead through pointers.
    ///
    /// # Errors
    /// `TypeError` if the object has no buffer, `BufferError` if it gives none now.
    #[doc(alias = "PyObject_GetBuffer")]
    #[inline]
    pub fn buffer(&self) -> PyResult<'py, PyBuffer<'py>> {
        PyBuffer::request(self, ffi::PyBUF_FULL_RO)
    }

    /// The object's memory, to read and write. The buffer holds a reference of its own.
    ///
    /// # Errors
    /// `TypeError` if the object has no buffer, `BufferError` if it gives none now, or none to write to.
    #[doc(alias = "PyObject_GetBuffer")]
    #[inline]
    pub fn buffer_mut(&self) -> PyResult<'py, PyBuffer<'py>> {
        PyBuffer::request(self, ffi::PyBUF_FULL)
    }

    /// Copies the content of `source`'s buffer into this object's, which has to be as long. Both are
    /// borrowed.
    ///
    /// # Errors
    /// `TypeError` if either has no buffer, `BufferError` if this one cannot be written to or the lengths
    /// differ.
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
            // SAFETY: from `Box::into_raw` above; nobody else has it, as the call has failed.
            drop(unsafe { Box::from_raw(view) });
            return Err(raised);
        }
        Ok(PyBuffer {
            // SAFETY: a box's address.
            view: unsafe { NonNull::new_unchecked(view) },
            _marker: PhantomData,
        })
    }

    /// Fills in a view of bytes that follow one another: what the `bf_getbuffer` of a type written in C has
    /// to do. `object` is borrowed: the view takes a reference of its own.
    ///
    /// # Errors
    /// `BufferError` if the flags ask for memory to write to and this is `readonly`; the view's object is
    /// NULL then, as C wants it.
    ///
    /// # Safety
    /// `view` may be written, and is what the slot was called with. `len` bytes at `data` can be read, and
    /// written if not `readonly`, for as long as the object lives, or until its `bf_releasebuffer` is called.
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

    /// The object that gives the memory, if it says so: not always the one that was asked, such as that
    /// behind a `memoryview`. A new reference.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn object(&self) -> Option<Owned<'py, PyAny>> {
        // SAFETY: the buffer holds a reference to it.
        unsafe { Owned::from_borrowed_ptr_or_opt(self.py(), self.view().obj) }
    }

    /// Whether it must not be written to.
    #[inline]
    pub fn is_readonly(&self) -> bool {
        self.view().readonly != 0
    }

    /// The number of bytes of all elements together, without gaps.
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

    /// The number of dimensions; 0 is a single element.
    #[inline]
    pub fn dimensions(&self) -> usize {
        self.view().ndim as usize
    }

    /// What an element is, in the notation of the module `struct`; bytes are `c"B"`.
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

    /// For memory that leads through pointers, how far behind each the elements are; empty otherwise.
    #[inline]
    pub fn suboffsets(&self) -> &[isize] {
        self.per_dimension(self.view().suboffsets)
    }

    #[inline]
    fn per_dimension(&self, numbers: *mut ffi::Py_ssize_t) -> &[isize] {
        match numbers.is_null() {
            true => &[],
            // SAFETY: so many numbers, which stay as they are while the buffer is held.
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

    /// Where the memory begins; not of all layouts with the first element.
    #[inline]
    pub fn as_ptr(&self) -> *mut u8 {
        self.view().buf.cast()
    }

    /// Where the element at these indices is, or `None` if it is not within the buffer.
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
        // Read only, whatever the version declares.
        let indices: *mut ffi::Py_ssize_t = indices.as_ptr().cast_mut().cast();
        // SAFETY: a buffer that is held; as many indices as dimensions, each within, and none negative.
        let pointer = unsafe { ffi::PyBuffer_GetPointer(self.view.as_ptr(), indices) };
        Some(pointer.cast())
    }
}

/// How C calls the order in which the last index varies fastest.
const C_ORDER: c_char = b'C' as c_char;

impl Drop for PyBuffer<'_> {
    #[doc(alias = "PyBuffer_Release")]
    #[inline]
    fn drop(&mut self) {
        // SAFETY: a buffer that is held, on an attached thread; released once.
        unsafe { ffi::PyBuffer_Release(self.view.as_ptr()) };
        // SAFETY: from `Box::into_raw`; C is done with it.
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
