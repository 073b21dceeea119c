//! Unpacking.

use std::ptr;

use pyo3_ffi::*;

use super::{Failed, raise};
use crate::wire::{Civil, DEPTH, OUT_OF_RANGE, Reader, TOO_DEEP, TRUSTED, Token};

unsafe extern "C" {
    /// Exported by every version.
    fn _PyDict_NewPresized(capacity: Py_ssize_t) -> *mut PyObject;
}

/// # Safety
/// Attached, and a live object that is a `bytes`.
pub unsafe fn unpack(bytes: *mut PyObject) -> *mut PyObject {
    unsafe {
        let (data, len) = (PyBytes_AS_STRING(bytes), Py_SIZE(bytes));
        let bytes = std::slice::from_raw_parts(data.cast::<u8>(), len as usize);
        let mut reader = Reader::new(bytes);
        let Ok(object) = unpack_object(&mut reader, DEPTH) else {
            return ptr::null_mut();
        };
        match reader.end() {
            Ok(()) => object,
            Err(fault) => {
                Py_DECREF(object);
                raise(PyExc_ValueError, fault);
                ptr::null_mut()
            }
        }
    }
}

type Object = Result<*mut PyObject, Failed>;

#[inline(always)]
fn checked(object: *mut PyObject) -> Object {
    match object.is_null() {
        true => Err(Failed),
        false => Ok(object),
    }
}

unsafe fn unpack_object(reader: &mut Reader<'_>, depth: usize) -> Object {
    unsafe {
        let token = match reader.token() {
            Ok(token) => token,
            Err(fault) => return Err(raise(PyExc_ValueError, fault)),
        };
        match token {
            Token::None => Ok(Py_NewRef(Py_None())),
            Token::Bool(true) => Ok(Py_NewRef(Py_True())),
            Token::Bool(false) => Ok(Py_NewRef(Py_False())),
            Token::Int(value) => checked(PyLong_FromLongLong(value)),
            Token::Unsigned(value) => checked(PyLong_FromUnsignedLongLong(value)),
            Token::Float(value) => checked(PyFloat_FromDouble(value)),
            Token::Str(text) => unpack_str(text),
            Token::Bytes(bytes) => {
                let (data, len) = (bytes.as_ptr().cast(), bytes.len());
                checked(PyBytes_FromStringAndSize(data, len as _))
            }
            Token::List(len) => unpack_list(reader, len, deeper(depth)?),
            Token::Dict(len) => unpack_dict(reader, len, deeper(depth)?),
            Token::Timestamp(seconds, nanoseconds) => make_datetime(seconds, nanoseconds),
        }
    }
}

#[inline(always)]
unsafe fn deeper(depth: usize) -> Result<usize, Failed> {
    let depth = depth.checked_sub(1);
    depth.ok_or_else(|| unsafe { raise(PyExc_RecursionError, TOO_DEEP) })
}

#[inline(always)]
unsafe fn unpack_str(bytes: &[u8]) -> Object {
    unsafe {
        if !bytes.is_ascii() {
            return decode(bytes);
        }
        let text = checked(PyUnicode_New(bytes.len() as _, 0x7f))?;
        // The empty str is shared.
        if !bytes.is_empty() {
            let place: *mut u8 = text.cast::<PyASCIIObject>().add(1).cast();
            place.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
        }
        Ok(text)
    }
}

/// Counts the characters, makes the object, and decodes into it.
#[inline(never)]
unsafe fn decode(bytes: &[u8]) -> Object {
    unsafe {
        let Ok(text) = std::str::from_utf8(bytes) else {
            // Raises the error.
            return checked(PyUnicode_DecodeUTF8(
                bytes.as_ptr().cast(),
                bytes.len() as _,
                ptr::null(),
            ));
        };
        let (len, max) = measure(bytes);
        // The largest byte begins the largest character.
        match max {
            0xf0.. => fill(PyUnicode_New(len, 0x10_ffff), text, |char| char),
            0xc4.. => fill(PyUnicode_New(len, 0xffff), text, |char| char as u16),
            _ => fill(PyUnicode_New(len, 0xff), text, |char| char as u8),
        }
    }
}

/// The number of characters, and the largest byte. In pieces whose characters a byte can count, so that sixteen bytes are
/// looked at at once.
#[inline(always)]
fn measure(bytes: &[u8]) -> (Py_ssize_t, u8) {
    let (mut len, mut max) = (0, 0);
    for piece in bytes.chunks(128) {
        let mut count = 0_u8;
        for &byte in piece {
            // All bytes but those that continue a character.
            count += u8::from(byte as i8 >= -0x40);
            max = max.max(byte);
        }
        len += Py_ssize_t::from(count);
    }
    (len, max)
}

#[inline(always)]
unsafe fn fill<Unit>(object: *mut PyObject, text: &str, unit: impl Fn(u32) -> Unit) -> Object {
    unsafe {
        let object = checked(object)?;
        let mut place: *mut Unit = object.cast::<PyCompactUnicodeObject>().add(1).cast();
        for char in text.chars() {
            place.write(unit(char.into()));
            place = place.add(1);
        }
        Ok(object)
    }
}

unsafe fn unpack_list(reader: &mut Reader<'_>, len: usize, depth: usize) -> Object {
    unsafe {
        let trusted = len.min(TRUSTED);
        let list = checked(PyList_New(trusted as _))?;
        for i in 0..len {
            let Ok(item) = unpack_object(reader, depth) else {
                Py_DECREF(list);
                return Err(Failed);
            };
            if i < trusted {
                PyList_SET_ITEM(list, i as _, item);
                continue;
            }
            let status = PyList_Append(list, item);
            Py_DECREF(item);
            if status < 0 {
                Py_DECREF(list);
                return Err(Failed);
            }
        }
        Ok(list)
    }
}

unsafe fn unpack_dict(reader: &mut Reader<'_>, len: usize, depth: usize) -> Object {
    unsafe {
        let dict = checked(_PyDict_NewPresized(len.min(TRUSTED) as _))?;
        for _ in 0..len {
            if unpack_item(reader, dict, depth).is_err() {
                Py_DECREF(dict);
                return Err(Failed);
            }
        }
        Ok(dict)
    }
}

#[inline(always)]
unsafe fn unpack_item(
    reader: &mut Reader<'_>,
    dict: *mut PyObject,
    depth: usize,
) -> Result<(), Failed> {
    unsafe {
        let key = unpack_object(reader, depth)?;
        let Ok(value) = unpack_object(reader, depth) else {
            Py_DECREF(key);
            return Err(Failed);
        };
        let status = PyDict_SetItem(dict, key, value);
        Py_DECREF(key);
        Py_DECREF(value);
        match status {
            0 => Ok(()),
            _ => Err(Failed),
        }
    }
}

unsafe fn make_datetime(seconds: i64, nanoseconds: u32) -> Object {
    unsafe {
        let Some(civil) = Civil::of(seconds).filter(|_| nanoseconds < 1_000_000_000) else {
            return Err(raise(PyExc_ValueError, OUT_OF_RANGE));
        };
        let api = &*PyDateTimeAPI();
        checked((api.DateTime_FromDateAndTime)(
            civil.year as _,
            civil.month.into(),
            civil.day.into(),
            civil.hour.into(),
            civil.minute.into(),
            civil.second.into(),
            (nanoseconds / 1000) as _,
            api.TimeZone_UTC,
            api.DateTimeType,
        ))
    }
}
