//! Building a `str` in the memory of the final object.

use std::fmt;

use super::storage::{self, Width};
use crate::error::{PyMemoryError, PyResult, Raised};
use crate::ffi;
use crate::refs::{Owned, Python};
use crate::types::PyString;
use crate::types::common::growing::Room;

/// A `str` under construction, which grows by pushing text to its end.
///
/// The characters are written into the final object. Its capacity doubles when it is full, and it is copied
/// into a wider object when a character does not fit its width. Pushing n characters takes O(n) altogether.
/// The result is the same as that of Python for the same text.
///
/// A push cannot fail. If an allocation fails, the builder releases its text and ignores later pushes, and
/// [`finish`](StringBuilder::finish) returns `MemoryError`; `write!` returns `fmt::Error` at once. No other
/// code can reach the object before it is finished. Dropping the builder releases the object.
///
/// ```
/// # use pyptr::{PyResult, Python, types::StringBuilder};
/// # Python::initialize();
/// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
/// use std::fmt::Write;
///
/// let mut text = StringBuilder::new(py);
/// text.push_str("caf");
/// text.push('\u{e9}');
/// let _ = write!(text, " {}", 42);    // `finish` reports it, too
/// assert_eq!(text.len(), 7);
/// assert_eq!(text.finish()?.to_str()?, "caf\u{e9} 42");
/// # Ok(()) }
/// # Python::attach(|py| run(py).unwrap());
/// ```
#[must_use = "dropping a builder releases the text in it"]
pub struct StringBuilder<'py> {
    /// Exactly a `str`. Its length is the capacity, in characters of this width.
    room: Room<'py, PyString>,
    width: Width,
}

impl<'py> StringBuilder<'py> {
    /// Begins an empty text. Allocates nothing.
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn new(py: Python<'py>) -> StringBuilder<'py> {
        StringBuilder {
            room: Room::new(py),
            width: Width::Ascii,
        }
    }

    /// Begins an empty text with room for `capacity` ASCII characters.
    ///
    /// If the allocation fails, [`finish`](StringBuilder::finish) returns the error.
    #[doc(alias = "PyUnicode_New")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn with_capacity(py: Python<'py>, capacity: usize) -> StringBuilder<'py> {
        py.assert_attached();
        let mut builder = StringBuilder::new(py);
        if capacity > 0 {
            builder.make_room(capacity, Width::Ascii);
        }
        builder
    }

    /// The number of characters (code points) pushed so far.
    #[inline]
    #[allow(clippy::len_without_is_empty)] // `is_empty` stands below.
    pub fn len(&self) -> usize {
        self.room.len()
    }

    /// Whether nothing was pushed so far.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.room.len() == 0
    }

    /// The number of characters for which there is room, if they are no wider than those pushed so far.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.room.capacity()
    }

    /// Adds text to the end. O(`text.len()`), amortised.
    #[inline]
    pub fn push_str(&mut self, text: &str) {
        if self.width <= Width::Latin1 && text.len() <= self.room.left() {
            // SAFETY: one byte for each character, as many as are written.
            let end = unsafe { self.room.data().add(self.room.len()) };
            // SAFETY: room for the text in an object of our own; without an object there is room for
            // nothing.
            if unsafe { write_ascii(end, text) } {
                self.room.written(text.len());
                return;
            }
        }
        self.push_slowly(text);
    }

    /// Adds a character to the end. O(1), amortised.
    #[inline]
    pub fn push(&mut self, char: char) {
        self.push_str(char.encode_utf8(&mut [0; 4]));
    }

    /// `push_str` for text that is not ASCII, that follows wider text, or for which there is no room.
    ///
    /// Generic, so that it is compiled only in crates that use it.
    #[inline(never)]
    fn push_slowly(&mut self, text: &(impl AsRef<str> + ?Sized)) {
        let text = text.as_ref();
        if text.is_empty() || self.room.failed() {
            return;
        }
        let (needed, chars) = Width::measure(text);
        let width = self.width.max(needed);
        let fits = width == self.width && chars <= self.room.left();
        if fits || self.make_room(chars, width) {
            // SAFETY: there is an object of this width, and room in it.
            unsafe { storage::write(self.room.data(), width, self.room.len(), text, chars) };
            self.room.written(chars);
        }
    }

    /// Makes room for at least `chars` more characters in an object of `width`, which is not narrower than
    /// before; `false` if there is no memory.
    #[cold]
    #[inline]
    fn make_room(&mut self, chars: usize, width: Width) -> bool {
        let (py, len, old_width) = (self.room.py, self.room.len(), self.width);
        let grow = |object: Option<Owned<'py, PyString>>, capacity| match object {
            Some(object) if width == old_width => resized(object, capacity),
            // SAFETY: as many characters are written, and `width` is wider than they are.
            Some(old) => unsafe { storage::longer(&old, len, capacity, width) },
            None => {
                // SAFETY: attached; the length is not negative.
                let new = unsafe { ffi::PyUnicode_New(capacity, width.max_char()) };
                // SAFETY: a new reference, or NULL with an exception set.
                unsafe { Owned::from_new_ptr_or_raised(py, new) }
            }
        };
        self.width = width;
        self.room.make(chars, grow, |object| {
            // SAFETY: a live str of this width, of C's making.
            unsafe { width.data(object.as_ptr()) }
        })
    }

    /// The finished `str`, without unused memory. A new reference; the empty `str` and those of one Latin-1
    /// character are shared objects.
    ///
    /// # Errors
    /// `MemoryError`, if an allocation has failed since the builder was made.
    #[doc(alias = "PyUnicode_Resize")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn finish(self) -> PyResult<'py, Owned<'py, PyString>> {
        let (py, len) = (self.room.py, self.room.len());
        if self.room.failed() {
            return Err(py.raise::<PyMemoryError>("no memory for a longer str"));
        }
        match self.room.into_object() {
            Some(object) if len > 1 => resized(object, len as ffi::Py_ssize_t),
            Some(object) if len == 1 => {
                // SAFETY: a live str, whose first character is written.
                let char = unsafe { ffi::PyUnicode_ReadChar(object.as_ptr(), 0) };
                let char = char::from_u32(char).unwrap_or(char::REPLACEMENT_CHARACTER);
                PyString::from_char(py, char)
            }
            _ => PyString::new(py, ""),
        }
    }
}

/// The object, resized to another capacity.
#[inline]
#[cfg_attr(feature = "ledger", track_caller)]
fn resized<'py>(
    object: Owned<'py, PyString>,
    capacity: ffi::Py_ssize_t,
) -> PyResult<'py, Owned<'py, PyString>> {
    let py = object.py();
    let mut object = object.into_ptr();
    // SAFETY: an owned reference to a str, which the call replaces by one to a str of that length with
    // the same characters. On failure it stays what it was.
    let status = unsafe { ffi::PyUnicode_Resize(&mut object, capacity) };
    // SAFETY: the reference that is in `object`, in either case.
    let object = unsafe { Owned::from_new_ptr(py, object) };
    match status {
        0 => Ok(object),
        _ => Err(Raised::set(py)),
    }
}

impl fmt::Write for StringBuilder<'_> {
    /// As [`push_str`](StringBuilder::push_str). An error means that there is no memory; the exception is
    /// raised by [`finish`](StringBuilder::finish).
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        match self.room.failed() {
            false => Ok(()),
            true => Err(fmt::Error),
        }
    }
}

/// Writes `text` and returns whether it is ASCII. If it is not, the bytes written are meaningless.
///
/// # Safety
/// `text.len()` bytes can be written at `place`, to which nothing else refers.
#[inline(always)]
unsafe fn write_ascii(place: *mut u8, text: &str) -> bool {
    // SAFETY: the caller's promise.
    unsafe { storage::copy(place, text) };
    storage::is_ascii_text(text)
}
