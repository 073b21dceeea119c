//! `list`.

mod builder;
mod iter;

use pyptr::error::{PyIndexError, PyTypeError, PyValueError, PyZeroDivisionError};
use pyptr::types::{PyAny, PyList};
use pyptr::{Borrowed, Owned, Python, ffi};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{bind, eval, exec, given, holds, namespace, shown};

pub fn three<'py>(py: Python<'py>) -> Owned<'py, PyList> {
    let texts = ["first", "second", "third"];
    PyList::from_owned(py, texts.map(|text| fresh_str(py, text).into_any())).unwrap()
}

/// METH_O: appends a text to the list that it is given.
extern "C" fn append_more(
    _module: *mut ffi::PyObject,
    list: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    Python::attach(|py| {
        // SAFETY: the caller of a METH_O function holds its argument.
        let list: &Borrowed<'_, PyAny> = unsafe { Borrowed::from_ptr(py, list) };
        let list = list.cast::<PyList>().unwrap();
        list.append_owned(fresh_str(py, "more").into_any()).unwrap();
        py.none().new_ref().into_ptr()
    })
}

/// While CPython sorts a list, the list has no items and a negative capacity.
#[test]
fn appending_to_a_list_that_is_being_sorted_is_python_s_error() {
    attached(|py| {
        let ns = namespace(py);
        let method = Box::leak(Box::new(ffi::PyMethodDef {
            ml_name: c"append_more".as_ptr(),
            ml_meth: ffi::PyMethodDefPointer {
                PyCFunction: append_more,
            },
            ml_flags: ffi::METH_O,
            ml_doc: std::ptr::null(),
        }));
        // SAFETY: the definition lives for ever, and there is no module.
        let function = unsafe { ffi::PyCFunction_New(method, std::ptr::null_mut()) };
        // SAFETY: a new reference, or NULL with an exception set.
        let function: Owned<'_, PyAny> =
            unsafe { Owned::from_owned_ptr_or_raised(py, function) }.unwrap();
        bind(&ns, "append_more", &function);
        let list = three(py);
        bind(&ns, "texts", &list);
        exec(
            &ns,
            "
try:
    texts.sort(key=lambda text: append_more(texts) or text)
except ValueError as error:
    message = str(error)
",
        );
        assert!(holds(&ns, "message == 'list modified during sort'"));
        assert_eq!(shown(&list), "['first', 'second', 'third']");
    });
}

#[test]
fn get_gives_a_new_reference() {
    attached(|py| {
        let text = fresh_str(py, "got");
        let list = PyList::from_owned(py, [given(&text)]).unwrap();
        assert_eq!(delta_while_held(&text, || list.get(0).unwrap()), 1);
        assert_eq!(delta_after_drop(&text, || list.get(0).unwrap()), 0);
        for beyond in [1, isize::MAX as usize, isize::MAX as usize + 1, usize::MAX] {
            assert!(list.get(beyond).unwrap_err().is::<PyIndexError>());
        }
    });
}

#[test]
fn set_takes_the_reference_on_success_and_on_error() {
    attached(|py| {
        let (old, new) = (fresh_str(py, "old"), fresh_str(py, "new"));
        let list = PyList::from_owned(py, [given(&old)]).unwrap();
        assert_eq!((old.refcount(), new.refcount()), (2, 1));
        list.set(0, given(&new)).unwrap();
        assert_eq!((old.refcount(), new.refcount()), (1, 2));
        for beyond in [1, usize::MAX] {
            let fail = || {
                assert!(
                    list.set(beyond, given(&old))
                        .unwrap_err()
                        .is::<PyIndexError>()
                )
            };
            assert_eq!(delta_after_drop(&old, fail), 0);
        }
        assert!(list.get(0).unwrap().is(&new));
    });
}

#[test]
fn appending_and_inserting() {
    attached(|py| {
        let list = PyList::empty(py).unwrap();
        let text = fresh_str(py, "appended");
        for _ in 0..20 {
            assert_eq!(delta_after_drop(&text, || list.append(&text).unwrap()), 1);
            let given_away = text.new_ref().into_any();
            // One reference less in our hands, one more in the list.
            assert_eq!(
                delta_after_drop(&text, || list.append_owned(given_away).unwrap()),
                0
            );
        }
        assert_eq!(list.len(), 40);
        list.clear().unwrap();
        assert_eq!(text.refcount(), 1);
        let list = three(py);
        assert_eq!(
            delta_after_drop(&text, || list.insert(1, &text).unwrap()),
            1
        );
        list.insert(usize::MAX, &text).unwrap();
        list.insert(0, &text).unwrap();
        assert_eq!(
            shown(&list),
            "['appended', 'first', 'appended', 'second', 'third', 'appended']"
        );
    });
}

#[test]
fn del_releases_the_item() {
    attached(|py| {
        let text = fresh_str(py, "deleted");
        let list = three(py);
        list.insert(1, &text).unwrap();
        assert_eq!(delta_after_drop(&text, || list.del(1).unwrap()), -1);
        assert_eq!(shown(&list), "['first', 'second', 'third']");
        for beyond in [3, isize::MAX as usize, usize::MAX] {
            assert!(list.del(beyond).unwrap_err().is::<PyIndexError>());
        }
        assert_eq!(list.len(), 3);
    });
}

#[test]
fn slices_are_replaced_and_deleted() {
    attached(|py| {
        let (text, list) = (fresh_str(py, "replaced"), three(py));
        let more = PyList::from_owned(py, [given(&text), given(&text)]).unwrap();
        let replace = || list.set_slice(1, 2, &more).unwrap();
        assert_eq!(delta_after_drop(&more, replace), 0);
        assert_eq!(shown(&list), "['first', 'replaced', 'replaced', 'third']");
        assert_eq!(text.refcount(), 5);
        list.set_slice(3, usize::MAX, &list).unwrap();
        assert_eq!((list.len(), text.refcount()), (7, 7));
        let fail = || {
            assert!(
                list.set_slice(0, 9, py.bool(true))
                    .unwrap_err()
                    .is::<PyTypeError>()
            )
        };
        assert_eq!(delta_after_drop(&text, fail), 0);
        assert_eq!(list.len(), 7);
        list.del_slice(usize::MAX, 0).unwrap();
        list.del_slice(3, 1).unwrap();
        assert_eq!(list.len(), 7);
        assert_eq!(
            delta_after_drop(&text, || list.del_slice(1, 6).unwrap()),
            -4
        );
        assert_eq!(shown(&list), "['first', 'third']");
        list.del_slice(0, usize::MAX).unwrap();
        assert!(list.is_empty());
    });
}

#[test]
fn extend_borrows_the_iterable() {
    attached(|py| {
        let text = fresh_str(py, "extended");
        let more = PyList::from_owned(py, [given(&text), given(&text)]).unwrap();
        let list = PyList::empty(py).unwrap();
        assert_eq!(delta_after_drop(&more, || list.extend(&more).unwrap()), 0);
        assert_eq!((list.len(), text.refcount()), (2, 5));
        list.extend(&list).unwrap();
        assert_eq!((list.len(), text.refcount()), (4, 7));
        let none = py.none();
        assert!(list.extend(none).unwrap_err().is::<PyTypeError>());
        let failing = eval(&namespace(py), "(1 // i for i in (0,))");
        assert!(
            list.extend(&failing)
                .unwrap_err()
                .is::<PyZeroDivisionError>()
        );
        assert_eq!((list.len(), text.refcount()), (4, 7));
        list.clear().unwrap();
        assert!(list.is_empty());
        assert_eq!(text.refcount(), 3);
    });
}

#[test]
fn sort_and_reverse() {
    attached(|py| {
        let list = three(py);
        list.reverse().unwrap();
        assert_eq!(shown(&list), "['third', 'second', 'first']");
        list.sort().unwrap();
        assert_eq!(shown(&list), "['first', 'second', 'third']");
        let text = fresh_str(py, "uncomparable");
        list.append(&text).unwrap();
        list.append(py.none()).unwrap();
        let fail = || assert!(list.sort().unwrap_err().is::<PyTypeError>());
        assert_eq!(delta_after_drop(&text, fail), 0);
        assert_eq!(list.len(), 5);
    });
}

#[test]
fn copies_own_their_items() {
    attached(|py| {
        let text = fresh_str(py, "copied");
        let list = PyList::from_owned(py, [given(&text), given(&text), given(&text)]).unwrap();
        assert_eq!(delta_while_held(&text, || list.to_tuple().unwrap()), 3);
        assert_eq!(delta_after_drop(&text, || list.to_tuple().unwrap()), 0);
        assert_eq!(delta_while_held(&text, || list.get_slice(1, 3).unwrap()), 2);
        assert_eq!(delta_after_drop(&text, || list.get_slice(1, 3).unwrap()), 0);
        assert_eq!(list.get_slice(1, usize::MAX).unwrap().len(), 2);
        assert!(list.get_slice(usize::MAX, usize::MAX).unwrap().is_empty());
    });
}

#[test]
fn index_borrows_and_reports() {
    attached(|py| {
        let list = three(py);
        let text = fresh_str(py, "third");
        assert_eq!(delta_after_drop(&text, || list.index(&text).unwrap()), 0);
        assert_eq!(list.index(&text).unwrap(), 2);
        let missing = fresh_str(py, "missing");
        assert!(list.index(&missing).unwrap_err().is::<PyValueError>());
        assert_eq!(missing.refcount(), 1);
        assert!(list.contains(&text).unwrap());
    });
}
