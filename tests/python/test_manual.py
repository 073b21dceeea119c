"""The example ``manual``: references counted by hand. Run by ``pytest --refs --refs-faults`` as well."""

import pytest

import manual


class Thing:
    """An object with attributes, and one that is never immortal."""

    def __init__(self, **attributes):
        self.__dict__.update(attributes)


class HashedOnce:
    """A key that is looked up, but not put in."""

    hashed = False

    def __hash__(self):
        if self.hashed:
            raise LookupError("as it should")
        self.hashed = True
        return 1


def failing(*_):
    raise LookupError("as it should")


def test_pack():
    left, right = Thing(), Thing()
    assert manual.pack(left, right) == (left, right)
    assert manual.pack(left, left) == (left, left)


def test_swap():
    first, second = Thing(), Thing()
    items = [first, Thing(), second]
    assert manual.swap(items, 0, 2) is items
    assert items[0] is second and items[2] is first
    manual.swap(items, 1, 1)
    for left, right in ((3, 0), (0, 3)):
        with pytest.raises(IndexError):
            manual.swap(items, left, right)


def test_join():
    assert manual.join(["first", "second", "third"], ", ") == "first, second, third"
    assert manual.join([], "-") == ""
    with pytest.raises(TypeError):
        manual.join(["first", 2], "-")


def test_count_words():
    counts = manual.count_words("one two one three one", 1000)
    assert counts == {"one": 3000, "two": 1000, "three": 1000}


def test_group_by():
    things = tuple(Thing(name=name) for name in ("even", "odd", "even"))
    groups = manual.group_by(things, lambda thing: thing.name * 2)
    assert groups == {"eveneven": [things[0], things[2]], "oddodd": [things[1]]}
    with pytest.raises(LookupError):
        manual.group_by(things, failing)
    with pytest.raises(TypeError, match="unhashable"):
        manual.group_by(things, lambda thing: [])


def test_parse_ints():
    assert manual.parse_ints(["1000", " 2000 "]) == [1000, 2000]
    with pytest.raises(ValueError):
        manual.parse_ints(["1000", "two"])


def test_nested():
    leaf = Thing()
    assert manual.nested(leaf, 3) == (((leaf,),),)
    assert manual.nested(leaf, 0) is leaf


def test_apply():
    things = [Thing(), Thing()]
    assert manual.apply(lambda thing: [thing], things) == [[things[0]], [things[1]]]
    assert manual.apply(things.remove, things) == [None]
    with pytest.raises(LookupError):
        manual.apply(failing, things)


def test_cached():
    made = manual.cached("a key", Thing)
    assert manual.cached("a key", failing) is made
    with pytest.raises(LookupError):
        manual.cached("another key", failing)
    with pytest.raises(TypeError, match="unhashable"):
        manual.cached([], Thing)
    with pytest.raises(LookupError):
        manual.cached(HashedOnce(), Thing)


def test_cached_again():
    made = manual.cached(Thing, Thing)
    assert manual.cached(Thing, failing) is made


def test_exchange():
    first, second = Thing(), Thing()
    assert manual.exchange(first) is None
    assert manual.exchange(second) is first
    assert manual.exchange(first) is second
    manual.forget()
    manual.forget()


def test_swap_attributes():
    left, right = Thing(), Thing()
    both = Thing(left=left, right=right)
    assert manual.swap_attributes(both, "left", "right") is both
    assert both.left is right and both.right is left
    for names in (("left", "missing"), ("missing", "left")):
        with pytest.raises(AttributeError):
            manual.swap_attributes(both, *names)

    class Frozen:
        one, two = Thing(), Thing()
        __setattr__ = failing

    with pytest.raises(LookupError):
        manual.swap_attributes(Frozen(), "one", "two")


def test_first_of():
    thing, default = Thing(), Thing()
    assert manual.first_of([thing], default) is thing
    assert manual.first_of([], default) is default
    with pytest.raises(LookupError):
        manual.first_of(map(failing, [1]), default)
    with pytest.raises(TypeError):
        manual.first_of(thing, default)


def test_chain():
    things = [Thing() for _ in range(3)]
    assert manual.chain([things[:1], things[1:]]) == things
    with pytest.raises(TypeError):
        manual.chain([things, 5])


def test_max_by():
    things = tuple(Thing(size=size) for size in ("bb", "ccc", "a"))
    assert manual.max_by(things, lambda thing: thing.size * 2) is things[1]
    assert manual.max_by((), failing) is None
    with pytest.raises(LookupError):
        manual.max_by(things, failing)
    with pytest.raises(LookupError):
        manual.max_by(things, lambda thing: failing() if thing.size == "ccc" else Thing())
    with pytest.raises(TypeError):
        manual.max_by(things, lambda thing: Thing())


def test_zip_with():
    things = tuple(Thing() for _ in range(3))
    pairs = manual.zip_with(things, things[1:], lambda left, right: [left, right])
    assert pairs == [[things[0], things[1]], [things[1], things[2]]]
    with pytest.raises(LookupError):
        manual.zip_with(things, things, failing)


def test_partition():
    things = tuple(Thing(good=good) for good in ([1], [], [2]))
    assert manual.partition(things, lambda thing: thing.good) == ([things[0], things[2]], [things[1]])
    with pytest.raises(LookupError):
        manual.partition(things, failing)

    class Unknown:
        __bool__ = failing

    with pytest.raises(LookupError):
        manual.partition(things, lambda thing: Unknown())


def test_set_default():
    items = {}
    made = manual.set_default(items, "key", Thing)
    assert manual.set_default(items, "key", failing) is made
    assert items == {"key": made}
    with pytest.raises(LookupError):
        manual.set_default(items, "another key", failing)
    with pytest.raises(TypeError, match="unhashable"):
        manual.set_default(items, [], Thing)
    with pytest.raises(LookupError):
        manual.set_default(items, HashedOnce(), Thing)


def test_raise_with():
    note = Thing()
    with pytest.raises(LookupError) as caught:
        manual.raise_with(LookupError, "message", note)
    assert caught.value.note is note and caught.value.args == ("message",)
    with pytest.raises(LookupError):
        manual.raise_with(failing, "message", note)
    with pytest.raises(AttributeError):
        manual.raise_with(str, "message", note)


def test_describe():
    class Named:
        def __repr__(self):
            return "<named>"

    assert manual.describe(Named()) == "Named <named>"
    broken = type("Broken", (), {"__repr__": failing})
    with pytest.raises(LookupError):
        manual.describe(broken())


def test_replace_none():
    thing = Thing()
    items = [None, thing, None]
    assert manual.replace_none(items, thing) is items
    assert items == [thing] * 3


def test_attributes():
    one, two = Thing(), Thing()
    assert manual.attributes(Thing(one=one, two=two), ("one", "missing", "two")) == {"one": one, "two": two}

    class Failing:
        __getattr__ = failing

    with pytest.raises(LookupError):
        manual.attributes(Failing(), ("one",))
