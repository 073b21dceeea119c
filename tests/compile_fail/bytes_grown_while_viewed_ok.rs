//! The content of a `bytes` is lent by it: it cannot grow in place meanwhile, nor be released.

use pyptr::types::{OwnedBytes, PyBytes};
use pyptr::{Borrowed, Owned, PyResult};

fn append<'py>(left: Owned<'py, PyBytes>, right: &Borrowed<'py, PyBytes>) -> PyResult<'py, usize> {
    let content = left.as_bytes().to_vec();
    let longer = left.append(right)?;
    Ok(longer.len() + content.len())
}

fn behind_a_reference<'py>(
    left: &Borrowed<'py, PyBytes>,
    right: &Borrowed<'py, PyBytes>,
) -> PyResult<'py, usize> {
    let longer = left.to_owned().append(right)?;
    Ok(longer.len())
}

fn taken_apart<'py>(left: OwnedBytes<'py>, right: &Borrowed<'py, PyBytes>) -> PyResult<'py, usize> {
    let content = left.as_bytes().to_vec();
    let longer = left.into_owner().append(right)?;
    Ok(longer.len() + content.len())
}

fn released(bytes: Owned<'_, PyBytes>) -> usize {
    let content = bytes.as_bytes().to_vec();
    drop(bytes);
    content.len()
}

fn main() {}
