//! What is under construction is no object yet, and afterwards no builder.

use pyptr::types::{BytesBuilder, ListBuilder, PyAny, StringBuilder, TupleBuilder};
use pyptr::{Borrowed, Owned, PyResult, Python};

fn length(object: &Borrowed<'_, PyAny>) -> usize {
    object.len().unwrap_or(0)
}

fn list(list: ListBuilder<'_>) -> usize {
    length(&list) //~ E0308
}

fn tuple(tuple: TupleBuilder<'_>) -> usize {
    length(&tuple) //~ E0308
}

fn text(text: StringBuilder<'_>) -> usize {
    length(&text) //~ E0308
}

fn view(bytes: BytesBuilder<'_>) -> usize {
    bytes.as_bytes().len() //~ E0599
}

fn pushed_later<'py>(mut list: ListBuilder<'py>, item: Owned<'py, PyAny>) -> PyResult<'py, usize> {
    let finished = list.finish();
    list.push(item)?; //~ E0382
    Ok(finished.len())
}

fn twice(mut list: ListBuilder<'_>, item: Owned<'_, PyAny>) -> usize {
    let copy = list.clone(); //~ E0599
    list.finish().len()
}

fn detached(py: Python<'_>, list: ListBuilder<'_>) {
    py.detach(move || drop(list)) //~ E0277
}

fn main() {}
