//! The memory of a `bytes` can be written to while it is made, and not any longer.

use pyptr::types::PyBytes;
use pyptr::{PyResult, Python};

fn kept<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    let mut kept: &mut [u8] = &mut [];
    let bytes = PyBytes::new_with(py, 3, |place| {
        kept = place; //~ E0521
        Ok(())
    })?;
    kept[0] = bytes.as_bytes()[1];
    Ok(())
}

fn written<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    let bytes = PyBytes::new(py, b"content")?;
    bytes.as_bytes()[0] = b'C'; //~ E0594
    Ok(())
}

fn main() {}
