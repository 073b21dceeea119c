//! What is under construction is no object yet, and afterwards no builder.

use pyptr::types::{BytesBuilder, ListBuilder, PyAny, StringBuilder, TupleBuilder};
use pyptr::{Borrowed, Owned, PyResult, Python};

fn length(object: &Borrowed<'_, PyAny>) -> usize {
    object.len().unwrap_or(0)
}

fn list(list: ListBuilder<'_>) -> usize {
    length(&list.finish())
}

fn tuple(tuple: TupleBuilder<'_>) -> usize {
    tuple.finish().map_or(0, |tuple| length(&tuple))
}

fn text(text: StringBuilder<'_>) -> usize {
    text.finish().map_or(0, |text| length(&text))
}

fn view(bytes: BytesBuilder<'_>) -> usize {
    bytes.finish().map_or(0, |bytes| bytes.as_bytes().len())
}

fn pushed_later<'py>(mut list: ListBuilder<'py>, item: Owned<'py, PyAny>) -> PyResult<'py, usize> {
    list.push(item)?;
    let finished = list.finish();
    Ok(finished.len())
}

fn twice(mut list: ListBuilder<'_>, item: Owned<'_, PyAny>) -> usize {
    drop(item);
    list.finish().len()
}

fn detached(py: Python<'_>, list: ListBuilder<'_>) {
    py.detach(|| ());
    drop(list)
}

fn main() {}
