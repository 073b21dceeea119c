//! What a loop over a dict lends is lent for one step.

use pyptr::types::{PyAny, PyDict};
use pyptr::{Borrowed, Owned, PyResult};

fn collected<'py>(dict: &Borrowed<'py, PyDict>) -> PyResult<'py, usize> {
    let mut values: Vec<&Borrowed<'py, PyAny>> = Vec::new();
    dict.try_for_each(|_, value| {
        values.push(value); //~ E0521
        PyResult::Ok(())
    })?;
    Ok(values.len())
}

fn last<'a, 'py>(dict: &'a Borrowed<'py, PyDict>) -> Option<&'a Borrowed<'py, PyAny>> {
    let mut last = None;
    let _ = dict.try_for_each(|key, _| {
        last = Some(key); //~ E0521
        PyResult::Ok(())
    });
    last
}

fn detached<'py>(dict: &Borrowed<'py, PyDict>) -> PyResult<'py, ()> {
    dict.try_for_each(|_, value| {
        dict.py().detach(|| value.refcount()); //~ E0277
        Ok(())
    })
}

fn released<'py>(dict: Owned<'py, PyDict>) -> PyResult<'py, ()> {
    dict.try_for_each(|_, _| {
        //~^ E0505
        drop(dict); //~ E0507
        Ok(())
    })
}

fn main() {}
