//! Cycles.

use super::run;
use crate::common::attached;

/// Rules 13 and 16: each shape of cycle is found, if anything in it can be emptied.
#[test]
fn cycles_are_collected() {
    attached(|py| {
        run(
            py,
            "
def slot(p): p.slot = p
def items(p): p.push(p)
def own_dict(p): p.me = p
def by_list(p): p.push([p])
def by_dict(p): p.slot = {1: p}
def by_key(p): p.slot = {p: 1}
def by_other(p): p.push(m.Pair(p))
def by_second(p): p.push(m.Pair(second=p))
def by_tuple(p): p.slot = (p, [p])
def by_closure(p): p.slot = lambda: p
def by_method(p): p.slot = p.hit
def by_tree(p): p.push(m.Tree(p)); p.push(m.Tree(p, p))
def by_attribute(p):
    t = m.Tree(p); t.me = t; p.slot = t
for how in (slot, items, own_dict, by_list, by_dict, by_key, by_other, by_second, by_tuple, by_closure, by_method, by_tree, by_attribute):
    def make():
        p = m.Pair()
        how(p)
        return p
    # Weak references are gone before anything is emptied; that the values are dropped says the rest.
    dropped = m.dropped()
    assert freed(make) and m.dropped() > dropped, how
def list_first():
    box = []
    p = m.Pair(box, box)
    box.append(p)
    return p
dropped = m.dropped()
assert freed(list_first) and m.dropped() == dropped + 1
def by_field_alone():                       # of a class with nothing else that the collector asks for
    box = []
    b = m.Bomb(False, box)
    box.append(b)
    return b
assert freed(by_field_alone) and gc.is_tracked(m.Bomb(False))
class Derived(m.Pair): pass
class Slotted(m.Pair): __slots__ = ('x', '__weakref__') if False else ('x',)
for kind in (Derived, Slotted):
    def make():
        p = kind(); p.x = p; p.slot = p; p.push(p)
        return p
    dropped = m.dropped()
    assert freed(make) and m.dropped() == dropped + 1
class Plain(m.Num): pass
def by_derived():
    n = Plain(3); n.me = n
    return n
assert freed(by_derived)
gc.collect()
assert gc.is_tracked(m.Pair()) and gc.is_tracked(m.Hooks()) and gc.is_tracked(m.Tree())
assert not gc.is_tracked(m.Num(3)) and not gc.is_tracked(m.Empty()) and not gc.is_tracked(m.Hidden())
",
        );
    });
}

/// What the collector sees: each reference once. Rule 15: also the type.
#[test]
fn the_collector_sees_each_reference_once() {
    attached(|py| {
        run(
            py,
            "
a, b, c, d = [object() for _ in range(4)]
p = m.Pair(a, b); p.slot = c; p.push(d); p.push(d); p.attribute = a
referents = gc.get_referents(p)
def count(x): return sum(r is x for r in referents)
assert [count(x) for x in (a, b, c, d)] == [1, 1, 1, 2], referents
assert count(m.Pair) == 1
class Derived(m.Pair): pass
referents = gc.get_referents(Derived(a, b))
assert count(Derived) == 1 and count(m.Pair) == 0 and count(a) == 1
referents = gc.get_referents(m.Tree(a, b))
assert count(a) == 1 and count(b) == 1 and count(m.Tree) == 1
class Num(m.Num): pass
referents = gc.get_referents(Num(1))
assert count(Num) == 1
assert gc.get_referents(m.Num(3)) == [] or gc.get_referents(m.Num(3)) == [m.Num]
",
        );
    });
}

/// Rule 14: an instance whose lock is taken is left alone.
#[test]
fn what_is_in_use_is_not_collected() {
    attached(|py| {
        run(
            py,
            "
class Marker: pass
p = m.Pair(); p.push(p); p.push(Marker())
ref, marker = weakref.ref(p), weakref.ref(p[1])
def inside():
    gc.collect()
    assert not any(type(r) is Marker for r in gc.get_referents(q))
    return ref() is q and marker() is not None
q = p
del p
assert any(type(r) is Marker for r in gc.get_referents(q))
assert q.with_lock(inside) is True
assert q[0] is q
del q
gc.collect()
assert ref() is None
",
        );
    });
}

/// Rule 16: what is cleared while other code still sees it.
#[test]
fn cleared_instances_can_be_used() {
    attached(|py| {
        run(
            py,
            "
seen = []
class Last:
    def __del__(self):
        p = self.p
        seen.append((len(p), p.slot is self, p.hits))
        p.push(1); p.slot = 2; p.hit()
def make():
    p = m.Pair(); l = Last(); l.p = p; p.push(l); p.slot = l
    return p
assert freed(make, 3)
gc.collect()
assert seen == [(1, True, 0)] * 3
",
        );
    });
}

/// Rule 17 and 18: a finaliser runs once, before anything is cleared, and may bring the instance back.
#[test]
fn finalisers() {
    attached(|py| {
        run(
            py,
            "
ended = []
h = m.Hooks(b'x', lambda h: ended.append(bytes(h)))
del h
gc.collect()
assert ended == [b'x']
back = []
h = m.Hooks(b'y', back.append)
ref = weakref.ref(h)
del h
gc.collect()
assert len(back) == 1 and bytes(back[0]) == b'y'
back.clear()
gc.collect()
assert back == []                             # not a second time
# In a cycle, before anything is cleared.
def make():
    h = m.Hooks(b'z', lambda h: ended.append((bytes(h), h.me is h)))
    h.me = h
    return h
assert freed(make)
assert ended[-1] == (b'z', True)
# An exception is reported, and does not come out.
import sys
reported = []
hook = sys.unraisablehook
sys.unraisablehook = lambda u: reported.append(type(u.exc_value))
try:
    h = m.Hooks(b'', lambda h: 1 / 0)
    del h
    gc.collect()
finally:
    sys.unraisablehook = hook
assert reported == [ZeroDivisionError]
",
        );
    });
}

/// Rule 17: also of an instance that holds nothing.
#[test]
fn a_finaliser_runs_once() {
    attached(|py| {
        run(
            py,
            "
assert gc.is_tracked(m.Ending())
m.Ending.back()
for _ in range(3):
    m.Ending()
    back = m.Ending.back()
    assert back.ends == 1
    del back
    assert m.Ending.back() is None           # not a second time
",
        );
    });
}

/// The state of a module takes part: a cycle through it is found.
#[test]
fn a_cycle_through_the_state_of_a_module() {
    attached(|py| {
        run(
            py,
            "
class Witness: pass
w = Witness(); ref = weakref.ref(w)
module = again()
w.module = module
module.keep(w)
types = [weakref.ref(module.Num), weakref.ref(module.Pair)]
del w
gc.collect()
assert ref() is not None
del module
gc.collect(); gc.collect()
assert ref() is None
assert [t() for t in types] == [None, None]
# Nothing else in the cycle can be emptied. A weak reference would be cleared all the same.
module = again()
module.keep((module, Witness()))
del module
gc.collect(); gc.collect()
assert not any(type(o) is Witness for o in gc.get_objects())
",
        );
    });
}
