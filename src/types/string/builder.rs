//! Building a `str`, in memory of Rust's until it is finished.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use crate::error::{PyErr, PyMemoryError, PyResult, Raised};
use crate::refs::{Borrowed, Owned, Python};
use crate::types::PyString;
use crate::types::checked_size::MOST_BYTES_AHEAD;

/// The fewest bytes that a builder asks for.
const LEAST: usize = 32;

/// A `str` under construction, which grows by pushing text to its end.
///
/// The text is collected as UTF-8, in memory that doubles when it is full, and
/// [`finish`](StringBuilder::finish) makes the object of it: a copy for ASCII, decoded otherwise. Pushing n characters takes
/// O(n) altogether. The result is what Python itself would have made of the same text.
///
/// No push fails. When there is no memory, the builder releases its text and takes nothing more, and
/// [`finish`](StringBuilder::finish) reports it; `write!` reports it at once, as far as it can. The same holds for a Python
/// `str` that has no UTF-8.
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
    py: Python<'py>,
    text: String,
    /// So many bytes of it have been counted, and so many characters are in them.
    counted: Cell<(usize, usize)>,
    /// What `finish` raises; the text is gone.
    failed: Option<Failure>,
}

enum Failure {
    NoMemory,
    /// A str that has no UTF-8.
    Str(PyErr),
}

impl<'py> StringBuilder<'py> {
    /// Begins an empty text. Allocates nothing.
    #[inline]
    pub fn new(py: Python<'py>) -> StringBuilder<'py> {
        py.assert_attached();
        StringBuilder {
            py,
            text: String::new(),
            counted: Cell::new((0, 0)),
            failed: None,
        }
    }

    /// Begins an empty text with room for `capacity` ASCII characters.
    ///
    /// If there is no memory, [`finish`](StringBuilder::finish) reports it.
    #[inline]
    pub fn with_capacity(py: Python<'py>, capacity: usize) -> StringBuilder<'py> {
        py.assert_attached();
        let mut builder = StringBuilder::new(py);
        if capacity > 0 {
            builder.make_room(capacity);
        }
        builder
    }

    /// Begins an empty text for a number of bytes that only data from outside promises. Room for a large one is made as the text
    /// arrives: a header of five bytes cannot allocate what it announces.
    #[inline]
    pub fn with_size_hint(py: Python<'py>, promised: usize) -> StringBuilder<'py> {
        py.assert_attached();
        StringBuilder::with_capacity(py, promised.min(MOST_BYTES_AHEAD))
    }

    /// The number of characters (code points) pushed so far. O(what was pushed since it was last asked for).
    #[inline]
    #[allow(clippy::len_without_is_empty)] // `is_empty` stands below.
    pub fn len(&self) -> usize {
        let (bytes, chars) = self.counted.get();
        let chars = chars + self.text[bytes..].chars().count();
        self.counted.set((self.text.len(), chars));
        chars
    }

    /// Whether nothing was pushed so far.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// How many characters there is room for without growing, if they are ASCII.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.text.capacity()
    }

    /// Adds text to the end. O(`text.len()`), amortised.
    #[inline]
    pub fn push_str(&mut self, text: &str) {
        let left = self.text.capacity() - self.text.len();
        if text.len() <= left || self.make_room(text.len()) {
            self.text.push_str(text);
        }
    }

    /// Adds a character to the end. O(1), amortised.
    #[inline]
    pub fn push(&mut self, char: char) {
        self.push_str(char.encode_utf8(&mut [0; 4]));
    }

    /// Sees to room for so many bytes more, or says no: then nothing is left. A `String` that grows by itself would end the
    /// process.
    #[cold]
    #[inline]
    fn make_room(&mut self, bytes: usize) -> bool {
        if self.failed.is_none() && self.text.try_reserve(bytes.max(LEAST)).is_err() {
            self.fail(Failure::NoMemory);
        }
        self.failed.is_none()
    }

    #[cold]
    fn fail(&mut self, failure: Failure) {
        self.text = String::new();
        self.counted.set((0, 0));
        self.failed.get_or_insert(failure);
    }

    /// Adds the text of a Python `str` to the end, which is borrowed. O(`text.len()`), amortised.
    ///
    /// If it has lone surrogates, or there is no memory for its UTF-8, the builder releases its text and takes nothing more, and
    /// [`finish`](StringBuilder::finish) raises the error.
    ///
    /// ```
    /// # use pyptr::{PyResult, Python, types::{PyString, StringBuilder}};
    /// # fn run<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    /// let spam = PyString::new(py, "spam")?;
    /// let mut text = StringBuilder::new(py);
    /// text.push_py_str(&spam);
    /// text.extend([", ", "eggs"]);
    /// text.extend([&spam]);
    /// assert!(text.finish()? == "spam, eggsspam");
    /// # Ok(()) }
    /// # Python::initialize();
    /// # Python::attach(|py| run(py).unwrap());
    /// ```
    #[doc(alias = "PyUnicodeWriter_WriteStr")]
    #[inline]
    pub fn push_py_str(&mut self, text: &Borrowed<'py, PyString>) {
        match text.to_str() {
            Ok(text) => self.push_str(text),
            Err(raised) => {
                let error = raised.into();
                self.fail(Failure::Str(error));
            }
        }
    }

    /// The finished `str`. A new reference; the empty one and those of one Latin-1 character are shared.
    ///
    /// # Errors
    /// `MemoryError`, if at any time there was no memory for what was pushed, or if there is none for the object;
    /// `UnicodeEncodeError`, if a Python `str` with lone surrogates was pushed.
    #[doc(alias = "PyUnicode_FromStringAndSize")]
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    pub fn finish(self) -> PyResult<'py, Owned<'py, PyString>> {
        if let Some(failure) = self.failed {
            return Err(match failure {
                Failure::NoMemory => self.py.raise::<PyMemoryError>("no memory for a longer str"),
                Failure::Str(error) => error.raise(self.py),
            });
        }
        PyString::copied(self.py, &self.text).ok_or_else(|| Raised::set(self.py))
    }
}

impl fmt::Write for StringBuilder<'_> {
    /// As [`push_str`](StringBuilder::push_str). An error means that there is no memory; the exception is
    /// raised by [`finish`](StringBuilder::finish).
    #[inline]
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        match self.failed {
            None => Ok(()),
            Some(_) => Err(fmt::Error),
        }
    }
}

/// Each item is pushed.
macro_rules! extend {
    ($($item:ty: $push:ident $(, $a:lifetime)?;)*) => { $(
        impl<$($a,)? 'py> Extend<$item> for StringBuilder<'py> {
            #[inline]
            fn extend<I: IntoIterator<Item = $item>>(&mut self, items: I) {
                items.into_iter().for_each(|item| self.$push(&item));
            }
        }
    )* };
}

extend! {
    &'a str: push_str, 'a;
    String: push_str;
    &'a String: push_str, 'a;
    Cow<'a, str>: push_str, 'a;
    &'a Borrowed<'py, PyString>: push_py_str, 'a;
    Owned<'py, PyString>: push_py_str;
    &'a Owned<'py, PyString>: push_py_str, 'a;
}

impl Extend<char> for StringBuilder<'_> {
    #[inline]
    fn extend<I: IntoIterator<Item = char>>(&mut self, items: I) {
        items.into_iter().for_each(|item| self.push(item));
    }
}
