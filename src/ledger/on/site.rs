//! Lines of source text, and whether they are in the user's code.

use std::fmt;
use std::iter;
use std::panic::Location;
use std::sync::LazyLock;

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

/// The same directory by its absolute name, which older compilers give the files of generic functions that are compiled
/// with another crate.
const CRATE_ABSOLUTE: &str = match cfg!(windows) {
    true => concat!(env!("CARGO_MANIFEST_DIR"), "\\src\\"),
    false => concat!(env!("CARGO_MANIFEST_DIR"), "/src/"),
};

/// Where the standard library's sources are, as its files are named in crates that use it. Usually that is
/// `/rustc/<commit>/library/`; with the component `rust-src`, it is a directory of the toolchain, and distributions
/// have names of their own. So one of the library's own lines is asked.
static STD: LazyLock<&'static str> = LazyLock::new(|| {
    #[track_caller]
    fn here((): ()) -> &'static Location<'static> {
        Location::caller()
    }
    // The library calls `here`: from a file of `core`.
    let mut line = iter::once(()).map(here);
    line.next().map_or("", |line| library(line.file()))
});

/// The directory of the standard library, from the name of a file of `core`.
fn library(core: &str) -> &str {
    core.rfind("core").map_or("", |at| &core[..at])
}

/// Whether a file belongs to the standard library, whose directory is `std`, or to a crate that it is made of.
fn is_of_std(file: &str, std: &str) -> bool {
    // Functions that were compiled with the library keep its first name.
    let known = file.starts_with("/rustc/") || file.starts_with("/rust/deps/");
    known || (!std.is_empty() && file.starts_with(std))
}

/// Whether a line is in the user's code: neither in this crate nor in the standard library.
#[inline]
pub(crate) fn is_own(location: &Location<'_>) -> bool {
    is_own_file(location.file())
}

/// Whether a file is the user's.
#[inline]
pub(crate) fn is_own_file(file: &str) -> bool {
    let of_crate = file.starts_with(CRATE) || file.starts_with(CRATE_ABSOLUTE);
    !of_crate && !is_of_std(file, *STD)
}

/// The user's line: `site` if it is one, or else the last one before it, `near`. If there is none, it remains `site`.
pub(crate) fn users(
    site: &'static Location<'static>,
    near: Option<&'static Location<'static>>,
) -> &'static Location<'static> {
    match near {
        Some(near) if !is_own(site) => near,
        _ => site,
    }
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

#[cfg(test)]
mod tests {
    use super::{STD, is_of_std, is_own_file, library};

    #[test]
    fn where_the_crate_is() {
        let root = env!("CARGO_MANIFEST_DIR");
        assert!(!is_own_file(file!()));
        let file = |parts: &[&str]| parts.join(std::path::MAIN_SEPARATOR_STR);
        assert!(!is_own_file(&file(&[root, "src", "refs", "owned.rs"])));
        assert!(is_own_file(&file(&[root, "tests", "ledger.rs"])));
        assert!(is_own_file(&file(&[root, "user", "src", "lib.rs"])));
    }

    #[test]
    fn where_the_standard_library_is() {
        for std in [
            "/rustc/59807616e1f4f9b4a6d8e3d0e9f6a1b7c5d3e2f1/library/",
            "/home/core/.rustup/toolchains/stable-x86_64-unknown-linux-gnu/lib/rustlib/src/rust/library/",
            "C:\\Users\\me\\.rustup\\toolchains\\stable\\lib/rustlib/src/rust\\library\\",
            "/usr/src/rustc-1.85.0/library/",
        ] {
            assert_eq!(library(&format!("{std}core/src/ops/function.rs")), std);
            assert!(is_of_std(&format!("{std}alloc/src/slice.rs"), std));
            assert!(!is_of_std("src/lib.rs", std));
            assert!(!is_of_std("/home/core/library/src/lib.rs", std));
            // What was compiled with it, and a crate that it is made of.
            assert!(is_of_std("/rustc/5980/library/std/src/rt.rs", std));
            assert!(is_of_std("/rust/deps/hashbrown-0.16.1/src/raw.rs", std));
        }
        // Nothing is known: no file is taken for one of the library.
        assert_eq!(library("src/lib.rs"), "");
        assert!(!is_of_std("src/lib.rs", ""));
        assert!(
            STD.ends_with("library/") || STD.ends_with("library\\"),
            "{}",
            *STD
        );
    }
}
