//! The buffer protocol: access to the memory of other objects without a copy.

mod content;
mod element;
mod layout;

pub use element::{BufferCell, BufferElement, ReadOnlyCell};

use std::ffi::{CStr, c_int};
use std::fmt;
use std::marker::PhantomData;
use std::ptr::NonNull;

use static_assertions::assert_not_impl_any;

use self::layout::{Layout, Way};
use crate::error::{PyBufferError, PyResult, check_status};
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
///
/// What the exporter says of its memory is checked once: the number of dimensions (at most 64), the shape, the
/// item size, the length and the strides must fit together. What it may leave out, as ctypes leaves out the
/// strides, is computed. That there is memory where these numbers lead is the exporter's promise, which
/// nobody can check.
#[doc(alias = "Py_buffer")]
pub struct PyBuffer<'py> {
    /// Before the view, which releases the numbers.
    layout: Layout,
    view: View,
    _marker: PhantomData<Python<'py>>,
}

/// A view that an exporter has filled in, released when it is dropped.
///
/// From `Box::into_raw`: it may point into itself, so it must not move.
struct View(NonNull<ffi::Py_buffer>);

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
    /// `TypeError` if the object has no buffer, `BufferError` if it refuses the request, or if the numbers
    /// that describe its memory contradict one another.
    #[doc(alias = "PyObject_GetBuffer")]
    #[inline]
    pub fn buffer(&self) -> PyResult<'py, PyBuffer<'py>> {
        PyBuffer::request(self, ffi::PyBUF_FULL_RO)
    }

    /// The object's memory, for reading and writing. The buffer holds its own reference to the object.
    ///
    /// # Errors
    /// As for [`buffer`](Borrowed::buffer), or `BufferError` if the memory is read-only.
    #[doc(alias = "PyObject_GetBuffer")]
    #[inline]
    pub fn buffer_mut(&self) -> PyResult<'py, PyBuffer<'py>> {
        let buffer = PyBuffer::request(self, ffi::PyBUF_FULL)?;
        // Refused by an exporter that keeps to the protocol.
        buffer.check_writable()?;
        Ok(buffer)
    }

    /// Copies the bytes of all elements of `source`'s buffer, in C order, into the elements of this object's
    /// buffer, in C order. Both must have the same number of bytes, but shapes, strides and item sizes may
    /// differ. If the two buffers overlap, the result is as if `source` was copied first. Both objects are
    /// borrowed.
    ///
    /// # Errors
    /// As for [`buffer`](Borrowed::buffer), for both; `BufferError` if the lengths differ, if `self` is
    /// read-only, or if its elements are references to objects; `MemoryError` if a buffer is not contiguous
    /// and there is no memory for a copy.
    #[doc(alias = "PyObject_CopyData")]
    #[inline]
    pub fn copy_buffer_from(&self, source: &Borrowed<'_, PyAny>) -> PyResult<'py, ()> {
        let target = self.buffer_mut()?;
        // SAFETY: a live object, borrowed for the call; the token is that of this thread.
        let source: &Borrowed<'py, PyAny> =
            unsafe { Borrowed::from_ptr(self.py(), source.as_ptr()) };
        target.copy_from(&source.buffer()?)
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
        // SAFETY: a box's address.
        let view = View(unsafe { NonNull::new_unchecked(view) });
        // SAFETY: filled in by the exporter; the result is dropped before the view, here and in a `PyBuffer`.
        match unsafe { Layout::of(view.fields()) } {
            Ok(layout) => Ok(PyBuffer {
                layout,
                view,
                _marker: PhantomData,
            }),
            Err(message) => {
                // Before the exception is set: the exporter may run any code.
                drop(view);
                Err(object.py().raise::<PyBufferError>(message))
            }
        }
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
        self.view.fields()
    }

    #[inline]
    fn way(&self) -> Way<'_> {
        Way::new(&self.layout, self.view().itemsize)
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

    /// The number of elements; 0 if they have no bytes.
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

    /// The number of elements in each dimension. No number is negative.
    #[inline]
    pub fn shape(&self) -> &[isize] {
        self.layout.shape()
    }

    /// The distance in bytes from one element to the next in each dimension. Computed from the shape if the
    /// exporter gives none.
    #[inline]
    pub fn strides(&self) -> &[isize] {
        self.layout.strides()
    }

    /// The suboffsets, for memory in which an element is reached through pointers: the number of bytes to add
    /// after each pointer. Empty for other memory.
    #[inline]
    pub fn suboffsets(&self) -> &[isize] {
        self.layout.suboffsets()
    }

    /// Whether the elements follow one another without gaps, the last index varying fastest.
    #[doc(alias = "PyBuffer_IsContiguous")]
    #[inline]
    pub fn is_contiguous(&self) -> bool {
        self.len_bytes() == 0 || self.way().is_in_a_row((0..self.dimensions()).rev())
    }

    /// Whether the elements follow one another without gaps, the first index varying fastest.
    #[doc(alias = "PyBuffer_IsContiguous")]
    #[inline]
    pub fn is_fortran_contiguous(&self) -> bool {
        self.len_bytes() == 0 || self.way().is_in_a_row(0..self.dimensions())
    }

    /// The address `buf` of the view. With negative strides or suboffsets this is not the lowest address.
    #[inline]
    pub fn as_ptr(&self) -> *mut u8 {
        self.view().buf.cast()
    }

    /// The address of the element at `indices`, or `None` if the indices are not within the buffer or the
    /// elements have no bytes.
    #[doc(alias = "PyBuffer_GetPointer")]
    #[inline]
    pub fn item_ptr(&self, indices: &[usize]) -> Option<*mut u8> {
        let (shape, way) = (self.shape(), self.way());
        let within = |(&index, &extent): (&usize, &isize)| {
            isize::try_from(index).is_ok_and(|index| index < extent)
        };
        // Elements without bytes are nowhere: their strides are not checked.
        let nowhere = self.len_bytes() == 0;
        if nowhere || indices.len() != shape.len() || !indices.iter().zip(shape).all(within) {
            return None;
        }
        let mut place = self.as_ptr();
        for (dimension, &index) in indices.iter().enumerate() {
            // SAFETY: where the indices before lead, and an index of this dimension, in a buffer with elements.
            place = unsafe { way.step(place, dimension, index as isize) };
        }
        Some(place)
    }
}

impl View {
    #[inline]
    fn fields(&self) -> &ffi::Py_buffer {
        // SAFETY: filled in by `PyObject_GetBuffer`, and not changed until it is released.
        unsafe { self.0.as_ref() }
    }
}

impl Drop for View {
    #[doc(alias = "PyBuffer_Release")]
    #[inline]
    fn drop(&mut self) {
        // SAFETY: a buffer that is held, on an attached thread; released once.
        unsafe { ffi::PyBuffer_Release(self.0.as_ptr()) };
        // SAFETY: from `Box::into_raw`; C does not use it any more.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
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
