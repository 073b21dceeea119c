//! Packing.

use std::ffi::c_int;
use std::ptr;

use pyo3_ffi::*;

use super::{DICT, FIELDS, Failed, SLOTS, UTCOFFSET, locked, raise};
use crate::wire::{self, Civil, DEPTH, Sink, TOO_DEEP, TooLarge};

unsafe extern "C" {
    fn _PyBytes_Resize(bytes: *mut *mut PyObject, size: Py_ssize_t) -> c_int;
}

/// A growing `bytes`. Without memory it becomes empty, and the end finds the exception set.
struct Writer {
    bytes: *mut PyObject,
    len: usize,
    capacity: usize,
    sorted: bool,
}

impl Writer {
    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize) -> bool {
        unsafe {
            let capacity = (self.capacity * 2).max(self.len + more);
            if self.bytes.is_null() || _PyBytes_Resize(&mut self.bytes, capacity as _) < 0 {
                (self.len, self.capacity) = (0, 0);
                return false;
            }
            self.capacity = capacity;
            true
        }
    }

    #[inline(always)]
    fn room(&mut self, more: usize) -> Option<*mut u8> {
        if self.capacity - self.len < more && !self.grow(more) {
            return None;
        }
        Some(unsafe {
            PyBytes_AS_STRING(self.bytes)
                .cast_mut()
                .cast::<u8>()
                .add(self.len)
        })
    }
}

impl Sink for Writer {
    #[inline(always)]
    fn put(&mut self, bytes: &[u8]) {
        if let Some(place) = self.room(bytes.len()) {
            unsafe { place.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
            self.len += bytes.len();
        }
    }

    #[inline(always)]
    fn put_both(&mut self, header: &[u8], body: &[u8]) {
        if let Some(place) = self.room(header.len() + body.len()) {
            unsafe {
                place.copy_from_nonoverlapping(header.as_ptr(), header.len());
                let place = place.add(header.len());
                place.copy_from_nonoverlapping(body.as_ptr(), body.len());
            }
            self.len += header.len() + body.len();
        }
    }
}

/// # Safety
/// Attached, and a live object.
pub unsafe fn pack(object: *mut PyObject, sorted: bool) -> *mut PyObject {
    unsafe {
        let mut writer = Writer {
            bytes: PyBytes_FromStringAndSize(ptr::null(), 1024),
            len: 0,
            capacity: 1024,
            sorted,
        };
        if writer.bytes.is_null() {
            return ptr::null_mut();
        }
        let packed = pack_object(&mut writer, object, DEPTH);
        if packed.is_err() {
            Py_XDECREF(writer.bytes);
            return ptr::null_mut();
        }
        if !writer.bytes.is_null() {
            _PyBytes_Resize(&mut writer.bytes, writer.len as _);
        }
        writer.bytes
    }
}

unsafe fn pack_object(
    writer: &mut Writer,
    object: *mut PyObject,
    depth: usize,
) -> Result<(), Failed> {
    unsafe {
        let kind = Py_TYPE(object);
        if kind == &raw mut PyUnicode_Type {
            pack_str(writer, object)
        } else if kind == &raw mut PyLong_Type {
            pack_int(writer, object)
        } else if kind == &raw mut PyBool_Type {
            wire::put_bool(writer, object == Py_True());
            Ok(())
        } else if object == Py_None() {
            wire::put_none(writer);
            Ok(())
        } else if kind == &raw mut PyFloat_Type {
            wire::put_float(writer, PyFloat_AS_DOUBLE(object));
            Ok(())
        } else if kind == &raw mut PyBytes_Type {
            let (data, len) = (PyBytes_AS_STRING(object), Py_SIZE(object));
            let bytes = std::slice::from_raw_parts(data.cast::<u8>(), len as usize);
            Ok(wire::put_bytes(writer, bytes)?)
        } else {
            pack_container(writer, object, depth)
        }
    }
}

unsafe fn pack_container(
    writer: &mut Writer,
    object: *mut PyObject,
    depth: usize,
) -> Result<(), Failed> {
    unsafe {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(raise(PyExc_RecursionError, TOO_DEEP));
        };
        let kind = Py_TYPE(object);
        if kind == &raw mut PyList_Type {
            locked(object, || pack_list(writer, object, depth))
        } else if kind == &raw mut PyDict_Type {
            pack_dict(writer, object, depth)
        } else if kind == &raw mut PyTuple_Type {
            let len = PyTuple_GET_SIZE(object);
            wire::put_list(writer, len as usize)?;
            (0..len).try_for_each(|i| pack_object(writer, PyTuple_GET_ITEM(object, i), depth))
        } else if kind == (*PyDateTimeAPI()).DateTimeType {
            pack_datetime(writer, object)
        } else {
            pack_other(writer, object, depth)
        }
    }
}

/// `PyUnicode_IS_COMPACT_ASCII`, which pyo3-ffi has no longer on 3.14.
#[inline(always)]
unsafe fn is_compact_ascii(text: *mut PyObject) -> bool {
    #[cfg(not(Py_3_14))]
    unsafe {
        PyUnicode_IS_COMPACT_ASCII(text) != 0
    }
    #[cfg(Py_3_14)]
    unsafe {
        // How far interned, in two bits or a byte of its own; kind, in three bits; compact; ASCII.
        let state = (&raw const (*text.cast::<PyASCIIObject>()).state).cast::<u8>();
        let (at, shift) = if cfg!(Py_GIL_DISABLED) {
            (1, 3)
        } else {
            (0, 5)
        };
        *state.add(at) >> shift & 3 == 3
    }
}

#[inline(always)]
unsafe fn utf8<'a>(text: *mut PyObject) -> Result<&'a [u8], Failed> {
    unsafe {
        let mut len = 0;
        let data = match is_compact_ascii(text) {
            true => {
                len = (*text.cast::<PyASCIIObject>()).length;
                text.cast::<PyASCIIObject>().add(1).cast()
            }
            false => PyUnicode_AsUTF8AndSize(text, &mut len),
        };
        if data.is_null() {
            return Err(Failed);
        }
        Ok(std::slice::from_raw_parts(data.cast::<u8>(), len as usize))
    }
}

#[inline(always)]
unsafe fn pack_str(writer: &mut Writer, text: *mut PyObject) -> Result<(), Failed> {
    unsafe { Ok(wire::put_str(writer, utf8(text)?)?) }
}

/// `PyUnstable_Long_IsCompact` and `PyUnstable_Long_CompactValue`, which pyo3-ffi does not have.
#[cfg(Py_3_12)]
#[inline(always)]
unsafe fn compact(int: *mut PyObject) -> Option<i64> {
    #[repr(C)]
    struct Long {
        base: PyObject,
        tag: usize,
        digit: u32,
    }
    unsafe {
        let long = int.cast::<Long>();
        let tag = (*long).tag;
        (tag < 2 << 3).then(|| (1 - (tag & 3) as i64) * i64::from((*long).digit))
    }
}

#[inline(always)]
unsafe fn pack_int(writer: &mut Writer, int: *mut PyObject) -> Result<(), Failed> {
    unsafe {
        #[cfg(Py_3_12)]
        if let Some(value) = compact(int) {
            wire::put_int(writer, value);
            return Ok(());
        }
        let mut overflow = 0;
        let value = PyLong_AsLongLongAndOverflow(int, &mut overflow);
        match overflow {
            0 => wire::put_int(writer, value),
            1 => {
                let value = PyLong_AsUnsignedLongLong(int);
                if value == u64::MAX && !PyErr_Occurred().is_null() {
                    return Err(Failed);
                }
                wire::put_unsigned(writer, value);
            }
            _ => return Err(Failed::from(TooLarge)),
        }
        Ok(())
    }
}

#[cold]
unsafe fn changed(what: &str) -> Failed {
    let message = format!("{what} changed size while it was packed");
    unsafe { raise(PyExc_RuntimeError, &message) }
}

unsafe fn pack_list(writer: &mut Writer, list: *mut PyObject, depth: usize) -> Result<(), Failed> {
    unsafe {
        let len = PyList_GET_SIZE(list);
        wire::put_list(writer, len as usize)?;
        for i in 0..len {
            if PyList_GET_SIZE(list) != len {
                return Err(changed("list"));
            }
            pack_object(writer, PyList_GET_ITEM(list, i), depth)?;
        }
        Ok(())
    }
}

unsafe fn pack_dict(writer: &mut Writer, dict: *mut PyObject, depth: usize) -> Result<(), Failed> {
    unsafe {
        locked(dict, || match writer.sorted {
            true => pack_sorted(writer, dict, depth),
            false => pack_items(writer, dict, depth),
        })
    }
}

unsafe fn pack_items(writer: &mut Writer, dict: *mut PyObject, depth: usize) -> Result<(), Failed> {
    unsafe {
        let len = PyDict_Size(dict);
        wire::put_dict(writer, len as usize)?;
        let (mut position, mut count) = (0, 0);
        let (mut key, mut value) = (ptr::null_mut(), ptr::null_mut());
        while PyDict_Next(dict, &mut position, &mut key, &mut value) != 0 {
            if count == len {
                return Err(changed("dict"));
            }
            count += 1;
            match PyUnicode_CheckExact(key) {
                0 => pack_object(writer, key, depth)?,
                _ => pack_str(writer, key)?,
            }
            pack_object(writer, value, depth)?;
        }
        match count == len {
            true => Ok(()),
            false => Err(changed("dict")),
        }
    }
}

unsafe fn pack_sorted(
    writer: &mut Writer,
    dict: *mut PyObject,
    depth: usize,
) -> Result<(), Failed> {
    unsafe {
        let len = PyDict_Size(dict) as usize;
        wire::put_dict(writer, len)?;
        let mut items: Vec<(&[u8], *mut PyObject)> = Vec::with_capacity(len);
        let mut position = 0;
        let (mut key, mut value) = (ptr::null_mut(), ptr::null_mut());
        while PyDict_Next(dict, &mut position, &mut key, &mut value) != 0 {
            if PyUnicode_CheckExact(key) == 0 {
                return Err(raise(
                    PyExc_TypeError,
                    "only keys of type str can be sorted",
                ));
            }
            items.push((utf8(key)?, value));
        }
        items.sort_unstable_by_key(|(key, _)| *key);
        for (key, value) in items {
            wire::put_str(writer, key)?;
            pack_object(writer, value, depth)?;
        }
        Ok(())
    }
}

unsafe fn pack_other(
    writer: &mut Writer,
    object: *mut PyObject,
    depth: usize,
) -> Result<(), Failed> {
    unsafe {
        let kind = Py_TYPE(object);
        // Types that C code made are no dataclasses, and from 3.12 on some have no namespace here.
        if PyType_HasFeature(kind, Py_TPFLAGS_HEAPTYPE) != 0 {
            match PyDict_Contains((*kind).tp_dict, FIELDS.get()) {
                0 => {}
                1 => return pack_dataclass(writer, object, depth),
                _ => return Err(Failed),
            }
        }
        let name = std::ffi::CStr::from_ptr((*kind).tp_name).to_string_lossy();
        Err(raise(PyExc_TypeError, &format!("cannot pack {name}")))
    }
}

unsafe fn pack_dataclass(
    writer: &mut Writer,
    object: *mut PyObject,
    depth: usize,
) -> Result<(), Failed> {
    unsafe {
        let kind = Py_TYPE(object);
        if PyDict_Contains((*kind).tp_dict, SLOTS.get()) == 0 {
            let dict = PyObject_GetAttr(object, DICT.get());
            if dict.is_null() {
                return Err(Failed);
            }
            let packed = pack_dict(writer, dict, depth);
            Py_DECREF(dict);
            return packed;
        }
        let fields = PyObject_GetAttr(kind.cast(), FIELDS.get());
        if fields.is_null() {
            return Err(Failed);
        }
        let packed = locked(fields, || pack_fields(writer, object, fields, depth));
        Py_DECREF(fields);
        packed
    }
}

unsafe fn pack_fields(
    writer: &mut Writer,
    object: *mut PyObject,
    fields: *mut PyObject,
    depth: usize,
) -> Result<(), Failed> {
    unsafe {
        wire::put_dict(writer, PyDict_Size(fields) as usize)?;
        let mut position = 0;
        let mut name = ptr::null_mut();
        while PyDict_Next(fields, &mut position, &mut name, ptr::null_mut()) != 0 {
            let value = PyObject_GetAttr(object, name);
            if value.is_null() {
                return Err(Failed);
            }
            let packed = pack_str(writer, name).and_then(|()| pack_object(writer, value, depth));
            Py_DECREF(value);
            packed?;
        }
        Ok(())
    }
}

unsafe fn pack_datetime(writer: &mut Writer, object: *mut PyObject) -> Result<(), Failed> {
    unsafe {
        let civil = Civil {
            year: PyDateTime_GET_YEAR(object).into(),
            month: PyDateTime_GET_MONTH(object) as u8,
            day: PyDateTime_GET_DAY(object) as u8,
            hour: PyDateTime_DATE_GET_HOUR(object) as u8,
            minute: PyDateTime_DATE_GET_MINUTE(object) as u8,
            second: PyDateTime_DATE_GET_SECOND(object) as u8,
        };
        let mut seconds = civil.timestamp();
        let mut microseconds = i64::from(PyDateTime_DATE_GET_MICROSECOND(object));
        let zone = PyDateTime_DATE_GET_TZINFO(object);
        if zone != Py_None() && zone != PyDateTime_TimeZone_UTC() {
            let offset = PyObject_CallMethodOneArg(zone, UTCOFFSET.get(), object);
            if offset.is_null() {
                return Err(Failed);
            }
            if PyDelta_Check(offset) != 0 {
                seconds -= i64::from(PyDateTime_DELTA_GET_DAYS(offset)) * 86_400;
                seconds -= i64::from(PyDateTime_DELTA_GET_SECONDS(offset));
                microseconds -= i64::from(PyDateTime_DELTA_GET_MICROSECONDS(offset));
            }
            Py_DECREF(offset);
            if microseconds < 0 {
                microseconds += 1_000_000;
                seconds -= 1;
            }
        }
        wire::put_timestamp(writer, seconds, microseconds as u32 * 1000);
        Ok(())
    }
}
