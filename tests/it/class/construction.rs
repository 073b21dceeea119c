//! How instances are made, and what cannot make them.

use super::{run, script};
use crate::common::attached;
use crate::python::holds;

#[test]
fn by_position_by_name_and_with_defaults() {
    attached(|py| {
        run(
            py,
            "
assert m.Num(3).number == 3 and m.Num().number == 0 and m.Num(value=7).number == 7
assert m.Num(*(), **{'value': 5}).number == 5
assert m.Num.__new__(m.Num, 4).number == 4 and m.Num.__new__(m.Num, value=4).number == 4
assert type(m.Num(3)) is m.Num and type(m.Pair()) is m.Pair
",
        );
    });
}

#[test]
fn wrong_calls_name_the_class() {
    attached(|py| {
        run(
            py,
            "
assert raises(TypeError, m.Num, 'x') == \"Num() argument 'value' must be int, not str\"
assert raises(TypeError, m.Num, 1, 2) == 'Num() takes at most 1 positional argument (2 given)'
assert 'Num()' in raises(TypeError, m.Num, other=2)
assert raises(TypeError, m.Bomb) == \"Bomb() missing required argument 'panics' (pos 1)\"
assert 'given by name' in raises(TypeError, m.Num, 1, value=2)
assert raises(TypeError, m.Num.__new__, m.Num, 'x') == \"Num() argument 'value' must be int, not str\"
",
        );
    });
}

#[test]
fn new_may_fail_and_panic() {
    attached(|py| {
        run(
            py,
            "
assert raises(ValueError, m.Num, 13) == '13'
m = again()                              # types that no other test uses
before = sys.getrefcount(m.Num)
for _ in range(100):
    raises(ValueError, m.Num, 13)
assert sys.getrefcount(m.Num) == before
try:
    m.Num(14)
except BaseException as error:
    assert 'fourteen' in str(error) and type(error).__name__ == 'PanicException'
else:
    raise AssertionError
",
        );
    });
}

/// Rules 1 and 7: nothing makes an instance without its value.
#[test]
fn no_instance_without_a_value() {
    attached(|py| {
        run(
            py,
            "
assert 'is not safe' in raises(TypeError, object.__new__, m.Num)
assert 'immutable' in raises(TypeError, setattr, m.Num, '__new__', lambda cls: 1)
assert 'immutable' in raises(TypeError, type.__setattr__, m.Num, '__new__', object.__new__)
raises(TypeError, delattr, m.Num, '__new__')
class Derived(m.Num):
    pass
Derived.__new__ = lambda cls: object.__new__(cls)
assert 'is not safe' in raises(TypeError, Derived)
class Other(m.Num):
    def __new__(cls):
        return object.__new__(cls)
assert 'is not safe' in raises(TypeError, Other)
raises(TypeError, m.Other.__new__, m.Num)
raises(TypeError, m.Num.__new__, int)
raises(TypeError, m.Num.__new__, m.Other)
assert 'cannot create' in raises(TypeError, m.Numbers)
raises(TypeError, object.__new__, m.Numbers)
raises(TypeError, type, 'Sub', (m.Numbers,), {})
import copy, pickle
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    for object_ in (m.Num(3), m.Empty(), m.Pair()):
        raises((TypeError, pickle.PicklingError), lambda: pickle.loads(pickle.dumps(object_, protocol)))
raises(TypeError, copy.copy, m.Num(3))
raises(TypeError, copy.deepcopy, m.Pair())
assert m.Numbers.__new__ is object.__new__
",
        );
    });
}

#[test]
fn derived_classes() {
    attached(|py| {
        run(
            py,
            "
class Derived(m.Num):
    def __init__(self, value, extra=None):
        self.extra = extra
    def double(self):
        return self.number * 2
assert raises(TypeError, Derived, 3, 4)      # `new` takes one argument
d = Derived(9)
assert d.number == 9 and d.double() == 18 and type(d) is Derived and isinstance(d, m.Num)
assert m.number_of(d) == 9 and repr(d) == 'Num(9)'
class ByNew(m.Num):
    def __new__(cls, a, b):
        return super().__new__(cls, a + b)
b = ByNew(3, 4)
assert b.number == 7 and type(b) is ByNew
assert type(ByNew.zero()) is m.Num and ByNew.called_on() is ByNew
class Slotted(m.Pair):
    __slots__ = ('x',)
s = Slotted(1); s.x = 3; s.y = 4
assert s.first == 1 and s.x == 3 and s.__dict__ == {'y': 4}
class Deeper(ByNew): pass
assert Deeper(1, 2).number == 3 and m.number_of(Deeper(1, 1)) == 2
",
        );
    });
}

/// Rule 4: values of two classes are never in one instance, also if they are empty.
#[test]
fn layouts_are_kept_apart() {
    attached(|py| {
        run(
            py,
            "
for left, right in [(m.Num, m.Other), (m.Empty, m.Other), (m.Empty, m.Pair), (m.Num, m.Pair)]:
    assert 'lay-out conflict' in raises(TypeError, type, 'Both', (left, right), {})
class A(m.Num): pass
class B(m.Other): pass
class C(m.Num): pass
a = A(3)
raises(TypeError, setattr, a, '__class__', B)
raises(TypeError, setattr, a, '__class__', m.Num)
raises(TypeError, setattr, m.Num(1), '__class__', A)
a.__class__ = C
assert a.number == 3 and type(a) is C
raises(TypeError, setattr, A, '__bases__', (m.Other,))
raises(TypeError, setattr, A, '__bases__', (object,))
class D(m.Num): pass
class E(D): pass
E.__bases__ = (A,)
assert E(5).number == 5 and isinstance(E(5), A)
class Mixed(A, dict if False else object): pass
assert Mixed(2).number == 2
assert 'lay-out conflict' in raises(TypeError, type, 'Both', (m.Num, dict), {})
",
        );
    });
}

/// Rule 9: what Python code does to the arguments while they are converted.
#[test]
fn arguments_may_vanish_while_they_are_converted() {
    attached(|py| {
        run(
            py,
            "
class Index:
    def __init__(self, do): self.do = do
    def __index__(self):
        self.do()
        return 3
class Name(str):
    def __eq__(self, other): return str.__eq__(self, other)
    __hash__ = str.__hash__
kwargs = {}
def clear():
    kwargs.clear(); gc.collect()
for make in (lambda: m.Num.__new__(m.Num, **kwargs), lambda: m.Num(**kwargs)):
    kwargs['value'] = Index(clear)
    assert make().number == 3
    kwargs['va' + 'lue'[:]] = Index(clear)
    assert make().number == 3
class Derived(m.Num): pass
kwargs['value'] = Index(clear)
assert Derived(**kwargs).number == 3
# The dict itself arrives there: from a pickle that makes its object by `__new__` with keywords.
import functools, io, pickle
class Beside(m.Other): pass
class Unpickler(pickle.Unpickler):
    def persistent_load(self, number): return (Beside, (), kwargs)[number]
kwargs['value'], kwargs['beside'] = Index(clear), 'x' * 1000
made = Unpickler(io.BytesIO(b'\\x80\\x04K\\x00QK\\x01QK\\x02Q\\x92.')).load()
assert type(made) is Beside and made.number == 1003 and kwargs == {}
p = functools.partial(m.Num, Index(lambda: p.__setstate__((len, (), {}, {}))))
assert p().number == 3
# The class itself may vanish with its caller.
def one_class():
    class Gone(m.Num): pass
    return Gone
make = functools.partial(one_class(), Index(lambda: make.__setstate__((len, (), {}, {})) or gc.collect()))
assert make().number == 3
",
        );
    });
}

/// Rule 8: a derived class does not get the vectorcall of its base.
#[test]
fn init_of_a_derived_class_is_called() {
    attached(|py| {
        let (namespace, _turn) = script(
            py,
            "
calls = []
class Derived(m.Num):
    def __init__(self, *args): calls.append(args)
Derived(3)
class Meta(type):
    def __call__(cls, *args):
        calls.append('meta')
        return super().__call__(*args)
class WithMeta(m.Num, metaclass=Meta): pass
assert WithMeta(4).number == 4
",
        );
        assert!(holds(&namespace, "calls == [(3,), 'meta']"));
        namespace.clear();
    });
}

#[test]
fn what_help_shows() {
    attached(|py| {
        run(
            py,
            "
import inspect
assert m.Num.__doc__ == 'A number.' and m.Pair.__doc__ == 'Two objects and more.'
assert m.Hooks.__doc__ in ('', None)
assert str(inspect.signature(m.Num)) == '(value=0)'
assert str(inspect.signature(m.Pair)) == '(first=Ellipsis, second=None)'
assert str(inspect.signature(m.Num.plus)) == '(self, by, /)'
assert str(inspect.signature(m.Num(1).plus)) == '(by, /)'
assert str(inspect.signature(m.Num.scaled)) == '(self, by, /, offset=0, *, negative=False)'
assert str(inspect.signature(m.Num.twice)) == '(value, /)'
assert str(inspect.signature(m.Num.zero)) == '()'
assert m.Num.plus.__doc__ == 'The sum.' and m.Num.number.__doc__ == 'The number.'
assert m.Num.zero.__doc__ == 'Zero.' and m.Num.twice.__doc__ == 'Twice `value`.'
assert m.Pair.first.__doc__ == 'The first object.'
assert m.Num.__module__ == 'class_samples' and m.Num.__qualname__ == 'Num' and m.Num.__name__ == 'Num'
assert repr(m.Num) == \"<class 'class_samples.Num'>\"
assert m.Num.LIMIT == 1 << 20 and m.Num.__match_args__ == ('number',)
match m.Num(5):
    case m.Num(5): pass
    case _: raise AssertionError
",
        );
    });
}
