//! `finish` takes the builder, and what was pushed belongs to it.

use std::fmt::Write;

use pyptr::types::{BytesBuilder, ListBuilder, PyAny, StringBuilder, TupleBuilder};
use pyptr::{Owned, Python};

fn tuple<'py>(mut tuple: TupleBuilder<'py>, item: Owned<'py, PyAny>) -> bool {
    tuple.push(item);
    tuple.finish().is_ok()
}

fn text(mut text: StringBuilder<'_>) -> bool {
    let more = write!(text, "more");
    text.finish().is_ok() && more.is_ok()
}

fn bytes(mut bytes: BytesBuilder<'_>) -> bool {
    bytes.extend_from_slice(b"more");
    bytes.finish().is_ok()
}

fn twice(tuple: TupleBuilder<'_>) -> bool {
    tuple.finish().is_ok()
}

fn pushed<'py>(mut list: ListBuilder<'py>, item: Owned<'py, PyAny>) -> isize {
    let pushed = list.push(item.new_ref());
    drop(pushed);
    item.refcount()
}

fn forgotten(py: Python<'_>) -> StringBuilder<'_> {
    let builder = StringBuilder::new(py);
    builder
}

fn left() -> bool {
    let builder = Python::attach(|py| TupleBuilder::with_len(py, 1).is_ok());
    builder
}

fn main() {}
