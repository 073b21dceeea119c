//! What a loop over a dict lends is lent for one step.

use pyptr::types::{PyAny, PyDict};
use pyptr::{Borrowed, Owned, PyResult};

fn collected<'py>(dict: &Borrowed<'py, PyDict>) -> PyResult<'py, usize> {
    let mut values: Vec<Owned<'py, PyAny>> = Vec::new();
    dict.try_for_each(|_, value| {
        values.push(value.new_ref());
        PyResult::Ok(())
    })?;
    Ok(values.len())
}

fn last<'py>(dict: &Borrowed<'py, PyDict>) -> Option<Owned<'py, PyAny>> {
    let mut last = None;
    let _ = dict.try_for_each(|key, _| {
        last = Some(key.new_ref());
        PyResult::Ok(())
    });
    last
}

fn detached<'py>(dict: &Borrowed<'py, PyDict>) -> PyResult<'py, ()> {
    dict.try_for_each(|_, value| {
        let count = value.refcount();
        dict.py().detach(|| count);
        Ok(())
    })
}

fn released<'py>(dict: Owned<'py, PyDict>) -> PyResult<'py, ()> {
    dict.try_for_each(|_, _| PyResult::Ok(()))?;
    drop(dict);
    Ok(())
}

fn main() {}
