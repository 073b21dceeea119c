//! `float`.

mod basics;
#[cfg(any(Py_3_11, not(windows)))]
mod bytes;
