//! Casts, conversions, and several type objects of one class.

use pyptr::TypeCheck;
use pyptr::types::PyAny;
use pyptr::{Borrowed, Owned, Python};

use super::samples::{Empty, Num, Other, Pair};
use super::{run, script};
use crate::common::attached;
use crate::python::eval;

fn is<C: TypeCheck>(object: &Borrowed<'_, PyAny>) -> (bool, bool) {
    (C::is_type_of(object), C::is_exact_type_of(object))
}

#[test]
fn casts() {
    attached(|py| {
        let (namespace, _turn) = script(
            py,
            "
class Derived(m.Num): pass
class Deep(Derived): pass
num, derived, deep, other, pair, empty = m.Num(3), Derived(4), Deep(5), m.Other(3), m.Pair(), m.Empty()
",
        );
        let get = |name| eval(&namespace, name);
        assert_eq!(is::<Num>(&get("num")), (true, true));
        assert_eq!(is::<Num>(&get("derived")), (true, false));
        assert_eq!(is::<Num>(&get("deep")), (true, false));
        for name in [
            "other", "pair", "empty", "3", "int", "m.Num", "Derived", "m",
        ] {
            assert_eq!(is::<Num>(&get(name)), (false, false), "{name}");
        }
        assert_eq!(is::<Other>(&get("other")), (true, true));
        assert_eq!(is::<Pair>(&get("pair")), (true, true));
        assert_eq!(is::<Empty>(&get("empty")), (true, true));

        let deep = get("deep");
        let before = deep.refcount();
        let num: &Borrowed<'_, Num> = deep.cast().unwrap();
        assert_eq!(num.payload().value(), 5);
        assert!(deep.cast_exact::<Num>().is_err() && deep.cast::<Pair>().is_err());
        assert_eq!(deep.refcount(), before);
        let num: Owned<'_, Num> = deep.cast_into().unwrap();
        assert_eq!(num.refcount(), before);
        let error = get("other").cast_into::<Num>().unwrap_err().to_string();
        assert!(error.contains("Num"), "{error}");
        namespace.clear();
    });
}

#[test]
fn instances_from_rust() {
    attached(|py: Python<'_>| {
        let (namespace, _turn) = script(py, "num = m.Num(3)\nfresh = object()");
        let num = eval(&namespace, "num").cast_into::<Num>().unwrap();
        let class = num.own_class();
        let fresh = eval(&namespace, "fresh");
        let before = fresh.refcount();
        let module = class.module().unwrap();
        let pair = module.class::<Pair>().unwrap();
        assert_eq!(
            class
                .as_type()
                .name()
                .unwrap()
                .str()
                .unwrap()
                .to_str()
                .unwrap(),
            "Num"
        );
        let made = pair
            .instance(Pair::of(fresh.new_ref().into_shared()))
            .unwrap();
        assert_eq!((fresh.refcount(), made.refcount()), (before + 1, 1));
        assert!(made.getattr(c"first").unwrap().is(&fresh));
        drop(made);
        assert_eq!(fresh.refcount(), before);
        namespace.clear();
    });
}

/// Rule 10: each module object has type objects of its own, which are freed with it; instances of one are instances of the
/// class everywhere.
#[test]
fn a_module_imported_again_has_its_own_types() {
    attached(|py| {
        run(
            py,
            "
other = again()
assert other.Num is not m.Num and other.Num.__module__ == 'class_samples'
assert m.number_of(other.Num(3)) == 3 and other.number_of(m.Num(4)) == 4
assert (m.Num(3) + other.Num(4)).number == 7 and m.Num(3) == other.Num(3)
assert type(other.Num(3).plus(1)) is other.Num and type(other.Num(6).of_module()) is other.Pair
assert list(other.numbers(3)) == [0, 1, 2]
assert not isinstance(other.Num(3), m.Num)
refs = [weakref.ref(getattr(other, name)) for name in ('Num', 'Pair', 'Hooks', 'Empty', 'Tree', 'Hidden', 'Numbers')]
ref = weakref.ref(other)
kept = other.Num(3)
del other
gc.collect()
assert kept.plus(2).number == 5 and type(kept.of_module()).__name__ == 'Pair'
del kept
gc.collect(); gc.collect()
assert ref() is None and [r() for r in refs] == [None] * len(refs)
",
        );
    });
}
