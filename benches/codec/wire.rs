//! The format, as far as no object of Python is concerned: what the three contestants in Rust share.

/// How deep containers may be nested.
pub const DEPTH: usize = 512;
/// How many items a header alone makes room for.
pub const TRUSTED: usize = 1024;

pub const TOO_DEEP: &str = "nested too deeply";
pub const TOO_LARGE: &str = "the object is too large";

/// Where packed bytes go.
pub trait Sink {
    /// Adds bytes.
    fn put(&mut self, bytes: &[u8]);

    /// Adds a header and what it announces.
    fn put_both(&mut self, header: &[u8], body: &[u8]);
}

/// What does not fit into the format: more than 2³² - 1 items or bytes.
#[derive(Debug)]
pub struct TooLarge;

#[inline(always)]
fn narrow(len: usize) -> Result<u32, TooLarge> {
    u32::try_from(len).map_err(|_| TooLarge)
}

#[inline(always)]
pub fn put_none(sink: &mut impl Sink) {
    sink.put(&[0xc0]);
}

#[inline(always)]
pub fn put_bool(sink: &mut impl Sink, value: bool) {
    sink.put(&[0xc2 + u8::from(value)]);
}

#[inline(always)]
pub fn put_float(sink: &mut impl Sink, value: f64) {
    tagged(sink, 0xcb, value.to_be_bytes());
}

#[inline(always)]
pub fn put_unsigned(sink: &mut impl Sink, value: u64) {
    tagged(sink, 0xcf, value.to_be_bytes());
}

#[inline(always)]
pub fn put_int(sink: &mut impl Sink, value: i64) {
    match value {
        -0x20..0x80 => sink.put(&[value as u8]),
        0x80..0x100 => tagged(sink, 0xcc, [value as u8]),
        0x100..0x1_0000 => tagged(sink, 0xcd, (value as u16).to_be_bytes()),
        0x1_0000..0x1_0000_0000 => tagged(sink, 0xce, (value as u32).to_be_bytes()),
        0x1_0000_0000.. => tagged(sink, 0xcf, value.to_be_bytes()),
        -0x80..-0x20 => tagged(sink, 0xd0, [value as u8]),
        -0x8000..-0x80 => tagged(sink, 0xd1, (value as i16).to_be_bytes()),
        -0x8000_0000..-0x8000 => tagged(sink, 0xd2, (value as i32).to_be_bytes()),
        ..-0x8000_0000 => tagged(sink, 0xd3, value.to_be_bytes()),
    }
}

/// A tag and a number of so many bytes, as one array, so that one copy of a constant size writes both.
#[inline(always)]
fn with_tag<const N: usize>(tag: u8, number: [u8; N]) -> ([u8; 9], usize) {
    let mut bytes = [0; 9];
    bytes[0] = tag;
    bytes[1..N + 1].copy_from_slice(&number);
    (bytes, N + 1)
}

#[inline(always)]
fn tagged<const N: usize>(sink: &mut impl Sink, tag: u8, number: [u8; N]) {
    let (bytes, len) = with_tag(tag, number);
    sink.put(&bytes[..len]);
}

#[inline(always)]
pub fn put_str(sink: &mut impl Sink, text: &[u8]) -> Result<(), TooLarge> {
    match narrow(text.len())? {
        len @ 0..32 => sink.put_both(&[0xa0 | len as u8], text),
        len @ 32..0x100 => sink.put_both(&[0xd9, len as u8], text),
        len => put_long(sink, 0xda, len, text),
    }
    Ok(())
}

#[inline(always)]
pub fn put_bytes(sink: &mut impl Sink, bytes: &[u8]) -> Result<(), TooLarge> {
    match narrow(bytes.len())? {
        len @ 0..0x100 => sink.put_both(&[0xc4, len as u8], bytes),
        len => put_long(sink, 0xc5, len, bytes),
    }
    Ok(())
}

#[inline(never)]
fn put_long(sink: &mut impl Sink, tag: u8, len: u32, body: &[u8]) {
    let (header, size) = match u16::try_from(len) {
        Ok(len) => with_tag(tag, len.to_be_bytes()),
        Err(_) => with_tag(tag + 1, len.to_be_bytes()),
    };
    sink.put_both(&header[..size], body);
}

#[inline(always)]
pub fn put_list(sink: &mut impl Sink, len: usize) -> Result<(), TooLarge> {
    put_container(sink, len, 0x90, 0xdc)
}

#[inline(always)]
pub fn put_dict(sink: &mut impl Sink, len: usize) -> Result<(), TooLarge> {
    put_container(sink, len, 0x80, 0xde)
}

#[inline(always)]
fn put_container(sink: &mut impl Sink, len: usize, few: u8, tag: u8) -> Result<(), TooLarge> {
    match narrow(len)? {
        len @ 0..16 => sink.put(&[few | len as u8]),
        len @ 16..0x1_0000 => tagged(sink, tag, (len as u16).to_be_bytes()),
        len => tagged(sink, tag + 1, len.to_be_bytes()),
    }
    Ok(())
}

/// A timestamp: the extension type -1.
#[inline(always)]
pub fn put_timestamp(sink: &mut impl Sink, seconds: i64, nanoseconds: u32) {
    if seconds >> 34 != 0 {
        sink.put(&[0xc7, 12, 0xff]);
        sink.put_both(&nanoseconds.to_be_bytes(), &seconds.to_be_bytes());
    } else if nanoseconds != 0 || seconds >> 32 != 0 {
        let both = u64::from(nanoseconds) << 34 | seconds as u64;
        sink.put_both(&[0xd7, 0xff], &both.to_be_bytes());
    } else {
        sink.put_both(&[0xd6, 0xff], &(seconds as u32).to_be_bytes());
    }
}

/// What is read next: a scalar, or the header of a container.
pub enum Token<'a> {
    None,
    Bool(bool),
    Int(i64),
    Unsigned(u64),
    Float(f64),
    /// Perhaps not UTF-8.
    Str(&'a [u8]),
    Bytes(&'a [u8]),
    List(usize),
    Dict(usize),
    /// Seconds since 1970, and nanoseconds.
    Timestamp(i64, u32),
}

/// What is wrong with the bytes.
pub type Fault = &'static str;

pub const OUT_OF_RANGE: Fault = "a timestamp is out of range";

/// The bytes that are still to be read.
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader(bytes)
    }

    /// An error if bytes are left.
    pub fn end(&self) -> Result<(), Fault> {
        match self.0 {
            [] => Ok(()),
            _ => Err("bytes are left"),
        }
    }

    #[inline(always)]
    fn take(&mut self, len: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or("truncated")?;
        self.0 = rest;
        Ok(taken)
    }

    #[inline(always)]
    fn array<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let (taken, rest) = self.0.split_first_chunk().ok_or("truncated")?;
        self.0 = rest;
        Ok(*taken)
    }

    #[inline(always)]
    fn len<const N: usize>(&mut self) -> Result<usize, Fault> {
        let number: [u8; N] = self.array()?;
        Ok(number
            .into_iter()
            .fold(0, |len, byte| len << 8 | usize::from(byte)))
    }

    #[inline(always)]
    pub fn token(&mut self) -> Result<Token<'a>, Fault> {
        let [tag] = self.array()?;
        Ok(match tag {
            0..0x80 => Token::Int(tag.into()),
            0x80..0x90 => Token::Dict(usize::from(tag & 15)),
            0x90..0xa0 => Token::List(usize::from(tag & 15)),
            0xa0..0xc0 => Token::Str(self.take(usize::from(tag & 31))?),
            0xc0 => Token::None,
            0xc2 | 0xc3 => Token::Bool(tag == 0xc3),
            0xc4 => self
                .len::<1>()
                .and_then(|len| self.take(len))
                .map(Token::Bytes)?,
            0xc5 => self
                .len::<2>()
                .and_then(|len| self.take(len))
                .map(Token::Bytes)?,
            0xc6 => self
                .len::<4>()
                .and_then(|len| self.take(len))
                .map(Token::Bytes)?,
            0xc7 => self.len::<1>().and_then(|len| self.extension(len))?,
            0xca => Token::Float(f32::from_be_bytes(self.array()?).into()),
            0xcb => Token::Float(f64::from_be_bytes(self.array()?)),
            0xcc => Token::Int(u8::from_be_bytes(self.array()?).into()),
            0xcd => Token::Int(u16::from_be_bytes(self.array()?).into()),
            0xce => Token::Int(u32::from_be_bytes(self.array()?).into()),
            0xcf => Token::Unsigned(u64::from_be_bytes(self.array()?)),
            0xd0 => Token::Int(i8::from_be_bytes(self.array()?).into()),
            0xd1 => Token::Int(i16::from_be_bytes(self.array()?).into()),
            0xd2 => Token::Int(i32::from_be_bytes(self.array()?).into()),
            0xd3 => Token::Int(i64::from_be_bytes(self.array()?)),
            0xd6 => self.extension(4)?,
            0xd7 => self.extension(8)?,
            0xd9 => self
                .len::<1>()
                .and_then(|len| self.take(len))
                .map(Token::Str)?,
            0xda => self
                .len::<2>()
                .and_then(|len| self.take(len))
                .map(Token::Str)?,
            0xdb => self
                .len::<4>()
                .and_then(|len| self.take(len))
                .map(Token::Str)?,
            0xdc => Token::List(self.len::<2>()?),
            0xdd => Token::List(self.len::<4>()?),
            0xde => Token::Dict(self.len::<2>()?),
            0xdf => Token::Dict(self.len::<4>()?),
            0xe0.. => Token::Int((tag as i8).into()),
            _ => return Err("an unknown type"),
        })
    }

    #[inline(never)]
    fn extension(&mut self, len: usize) -> Result<Token<'a>, Fault> {
        let [kind] = self.array()?;
        Ok(match (kind, len) {
            (0xff, 4) => Token::Timestamp(u32::from_be_bytes(self.array()?).into(), 0),
            (0xff, 8) => {
                let both = u64::from_be_bytes(self.array()?);
                Token::Timestamp((both & 0x3_ffff_ffff) as i64, (both >> 34) as u32)
            }
            (0xff, 12) => {
                let nanoseconds = u32::from_be_bytes(self.array()?);
                Token::Timestamp(i64::from_be_bytes(self.array()?), nanoseconds)
            }
            _ => return Err("an unknown extension type"),
        })
    }
}

/// A date and a time in UTC.
pub struct Civil {
    pub year: i64,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
}

impl Civil {
    /// Seconds since 1970. Years begin in March here, so that the leap day is the last one; 719468 days from there to
    /// 1970.
    #[inline]
    pub fn timestamp(&self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = self.year - i64::from(month <= 2);
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        let hours = days * 24 + i64::from(self.hour);
        (hours * 60 + i64::from(self.minute)) * 60 + i64::from(self.second)
    }

    /// The inverse; `None` outside of the years 1 to 9999.
    #[inline]
    pub fn of(timestamp: i64) -> Option<Civil> {
        let (days, of_day) = (timestamp.div_euclid(86_400), timestamp.rem_euclid(86_400));
        let days = days + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let march = (5 * of_year + 2) / 153;
        let month = (march + 2) % 12 + 1;
        let year = year + era * 400 + i64::from(month <= 2);
        (1..=9999).contains(&year).then_some(Civil {
            year,
            month: month as u8,
            day: (of_year - (153 * march + 2) / 5 + 1) as u8,
            hour: (of_day / 3600) as u8,
            minute: (of_day / 60 % 60) as u8,
            second: (of_day % 60) as u8,
        })
    }
}
