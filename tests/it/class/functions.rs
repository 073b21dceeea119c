//! Methods, class methods, static methods, properties and fields.

use super::{run, script};
use crate::common::attached;
use pyptr::ffi;
use pyptr::types::{PyAny, PyString};
use pyptr::{Borrowed, Python};

#[test]
fn methods() {
    attached(|py| {
        run(
            py,
            "
n = m.Num(4)
assert n.value() == 4 and n.plus(3).number == 7
assert n.scaled(2) == 8 and n.scaled(2, 1) == 9 and n.scaled(2, offset=1, negative=True) == -9
assert raises(TypeError, n.plus, 'x') == \"plus() argument 'by' must be int, not str\"
assert 'takes no arguments (1 given)' in raises(TypeError, n.value, 1)
assert 'exactly one argument' in raises(TypeError, n.plus)
assert raises(TypeError, n.scaled) == \"scaled() missing required argument 'by' (pos 1)\"
assert \"doesn't apply\" in raises(TypeError, m.Num.plus, 3, 4)
assert \"doesn't apply\" in raises(TypeError, m.Num.value, m.Other(3))
assert \"doesn't apply\" in raises(TypeError, m.Num.plus.__get__, m.Other(3))
try:
    n.panics()
except BaseException as error:
    assert 'in a method' in str(error)
else:
    raise AssertionError
",
        );
    });
}

/// Rules 24 to 26: what CPython finds there decides how fast it calls and reads.
#[test]
fn what_the_interpreter_finds() {
    attached(|py| {
        let (namespace, _turn) = script(
            py,
            "
n, p = m.Num(4), m.Pair('x')
assert type(m.Num.__dict__['number']).__name__ == 'getset_descriptor'
field = type(m.Pair.__dict__['first']).__name__
",
        );
        let field = namespace.get_str("field").unwrap().unwrap();
        // With the ledger a reference has its record beside it, and is read by a function.
        let expected = match cfg!(feature = "ledger") {
            true => "getset_descriptor",
            false => "member_descriptor",
        };
        assert!(field.cast::<PyString>().unwrap().eq_str(expected));
        let flags = |code| {
            let method = py.eval(code, None, Some(&namespace)).unwrap();
            flags_of(py, &method)
        };
        assert_eq!(flags(c"n.value"), ffi::METH_NOARGS);
        assert_eq!(flags(c"n.plus"), ffi::METH_O);
        assert_eq!(flags(c"m.Num.zero"), ffi::METH_NOARGS | ffi::METH_CLASS);
        let callable = py.eval(c"p", None, Some(&namespace)).unwrap();
        // SAFETY: a live object.
        assert!(unsafe { ffi::PyVectorcall_Function(callable.as_ptr()) }.is_some());
        namespace.clear();
    });
}

/// The flags of a method that is bound to an instance or a class.
fn flags_of(_py: Python<'_>, method: &Borrowed<'_, PyAny>) -> i32 {
    // SAFETY: a live object.
    assert_ne!(unsafe { ffi::PyCFunction_Check(method.as_ptr()) }, 0);
    // SAFETY: a live built-in function.
    unsafe { ffi::PyCFunction_GetFlags(method.as_ptr()) }
}

#[test]
fn class_methods_and_static_methods() {
    attached(|py| {
        run(
            py,
            "
assert m.Num.zero().number == 0 and m.Num(3).zero().number == 0
assert m.Num.called_on() is m.Num and m.Num(3).called_on() is m.Num
assert m.Num.twice(4) == 8 and m.Num(1).twice(4) == 8
assert m.Num.made_of(5).number == 5 and m.Num(1).made_of(5).number == 5
class Derived(m.Num): pass
assert type(Derived.made_of(5)) is m.Num
raises(TypeError, m.Num.__dict__['zero'].__get__, None, int)
raises(TypeError, m.Num.__dict__['zero'], int)
p = m.Num(6).of_module()
assert type(p) is m.Pair and p.first.number == 6
assert Derived(6).of_module().first.number == 6
",
        );
    });
}

#[test]
fn properties() {
    attached(|py| {
        run(
            py,
            "
p = m.Pair()
assert p.hits == 0 and p.slot is None
p.hits = 5
assert p.hits == 5
assert raises(TypeError, setattr, p, 'hits', 'x') == \"property 'hits' of 'Pair' must be int, not str\"
raises(OverflowError, setattr, p, 'hits', -1)
assert raises(AttributeError, delattr, p, 'hits') == \"property 'hits' of 'Pair' object has no deleter\"
assert 'not writable' in raises(AttributeError, setattr, m.Num(1), 'number', 4)
assert p.hits == 5
fresh = object()
before = sys.getrefcount(fresh)
p.slot = fresh
assert p.slot is fresh and sys.getrefcount(fresh) == before + 1
p.slot = 3
assert sys.getrefcount(fresh) == before
p.slot = fresh
del p.slot
assert p.slot is None and sys.getrefcount(fresh) == before
p.slot = fresh
del p
assert sys.getrefcount(fresh) == before
",
        );
    });
}

#[test]
fn fields_are_read_in_place() {
    attached(|py| {
        run(
            py,
            "
fresh = object()
before = sys.getrefcount(fresh)
p = m.Pair(fresh)
assert p.first is fresh and sys.getrefcount(fresh) == before + 1
raises((AttributeError, TypeError), setattr, p, 'first', 3)
raises((AttributeError, TypeError), delattr, p, 'first')
held = [p.first for _ in range(10)]
assert sys.getrefcount(fresh) == before + 11
del held, p
assert sys.getrefcount(fresh) == before
",
        );
    });
}

#[test]
fn arguments_and_results_are_counted_exactly() {
    attached(|py| {
        run(
            py,
            "
fresh = object()
before = sys.getrefcount(fresh)
p = m.Pair(fresh, second=fresh)
assert sys.getrefcount(fresh) == before + 2
p.push(fresh); p.push(fresh)
assert sys.getrefcount(fresh) == before + 4 and len(p) == 2
assert p.pop() is fresh and sys.getrefcount(fresh) == before + 3
assert p[0] is fresh and fresh in p and object() not in p
assert sys.getrefcount(fresh) == before + 3
p[0] = None
assert sys.getrefcount(fresh) == before + 2
del p[0]
assert len(p) == 0
assert p(3) == (6, fresh) and p(3, right=4) == (12, fresh)
assert sys.getrefcount(fresh) == before + 2
for f in (lambda: p.push(), lambda: p.push(fresh, fresh), lambda: p(fresh), lambda: p[fresh], lambda: m.Pair(fresh, fresh, fresh)):
    raises(TypeError, f)
assert sys.getrefcount(fresh) == before + 2
count = sys.getrefcount(p)
for _ in range(10):
    p.hit(); p.hits; len(p); p.second
assert sys.getrefcount(p) == count
del p
assert sys.getrefcount(fresh) == before
",
        );
    });
}

/// Rule 3: the caller may lose the instance while its method runs.
#[test]
fn the_instance_may_vanish_while_its_method_runs() {
    attached(|py| {
        run(
            py,
            "
import functools, itertools, operator
def gone(call):
    'Calls with a box that has the only reference, and tells how many instances were dropped meanwhile.'
    p = m.Pair(); p.hits = 7
    box, dropped, meanwhile = [p], m.dropped(), []
    del p
    result = call(box, lambda: meanwhile.append(m.dropped() - dropped))
    gc.collect()
    return result, meanwhile, m.dropped() - dropped
# `functools.partial` calls what it no longer holds.
def bound(box, note):
    f = functools.partial(box.pop().after, lambda: (f.__setstate__((len, (), {}, {})), gc.collect(), note()))
    return f()
def argument(box, note):
    f = functools.partial(m.Pair.after, box.pop(), lambda: (f.__setstate__((len, (), {}, {})), gc.collect(), note()))
    return f()
assert gone(bound) == (7, [0], 1), gone(bound)
assert gone(argument) == (7, [0], 1), gone(argument)
# A slot, whose operands are converted by Python code.
def slot(box, note):
    class Index:
        def __index__(self):
            f.__setstate__((len, (), {}, {})); gc.collect(); note()
            return 0
    p = box.pop(); p.push('x')
    f = functools.partial(operator.getitem, p, Index())
    del p
    return 7 if f() == 'x' else None
assert gone(slot) == (7, [0], 1), gone(slot)
# An iterator that its chain loses.
class Loses:
    def __del__(self): chain.__setstate__((iter(()),))
chain = itertools.chain(m.Pair())
assert list(chain) == []
p = m.Pair(); p.push(1); p.push(2)
chain = itertools.chain(p)
del p
assert next(chain) == 2 and next(chain) == 1
",
        );
    });
}
