//! A lock is not taken into `detach`, nor to another thread.
#![forbid(unsafe_code)]

use pyptr::class::Locked;
use pyptr::{PyResult, Python};

fn grow<'py>(py: Python<'py>, numbers: &Locked<Vec<u8>>) -> PyResult<'py, ()> {
    let mut numbers = numbers.lock(py)?;
    numbers.push(1);
    Ok(())
}
const _: fn(Python<'static>, &Locked<Vec<u8>>) -> PyResult<'static, ()> = grow;

fn main() {}
