//! What a small extension uses of pyptr: text, numbers, lists, dicts, errors, calls. See tests/python/test_small.py.
#![forbid(unsafe_code)]

use pyptr::error::{PyKeyError, PyValueError};
use pyptr::types::{ListBuilder, PyAny, PyDict, PyFloat, PyInt, PyList, PyString};
use pyptr::{Borrowed, IntoPyObject, Owned, PyResult};

fn shout<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
    if text.is_empty() {
        return Err(text.py().raise::<PyValueError>("nothing to shout"));
    }
    text.to_owned().append_str("!")
}

/// Text of every width, behind text of every width.
fn pieces<'py>(text: &Borrowed<'py, PyString>) -> PyResult<'py, Owned<'py, PyString>> {
    let all = ["-", "\u{e9}", "", "\u{20ac}", "+", "\u{1f600}", "z"];
    let mut appended = text.to_owned();
    let mut joined = text.to_owned();
    for piece in all {
        appended = appended.append_str(piece)?;
        joined = joined.concat_str(piece)?;
    }
    appended.append(&joined)
}

fn sum<'py>(counts: &Borrowed<'py, PyDict>, twice: bool) -> PyResult<'py, i64> {
    let mut sum = 0;
    for item in counts {
        let (name, count) = item?;
        sum += count.extract::<i64>()?;
        if twice {
            counts.set(&*name.repr()?, &count)?;
        }
    }
    Ok(sum)
}

fn mean(values: Vec<f64>) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn countdown<'py>(from: &Borrowed<'py, PyInt>) -> PyResult<'py, Owned<'py, PyList>> {
    let (py, from) = (from.py(), from.extract::<u32>()?);
    let mut list = ListBuilder::with_capacity(py, from as usize)?;
    for number in (0..from).rev() {
        list.push(number.into_py_object(py)?)?;
    }
    Ok(list.finish())
}

fn totals<'py>(sales: &Borrowed<'py, PyList>) -> PyResult<'py, Owned<'py, PyDict>> {
    let totals = PyDict::new(sales.py())?;
    for sale in sales.iter() {
        let (name, amount): (String, i64) = sale.extract()?;
        let before: i64 = match totals.get_str(&name)? {
            Some(before) => before.extract()?,
            None => 0,
        };
        let sum = (before + amount).into_py_object(sales.py())?;
        totals.set_str(&name, &sum)?;
    }
    Ok(totals)
}

fn apply<'py>(
    function: &Borrowed<'py, PyAny>,
    arguments: &Borrowed<'py, PyList>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    match function.call_slice(&Owned::slice_as_any(&arguments.iter().collect::<Vec<_>>())) {
        Err(raised) => raised
            .catch::<PyKeyError>()
            .map(|_| function.py().none().new_ref().into_any()),
        result => result,
    }
}

fn square_root<'py>(x: &Borrowed<'py, PyFloat>) -> PyResult<'py, f64> {
    let sqrt = x.py().import(c"math")?.getattr(c"sqrt")?;
    sqrt.call1(x)?.extract()
}

pyptr::module! {
    /// A small extension.
    mod small {
        const ANSWER = 42;

        /// Adds an exclamation mark.
        fn shout(text, /);
        fn pieces(text, /);
        fn sum(counts, twice = false);
        fn mean(values);
        fn countdown(start);
        fn totals(sales);
        fn apply(function, *, arguments);
        fn square_root(x);
    }
}
