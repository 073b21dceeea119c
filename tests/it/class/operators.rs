//! Numbers, comparisons, hashes.

use super::run;
use crate::common::attached;

/// Rule 23: both operands are checked, and another type is left to the other operand.
#[test]
fn binary_operators() {
    attached(|py| {
        run(
            py,
            "
N = m.Num
assert (N(4) + N(5)).number == 9
assert N(9) - 4 == 5 and 9 - N(4) == 5 and N(9) - N(4) == 5
# Only the right operand is of a class with `__rmatmul__` alone; the slot is called for the left one, too.
assert 3 @ N(5) == -2 and N(9) @ N(4) == 5
raises(TypeError, lambda: N(4) @ 3)
raises(TypeError, lambda: N(4) @ m.Other(3))
raises(TypeError, lambda: N(4) + 3)
raises(TypeError, lambda: 3 + N(4))
raises(TypeError, lambda: N(4) + m.Other(3))
raises(TypeError, lambda: N(4) - 'x')
raises(TypeError, lambda: 'x' - N(4))
assert N(4).__add__(3) is NotImplemented and N(4).__sub__('x') is NotImplemented
assert N(4).__rsub__('x') is NotImplemented
raises(TypeError, N.__add__, 3, N(4))
class Right:
    def __radd__(self, other): return ('right', other)
    def __rsub__(self, other): return ('right', other)
n = N(4)
assert n + Right() == ('right', n) and n - Right() == ('right', n)
class Derived(N):
    def __radd__(self, other): return 'derived'
    def __add__(self, other): return 'forward'
assert N(1) + Derived(2) == 'derived' and Derived(2) + N(1) == 'forward'
class Plain(N): pass
assert (Plain(1) + Plain(2)).number == 3 and (N(1) + Plain(2)).number == 3
raises(OverflowError, lambda: N(4) - (1 << 80))
",
        );
    });
}

#[test]
fn powers() {
    attached(|py| {
        run(
            py,
            "
N = m.Num
assert N(2) ** 5 == 32 and pow(N(2), 5, 7) == 4 and 2 ** N(5) == 32
raises(TypeError, lambda: N(2) ** 'x')
raises(TypeError, lambda: pow(2, N(5), 7))
raises(TypeError, lambda: pow(2, 5, N(7)))
assert N(2).__pow__('x') is NotImplemented
",
        );
    });
}

#[test]
fn in_place_operators() {
    attached(|py| {
        run(
            py,
            "
n = same = m.Num(3)
n *= 4
assert n.number == 12 and same.number == 3
try:
    n *= 'x'
except TypeError: pass
else: raise AssertionError
n += m.Num(1)
assert n.number == 13
",
        );
    });
}

#[test]
fn comparisons_and_hashes() {
    attached(|py| {
        run(
            py,
            "
N = m.Num
assert N(3) == N(3) and not N(3) == N(4)
assert N(3) != N(4) and not N(3) != N(3)
assert N(3) < N(4) and not N(4) < N(3) and N(4) > N(3) and not N(3) > N(4)
raises(TypeError, lambda: N(3) <= N(4))
assert N(3) != 3 and not N(3) == 3 and N(3).__eq__(3) is NotImplemented and N(3).__ne__(3) is NotImplemented
raises(TypeError, lambda: N(3) < 3)
assert hash(N(7)) == 7 and hash(N(-1)) == -2 and len({N(1), N(1), N(2)}) == 2
class Derived(N): pass
assert N(3) == Derived(3) and Derived(3) == N(3) and hash(Derived(5)) == 5
assert m.Other(3) != m.Other(3) and hash(m.Other(3)) is not None
assert sorted([N(3), N(1), N(2)]) == [N(1), N(2), N(3)]
class Equal(N):
    def __eq__(self, other): return True
assert Equal.__hash__ is None and Equal(3) == 3
",
        );
    });
}

#[test]
fn unary_operators_and_conversions() {
    attached(|py| {
        run(
            py,
            "
N = m.Num
assert (-N(3)).number == -3 and bool(N(3)) and not N(0)
assert int(N(3)) == 3 and [10, 20, 30][N(1)] == 20 and hex(N(255)) == '0xff'
assert repr(N(3)) == str(N(3)) == 'Num(3)' and f'{N(3)}' == 'Num(3)'
raises(TypeError, lambda: ~N(3))
raises(TypeError, float, m.Other(3))
",
        );
    });
}
