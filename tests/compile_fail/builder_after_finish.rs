//! `finish` takes the builder, and what was pushed belongs to it.

use std::fmt::Write;

use pyptr::types::{BytesBuilder, ListBuilder, PyAny, StringBuilder, TupleBuilder};
use pyptr::{Owned, Python};

fn tuple<'py>(mut tuple: TupleBuilder<'py>, item: Owned<'py, PyAny>) -> bool {
    let finished = tuple.finish();
    tuple.push(item); //~ E0382
    finished.is_ok()
}

fn text(mut text: StringBuilder<'_>) -> bool {
    let finished = text.finish();
    let more = write!(text, "more"); //~ E0382
    finished.is_ok() && more.is_ok()
}

fn bytes(mut bytes: BytesBuilder<'_>) -> bool {
    let finished = bytes.finish();
    bytes.extend_from_slice(b"more"); //~ E0382
    finished.is_ok()
}

fn twice(tuple: TupleBuilder<'_>) -> bool {
    tuple.finish().is_ok() && tuple.finish().is_ok() //~ E0382
}

fn pushed<'py>(mut list: ListBuilder<'py>, item: Owned<'py, PyAny>) -> isize {
    let pushed = list.push(item);
    drop(pushed);
    item.refcount() //~ E0382
}

fn forgotten(py: Python<'_>) -> StringBuilder<'static> {
    let builder = StringBuilder::new(py);
    builder //~ lifetime
}

fn left() -> bool {
    let builder = Python::attach(|py| TupleBuilder::with_len(py, 1).ok()); //~ lifetime
    builder.is_some()
}

fn main() {}
