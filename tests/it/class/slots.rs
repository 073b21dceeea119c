//! Sequences, mappings, iteration, calls, attribute hooks, descriptors, buffers.

use super::run;
use crate::common::attached;

#[test]
fn items() {
    attached(|py| {
        run(
            py,
            "
p = m.Pair(); [p.push(i) for i in 'abc']
assert len(p) == 3 and p[0] == 'a' and p[2] == 'c'
raises(IndexError, lambda: p[3]); raises(OverflowError, lambda: p[-1])
assert raises(TypeError, lambda: p['x']) == \"__getitem__() argument 'index' must be int, not str\"
p[1] = 'B'; assert p[1] == 'B'
raises(IndexError, p.__setitem__, 7, 1)
del p[1]; assert len(p) == 2
raises(IndexError, p.__delitem__, 7)
assert p[0] in p and object() not in p
n = m.Num(1)
assert 'not subscriptable' in raises(TypeError, lambda: n[0])
raises(TypeError, n.__class__.__mul__, n, 0) if hasattr(n, '__mul__') else None
",
        );
    });
}

#[test]
fn iteration() {
    attached(|py| {
        run(
            py,
            "
assert list(m.numbers(4)) == [0, 1, 2, 3]
it = m.numbers(1)
assert iter(it) is it and next(it) == 0 and next(it, 'end') == 'end'
raises(StopIteration, next, it)
p = m.Pair(); [p.push(i) for i in 'abc']
assert list(p) == ['c', 'b', 'a'] and list(p) == []
assert sum(m.numbers(1000)) == 499500
",
        );
    });
}

/// Rule 26: by vectorcall, also for a derived class, and not by `tp_call` alone.
#[test]
fn calls() {
    attached(|py| {
        run(
            py,
            "
import functools
p = m.Pair('x')
assert callable(p) and p(3) == (6, 'x') and p(3, 4) == (12, 'x') and p(left=3, right=5) == (15, 'x')
assert p.__call__(3) == (6, 'x') and p(*[3], **{'right': 1}) == (3, 'x')
assert raises(TypeError, p) == \"__call__() missing required argument 'left' (pos 1)\"
raises(TypeError, p, 1, 2, 3); raises(TypeError, p, 1, other=2)
assert list(map(p, [1, 2])) == [(2, 'x'), (4, 'x')]
class Derived(m.Pair): pass
assert Derived('y')(3) == (6, 'y')
class Other(m.Pair):
    def __call__(self): return 'other'
assert Other()() == 'other'
assert not callable(m.Num(3))
assert functools.partial(p, 3)() == (6, 'x')
",
        );
    });
}

#[test]
fn attribute_hooks() {
    attached(|py| {
        run(
            py,
            "
h = m.Hooks()
h.a = 3
assert h.a == 3
del h.a
raises(KeyError, lambda: h.a); raises(KeyError, delattr, h, 'a')
assert h.__class__ is m.Hooks               # found before the hook is asked
fresh = object(); before = sys.getrefcount(fresh)
h.f = fresh
assert h.f is fresh and sys.getrefcount(fresh) == before + 1
del h
assert sys.getrefcount(fresh) == before
",
        );
    });
}

#[test]
fn descriptors() {
    attached(|py| {
        run(
            py,
            "
h = m.Hooks()
class Owner:
    attribute = h
o = Owner()
assert o.attribute == (h, o, Owner) and Owner.attribute == (h, None, Owner)
",
        );
    });
}

/// Rule 28: a view keeps the instance, and with it the bytes.
#[test]
fn buffers() {
    attached(|py| {
        run(
            py,
            "
h = m.Hooks(b'hello')
ref = weakref.ref(h)
view = memoryview(h)
assert bytes(view) == b'hello' and view.readonly and view.nbytes == 5
del h
gc.collect()
assert ref() is not None and bytes(view) == b'hello'
raises(TypeError, view.__setitem__, 0, 1)
view.release(); del view
gc.collect()
assert ref() is None
raises(BufferError, lambda: __import__('io').BytesIO(b'xx').readinto(m.Hooks(b'hello'))) if False else None
raises(TypeError, memoryview, m.Num(3))
assert bytes(memoryview(m.Hooks())) == b''
",
        );
    });
}

/// Rule 27.
#[test]
fn a_dict_and_weak_references() {
    attached(|py| {
        run(
            py,
            "
p = m.Pair()
p.a = 1
assert p.__dict__ == {'a': 1} and vars(p) is p.__dict__
p.__dict__ = {'b': 2}
assert p.b == 2 and not hasattr(p, 'a')
raises(TypeError, setattr, p, '__dict__', 3)
assert 'first' in dir(p) and 'b' in dir(p)
seen = []
ref = weakref.ref(p, lambda ref: seen.append(ref()))
assert ref() is p
del p
gc.collect()
assert seen == [None] and ref() is None
assert 'cannot create weak reference' in raises(TypeError, weakref.ref, m.Num(3))
raises(AttributeError, setattr, m.Num(3), 'a', 1)
raises(AttributeError, lambda: m.Num(3).__dict__)
class Derived(m.Num): pass
d = Derived(3); d.a = 1
assert weakref.ref(d)() is d and d.__dict__ == {'a': 1}
fresh = object(); before = sys.getrefcount(fresh)
q = m.Pair(); q.x = fresh
assert sys.getrefcount(fresh) == before + 1
del q
gc.collect()
assert sys.getrefcount(fresh) == before
",
        );
    });
}
