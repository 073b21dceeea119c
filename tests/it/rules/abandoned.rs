//! What is half built and given up: by `?`, by a panic, by an iterator that raises. Each of the four kinds
//! releases exactly what it took. The memory of a `bytes` is no reference to anything: it is counted by
//! `totals.rs`, on debug builds.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pyptr::error::{PyValueError, PyZeroDivisionError};
use pyptr::types::{BytesBuilder, ListBuilder, PyAny, PyBytes, PyDict, PyString, TupleBuilder};
use pyptr::{Borrowed, Owned, PyResult};

use crate::common::{attached, fresh_str};
use crate::python::{bind, eval, namespace};

#[derive(Clone, Copy, Debug)]
enum Way {
    Error,
    Panic,
    Iterator,
}

/// Hands `item` twice to `take`, which holds on to it `held` times altogether, and then gives up.
fn feed<'py>(
    way: Way,
    item: &Borrowed<'py, PyAny>,
    held: isize,
    mut take: impl FnMut(Owned<'py, PyAny>) -> PyResult<'py, ()>,
) -> PyResult<'py, ()> {
    // No function of Python is among it: free-threaded builds leave those to the collector.
    let code = "__import__('itertools').chain((item, item), map((1).__floordiv__, (0,)))";
    let ns = namespace(item.py());
    bind(&ns, "item", item);
    let items = eval(&ns, code);
    let mut items = items.iter()?;
    let before = item.refcount();
    for _ in 0..2 {
        take(items.next().expect("two items")?)?;
    }
    assert_eq!(item.refcount() - before, held, "half way");
    match way {
        Way::Error => Err(item.py().raise::<PyValueError>("half way")),
        Way::Panic => panic!("half way"),
        Way::Iterator => take(items.next().expect("the error")?),
    }
}

/// Gives `build` up in each way, and looks at the references to `item`.
fn each_way<'py>(item: &Borrowed<'py, PyAny>, build: impl Fn(Way) -> PyResult<'py, ()>) {
    for _ in 0..3 {
        let before = item.refcount();
        let raised = build(Way::Error).unwrap_err();
        assert!(raised.is::<PyValueError>());
        drop(raised);
        assert_eq!(item.refcount(), before, "by `?`");
        assert!(catch_unwind(AssertUnwindSafe(|| build(Way::Panic))).is_err());
        assert_eq!(item.refcount(), before, "by a panic");
        let raised = build(Way::Iterator).unwrap_err();
        assert!(raised.is::<PyZeroDivisionError>());
        drop(raised);
        assert_eq!(item.refcount(), before, "by an iterator");
    }
}

#[test]
fn a_list() {
    attached(|py| {
        let item = fresh_str(py, "taken and released").into_any();
        // With room, without, and in between.
        for capacity in [5, 0, 1] {
            each_way(&item, |way| {
                let mut list = ListBuilder::with_capacity(py, capacity)?;
                feed(way, &item, 2, |item| list.push(item))?;
                panic!("not abandoned")
            });
        }
        assert_eq!(item.refcount(), 1);
    });
}

#[test]
fn a_tuple() {
    attached(|py| {
        let item = fresh_str(py, "taken and released").into_any();
        for (len, held) in [(5, 2), (2, 2), (1, 1), (0, 0)] {
            each_way(&item, |way| {
                let mut tuple = TupleBuilder::with_len(py, len)?;
                feed(way, &item, held, |item| {
                    tuple.push(item);
                    Ok(())
                })?;
                panic!("not abandoned")
            });
        }
        assert_eq!(item.refcount(), 1);
    });
}

#[test]
fn a_dict() {
    attached(|py| {
        let item = fresh_str(py, "taken and released").into_any();
        let keys = ["first", "second"].map(|key| fresh_str(py, key));
        each_way(&item, |way| {
            let dict = PyDict::new(py)?;
            let mut rest = keys.iter();
            feed(way, &item, 2, |item| {
                let key = rest.next().expect("two items");
                dict.insert_owned(key.new_ref().into_any(), item)?;
                assert_eq!(key.refcount(), 2);
                Ok(())
            })?;
            panic!("not abandoned")
        });
        // As a key and as a value, which is replaced.
        each_way(&item, |way| {
            let dict = PyDict::new(py)?;
            feed(way, &item, 2, |item| {
                dict.insert_owned(item.new_ref(), item)
            })?;
            panic!("not abandoned")
        });
        assert_eq!(item.refcount(), 1);
        keys.iter().for_each(|key| assert_eq!(key.refcount(), 1));
    });
}

#[test]
fn bytes() {
    attached(|py| {
        let item = PyBytes::new(py, &[b'x'; 100]).unwrap().into_any();
        // Grown twice, and never.
        for capacity in [0, 1000] {
            each_way(&item, |way| {
                let mut bytes = BytesBuilder::with_capacity(py, capacity);
                feed(way, &item, 0, |item| {
                    bytes.extend_from_slice(item.cast::<PyBytes>()?.as_bytes());
                    Ok(())
                })?;
                panic!("not abandoned")
            });
        }
        // In place.
        each_way(&item, |way| {
            let new = PyBytes::new_with(py, 300, |place| {
                let mut start = 0;
                feed(way, &item, 0, |item| {
                    let content = item.cast::<PyBytes>()?.as_bytes();
                    place[start..start + content.len()].copy_from_slice(content);
                    start += content.len();
                    Ok(())
                })
            });
            drop(new?);
            panic!("not abandoned")
        });
        // By appending: each step takes the left side.
        each_way(&item, |way| {
            let mut left = Some(PyBytes::new(py, b"left")?);
            feed(way, &item, 0, |item| {
                let longer = left.take().expect("left").append(item.cast::<PyBytes>()?)?;
                left = Some(longer);
                Ok(())
            })?;
            panic!("not abandoned")
        });
        assert_eq!(item.refcount(), 1);
    });
}

#[test]
fn a_str() {
    attached(|py| {
        let item = fresh_str(py, "taken and released").into_any();
        each_way(&item, |way| {
            let mut text = pyptr::types::StringBuilder::new(py);
            feed(way, &item, 0, |item| {
                text.push_str(item.cast::<PyString>()?.to_str()?);
                Ok(())
            })?;
            panic!("not abandoned")
        });
        assert_eq!(item.refcount(), 1);
    });
}
