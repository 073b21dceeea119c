//! The codec in PyO3, without `unsafe`.
#![forbid(unsafe_code)]

use pyo3::exceptions::{
    PyOverflowError, PyRecursionError, PyRuntimeError, PyTypeError, PyValueError,
};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyBytes, PyDateAccess, PyDateTime, PyDelta, PyDeltaAccess, PyDict, PyFloat, PyInt,
    PyList, PyNone, PyString, PyTimeAccess, PyTuple, PyTzInfo, PyTzInfoAccess,
};

use crate::wire::{self, Civil, DEPTH, Reader, Sink, TOO_DEEP, TOO_LARGE, Token, TooLarge};

/// A `bytes` is made of it at the end: before 3.15, PyO3 has no faster way to make one whose size is not known.
impl Sink for Vec<u8> {
    #[inline(always)]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    #[inline(always)]
    fn put_both(&mut self, header: &[u8], body: &[u8]) {
        self.extend_from_slice(header);
        self.extend_from_slice(body);
    }
}

pub fn pack<'py>(object: &Bound<'py, PyAny>, sorted: bool) -> PyResult<Bound<'py, PyBytes>> {
    let mut packer = Packer {
        out: Vec::with_capacity(1024),
        sorted,
    };
    packer.pack(object, DEPTH)?;
    Ok(PyBytes::new(object.py(), &packer.out))
}

struct Packer {
    out: Vec<u8>,
    sorted: bool,
}

impl Packer {
    fn pack(&mut self, object: &Bound<'_, PyAny>, depth: usize) -> PyResult<()> {
        if let Ok(text) = object.cast_exact::<PyString>() {
            self.str(text)
        } else if let Ok(int) = object.cast_exact::<PyInt>() {
            self.int(int)
        } else if let Ok(bool) = object.cast_exact::<PyBool>() {
            wire::put_bool(&mut self.out, bool.is_true());
            Ok(())
        } else if object.is_none() {
            wire::put_none(&mut self.out);
            Ok(())
        } else if let Ok(float) = object.cast_exact::<PyFloat>() {
            wire::put_float(&mut self.out, float.value());
            Ok(())
        } else if let Ok(bytes) = object.cast_exact::<PyBytes>() {
            wire::put_bytes(&mut self.out, bytes.as_bytes()).map_err(too_large)
        } else {
            self.container(object, depth)
        }
    }

    fn container(&mut self, object: &Bound<'_, PyAny>, depth: usize) -> PyResult<()> {
        let depth = deeper(depth)?;
        if let Ok(list) = object.cast_exact::<PyList>() {
            self.list(list, depth)
        } else if let Ok(dict) = object.cast_exact::<PyDict>() {
            self.dict(dict, depth)
        } else if let Ok(tuple) = object.cast_exact::<PyTuple>() {
            wire::put_list(&mut self.out, tuple.len()).map_err(too_large)?;
            tuple
                .iter_borrowed()
                .try_for_each(|item| self.pack(&item, depth))
        } else if let Ok(datetime) = object.cast_exact::<PyDateTime>() {
            self.datetime(datetime)
        } else {
            self.dataclass(object, depth)
        }
    }

    #[inline(always)]
    fn str(&mut self, text: &Bound<'_, PyString>) -> PyResult<()> {
        wire::put_str(&mut self.out, text.to_str()?.as_bytes()).map_err(too_large)
    }

    fn int(&mut self, int: &Bound<'_, PyInt>) -> PyResult<()> {
        match int.extract::<i64>() {
            Ok(value) => wire::put_int(&mut self.out, value),
            Err(_) => wire::put_unsigned(&mut self.out, int.extract::<u64>()?),
        }
        Ok(())
    }

    fn list(&mut self, list: &Bound<'_, PyList>, depth: usize) -> PyResult<()> {
        let len = list.len();
        wire::put_list(&mut self.out, len).map_err(too_large)?;
        let mut count = 0;
        for item in list.iter() {
            if count == len {
                return Err(changed("list"));
            }
            count += 1;
            self.pack(&item, depth)?;
        }
        match count == len {
            true => Ok(()),
            false => Err(changed("list")),
        }
    }

    /// The iterator panics if the size changes, so it is asked first.
    fn dict(&mut self, dict: &Bound<'_, PyDict>, depth: usize) -> PyResult<()> {
        let len = dict.len();
        wire::put_dict(&mut self.out, len).map_err(too_large)?;
        if self.sorted {
            return self.sorted(dict, depth);
        }
        for (key, value) in dict.iter() {
            match key.cast_exact::<PyString>() {
                Ok(key) => self.str(key)?,
                Err(_) => self.pack(&key, depth)?,
            }
            self.pack(&value, depth)?;
            if dict.len() != len {
                return Err(changed("dict"));
            }
        }
        Ok(())
    }

    fn sorted(&mut self, dict: &Bound<'_, PyDict>, depth: usize) -> PyResult<()> {
        let mut items = Vec::with_capacity(dict.len());
        for (key, value) in dict.iter() {
            let key = key.cast_into_exact::<PyString>();
            let key = key.map_err(|_| PyTypeError::new_err("only keys of type str can be sorted"));
            items.push((key?, value));
        }
        // A text borrows from its object, and both cannot be in one tuple.
        let texts = items.iter().map(|(key, value)| Ok((key.to_str()?, value)));
        let mut texts = texts.collect::<PyResult<Vec<_>>>()?;
        texts.sort_unstable_by_key(|(text, _)| *text);
        texts.into_iter().try_for_each(|(text, value)| {
            wire::put_str(&mut self.out, text.as_bytes()).map_err(too_large)?;
            self.pack(value, depth)
        })
    }

    fn dataclass(&mut self, object: &Bound<'_, PyAny>, depth: usize) -> PyResult<()> {
        let py = object.py();
        let class = object.get_type();
        let Some(fields) = class.getattr_opt(intern!(py, "__dataclass_fields__"))? else {
            let name = class.fully_qualified_name()?;
            return Err(PyTypeError::new_err(format!("cannot pack {name}")));
        };
        if class.getattr_opt(intern!(py, "__slots__"))?.is_none() {
            let dict = object.getattr(intern!(py, "__dict__"))?;
            return self.dict(dict.cast::<PyDict>()?, depth);
        }
        let fields = fields.cast::<PyDict>()?;
        wire::put_dict(&mut self.out, fields.len()).map_err(too_large)?;
        for (name, _) in fields.iter() {
            let name = name.cast::<PyString>()?;
            let value = object.getattr(name)?;
            self.str(name)?;
            self.pack(&value, depth)?;
        }
        Ok(())
    }

    fn datetime(&mut self, datetime: &Bound<'_, PyDateTime>) -> PyResult<()> {
        let py = datetime.py();
        let civil = Civil {
            year: datetime.get_year().into(),
            month: datetime.get_month(),
            day: datetime.get_day(),
            hour: datetime.get_hour(),
            minute: datetime.get_minute(),
            second: datetime.get_second(),
        };
        let mut seconds = civil.timestamp();
        let mut microseconds = i64::from(datetime.get_microsecond());
        let utc = PyTzInfo::utc(py)?;
        if let Some(zone) = datetime.get_tzinfo().filter(|zone| !zone.is(utc)) {
            let offset = zone.call_method1(intern!(py, "utcoffset"), (datetime,))?;
            if let Ok(offset) = offset.cast::<PyDelta>() {
                seconds -= i64::from(offset.get_days()) * 86_400 + i64::from(offset.get_seconds());
                microseconds -= i64::from(offset.get_microseconds());
            }
            if microseconds < 0 {
                microseconds += 1_000_000;
                seconds -= 1;
            }
        }
        wire::put_timestamp(&mut self.out, seconds, microseconds as u32 * 1000);
        Ok(())
    }
}

#[cold]
fn too_large(_: TooLarge) -> PyErr {
    PyOverflowError::new_err(TOO_LARGE)
}

#[cold]
fn changed(what: &str) -> PyErr {
    PyRuntimeError::new_err(format!("{what} changed size while it was packed"))
}

#[inline]
fn deeper(depth: usize) -> PyResult<usize> {
    depth
        .checked_sub(1)
        .ok_or_else(|| PyRecursionError::new_err(TOO_DEEP))
}

pub fn unpack<'py>(bytes: &Bound<'py, PyBytes>) -> PyResult<Bound<'py, PyAny>> {
    let mut unpacker = Unpacker {
        py: bytes.py(),
        reader: Reader::new(bytes.as_bytes()),
    };
    let object = unpacker.unpack(DEPTH)?;
    unpacker.reader.end().map_err(PyValueError::new_err)?;
    Ok(object)
}

struct Unpacker<'a, 'py> {
    py: Python<'py>,
    reader: Reader<'a>,
}

impl<'py> Unpacker<'_, 'py> {
    fn unpack(&mut self, depth: usize) -> PyResult<Bound<'py, PyAny>> {
        let py = self.py;
        Ok(match self.reader.token().map_err(PyValueError::new_err)? {
            Token::None => PyNone::get(py).to_owned().into_any(),
            Token::Bool(value) => PyBool::new(py, value).to_owned().into_any(),
            Token::Int(value) => value.into_pyobject(py)?.into_any(),
            Token::Unsigned(value) => value.into_pyobject(py)?.into_any(),
            Token::Float(value) => PyFloat::new(py, value).into_any(),
            Token::Str(text) => PyString::from_bytes(py, text)?.into_any(),
            Token::Bytes(bytes) => PyBytes::new(py, bytes).into_any(),
            Token::List(len) => self.list(len, deeper(depth)?)?.into_any(),
            Token::Dict(len) => self.dict(len, deeper(depth)?)?.into_any(),
            Token::Timestamp(seconds, nanoseconds) => {
                self.timestamp(seconds, nanoseconds)?.into_any()
            }
        })
    }

    /// A list that is made of a `Vec` takes less than one to which its items are appended.
    fn list(&mut self, len: usize, depth: usize) -> PyResult<Bound<'py, PyList>> {
        let mut items = Vec::with_capacity(len.min(wire::TRUSTED));
        for _ in 0..len {
            items.push(self.unpack(depth)?);
        }
        PyList::new(self.py, items)
    }

    fn dict(&mut self, len: usize, depth: usize) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(self.py);
        for _ in 0..len {
            let key = self.unpack(depth)?;
            dict.set_item(key, self.unpack(depth)?)?;
        }
        Ok(dict)
    }

    fn timestamp(&self, seconds: i64, nanoseconds: u32) -> PyResult<Bound<'py, PyDateTime>> {
        let civil = Civil::of(seconds).filter(|_| nanoseconds < 1_000_000_000);
        let civil = civil.ok_or_else(|| PyValueError::new_err(wire::OUT_OF_RANGE))?;
        PyDateTime::new(
            self.py,
            civil.year as i32,
            civil.month,
            civil.day,
            civil.hour,
            civil.minute,
            civil.second,
            nanoseconds / 1000,
            Some(&PyTzInfo::utc(self.py)?.to_owned()),
        )
    }
}
