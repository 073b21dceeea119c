//! Names of Rust's in Python.

/// A name without the `r#` of a raw identifier.
pub const fn python_name(name: &str) -> &str {
    match name.as_bytes() {
        [b'r', b'#', rest @ ..] => match std::str::from_utf8(rest) {
            Ok(name) => name,
            Err(_) => name,
        },
        _ => name,
    }
}

/// The same for a NUL-terminated name.
pub const fn python_bytes(name: &[u8]) -> &[u8] {
    match name {
        [b'r', b'#', name @ ..] => name,
        _ => name,
    }
}
