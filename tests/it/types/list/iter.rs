//! Iterating over a list.

use pyptr::Python;
use pyptr::types::{PyList, PyString};

use super::three;
use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{bind, exec, given, namespace, shown};

#[test]
fn iteration_gives_new_references() {
    attached(|py| {
        let text = fresh_str(py, "iterated");
        let list = PyList::from_owned(py, [given(&text), given(&text)]).unwrap();
        assert_eq!(
            delta_while_held(&text, || list.iter().collect::<Vec<_>>()),
            2
        );
        assert_eq!(
            delta_after_drop(&text, || list.iter().collect::<Vec<_>>()),
            0
        );
        let mut items = list.iter();
        assert_eq!(items.size_hint(), (2, Some(2)));
        assert!(items.nth(1).unwrap().is(&text));
        assert!(items.nth(usize::MAX).is_none());
        assert!(items.next().is_none());
        assert_eq!(items.size_hint(), (0, Some(0)));
        let mut count = 0;
        for item in &*list {
            assert!(item.is(&text));
            count += 1;
        }
        assert_eq!(count, 2);
    });
}

#[test]
fn a_list_may_change_while_it_is_iterated() {
    attached(|py| {
        // Shrinks: the iteration ends early, and what was taken stays alive.
        let list = three(py);
        let mut items = list.iter();
        let first = items.next().unwrap();
        list.clear().unwrap();
        assert_eq!(first.refcount(), 1);
        assert!(items.next().is_none());
        // The end stays the end.
        list.append(&first).unwrap();
        list.append(&first).unwrap();
        assert!(items.next().is_none());

        // Grows: the new items come, too.
        let list = three(py);
        let mut seen = 0;
        for item in &*list {
            seen += 1;
            if seen <= 100 {
                list.append_owned(item).unwrap();
            }
        }
        assert_eq!(seen, 103);

        // Is replaced under the iterator, by Python code.
        let ns = namespace(py);
        let list = three(py);
        bind(&ns, "texts", &list);
        let mut items = list.iter();
        assert!(items.next().is_some());
        exec(&ns, "texts[:] = [None, 'new']");
        assert_eq!(shown(&items.next().unwrap()), "'new'");
        assert!(items.next().is_none());
    });
}

/// Each thread empties and fills the list under the other's iterator.
#[test]
fn threads_iterate_over_a_list_that_others_change() {
    attached(|py| {
        let list = three(py);
        let shared = list.new_ref().into_shared();
        let work = || {
            Python::attach(|py| {
                let list = shared.bind(py);
                for _ in 0..2000 {
                    for item in list {
                        assert_eq!(item.cast::<PyString>().unwrap().len(), 5);
                    }
                    if list.len() > 4 {
                        list.clear().unwrap();
                    }
                    list.append_owned(fresh_str(py, "fresh").into_any())
                        .unwrap();
                }
            });
        };
        list.clear().unwrap();
        py.detach(|| {
            std::thread::scope(|scope| {
                scope.spawn(work);
                scope.spawn(work);
            });
        });
        assert!(!list.is_empty());
        shared.release(py);
        assert_eq!(list.refcount(), 1);
    });
}
