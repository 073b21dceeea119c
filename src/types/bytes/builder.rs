//! Building a `bytes` in the memory of the final object.

use std::{io, ptr, slice};

use crate::error::{PyMemoryError, PyResult, Raised};
use crate::ffi;
use crate::refs::{Owned, Python};
use crate::types::PyBytes;
use crate::types::checked_size::MOST_BYTES_AHEAD;

/// The smallest capacity that a push makes room for, so that the object is never one of the shared short ones.
const LEAST: usize = 32;

/// A `bytes` under construction, which grows by pushing bytes to its end.
///
/// The bytes are written into the final object, whose capacity doubles when it is full. Pushing n bytes takes
/// O(n) altogether.
///
/// A push cannot fail. If an allocation fails, the builder releases its bytes and ignores later pushes, and
/// [`finish`](BytesBuilder::finish) returns `MemoryError`; `write` and `write_all` return an error at once.
/// No other code can reach the object before it is finished. Dropping the builder releases the object.
///
/// ```
/// # use pyptr::{PyResult, Python, types::BytesBuilder};
/// # Python::initialize();
/// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
/// let mut bytes = BytesBuilder::new(py);
/// bytes.push(0x93);
/// bytes.extend_from_slice(&[1, 2, 3]);
/// assert_eq!(bytes.finish()?.as_bytes(), b"\x93\x01\x02\x03");
/// # Ok(()) }
/// # Python::attach(|py| run(py).unwrap());
/// ```
#[must_use = "dropping a builder releases the bytes in it"]
pub struct BytesBuilder<'py> {
    py: Python<'py>,
    /// Exactly a `bytes`, whose length is the capacity; the only reference to it. `None` before the first push, and
    /// after a failure.
    object: Option<Owned<'py, PyBytes>>,
    /// The address of its bytes; dangling without an object.
    data: *mut u8,
    /// The number of bytes that are written; 0 without an object.
    len: usize,
    /// 0 without an object.
    capacity: usize,
    failed: bool,
}

impl<'py> BytesBuilder<'py> {
    /// Begins an empty `bytes`. Allocates nothing.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new(py: Python<'py>) -> BytesBuilder<'py> {
        py.assert_attached();
        BytesBuilder {
            py,
            object: None,
            data: ptr::dangling_mut(),
            len: 0,
            capacity: 0,
            failed: false,
        }
    }

    /// Begins an empty `bytes` with room for `capacity` bytes.
    ///
    /// If the allocation fails, [`finish`](BytesBuilder::finish) returns the error.
    #[doc(alias = "PyBytes_FromStringAndSize")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn with_capacity(py: Python<'py>, capacity: usize) -> BytesBuilder<'py> {
        let mut builder = BytesBuilder::new(py);
        if capacity > 0 {
            builder.make_room(capacity);
        }
        builder
    }

    /// Begins an empty `bytes` for a size that only data from outside promises. Room for a large one is made as the bytes arrive: a
    /// header of five bytes cannot allocate what it announces.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn with_size_hint(py: Python<'py>, promised: usize) -> BytesBuilder<'py> {
        py.assert_attached();
        BytesBuilder::with_capacity(py, promised.min(MOST_BYTES_AHEAD))
    }

    /// The number of bytes pushed so far.
    #[inline]
    #[allow(clippy::len_without_is_empty)] // `is_empty` stands below.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing was pushed so far.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The number of bytes for which there is room.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Adds bytes to the end. O(`bytes.len()`), amortised.
    #[inline(always)]
    pub fn extend_from_slice(&mut self, bytes: &[u8]) {
        if bytes.len() > self.capacity - self.len && !self.make_room(bytes.len()) {
            return;
        }
        // SAFETY: within the object, behind the bytes that are written; without an object there is room for
        // none.
        let end = unsafe { self.data.add(self.len) };
        // SAFETY: there is room for the bytes in an object that nothing else refers to, and which therefore
        // does not overlap with a slice; without an object there are none.
        unsafe { end.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        self.len += bytes.len();
    }

    /// Adds several slices to the end, with one test for room: what a header consists of, and what follows it.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::BytesBuilder};
    /// # Python::initialize();
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let (text, mut bytes) = ("naive", BytesBuilder::new(py));
    /// bytes.extend_from_slices([&[0xd9, text.len() as u8], text.as_bytes()]);
    /// assert_eq!(bytes.finish()?.as_bytes(), b"\xd9\x05naive");
    /// # Ok(()) }
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[inline(always)]
    pub fn extend_from_slices<const N: usize>(&mut self, slices: [&[u8]; N]) {
        let sum = |sum: usize, slice: &&[u8]| sum.saturating_add(slice.len());
        let bytes = slices.iter().fold(0, sum);
        if bytes > self.capacity - self.len && !self.make_room(bytes) {
            return;
        }
        for slice in slices {
            // SAFETY: as in `extend_from_slice`: there is room for all.
            let end = unsafe { self.data.add(self.len) };
            // SAFETY: as above.
            unsafe { end.copy_from_nonoverlapping(slice.as_ptr(), slice.len()) };
            self.len += slice.len();
        }
    }

    /// Adds a byte to the end. O(1), amortised.
    #[inline(always)]
    pub fn push(&mut self, byte: u8) {
        self.extend_from_slice(&[byte]);
    }

    /// Makes room for exactly `additional` more bytes, instead of doubling the capacity.
    ///
    /// If the allocation fails, [`finish`](BytesBuilder::finish) returns the error.
    #[doc(alias = "_PyBytes_Resize")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn reserve_exact(&mut self, additional: usize) {
        if additional > self.capacity - self.len {
            // Objects of one byte are shared.
            self.resize(self.len.saturating_add(additional).max(2));
        }
    }

    /// Makes room for at least `bytes` more bytes; `false` if there is no memory. The capacity at least doubles, so that
    /// pushing takes constant time for each byte.
    #[cold]
    #[inline]
    fn make_room(&mut self, bytes: usize) -> bool {
        let least = self.len.saturating_add(bytes).max(LEAST);
        self.resize(least.max(self.capacity.saturating_mul(2)))
    }

    /// Changes the capacity, which is greater than 1; `false` if there is no memory. The exception is cleared then: any
    /// code may run until `finish` returns the error.
    #[cold]
    #[inline]
    fn resize(&mut self, capacity: usize) -> bool {
        if self.failed {
            return false;
        }
        let size = ffi::Py_ssize_t::try_from(capacity).unwrap_or(ffi::Py_ssize_t::MAX);
        match grown(self.py, self.object.take(), size) {
            Ok(object) => {
                self.data = data(&object);
                self.capacity = size as usize;
                object.set_complete(false);
                self.object = Some(object);
            }
            Err(raised) => {
                drop(raised);
                self.data = ptr::dangling_mut();
                (self.capacity, self.len, self.failed) = (0, 0, true);
            }
        }
        !self.failed
    }

    /// The finished `bytes`, without unused memory. A new reference; empty and one-byte ones are shared
    /// objects.
    ///
    /// # Errors
    /// `MemoryError`, if an allocation has failed since the builder was made.
    #[doc(alias = "_PyBytes_Resize")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn finish(self) -> PyResult<'py, Owned<'py, PyBytes>> {
        let (data, len) = (self.data, self.len);
        if self.failed {
            return Err(self.py.raise::<PyMemoryError>("no memory for more bytes"));
        }
        // Released after its bytes were read.
        match self.object {
            Some(object) if len > 1 => resized(object, len as ffi::Py_ssize_t),
            _object => {
                // SAFETY: no byte, or one that is written; for no bytes the pointer may dangle.
                let short = unsafe { slice::from_raw_parts(data, len) };
                PyBytes::new(self.py, short)
            }
        }
    }
}

/// The object, resized, or a new one of this size, which is greater than 1.
#[inline]
#[cfg_attr(feature = "ledger", track_caller)]
fn grown<'py>(
    py: Python<'py>,
    object: Option<Owned<'py, PyBytes>>,
    size: ffi::Py_ssize_t,
) -> PyResult<'py, Owned<'py, PyBytes>> {
    match object {
        // A size that is too large for C, with the header, is too large for any memory.
        _ if size >= ffi::Py_ssize_t::MAX - 1024 => {
            Err(py.raise::<PyMemoryError>("too many bytes"))
        }
        Some(object) => resized(object, size),
        None => uninitialised(py, size),
    }
}

/// The address that the bytes are written to.
#[inline]
fn data(object: &Owned<'_, PyBytes>) -> *mut u8 {
    // SAFETY: live bytes.
    let data = unsafe { ffi::PyBytes_AS_STRING(object.as_ptr()) };
    data.cast_mut().cast()
}

/// A new object of `size` uninitialised bytes, more than one.
#[inline]
#[cfg_attr(feature = "ledger", track_caller)]
fn uninitialised<'py>(
    py: Python<'py>,
    size: ffi::Py_ssize_t,
) -> PyResult<'py, Owned<'py, PyBytes>> {
    // SAFETY: NULL asks for `size` bytes that are not initialised.
    let object = unsafe { ffi::PyBytes_FromStringAndSize(ptr::null(), size) };
    // SAFETY: a new reference to bytes, or NULL with an exception set.
    unsafe { Owned::from_new_ptr_or_raised(py, object) }
}

/// The object, resized to another size, which is not 0.
#[inline]
#[cfg_attr(feature = "ledger", track_caller)]
fn resized<'py>(
    object: Owned<'py, PyBytes>,
    size: ffi::Py_ssize_t,
) -> PyResult<'py, Owned<'py, PyBytes>> {
    let py = object.py();
    let mut object = object.into_ptr();
    // SAFETY: the only reference to bytes, which the call takes over and replaces by one to bytes of that
    // size with the same content, or by NULL with an exception set.
    let status = unsafe { ffi::bytes_resize(&mut object, size) };
    match status {
        // SAFETY: the reference that the call put there.
        0 => Ok(unsafe { Owned::from_new_ptr(py, object) }),
        _ => Err(Raised::set(py)),
    }
}

impl io::Write for BytesBuilder<'_> {
    /// Adds all of `bytes`. An error means that there is no memory; the exception is raised by
    /// [`finish`](BytesBuilder::finish).
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.extend_from_slice(bytes);
        match self.failed {
            false => Ok(bytes.len()),
            true => Err(io::ErrorKind::OutOfMemory.into()),
        }
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write(bytes).map(drop)
    }

    #[inline]
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
