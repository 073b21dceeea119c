//! Struct sequences.

use pyptr::error::{PyTypeError, PyValueError};
use pyptr::types::{PyTuple, PyType};
use pyptr::{Owned, Python};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{collect, eval, given, namespace, shown};

#[test]
fn struct_sequences() {
    attached(|py| {
        let fields = &[
            (c"first", c"One."),
            (c"second", c"Two."),
            (c"hidden", c"Three."),
        ];
        let make =
            |visible| PyType::new_struct_sequence(py, c"here.Pair", c"Two.", fields, visible);
        let kind = make(2).unwrap();
        let (item, hidden) = (fresh_str(py, "item"), fresh_str(py, "hidden"));
        let items = [given(&item), given(&item), given(&hidden)];
        let pair = kind
            .call1(&PyTuple::from_owned(py, items).unwrap())
            .unwrap();
        assert_eq!((item.refcount(), hidden.refcount()), (3, 2));
        let tuple = pair.cast::<PyTuple>().unwrap();
        assert_eq!(
            (tuple.len(), shown(&pair)),
            (2, "here.Pair(first='item', second='item')".into())
        );
        assert!(pair.getattr(c"hidden").unwrap().is(&hidden));
        drop(pair);
        assert_eq!((item.refcount(), hidden.refcount()), (1, 1));
        assert!(make(4).unwrap_err().is::<PyValueError>());
        assert!(make(usize::MAX).unwrap_err().is::<PyValueError>());
        assert!(make(0).is_ok());
    });
}

/// C reads the number of fields from attributes of the type: what changes them makes it write behind an instance.
#[test]
fn the_number_of_fields_is_constant() {
    attached(|py| {
        let ns = namespace(py);
        ns.set_str("Pair", &pairs(py)).unwrap();
        for change in [
            c"Pair.n_fields = 1000",
            c"Pair.n_sequence_fields = 1000",
            c"Pair.n_unnamed_fields = 1000",
            c"del Pair.n_fields",
            c"class Sub(Pair): n_fields = 1000",
        ] {
            let changed = py.run(change, Some(&ns), None);
            assert!(changed.unwrap_err().is::<PyTypeError>(), "{change:?}");
        }
        assert_eq!(shown(&eval(&ns, "Pair((1, 2, 3))")), "here.Pair(a=1, b=2)");
    });
}

/// With two visible fields and a hidden one.
fn pairs(py: Python<'_>) -> Owned<'_, PyType> {
    let fields = &[(c"a", c"One."), (c"b", c"Two."), (c"hidden", c"Three.")];
    PyType::new_struct_sequence(py, c"here.Pair", c"Two.", fields, 2).unwrap()
}

#[test]
fn struct_sequences_take_their_fields_over() {
    attached(|py| {
        let kind = pairs(py);
        let (item, hidden) = (fresh_str(py, "item"), fresh_str(py, "hidden"));
        let make = || {
            let fields = [given(&item), given(&item), given(&hidden)];
            // SAFETY: a type of three fields.
            unsafe { kind.struct_sequence_from_owned(fields) }.unwrap()
        };
        assert_eq!(
            (delta_while_held(&item, make), delta_after_drop(&item, make)),
            (2, 0)
        );
        assert_eq!(delta_while_held(&hidden, make), 1);
        let pair = make();
        assert_eq!((pair.len(), pair.refcount()), (2, 1));
        assert!(pair.is_gc_tracked() && pair.has_exact_type(&kind));
        assert_eq!(shown(&pair), "here.Pair(a='item', b='item')");
        // SAFETY: three fields.
        let field = |index| unsafe { pair.struct_sequence_field(index) }.unwrap();
        let read = || {
            assert!(field(0).is(&item) && field(1).is(&item) && field(2).is(&hidden));
            assert_eq!((item.refcount(), hidden.refcount()), (3, 2));
        };
        assert_eq!(delta_after_drop(&pair, read), 0);
        assert_eq!(delta_after_drop(&hidden, read), 0);
        // By a call the same comes out.
        let fields = [given(&item), given(&item), given(&hidden)];
        let called = kind.call1(&PyTuple::from_owned(py, fields).unwrap());
        assert!(called.unwrap().eq(&pair).unwrap());
        // Of one of C's.
        let status = eval(&namespace(py), "__import__('os').stat('.')");
        let status = status.cast::<PyTuple>().unwrap();
        // SAFETY: more than ten fields on every system.
        let first = unsafe { status.struct_sequence_field(0) }.unwrap();
        assert!(first.is(status.get(0).unwrap()));
    });
}

/// A cycle through a field is found by the collector, which does not look at what C makes.
#[test]
fn struct_sequences_are_collected() {
    attached(|py| {
        let kind = pairs(py);
        let held = fresh_str(py, "held");
        let list = eval(&namespace(py), "[]");
        let list = list.cast_into::<pyptr::types::PyList>().unwrap();
        let fields = [list.to_owned().into_any(), given(&held), given(&held)];
        // SAFETY: a type of three fields.
        let pair = unsafe { kind.struct_sequence_from_owned(fields) }.unwrap();
        list.append(&pair).unwrap();
        assert_eq!(held.refcount(), 3);
        drop((pair, list));
        collect(py);
        assert_eq!(held.refcount(), 1);
    });
}
