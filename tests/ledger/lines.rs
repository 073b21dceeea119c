//! The line and kind that a record shows.

use pyptr::convert::{FromPyObject, IntoPyObject};
use pyptr::export::by_hand::named;
use pyptr::ledger::Kind;
use pyptr::testing::open_records;
use pyptr::types::{
    ListBuilder, PyAny, PyBytes, PyDict, PyFloat, PyInt, PyList, PyModule, PyString, PyTuple,
    TupleBuilder,
};
use pyptr::{Borrowed, Owned, PyResult, Python, Shared, ffi};

use crate::{attached, bytes, held, hook, text};

/// Checks that what the expression makes is recorded at this line, as one of this kind and type, and that
/// dropping it closes the record.
macro_rules! assert_taken {
    ($kind:expr, $type_name:expr, $make:expr) => {{
        let value = $make;
        let records = held(file!(), line!()..=line!());
        assert_eq!(records.len(), 1, "{}: {records:?}", stringify!($make));
        let record = records[0];
        assert!(record.exact);
        assert_eq!(
            (record.kind, record.type_name, record.count),
            ($kind, $type_name, 1)
        );
        drop(value);
        assert_eq!(
            held(file!(), line!()..=line!()),
            [],
            "{}",
            stringify!($make)
        );
    }};
}

#[test]
#[rustfmt::skip] // The line of the macro is that of the expression.
fn constructors() {
    attached(|py| {
        assert_taken!(Kind::New, "str", PyString::new(py, "a str").unwrap());
        assert_taken!(Kind::New, "bytes", PyBytes::new(py, b"bytes").unwrap());
        assert_taken!(Kind::New, "int", PyInt::new(py, 1_i64 << 40).unwrap());
        assert_taken!(Kind::New, "int", PyInt::from_u128(py, u128::MAX).unwrap());
        assert_taken!(Kind::New, "int", PyInt::from_i128(py, i128::MIN).unwrap());
        assert_taken!(Kind::New, "float", PyFloat::new(py, 1.5).unwrap());
        assert_taken!(Kind::New, "dict", PyDict::new(py).unwrap());
        assert_taken!(Kind::New, "list", PyList::empty(py).unwrap());
        assert_taken!(Kind::New, "list", ListBuilder::with_capacity(py, 3).unwrap());
        assert_taken!(Kind::New, "list", ListBuilder::with_capacity(py, 3).unwrap().finish());
        assert_taken!(Kind::New, "tuple", TupleBuilder::with_len(py, 3).unwrap());
        assert_taken!(Kind::New, "module", PyModule::new(py, c"new").unwrap());
        assert_taken!(Kind::New, "module", py.import(c"math").unwrap());
        assert_taken!(Kind::New, "int", py.eval(c"int('1' + '0' * 20)", None, None).unwrap());
    });
}

#[test]
#[rustfmt::skip] // The line of the macro is that of the expression.
fn copies() {
    attached(|py| {
        let owned = text(py, "copied");
        let borrowed: &Borrowed<'_, PyString> = &owned;
        assert_taken!(Kind::NewRef, "str", owned.new_ref());
        assert_taken!(Kind::NewRef, "str", borrowed.new_ref());
        assert_taken!(Kind::Clone, "str", owned.clone());
        assert_taken!(Kind::ToOwned, "str", owned.to_owned());
        assert_taken!(Kind::ToOwned, "str", borrowed.to_owned());
        assert_taken!(Kind::ToOwned, "str", Owned::from(borrowed));
        assert_taken!(Kind::ToOwned, "str", Shared::from(borrowed));
        let shared = owned.clone().into_shared();
        assert_taken!(Kind::Clone, "str", shared.clone_ref(py));
        // SAFETY: alive.
        assert_taken!(Kind::FromBorrowed, "str", unsafe { Owned::<PyString>::from_borrowed_ptr(py, owned.as_ptr()) });
    });
}

#[test]
#[rustfmt::skip] // The line of the macro is that of the expression.
fn raw_results_are_adopted() {
    attached(|py| {
        // SAFETY: attached.
        let make = || unsafe { ffi::PyFloat_FromDouble(2.5) };
        // SAFETY: a new reference.
        assert_taken!(Kind::Adopted, "float", unsafe { Owned::<PyFloat>::from_owned_ptr(py, make()) });
        // SAFETY: as above.
        assert_taken!(Kind::Adopted, "float", unsafe { Owned::<PyFloat>::from_owned_ptr_or_raised(py, make()).unwrap() });
    });
}

#[test]
#[rustfmt::skip] // The line of the macro is that of the expression.
fn methods() {
    attached(|py| {
        let left = text(py, "left");
        let list = py.eval(c"['a text'.upper(), 'another one'.upper()]", None, None).unwrap();
        let list = list.cast_into::<PyList>().unwrap();
        let dict = py.eval(c"{'a key': 'a value'.upper()}", None, None).unwrap();
        let dict = dict.cast_into::<PyDict>().unwrap();
        let key = text(py, "a key");
        let tuple = list.to_tuple().unwrap();
        // A type of its own: those of CPython are immortal.
        let object = py.eval(c"type('Mortal', (), {})()", None, None).unwrap();
        assert_taken!(Kind::New, "str", left.concat_str("right").unwrap());
        assert_taken!(Kind::New, "str", left.concat(&left).unwrap());
        assert_taken!(Kind::New, "str", left.repr().unwrap());
        assert_taken!(Kind::New, "str", left.add(&left).unwrap());
        assert_taken!(Kind::New, "type", object.type_of());
        assert_taken!(Kind::New, "builtin_function_or_method", left.getattr(c"upper").unwrap());
        assert_taken!(Kind::New, "builtin_function_or_method", left.getattr_opt(c"upper").unwrap());
        assert_taken!(Kind::New, "str", left.call_method0(c"upper").unwrap());
        assert_taken!(Kind::New, "str", list.get(0).unwrap());
        assert_taken!(Kind::New, "str", list.iter().next());
        assert_taken!(Kind::New, "tuple", list.to_tuple().unwrap());
        assert_taken!(Kind::New, "tuple", tuple.get_slice(0, 1).unwrap());
        assert_taken!(Kind::New, "str", dict.get(&key).unwrap());
        assert_taken!(Kind::New, "str", dict.iter().next().unwrap().unwrap().1);
        assert_taken!(Kind::New, "list_iterator", PyAny::iter_of(&list));
    });
}

trait IterOf {
    #[track_caller]
    fn iter_of<'py>(object: &Borrowed<'py, PyAny>) -> Owned<'py, pyptr::types::PyIterator> {
        object.iter().unwrap()
    }
}

impl IterOf for PyAny {}

#[test]
#[rustfmt::skip] // The line of the macro is that of the expression.
fn conversions() {
    attached(|py| {
        let source = text(py, "source");
        assert_taken!(Kind::New, "str", "a str".into_py_object(py).unwrap());
        assert_taken!(Kind::New, "float", 1.5.into_py_object(py).unwrap());
        assert_taken!(Kind::New, "list", vec![1_i64 << 40].into_py_object(py).unwrap());
        assert_taken!(Kind::New, "tuple", ("a str", 2.5).into_py_object(py).unwrap());
        assert_taken!(Kind::ToOwned, "str", source.extract::<Owned<'_, PyString>>().unwrap());
        assert_taken!(Kind::ToOwned, "str", Owned::<PyString>::from_py_object(&source).unwrap());
        assert_taken!(Kind::ToOwned, "str", source.extract::<Shared<PyString>>().unwrap());
    });
}

/// A `?` in between, a loop, a closure: the user's line all the same.
#[test]
fn through_control_flow() {
    fn fallible<'py>(py: Python<'py>) -> PyResult<'py, Owned<'py, PyString>> {
        let made = PyString::new(py, "fallible")?;
        assert_eq!(held(file!(), line!() - 1..line!()).len(), 1);
        Ok(made)
    }
    attached(|py| {
        let list = py.eval(c"['a text'.upper()]", None, None).unwrap();
        let list = list.cast_into::<PyList>().unwrap();
        drop(fallible(py).unwrap());
        for item in &*list {
            assert_eq!(held(file!(), line!() - 1..line!()).len(), 1);
            drop(item);
        }
        let make = || text(py, "in a closure");
        let made = make();
        assert_eq!(held(file!(), line!() - 2..line!() - 1).len(), 1);
        drop(made);
    });
}

/// Where std stands between, the last call before is shown, and that it is not exact.
#[test]
fn through_std() {
    attached(|py| {
        let owned = vec![text(py, "one"), text(py, "two")];
        let line = line!() - 1;
        let clones = owned.clone();
        let records = held(file!(), line..=line);
        let clone = records.iter().find(|held| held.kind == Kind::Clone);
        let clone = clone.unwrap_or_else(|| panic!("{records:?}"));
        assert!(!clone.exact);
        assert_eq!(clone.count, 2);
        drop(clones);
    });
}

/// If the function has no line of its own before, std's is shown, wherever its sources are, and that it is no line of the
/// user's.
#[test]
fn without_a_line_before() {
    attached(|py| {
        let owned = vec![text(py, "one")];
        let clones = named(py, c"without_a_line", || owned.clone());
        let mut records = open_records();
        records.retain(|held| held.function == Some("without_a_line"));
        assert_eq!(records.len(), 1, "{records:?}");
        assert!(!records[0].exact);
        let file = records[0].place.file.replace('\\', "/");
        assert!(file.ends_with("/library/alloc/src/slice.rs"), "{file}");
        hook::run(
            c"
import leaking
held = leaking.__pyptr_ledger__('snapshot')['held']
[where] = [one['where'] for one in held if one['function'] == 'without_a_line']
assert where == 'inside', where
",
        );
        drop(clones);
    });
}

/// The items of a collection are taken by this crate's own loop: the call that converts it is shown.
#[test]
fn through_collections() {
    attached(|py| {
        let list = py
            .eval(c"['a text'.upper(), 'another'.upper()]", None, None)
            .unwrap();
        let line = line!() + 1;
        let items: Vec<Owned<'_, PyString>> = list.extract().unwrap();
        let records = held(file!(), line..=line);
        assert_eq!(records.len(), 1, "{records:?}");
        let record = records[0];
        assert_eq!(
            (record.count, record.kind, record.exact),
            (2, Kind::ToOwned, false)
        );
        drop(items);
    });
}

/// Two owners of one object: the report names the line of the one that stayed.
#[test]
fn the_line_of_the_one_that_stays() {
    attached(|py| {
        let first = bytes(py);
        let line = line!();
        let second = first.new_ref();
        let third = first.new_ref();
        drop(first);
        drop(third);
        let records = held(file!(), line - 1..line + 4);
        assert_eq!(records.len(), 1);
        assert_eq!(
            (records[0].place.line, records[0].kind),
            (line + 1, Kind::NewRef)
        );
        drop(second);
    });
}

#[test]
fn tuples_and_lists_take_over() {
    attached(|py| {
        let line = line!();
        let item = bytes(py).into_any();
        let tuple = PyTuple::from_owned(py, [item]).unwrap();
        let records = held(file!(), line..line + 4);
        assert_eq!(records.len(), 1, "{records:?}");
        assert_eq!(records[0].type_name, "tuple");
        drop(tuple);
        assert_eq!(held(file!(), line..line + 4), []);
    });
}
