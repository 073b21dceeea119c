"""All contestants do the same."""

import gc
import sys
import weakref


def fails(kind, function, *arguments):
    try:
        function(*arguments)
    except kind:
        return True
    return False


def check(m):
    assert type(m.Empty()) is m.Empty
    # Cython ignores arguments if `__cinit__` takes none.
    assert m.__name__ == "by_cython" or fails(TypeError, m.Empty, 1)
    num = m.Num(7)
    assert num.value == 7 and num.touch() is None and num.plus(1 << 40) == (1 << 40) + 7
    assert fails(TypeError, m.Num) and fails(TypeError, m.Num, "x") and fails(OverflowError, m.Num, 1 << 70)
    assert fails(ValueError, m.Num(-1).touch) and fails(TypeError, num.plus, "x") and fails(TypeError, num.touch, 1)
    assert num == m.Num(7) and num != m.Num(8) and not num == m.Num(8) and num != 7 and not num == "x"
    assert (num + m.Num(8)).value == 15 and type(num + num) is m.Num
    assert fails(TypeError, lambda: num + 1) and fails(TypeError, lambda: 1 + num)
    assert hash(m.Num(7)) == 7 and hash(m.Num(-1)) == -2
    assert num and not m.Num(0)
    assert fails(AttributeError, setattr, num, "value", 1)

    class Derived(m.Num):
        pass

    assert Derived(7) == num and Derived(7).value == 7 and (Derived(7) + num).value == 14

    thing = object()
    before = sys.getrefcount(thing)
    node = m.Node(thing, [1])
    assert sys.getrefcount(thing) == before + 1
    assert node.any == [1]
    node.any = thing
    assert node.any is thing and sys.getrefcount(thing) == before + 2
    reference = weakref.ref(node)
    assert reference() is node
    del node
    assert reference() is None and sys.getrefcount(thing) == before
    node = m.Node(thing, None)
    node.any = node
    reference = weakref.ref(node)
    del node
    gc.collect()
    assert reference() is None and sys.getrefcount(thing) == before

    assert list(m.Upto(1000)) == list(range(1000)) and list(m.Upto(0)) == []
    counter = iter(m.Upto(2))
    assert iter(counter) is counter and [next(counter), next(counter)] == [0, 1] and next(counter, None) is None
    items = m.Items((1, "a", thing))
    assert len(items) == 3 and items[0] == 1 and items[-1] is thing and items[1] == "a"
    assert fails(IndexError, lambda: items[3]) and fails(IndexError, lambda: items[-4]) and fails(TypeError, lambda: items["x"])
    assert fails(TypeError, m.Items, 1)
    del items
    assert sys.getrefcount(thing) == before
