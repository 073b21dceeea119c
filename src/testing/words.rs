//! Words that several findings share.

use std::fmt;

/// `1 reference`, `2 references`.
pub(super) fn count(number: usize, of_what: &str) -> String {
    format!("{number} {of_what}{}", if number == 1 { "" } else { "s" })
}

/// ` in pack()`; nothing if no exported function was running.
pub(super) fn in_function(f: &mut fmt::Formatter<'_>, function: Option<&str>) -> fmt::Result {
    match function {
        Some(function) => write!(f, " in {function}()"),
        None => Ok(()),
    }
}
