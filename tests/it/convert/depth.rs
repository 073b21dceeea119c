//! Containers in containers, as deep as Python code likes.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use pyptr::error::PyRecursionError;
use pyptr::types::PyAny;
use pyptr::{Borrowed, ConversionError, FromPyObject};

use super::run;
use crate::common::attached;

/// A type that contains itself in one container or another.
macro_rules! nested {
    ($($name:ident: $container:ty, $inner:ident => $depth:expr;)*) => { $(
        struct $name(usize);

        impl<'a, 'py> FromPyObject<'a, 'py> for $name {
            fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
                f.write_str("a nested container")
            }

            fn from_py_object(
                object: &'a Borrowed<'py, PyAny>,
            ) -> Result<Self, ConversionError<'py>> {
                if object.is_none() {
                    return Ok($name(0));
                }
                let $inner: $container = object.extract()?;
                Ok($name($depth + 1))
            }
        }
    )* };
}

nested! {
    Listed: Vec<Listed>, inner => inner[0].0;
    Arrayed: [Arrayed; 1], inner => inner[0].0;
    Paired: (Paired, i64), inner => inner.0.0;
    Hashed: HashMap<i64, Hashed>, inner => inner[&0].0;
    Sorted: BTreeMap<i64, Sorted>, inner => inner[&0].0;
    Mixed: (Vec<BTreeMap<i64, Mixed>>,), inner => inner.0[0][&0].0;
}

/// A type that contains itself in an attribute that may be `None`.
struct Linked(usize);

impl<'a, 'py> FromPyObject<'a, 'py> for Linked {
    fn expected(f: &mut dyn fmt::Write) -> fmt::Result {
        f.write_str("a link")
    }

    fn from_py_object(object: &'a Borrowed<'py, PyAny>) -> Result<Self, ConversionError<'py>> {
        let next: Option<Linked> = object.getattr(c"next")?.extract()?;
        Ok(Linked(next.map_or(0, |next| next.0) + 1))
    }
}

/// Nested `depth` times, `step` once more: its depth as Rust finds it, or whether it is too deep.
fn depth_of<T>(step: &str, depth: usize, find: impl Fn(T) -> usize) -> Option<usize>
where
    T: for<'a, 'py> FromPyObject<'a, 'py>,
{
    attached(|py| {
        let object = run(
            py,
            &format!(
                "class Link:\n    def __init__(self, next): self.next = next\n\
                 result = None\nfor _ in range({depth}): result = {step}"
            ),
        );
        match object.extract::<T>() {
            Ok(found) => Some(find(found)),
            Err(raised) => {
                assert!(raised.is::<PyRecursionError>(), "{raised:?}");
                None
            }
        }
    })
}

#[track_caller]
fn check<T>(step: &str, deep: usize, find: impl Fn(T) -> usize)
where
    T: for<'a, 'py> FromPyObject<'a, 'py>,
{
    for depth in [1, 50] {
        assert_eq!(depth_of(step, depth, &find), Some(depth));
    }
    assert_eq!(depth_of(step, deep, &find), None);
    // Whoever was too deep has left all levels.
    assert_eq!(depth_of(step, 50, &find), Some(50));
}

#[test]
fn too_many_lists_in_lists() {
    check("[result]", 200_000, |found: Listed| found.0);
    check("[result]", 30_000, |found: Arrayed| found.0);
    check("iter([result])", 30_000, |found: Listed| found.0);
}

#[test]
fn too_many_tuples_in_tuples() {
    check("(result, 1)", 30_000, |found: Paired| found.0);
}

#[test]
fn too_many_dicts_in_dicts() {
    check("{0: result}", 30_000, |found: Hashed| found.0);
    check("{0: result}", 30_000, |found: Sorted| found.0);
    check("([{0: result}],)", 30_000, |found: Mixed| found.0);
}

#[test]
fn too_many_links() {
    check("Link(result)", 30_000, |found: Linked| found.0);
}
