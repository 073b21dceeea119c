//! Iterators, those made of other objects as well.

use pyptr::PyErr;
use pyptr::error::{PyTypeError, PyZeroDivisionError};
use pyptr::types::{PyCallIter, PyIterator, PyList, PySeqIter, PyString};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, given, namespace, shown};

#[test]
fn iter_takes_a_reference_to_the_container() {
    attached(|py| {
        let list = PyList::from_owned(py, [fresh_str(py, "item").into_any()]).unwrap();
        assert_eq!(delta_while_held(&list, || list.as_any().iter().unwrap()), 1);
        assert_eq!(delta_after_drop(&list, || list.as_any().iter().unwrap()), 0);
        let text = fresh_str(py, "iterable");
        assert_eq!(text.iter().unwrap().count(), 8);
        assert!(py.none().iter().unwrap_err().is::<PyTypeError>());
    });
}

#[test]
fn items_are_new_references() {
    attached(|py| {
        let text = fresh_str(py, "item");
        let list = PyList::from_owned(py, [given(&text), given(&text)]).unwrap();
        let items = list.as_any().iter().unwrap();
        assert_eq!(delta_while_held(&text, || items.next_item().unwrap()), 1);
        assert_eq!(delta_after_drop(&text, || items.next_item().unwrap()), 0);
        assert!(items.next_item().unwrap().is_none());
        assert!(items.next_item().unwrap().is_none());
        let collect = || {
            let items = list.as_any().iter().unwrap();
            items.collect::<Result<Vec<_>, _>>().unwrap()
        };
        assert_eq!(delta_while_held(&text, collect), 2);
        assert_eq!(delta_after_drop(&text, collect), 0);
    });
}

#[test]
fn what_next_raises_is_an_item() {
    attached(|py| {
        let mut items = eval(&namespace(py), "(6 // i for i in (1, 0, 2))")
            .iter()
            .unwrap();
        assert_eq!(shown(&items.next().unwrap().unwrap()), "6");
        let raised = items.next().unwrap().unwrap_err();
        assert!(raised.is::<PyZeroDivisionError>());
        drop(raised);
        // A generator ends after it has raised.
        assert!(items.next().is_none());
    });
}

#[test]
fn casts_ask_for_next() {
    attached(|py| {
        let list = PyList::empty(py).unwrap();
        let text = list.cast::<PyIterator>().unwrap_err().to_string();
        assert_eq!(text, "expected iterator, got list");
        let items = list.as_any().iter().unwrap();
        assert!(items.cast::<PyIterator>().is_ok());
        assert!(items.cast_exact::<PyIterator>().is_ok());
        assert!(items.into_any().cast_into::<PyIterator>().is_ok());
    });
}

/// A cast proves only what the object was.
#[test]
fn an_object_that_is_an_iterator_no_more_is_a_type_error() {
    attached(|py| {
        let ns = namespace(py);
        exec(
            &ns,
            "
class It:
    def __next__(self):
        return 'next'
class Other:
    pass
first, second = It(), It()
",
        );
        let first = eval(&ns, "first").cast_into::<PyIterator>().unwrap();
        let second = eval(&ns, "second").cast_into::<PyIterator>().unwrap();
        let next = first.next_item().unwrap().unwrap();
        assert_eq!(next.cast::<PyString>().unwrap().to_str().unwrap(), "next");
        exec(&ns, "first.__class__ = Other");
        assert!(first.next_item().unwrap_err().is::<PyTypeError>());
        exec(&ns, "del It.__next__");
        let error: PyErr = second.next_item().unwrap_err().into();
        assert!(error.is::<PyTypeError>(py));
    });
}

#[test]
fn iterators_over_sequences() {
    attached(|py| {
        let item = fresh_str(py, "item");
        let list = PyList::from_owned(py, [given(&item), given(&item)]).unwrap();
        let make = || PyIterator::over_sequence(py, &list).unwrap();
        assert_eq!(
            (delta_while_held(&list, make), delta_after_drop(&list, make)),
            (1, 0)
        );
        assert!(make().cast::<PySeqIter>().is_ok() && make().cast::<PyCallIter>().is_err());
        assert_eq!(make().count(), 2);
        assert_eq!(item.refcount(), 3);
        assert!(PyIterator::over_sequence(py, py.none()).is_err());
    });
}

#[test]
fn iterators_that_call() {
    attached(|py| {
        let ns = namespace(py);
        let (pop, sentinel) = (eval(&ns, "[9, 0, 300, 400].pop"), fresh_str(py, "never"));
        let make = || PyIterator::over_calls(py, &pop, &sentinel).unwrap();
        assert_eq!(
            (
                delta_while_held(&sentinel, make),
                delta_after_drop(&sentinel, make)
            ),
            (1, 0)
        );
        assert!(make().cast::<PyCallIter>().is_ok());
        let zero = eval(&ns, "0");
        let values: Vec<String> = PyIterator::over_calls(py, &pop, &zero)
            .unwrap()
            .map(|item| shown(&item.unwrap()))
            .collect();
        assert_eq!(values, ["400", "300"]);
        let failing = eval(&ns, "lambda: 1 // 0");
        let mut items = PyIterator::over_calls(py, &failing, &zero).unwrap();
        assert!(
            items
                .next()
                .unwrap()
                .unwrap_err()
                .is::<PyZeroDivisionError>()
        );
    });
}
