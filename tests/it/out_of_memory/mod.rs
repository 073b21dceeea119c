//! What a failed allocation leaves behind. CPython's own test module makes allocations fail, for the
//! whole process: each of these tests runs in one of its own.

use std::process::Command;
use std::ptr::NonNull;

use pyptr::error::{PyMemoryError, PyValueError};
use pyptr::types::{
    ByteOrder, BytesBuilder, CodeUnits, ListBuilder, PyAny, PyByteArray, PyBytes, PyCapsule,
    PyContext, PyDict, PyFloat, PyInt, PyIterator, PyList, PySet, PyString, PyType, StringBuilder,
    TupleBuilder,
};
use pyptr::{Borrowed, Owned, PyResult, Python, Raised};

use crate::common::{KEPT, attached, fresh_str};

mod classes;
#[cfg(target_os = "linux")]
mod large;
mod members;
mod wrappers;

const CHILD: &str = "PYPTR_OUT_OF_MEMORY_CHILD";

/// Runs `test` in a process of its own: this binary again, with that test alone. Nothing if the
/// interpreter lacks `_testcapi`, as distributed ones may.
fn in_a_child(name: &str, test: impl for<'py> Fn(Python<'py>, &dyn Fn(&mut dyn FnMut()))) {
    if std::env::var_os(CHILD).is_none() {
        let mut child = Command::new(std::env::current_exe().unwrap());
        let output = child
            .args([&format!("out_of_memory::{name}"), "--exact", "--nocapture"])
            .env(CHILD, "1")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let ran = output.status.success() && text.contains("1 passed");
        assert!(ran, "{text}{}", String::from_utf8_lossy(&output.stderr));
        // What `totals.rs` reads.
        text.lines()
            .filter(|line| line.contains(KEPT))
            .for_each(|line| println!("{line}"));
        return;
    }
    attached(|py| {
        let Ok(testcapi) = py.import(c"_testcapi") else {
            return;
        };
        let fail: Owned<'_, PyAny> = testcapi.getattr(c"set_nomemory").unwrap();
        let stop: Owned<'_, PyAny> = testcapi.getattr(c"remove_mem_hooks").unwrap();
        let zero = py.eval(c"0", None, None).unwrap();
        test(py, &|f| {
            drop(fail.call1(&zero).unwrap());
            f();
            drop(stop.call0().unwrap());
        });
    });
}

fn is_memory_error<R>(result: PyResult<'_, R>) -> bool {
    result.is_err_and(|raised| raised.is::<PyMemoryError>())
}

#[test]
fn append_releases_its_left_side() {
    in_a_child("append_releases_its_left_side", |py, without_memory| {
        let (left, right) = (fresh_str(py, "left "), fresh_str(py, "right"));
        let (bytes, more) = (
            PyBytes::new(py, b"left ").unwrap(),
            PyBytes::new(py, b"right").unwrap(),
        );
        let mut failed = [false; 6];
        without_memory(&mut || {
            failed = [
                is_memory_error(left.to_owned().append(&right)),
                is_memory_error(left.to_owned().append_str("right")),
                is_memory_error(left.concat(&right)),
                is_memory_error(left.concat_str("right")),
                is_memory_error(bytes.to_owned().append(&more)),
                is_memory_error(bytes.concat(&more)),
            ];
        });
        assert_eq!(failed, [true; 6]);
        let counts = [
            left.refcount(),
            right.refcount(),
            bytes.refcount(),
            more.refcount(),
        ];
        assert_eq!(counts, [1; 4]);
        assert_eq!(
            (left.to_str().unwrap(), bytes.as_bytes()),
            ("left ", &b"left "[..])
        );
    });
}

#[test]
fn messages_cannot_be_made() {
    in_a_child("messages_cannot_be_made", |py, without_memory| {
        let mut failed = [false; 2];
        without_memory(&mut || {
            failed = ["a message", "gr\u{fc}n"]
                .map(|message| is_memory_error::<()>(Err(py.raise::<PyValueError>(message))));
        });
        assert_eq!(failed, [true; 2]);
        assert!(Raised::occurred(py).is_none());
    });
}

#[test]
fn calls_release_nothing_of_their_arguments() {
    in_a_child(
        "calls_release_nothing_of_their_arguments",
        |py, without_memory| {
            let join = py
                .eval(c"lambda *args: ' '.join(args)", None, None)
                .unwrap();
            let (left, right) = (fresh_str(py, "left"), fresh_str(py, "right"));
            let before = join.refcount();
            let mut failed = [false; 3];
            without_memory(&mut || {
                failed = [
                    is_memory_error(join.call([&left, &right])),
                    is_memory_error(join.call_slice(&[&left, &right])),
                    is_memory_error(left.call_method(c"replace", [&left, &right])),
                ];
            });
            assert_eq!(failed, [true; 3]);
            assert_eq!(
                (left.refcount(), right.refcount(), join.refcount()),
                (1, 1, before)
            );
        },
    );
}

#[test]
fn strings_stop_growing() {
    in_a_child("strings_stop_growing", |py, without_memory| {
        // Alone, and longer than what the allocator has spare.
        let mut left = Some(fresh_str(py, &"left ".repeat(100)));
        // What cannot be made of what they have: an object for ASCII, a wider one.
        let mut builders: Vec<StringBuilder<'_>> =
            ["narrow narrow", "\u{e9}t\u{e9}", "\u{20ac}\u{20ac}"]
                .into_iter()
                .map(|text| {
                    let mut builder = StringBuilder::new(py);
                    builder.push_str(text);
                    builder
                })
                .collect();
        let mut finished = 0;
        let more = "wider \u{1f40d}".repeat(1000);
        let mut appended = false;
        without_memory(&mut || {
            let left = left.take().expect("once");
            appended = !is_memory_error(left.append_str(&more));
            while let Some(builder) = builders.pop() {
                finished += usize::from(!is_memory_error(builder.finish()));
            }
        });
        assert!(!appended);
        assert_eq!(finished, 0);
        // In its own width, where it grows in place: alone, with a copy as UTF-8, and shared.
        for piece in ["ascii", "latin \u{e9}", "two \u{20ac}", "four \u{1f40d}"] {
            let (old, more) = (piece.repeat(100), piece.repeat(1000));
            let [alone, encoded, shared] = [(); 3].map(|()| fresh_str(py, &old));
            encoded.to_str().unwrap();
            let mut left = vec![alone, encoded, shared.new_ref()];
            without_memory(&mut || {
                while let Some(left) = left.pop() {
                    appended |= !is_memory_error(left.append_str(&more));
                }
            });
            assert!(!appended, "{piece}");
            assert_eq!((shared.refcount(), shared.to_str().unwrap()), (1, &*old));
        }
    });
}

#[test]
fn bytes_stop_growing() {
    in_a_child("bytes_stop_growing", |py, without_memory| {
        let mut builders = [BytesBuilder::new(py), BytesBuilder::with_capacity(py, 10)];
        builders[1].extend_from_slice(b"some");
        without_memory(&mut || {
            for builder in &mut builders {
                builder.extend_from_slice(&[b'x'; 5000]);
            }
        });
        for mut builder in builders {
            builder.extend_from_slice(b"there is memory again");
            assert_eq!(builder.len(), 0);
            assert!(is_memory_error(builder.finish()));
        }
    });
}

/// What a capsule is made for.
static POINTED_TO: u64 = 3;

fn nine<'py>(item: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyAny>> {
    let mut tuple = TupleBuilder::with_len(item.py(), 9)?;
    (0..9).for_each(|_| tuple.push(item.to_owned()));
    tuple.finish().map(Owned::into_any)
}

/// A name, and what fails for want of memory alone.
type Call<'a, 'py> = (&'a str, &'a dyn Fn() -> PyResult<'py, Owned<'py, PyAny>>);

/// Small objects come from lists of free ones first: each call is made until it fails, and what it made is
/// kept meanwhile. `check` looks at the references then.
fn each_stops(
    without_memory: &dyn Fn(&mut dyn FnMut()),
    calls: &[Call<'_, '_>],
    check: impl Fn(&str),
) {
    for (name, call) in calls {
        let mut kept: Vec<Owned<'_, PyAny>> = Vec::with_capacity(10_000);
        let mut failed = None;
        without_memory(&mut || {
            while failed.is_none() && kept.len() < 10_000 {
                match call() {
                    Ok(made) => kept.push(made),
                    Err(raised) => failed = Some(raised.is::<PyMemoryError>()),
                }
            }
        });
        assert_eq!(failed, Some(true), "{name}");
        drop(kept);
        check(name);
    }
}

#[test]
fn what_only_memory_can_stop() {
    in_a_child("what_only_memory_can_stop", |py, without_memory| {
        let text = fresh_str(py, "first line\nsecond line");
        let line = fresh_str(py, "line");
        let (dict, context) = (PyDict::new(py).unwrap(), PyContext::new(py).unwrap());
        dict.set(&text, &text).unwrap();
        let list = PyList::from_owned(py, [text.new_ref().into_any()]).unwrap();
        let fields = &[(c"first", c""), (c"second", c"")];
        let pair = PyType::new_struct_sequence(py, c"failing.Pair", c"", fields, 2).unwrap();
        let code = c"lambda a, b=[1], *, c=[2]: (a, b, c)";
        let function = py.eval(code, None, None).unwrap();
        let before = [text.refcount(), dict.refcount(), function.refcount()];
        let each_fails: &[Call<'_, '_>] = &[
            ("PyDict::new", &|| PyDict::new(py).map(Owned::into_any)),
            ("dict.copy", &|| dict.copy().map(Owned::into_any)),
            ("dict.keys", &|| dict.keys().map(Owned::into_any)),
            ("dict.values", &|| dict.values().map(Owned::into_any)),
            ("dict.items", &|| dict.items().map(Owned::into_any)),
            ("PyList::empty", &|| PyList::empty(py).map(Owned::into_any)),
            ("list.to_tuple", &|| list.to_tuple().map(Owned::into_any)),
            ("list.get_slice", &|| {
                list.get_slice(0, 1).map(Owned::into_any)
            }),
            ("list.insert", &|| {
                list.insert(0, &text).map(|()| text.new_ref().into_any())
            }),
            ("list.append_owned", &|| {
                list.append_owned(text.new_ref().into_any())
                    .map(|()| text.new_ref().into_any())
            }),
            ("ListBuilder::with_capacity", &|| {
                ListBuilder::with_capacity(py, 9).map(|list| list.finish().into_any())
            }),
            ("ListBuilder::with_size_hint", &|| {
                ListBuilder::with_size_hint(py, 9).map(|list| list.finish().into_any())
            }),
            ("TupleBuilder::with_len", &|| nine(&text)),
            ("PySet::new", &|| PySet::new(py).map(Owned::into_any)),
            ("PyInt::new", &|| {
                PyInt::new(py, 1_i64 << 40).map(Owned::into_any)
            }),
            ("PyInt::from_u64", &|| {
                PyInt::from_u64(py, 1 << 63).map(Owned::into_any)
            }),
            ("PyInt::from_i128", &|| {
                PyInt::from_i128(py, 1 << 100).map(Owned::into_any)
            }),
            ("PyInt::from_u128", &|| {
                PyInt::from_u128(py, 1 << 100).map(Owned::into_any)
            }),
            ("PyInt::from_bytes", &|| {
                PyInt::from_bytes(py, &[7; 20], ByteOrder::Big, true).map(Owned::into_any)
            }),
            ("PyFloat::new", &|| {
                PyFloat::new(py, 2.5).map(Owned::into_any)
            }),
            ("PyString::new", &|| {
                PyString::new(py, "more text").map(Owned::into_any)
            }),
            ("PyString::from_char", &|| {
                PyString::from_char(py, '\u{1f40d}').map(Owned::into_any)
            }),
            ("PyString::from_code_units", &|| {
                PyString::from_code_units(py, CodeUnits::One(b"code units")).map(Owned::into_any)
            }),
            ("str.splitlines", &|| {
                text.splitlines(true).map(Owned::into_any)
            }),
            ("str.replace", &|| {
                text.replace(&line, &text, -1).map(Owned::into_any)
            }),
            ("str.substring", &|| {
                text.substring(2, 9).map(Owned::into_any)
            }),
            ("PyBytes::new", &|| {
                PyBytes::new(py, b"bytes").map(Owned::into_any)
            }),
            ("PyByteArray::new", &|| {
                PyByteArray::new(py, b"bytes").map(Owned::into_any)
            }),
            ("PyContext::copy_current", &|| {
                PyContext::copy_current(py).map(Owned::into_any)
            }),
            ("context.copy", &|| context.copy().map(Owned::into_any)),
            ("PyIterator::over_calls", &|| {
                PyIterator::over_calls(py, &function, &text).map(Owned::into_any)
            }),
            ("PyCapsule::from_pointer", &|| {
                let pointer = NonNull::from(&POINTED_TO).cast();
                // SAFETY: a static, which lives for ever; no destructor.
                unsafe { PyCapsule::from_pointer(py, Some(c"failing"), pointer, None) }
                    .map(Owned::into_any)
            }),
            ("PyCapsule::new", &|| {
                // A value that is not dropped keeps its reference.
                PyCapsule::new(py, c"text", text.new_ref().into_shared()).map(Owned::into_any)
            }),
            ("struct_sequence_from_owned", &|| {
                let fields = [text.new_ref().into_any(), function.new_ref()];
                // SAFETY: a type of two fields.
                unsafe { pair.struct_sequence_from_owned(fields) }.map(Owned::into_any)
            }),
        ];
        each_stops(without_memory, each_fails, |name| {
            while list.len() > 1 {
                list.del(0).unwrap();
            }
            let after = [text.refcount(), dict.refcount(), function.refcount()];
            assert_eq!(after, before, "{name}");
        });
    });
}
