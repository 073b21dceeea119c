//! Lines of source text, and whether they are in the user's code.

use std::fmt;
use std::panic::Location;

/// A place in source text: file, line and column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file, as it was given to the compiler: relative to the workspace for its own crates.
    pub file: &'static str,
    /// The line, counted from 1.
    pub line: u32,
    /// The column, counted from 1.
    pub column: u32,
}

impl From<&'static Location<'static>> for Place {
    fn from(location: &'static Location<'static>) -> Place {
        Place {
            file: location.file(),
            line: location.line(),
            column: location.column(),
        }
    }
}

/// `src/lib.rs:41:18`
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// The directory of this crate's own sources, as it begins the names of their files.
const CRATE: &str = {
    let (own, _) = file!()
        .as_bytes()
        .split_at(file!().len() - "ledger/on/site.rs".len());
    match std::str::from_utf8(own) {
        Ok(own) => own,
        Err(_) => panic!("a part of a `str`"),
    }
};

/// Whether a line is in the user's code: neither in this crate nor in the standard library.
#[inline]
pub(crate) fn is_own(location: &Location<'_>) -> bool {
    let file = location.file();
    !file.starts_with(CRATE) && !file.starts_with("/rustc/")
}

/// The line of the caller.
#[derive(Clone, Copy)]
pub(crate) struct Site(pub(crate) &'static Location<'static>);

impl Site {
    #[inline(always)]
    #[track_caller]
    pub(crate) fn here() -> Site {
        Site(Location::caller())
    }
}
