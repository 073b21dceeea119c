//! Paths and other strings of the operating system.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

use super::refusal::without_utf8;
use super::{ConversionError, FromPyObject, IntoPyObject, Refusal};
use crate::error::{PyResult, PyUnicodeEncodeError, PyValueError, Raised};
use crate::refs::{Borrowed, Owned, Python};
use crate::sync::OnceObject;
use crate::types::{PyAny, PyBytes, PyString, PyType};

/// What `os.fspath` returns for a path: a `str` or `bytes`. A new reference.
#[cfg_attr(feature = "ledger", track_caller)]
fn fspath<'py>(object: &Borrowed<'py, PyAny>) -> Result<Owned<'py, PyAny>, ConversionError<'py>> {
    let is_text = object.cast::<PyString>().is_ok() || object.cast::<PyBytes>().is_ok();
    if !is_text && object.type_of().getattr_opt(c"__fspath__")?.is_none() {
        return Err(ConversionError::WrongType);
    }
    Ok(object.fspath()?)
}

/// The `str` or `bytes` in the operating system's form.
fn encoded<'py>(object: &Borrowed<'py, PyAny>) -> Result<OsString, ConversionError<'py>> {
    let text = match object.cast::<PyString>() {
        Ok(text) => system::of_str(text),
        Err(_) => system::of_bytes(object.cast::<PyBytes>().map_err(Raised::from)?),
    };
    text.map_err(without_utf8)
}

/// The path, which no system takes with a NUL character in it.
fn path_of<'py>(object: &Borrowed<'py, PyAny>) -> Result<PathBuf, ConversionError<'py>> {
    let path = encoded(&*fspath(object)?)?;
    without_nul(object, &path)?;
    Ok(path.into())
}

fn without_nul<'py>(
    object: &Borrowed<'py, PyAny>,
    path: &OsStr,
) -> Result<(), ConversionError<'py>> {
    match path.as_encoded_bytes().contains(&0) {
        true => Err(Refusal::new::<PyValueError>(object.py(), "embedded null character").into()),
        false => Ok(()),
    }
}

/// The UTF-8 of a `str`, if that is the path in the system's encoding, too.
fn borrowed<'a, 'py>(
    object: &'a Borrowed<'py, PyAny>,
    text: &'a Borrowed<'py, PyString>,
) -> Result<Option<&'a Path>, ConversionError<'py>> {
    let path = match text.to_str() {
        Ok(path) => path,
        // Lone surrogates stand for bytes that are no UTF-8.
        Err(raised) => {
            return raised
                .catch::<PyUnicodeEncodeError>()
                .map(|_| None)
                .map_err(Into::into);
        }
    };
    if !path.is_ascii() && system::of_str(text).map_err(without_utf8)? != OsStr::new(path) {
        return Ok(None);
    }
    without_nul(object, OsStr::new(path))?;
    Ok(Some(Path::new(path)))
}

/// From a `str`, `bytes` or an [`os.PathLike`], as the functions of Python's module `os`: in the file system's encoding, where
/// lone surrogates stand for bytes without a character (`surrogateescape`). `ValueError` for a NUL character,
/// `UnicodeEncodeError` if the encoding cannot express the text; what `__fspath__` raises. O(n).
///
/// [`os.PathLike`]: https://docs.python.org/3/library/os.html#os.PathLike
impl<'py> FromPyObject<'_, 'py> for PathBuf {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("str, bytes or os.PathLike object")
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        path_of(object)
    }
}

/// As for `PathBuf`; without a copy for most `str`s.
impl<'a, 'py> FromPyObject<'a, 'py> for Cow<'a, Path> {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        PathBuf::expected(f)
    }

    #[inline]
    fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        if let Ok(text) = object.cast::<PyString>() {
            if let Some(path) = borrowed(object, text)? {
                return Ok(Cow::Borrowed(path));
            }
        }
        path_of(object).map(Cow::Owned)
    }
}

/// From a `str`, whose UTF-8 is borrowed. Other paths have nothing to borrow: [`os.PathLike`] objects and `bytes` are of the
/// wrong type, and a `str` with lone surrogates is a `ValueError`. Take a `PathBuf` or a `Cow<Path>`, which take all of them.
///
/// [`os.PathLike`]: https://docs.python.org/3/library/os.html#os.PathLike
impl<'a, 'py> FromPyObject<'a, 'py> for &'a Path {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("str")
    }

    #[inline]
    fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let text = <&Borrowed<'py, PyString>>::from_py_object(object)?;
        borrowed(object, text)?.ok_or_else(|| {
            let message = "the path is not UTF-8 in the file system's encoding";
            Refusal::new::<PyValueError>(object.py(), message).into()
        })
    }
}

/// From a `str`, in the file system's encoding: `UnicodeEncodeError` if that cannot express it. O(n).
impl<'py> FromPyObject<'_, 'py> for OsString {
    #[inline]
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("str")
    }

    #[inline]
    fn from_py_object(object: &Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let text = <&Borrowed<'py, PyString>>::from_py_object(object)?;
        system::of_str(text).map_err(without_utf8)
    }
}

/// To a `str`, as `os.fsdecode`: bytes without a character become lone surrogates.
impl<'py> IntoPyObject<'py> for &OsStr {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        system::to_str(py, self).map(Owned::into_any)
    }
}

/// To a `pathlib.Path`.
impl<'py> IntoPyObject<'py> for &Path {
    #[inline]
    #[cfg_attr(feature = "ledger", track_caller)]
    fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
        static PATH: OnceObject<PyType> = OnceObject::new();
        let text = self.as_os_str().into_py_object(py)?;
        PATH.get_or_import(py, c"pathlib", c"Path")?.call1(&text)
    }
}

/// The same as a reference.
macro_rules! as_reference {
    ($($owner:ty: $target:ty;)*) => { $(
        impl<'py> IntoPyObject<'py> for $owner {
            #[inline]
            #[cfg_attr(feature = "ledger", track_caller)]
            fn into_py_object(self, py: Python<'py>) -> PyResult<'py, Owned<'py, PyAny>> {
                let target: &$target = self.as_ref();
                target.into_py_object(py)
            }
        }
    )* };
}

as_reference! {
    PathBuf: Path;
    &PathBuf: Path;
    Cow<'_, Path>: Path;
    OsString: OsStr;
    &OsString: OsStr;
}

/// Bytes in the file system's encoding.
#[cfg(unix)]
mod system {
    use std::ffi::{OsStr, OsString};
    use std::os::unix::ffi::{OsStrExt, OsStringExt};

    use crate::error::{PyResult, with_room};
    use crate::refs::{Borrowed, Owned, Python};
    use crate::types::{PyBytes, PyString};

    pub(super) fn of_str<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, OsString> {
        of_bytes(&*text.encode_fs()?)
    }

    pub(super) fn of_bytes<'py>(bytes: &Borrowed<'py, PyBytes>) -> PyResult<'py, OsString> {
        let bytes_of = bytes.as_bytes();
        let mut copy = with_room(bytes.py(), bytes_of.len())?;
        copy.extend_from_slice(bytes_of);
        Ok(OsString::from_vec(copy))
    }

    #[cfg_attr(feature = "ledger", track_caller)]
    pub(super) fn to_str<'py>(
        py: Python<'py>,
        text: &OsStr,
    ) -> PyResult<'py, Owned<'py, PyString>> {
        PyString::decode_fs(py, text.as_bytes())
    }
}

/// UTF-16, in which lone surrogates are allowed.
#[cfg(windows)]
mod system {
    use std::ffi::{OsStr, OsString};
    use std::os::windows::ffi::{OsStrExt, OsStringExt};

    use crate::error::PyResult;
    use crate::refs::{Borrowed, Owned, Python};
    use crate::types::{PyBytes, PyString};

    pub(super) fn of_str<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, OsString> {
        let bytes = text.encode(Some(c"utf-16-le"), Some(c"surrogatepass"))?;
        let units = bytes.as_bytes().chunks_exact(2);
        let units: Vec<u16> = units
            .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
            .collect();
        Ok(OsString::from_wide(&units))
    }

    pub(super) fn of_bytes<'py>(bytes: &Borrowed<'py, PyBytes>) -> PyResult<'py, OsString> {
        of_str(&*PyString::decode_fs(bytes.py(), bytes.as_bytes())?)
    }

    #[cfg_attr(feature = "ledger", track_caller)]
    pub(super) fn to_str<'py>(
        py: Python<'py>,
        text: &OsStr,
    ) -> PyResult<'py, Owned<'py, PyString>> {
        let bytes: Vec<u8> = text.encode_wide().flat_map(u16::to_le_bytes).collect();
        PyString::decode(py, &bytes, c"utf-16-le", Some(c"surrogatepass"))
    }
}
