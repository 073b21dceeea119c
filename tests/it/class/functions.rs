//! Methods, class methods, static methods, properties and fields.

use super::run;
use crate::common::attached;

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
import functools, itertools
def gone(call):
    p = m.Pair(); p.hits = 7
    box = [p]
    del p
    return call(box)
def after(box):
    f = functools.partial(box[0].after, lambda: (box.clear(), f.__setstate__((len, (), {}, {})), gc.collect()))
    return f()
dropped = m.dropped()
assert gone(after) == 7
assert m.dropped() == dropped + 1
# The last reference to an iterator goes while `__next__` runs.
class Key:
    def __del__(self): chain.__setstate__((iter(()),)) if hasattr(chain, '__setstate__') else None
p = m.Pair(); p.push(1); p.push(2)
chain = itertools.chain(p)
del p
assert next(chain) == 2
# `len` and `in` of something that loses itself.
class Losing(m.Pair):
    pass
box = [m.Pair()]
f = functools.partial(m.Pair.after, box.pop(), lambda: f.__setstate__((len, (), {}, {})) or gc.collect())
assert f() == 0
",
        );
    });
}
