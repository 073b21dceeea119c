//! Iteration that counts nothing.

use pyptr::types::{PyDict, PyList, PySet};

use crate::common::{attached, fresh_str};
use crate::python::given;

#[test]
fn borrowed_iteration_counts_nothing() {
    attached(|py| {
        let (first, second) = (fresh_str(py, "first"), fresh_str(py, "second"));
        let list = PyList::from_owned(py, [given(&first), given(&second)]).unwrap();
        // SAFETY: nothing else runs.
        let items: Vec<_> = unsafe { list.iter_borrowed() }.collect();
        assert!(items.len() == 2 && items[0].is(&first) && items[1].is(&second));
        assert_eq!((first.refcount(), second.refcount()), (2, 2));
        let dict = PyDict::new(py).unwrap();
        dict.set(&first, &second).unwrap();
        // SAFETY: nothing else runs.
        let items: Vec<_> = unsafe { dict.iter_borrowed() }.collect();
        assert!(matches!(&items[..], [(key, value)] if key.is(&first) && value.is(&second)));
        assert_eq!((first.refcount(), second.refcount()), (3, 3));
        let empty = PyList::empty(py).unwrap();
        // SAFETY: as above.
        assert_eq!(unsafe { empty.iter_borrowed() }.count(), 0);
    });
}

#[test]
fn sets_without_counting() {
    attached(|py| {
        let set = PySet::new(py).unwrap();
        // SAFETY: nothing changes the set meanwhile.
        assert_eq!(unsafe { set.iter_borrowed() }.count(), 0);
        let items: Vec<_> = (0..100)
            .map(|n| fresh_str(py, &format!("item {n}")))
            .collect();
        for item in &items {
            set.add(item).unwrap();
        }
        let before: Vec<_> = items.iter().map(|item| item.refcount()).collect();
        pyptr::sync::with_critical_section(&set, || {
            // SAFETY: nothing changes the set meanwhile: only addresses are compared.
            let found: Vec<_> = unsafe { set.iter_borrowed() }.collect();
            assert_eq!(found.len(), 100);
            assert!(
                items
                    .iter()
                    .all(|item| found.iter().any(|other| other.is(item)))
            );
            let after: Vec<_> = items.iter().map(|item| item.refcount()).collect();
            assert_eq!(before, after);
        });
    });
}
