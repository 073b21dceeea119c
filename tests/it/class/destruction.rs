//! The end of instances: order, depth, panics.

use super::run;
use crate::common::attached;
use pyptr::Python;

#[test]
fn values_are_dropped_once() {
    attached(|py| {
        run(
            py,
            "
dropped = m.dropped()
for _ in range(100):
    m.Pair()
class Derived(m.Pair): pass
for _ in range(100):
    Derived(1)
for _ in range(10):
    raises(TypeError, m.Pair, 1, 2, 3)
gc.collect()
assert m.dropped() == dropped + 200
",
        );
    });
}

/// Rule 18: the type has one reference of each instance, also for derived classes.
#[test]
fn types_are_counted() {
    attached(|py| {
        if cfg!(Py_GIL_DISABLED) {
            return; // counts of types are distributed over threads there
        }
        run(
            py,
            "
m = again()                              # types that no other test uses
class Derived(m.Pair): pass
class Plain(m.Num): pass
for kind in (m.Num, m.Pair, m.Hooks, m.Empty, m.Tree, Derived, Plain):
    before = sys.getrefcount(kind)
    many = [kind() for _ in range(100)]
    assert sys.getrefcount(kind) == before + 100, kind
    del many
    gc.collect()
    assert sys.getrefcount(kind) == before, kind
ref = weakref.ref(Derived)
del Derived, kind
gc.collect()
assert ref() is None
",
        );
    });
}

/// Rule 21, on a stack of 256 KiB: chains, trees, rings, mixed with containers, seen by the collector or not. The variable
/// PYPTR_INSTANCES has the number of links of each, instead of fifty thousand.
#[test]
fn deep_structures() {
    attached(|py| {
        const CODE: &str = "
def chain(make, count):
    last = None
    for _ in range(count):
        last = make(last)
    return last
count = COUNT
for make in (
    lambda last: m.Pair(last), lambda last: m.Tree(last), lambda last: m.Hidden(last), lambda last: m.Pair(None, last),
    lambda last: m.Pair([last]), lambda last: m.Tree({1: last}), lambda last: m.Hidden((last,)), lambda last: m.Hidden([m.Tree(last)]),
    lambda last: m.Tree(last, m.Hidden(m.Pair())),
):
    chain(make, count)
def tree(depth):
    return m.Tree(tree(depth - 1), tree(depth - 1)) if depth else m.Tree()
tree(12)
def slots(count):
    last = None
    for _ in range(count):
        p = m.Pair(); p.slot = last; last = p
slots(count)
def ring(count):
    first = last = m.Pair()
    for _ in range(count):
        last = m.Pair(last)
    first.slot = last
ring(count)
gc.collect()
class Derived(m.Pair): pass
chain(lambda last: Derived(last), count // 4)
";
        let count = match std::env::var("PYPTR_INSTANCES") {
            Ok(count) => count.parse().expect("a number"),
            Err(_) => crate::common::times(50_000),
        };
        let code = CODE.replace("COUNT", &count.to_string());
        py.detach(|| {
            std::thread::Builder::new()
                .stack_size(256 << 10)
                .spawn(move || Python::attach(|py| run(py, &code)))
                .expect("a thread")
                .join()
                .expect("no overflow");
        });
    });
}

/// Rule 20: a panic in a drop is reported, and the exception that is on its way arrives.
#[test]
fn panics_in_drops() {
    attached(|py| {
        run(
            py,
            "
reported = []
hook = sys.unraisablehook
sys.unraisablehook = lambda u: reported.append((type(u.exc_value).__name__, str(u.exc_value)))
try:
    witness = object(); before = sys.getrefcount(witness)
    b = m.Bomb(True, witness)
    del b
    assert len(reported) == 1 and reported[0][0] == 'PanicException' and 'in a drop' in reported[0][1]
    assert sys.getrefcount(witness) == before
    def raising():
        b = m.Bomb(True)
        raise IndexError('on its way')
    try:
        raising()
    except IndexError as error:
        assert str(error) == 'on its way'
        error.__traceback__ = None
        del error
    gc.collect()
    assert len(reported) == 2
    m.Bomb(False)
    assert len(reported) == 2
    # An argument dies while the exception of its call is set.
    assert 'has no len' in raises(TypeError, lambda: len(m.Bomb(True)))
    assert len(reported) == 3
    # The rest of the value is dropped, too, and the memory freed.
    def many():
        for _ in range(100):
            m.Bomb(True)
    many()
    assert len(reported) == 103
finally:
    sys.unraisablehook = hook
",
        );
    });
}

/// Code that runs while an instance ends sees the rest of the world in order.
#[test]
fn code_runs_while_instances_end() {
    attached(|py| {
        run(
            py,
            "
class Ends:
    def __init__(self, do): self.do = do
    def __del__(self): self.do()
log = []
def nested():
    log.append(len(log))
    if len(log) < 200:
        m.Pair(Ends(nested)); m.Tree(Ends(nested)) if len(log) % 7 == 0 else None
m.Pair(Ends(nested))
assert len(log) >= 200
# An instance that ends is not seen by the collector any more.
m = again()
def seen():
    gc.collect()
    log.append([type(o) for o in gc.get_objects() if type(o) in (m.Pair, m.Tree)])
m.Pair(Ends(seen)); m.Tree(Ends(seen))
assert log[-2:] == [[], []]
p = m.Pair(); p.slot = Ends(lambda: (p.hit(), setattr(p, 'slot', 5)))
p.slot = None
assert p.slot == 5 and p.hits == 1
p.push(Ends(lambda: log.append(p.with_lock(lambda: 'free'))))
del p[0]
assert log[-1] == 'free'
",
        );
    });
}
