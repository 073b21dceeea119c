//! The codec in pyptr, without `unsafe`.
#![forbid(unsafe_code)]

use pyptr::error::{PyOverflowError, PyRecursionError, PyRuntimeError, PyTypeError, PyValueError};
use pyptr::types::{
    BytesBuilder, DateTimeApi, ListBuilder, Loaded, OwnedStr, PyAny, PyBytes, PyDateTime, PyDelta,
    PyDict, PyFloat, PyInt, PyList, PyString, PyTuple,
};
use pyptr::{Borrowed, Owned, PyResult, Python, Raised, intern};

use crate::wire::{
    self, Civil, DEPTH, Reader, Sink, TOO_DEEP, TOO_LARGE, TRUSTED, Token, TooLarge,
};

impl Sink for BytesBuilder<'_> {
    #[inline(always)]
    fn put(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }

    #[inline(always)]
    fn put_both(&mut self, header: &[u8], body: &[u8]) {
        self.extend_from_slices([header, body]);
    }
}

pub fn pack<'py>(
    object: &Borrowed<'py, PyAny>,
    sorted: bool,
) -> PyResult<'py, Owned<'py, PyBytes>> {
    let py = object.py();
    let mut packer = Packer {
        api: DateTimeApi::get(py)?,
        out: BytesBuilder::with_capacity(py, 1024),
        sorted,
    };
    packer.pack(py, object.load(), DEPTH)?;
    packer.out.finish()
}

struct Packer<'py> {
    api: DateTimeApi<'py>,
    out: BytesBuilder<'py>,
    sorted: bool,
}

impl<'py> Packer<'py> {
    /// An item of a container, or the whole document.
    #[inline(always)]
    fn pack(&mut self, py: Python<'py>, item: Loaded<'_, 'py>, depth: usize) -> PyResult<'py, ()> {
        match item {
            Loaded::Str(text) => return self.str(text),
            Loaded::Int(value) => wire::put_int(&mut self.out, value),
            Loaded::Float(value) => wire::put_float(&mut self.out, value),
            Loaded::Bool(value) => wire::put_bool(&mut self.out, value),
            Loaded::None => wire::put_none(&mut self.out),
            Loaded::Object(object) => return self.object(py, object, depth),
        }
        Ok(())
    }

    fn object(
        &mut self,
        py: Python<'py>,
        object: &Borrowed<'py, PyAny>,
        depth: usize,
    ) -> PyResult<'py, ()> {
        if let Ok(bytes) = object.cast_exact::<PyBytes>() {
            return wire::put_bytes(&mut self.out, bytes.as_bytes()).map_err(|_| too_large(py));
        } else if let Ok(int) = object.cast_exact::<PyInt>() {
            // It does not fit into an i64.
            wire::put_unsigned(&mut self.out, int.to_u64()?);
            return Ok(());
        }
        let Some(depth) = depth.checked_sub(1) else {
            return Err(py.raise::<PyRecursionError>(TOO_DEEP));
        };
        if let Ok(list) = object.cast_exact::<PyList>() {
            self.list(list, depth)
        } else if let Ok(dict) = object.cast_exact::<PyDict>() {
            self.dict(dict, depth)
        } else if let Ok(tuple) = object.cast_exact::<PyTuple>() {
            self.header(py, wire::put_list, tuple.len())?;
            tuple.for_each_loaded(|item| self.pack(py, item, depth))
        } else if let Ok(datetime) = object.cast_exact::<PyDateTime>() {
            self.datetime(datetime)
        } else {
            self.dataclass(object, depth)
        }
    }

    #[inline(always)]
    fn header(
        &mut self,
        py: Python<'py>,
        put: impl FnOnce(&mut BytesBuilder<'py>, usize) -> Result<(), TooLarge>,
        len: usize,
    ) -> PyResult<'py, ()> {
        put(&mut self.out, len).map_err(|_| too_large(py))
    }

    #[inline(always)]
    fn str(&mut self, text: &Borrowed<'py, PyString>) -> PyResult<'py, ()> {
        self.text(text.py(), text.to_str()?)
    }

    #[inline(always)]
    fn text(&mut self, py: Python<'py>, text: &str) -> PyResult<'py, ()> {
        wire::put_str(&mut self.out, text.as_bytes()).map_err(|_| too_large(py))
    }

    fn list(&mut self, list: &Borrowed<'py, PyList>, depth: usize) -> PyResult<'py, ()> {
        let (py, len) = (list.py(), list.len());
        self.header(py, wire::put_list, len)?;
        let mut count = 0;
        list.for_each_loaded(|item| {
            if count == len {
                return Err(changed(py, "list"));
            }
            count += 1;
            self.pack(py, item, depth)
        })?;
        match count == len {
            true => Ok(()),
            false => Err(changed(py, "list")),
        }
    }

    fn dict(&mut self, dict: &Borrowed<'py, PyDict>, depth: usize) -> PyResult<'py, ()> {
        let py = dict.py();
        self.header(py, wire::put_dict, dict.len())?;
        if self.sorted {
            return self.sorted(dict, depth);
        }
        dict.for_each_loaded(|key, value| {
            match key {
                Loaded::Str(key) => self.str(key)?,
                key => self.other_key(py, key, depth)?,
            }
            self.pack(py, value, depth)
        })
    }

    #[inline(never)]
    fn other_key(
        &mut self,
        py: Python<'py>,
        key: Loaded<'_, 'py>,
        depth: usize,
    ) -> PyResult<'py, ()> {
        self.pack(py, key, depth)
    }

    fn sorted(&mut self, dict: &Borrowed<'py, PyDict>, depth: usize) -> PyResult<'py, ()> {
        let py = dict.py();
        let mut items = Vec::with_capacity(dict.len());
        for item in dict.iter() {
            let (key, value) = item?;
            let Ok(key) = key.cast_into_exact::<PyString>() else {
                return Err(py.raise::<PyTypeError>("only keys of type str can be sorted"));
            };
            items.push((OwnedStr::new(key)?, value));
        }
        items.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        items.into_iter().try_for_each(|(key, value)| {
            self.text(py, &key)?;
            self.pack(py, value.load(), depth)
        })
    }

    fn dataclass(&mut self, object: &Borrowed<'py, PyAny>, depth: usize) -> PyResult<'py, ()> {
        let py = object.py();
        let class = object.type_of();
        if !class.has_own(intern!(py, "__dataclass_fields__"))? {
            let name = object.type_name();
            return Err(py.raise::<PyTypeError>(format_args!("cannot pack {name}")));
        }
        if !class.has_own(intern!(py, "__slots__"))? {
            let dict = object.getattr(intern!(py, "__dict__"))?;
            return self.dict(dict.cast::<PyDict>()?, depth);
        }
        let fields = class.getattr(intern!(py, "__dataclass_fields__"))?;
        let fields = fields.cast::<PyDict>()?;
        self.header(py, wire::put_dict, fields.len())?;
        fields.try_for_each(|name, _| {
            let name = name.cast::<PyString>()?;
            let value = object.getattr(name)?;
            self.str(name)?;
            self.pack(py, value.load(), depth)
        })
    }

    fn datetime(&mut self, datetime: &Borrowed<'py, PyDateTime>) -> PyResult<'py, ()> {
        let civil = Civil {
            year: datetime.year().into(),
            month: datetime.month(),
            day: datetime.day(),
            hour: datetime.hour(),
            minute: datetime.minute(),
            second: datetime.second(),
        };
        let mut seconds = civil.timestamp();
        let mut microseconds = i64::from(datetime.microsecond());
        if let Some(zone) = datetime.tzinfo().filter(|zone| !zone.is(self.api.utc())) {
            let offset = zone.call_method1(intern!(self.api.py(), "utcoffset"), datetime)?;
            if let Ok(offset) = offset.cast::<PyDelta>() {
                seconds -= i64::from(offset.days()) * 86_400 + i64::from(offset.seconds());
                microseconds -= i64::from(offset.microseconds());
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
fn too_large(py: Python<'_>) -> Raised<'_> {
    py.raise::<PyOverflowError>(TOO_LARGE)
}

#[cold]
fn changed<'py>(py: Python<'py>, what: &str) -> Raised<'py> {
    py.raise::<PyRuntimeError>(format_args!("{what} changed size while it was packed"))
}

pub fn unpack<'py>(bytes: &Borrowed<'py, PyBytes>) -> PyResult<'py, Owned<'py, PyAny>> {
    let py = bytes.py();
    let mut unpacker = Unpacker {
        py,
        api: DateTimeApi::get(py)?,
        reader: Reader::new(bytes.as_bytes()),
    };
    let object = unpacker.unpack(DEPTH)?;
    match unpacker.reader.end() {
        Ok(()) => Ok(object),
        Err(fault) => Err(py.raise::<PyValueError>(fault)),
    }
}

struct Unpacker<'a, 'py> {
    py: Python<'py>,
    api: DateTimeApi<'py>,
    reader: Reader<'a>,
}

impl<'py> Unpacker<'_, 'py> {
    fn unpack(&mut self, depth: usize) -> PyResult<'py, Owned<'py, PyAny>> {
        let py = self.py;
        let token = self.reader.token();
        let token = token.map_err(|fault| py.raise::<PyValueError>(fault))?;
        Ok(match token {
            Token::None => py.none().new_ref().into_any(),
            Token::Bool(value) => py.bool(value).new_ref().into_any(),
            Token::Int(value) => PyInt::new(py, value)?.into_any(),
            Token::Unsigned(value) => PyInt::from_u64(py, value)?.into_any(),
            Token::Float(value) => PyFloat::new(py, value)?.into_any(),
            Token::Str(text) => PyString::from_utf8(py, text, None)?.into_any(),
            Token::Bytes(bytes) => PyBytes::new(py, bytes)?.into_any(),
            Token::List(len) => self.list(len, self.deeper(depth)?)?.into_any(),
            Token::Dict(len) => self.dict(len, self.deeper(depth)?)?.into_any(),
            Token::Timestamp(seconds, nanoseconds) => {
                self.timestamp(seconds, nanoseconds)?.into_any()
            }
        })
    }

    #[inline(always)]
    fn deeper(&self, depth: usize) -> PyResult<'py, usize> {
        let depth = depth.checked_sub(1);
        depth.ok_or_else(|| self.py.raise::<PyRecursionError>(TOO_DEEP))
    }

    fn list(&mut self, len: usize, depth: usize) -> PyResult<'py, Owned<'py, PyList>> {
        let mut list = ListBuilder::with_capacity(self.py, len.min(TRUSTED))?;
        for _ in 0..len {
            list.push(self.unpack(depth)?)?;
        }
        Ok(list.finish())
    }

    fn dict(&mut self, len: usize, depth: usize) -> PyResult<'py, Owned<'py, PyDict>> {
        let dict = PyDict::with_capacity(self.py, len.min(TRUSTED))?;
        for _ in 0..len {
            let key = self.unpack(depth)?;
            dict.insert_owned(key, self.unpack(depth)?)?;
        }
        Ok(dict)
    }

    fn timestamp(&self, seconds: i64, nanoseconds: u32) -> PyResult<'py, Owned<'py, PyDateTime>> {
        let civil = Civil::of(seconds).filter(|_| nanoseconds < 1_000_000_000);
        let Some(civil) = civil else {
            return Err(self.py.raise::<PyValueError>(wire::OUT_OF_RANGE));
        };
        let microseconds = nanoseconds / 1000;
        let date = (civil.year as u16, civil.month, civil.day);
        let time = (civil.hour, civil.minute, civil.second, microseconds);
        self.api.datetime(date, time, Some(self.api.utc()))
    }
}
