"""The example ``lru``: a cache. Run by ``pytest --refs --refs-faults`` as well."""

import gc
import os
import sys
import threading
import time
import weakref

import pytest

from lru import Lru


# How long the threads run.
SECONDS = float(os.environ.get("PYPTR_SECONDS", "2"))


class Key:
    """Equal to others with its name, by a method that may do something else first."""

    def __init__(self, name, meanwhile=lambda: None):
        self.name, self.meanwhile = name, meanwhile

    def __hash__(self):
        return 1

    def __eq__(self, other):
        self.meanwhile()
        return isinstance(other, Key) and self.name == other.name


class Thing:
    """An object that can be in a cycle."""


def test_a_mapping():
    cache = Lru()
    cache["a"] = 1
    assert cache["a"] == 1 and "a" in cache and len(cache) == 1 and cache.capacity == 128
    cache["a"] = 2
    assert cache["a"] == 2 and list(cache) == ["a"] and repr(cache) == "Lru(1 of 128)"
    assert cache.get("b") is None and cache.get("b", 3) == 3 and "b" not in cache
    for key in ("b", ("b", "c"), ()):
        for use in (cache.__getitem__, cache.__delitem__):
            with pytest.raises(KeyError) as raised:
                use(key)
            assert raised.value.args == (key,)
    del cache["a"]
    assert "a" not in cache and len(cache) == 0
    assert (cache.hits, cache.misses) == (2, 5)


def test_equal_keys_of_several_types():
    cache = Lru()
    cache[1] = "int"
    cache[1.0] = "float"
    assert list(cache) == [1] and cache[True] == "float"
    with pytest.raises(TypeError, match="unhashable"):
        cache[[]] = 1
    with pytest.raises(TypeError, match="unhashable"):
        [] in cache


def test_the_order_is_that_of_use():
    evicted = []
    cache = Lru(3, on_evict=lambda key, value: evicted.append((key, value)))
    for key in "abc":
        cache[key] = key.upper()
    cache["a"], cache.get("b")
    "c" in cache  # is no use
    assert list(cache) == ["c", "a", "b"]
    cache["d"] = "D"
    cache["a"] = "changed"
    cache["e"] = "E"
    assert evicted == [("c", "C"), ("b", "B")]
    assert list(cache) == ["d", "a", "e"]
    cache.clear()
    assert list(cache) == [] and len(evicted) == 2


def test_the_iterator():
    cache = Lru(2)
    cache[1], cache[2] = 1, 2
    keys = iter(cache)
    assert iter(keys) is keys and next(keys) == 1
    cache[3] = 3
    assert next(keys) == 2  # as it was
    with pytest.raises(StopIteration):
        next(keys)
    with pytest.raises(TypeError, match="cannot create 'lru.Keys' instances"):
        type(keys)()


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: Lru(0), ValueError, "capacity must be at least 1"),
        (lambda: Lru("1"), TypeError, "Lru() argument 'capacity' must be int, not str"),
        (lambda: Lru(-1), OverflowError, None),
        (lambda: Lru(1, print), TypeError, None),
        (lambda: Lru().get(), TypeError, None),
        (lambda: Lru().get(key=1), TypeError, None),
    ],
)
def test_bad_use(call, error, message):
    with pytest.raises(error) as raised:
        call()
    assert message is None or str(raised.value) == message


def test_the_callback_may_use_the_cache():
    cache = None

    def again(key, value):
        if value > 0:
            cache[key] = value - 1

    cache = Lru(1, on_evict=again)
    cache["a"] = 3
    cache["b"] = 2
    # Each of the two evicts the other one until one of them is at 0.
    assert list(cache) == ["a"] and cache["a"] == 0


def test_the_callback_may_raise():
    def failing(key, value):
        raise LookupError(key)

    cache = Lru(1, on_evict=failing)
    cache[1] = 1
    with pytest.raises(LookupError, match="1"):
        cache[2] = 2
    assert list(cache) == [2]


def test_a_comparison_may_change_the_cache():
    cache = Lru(2)
    cache[Key("first", cache.clear)] = 1
    cache[Key("first")] = 2  # the first one is gone when it turns out to be equal
    assert len(cache) == 1 and cache[Key("first")] == 2
    cache[Key("second", lambda: cache.__setitem__(7, 8))] = 3  # evicts the other one, which is asked last
    cache[Key("first")] = 4
    assert len(cache) == 2 and Key("first") in cache


def test_a_comparison_may_add_an_equal_key():
    cache, added = Lru(5), []

    def add():
        if not added:
            added.append(1)
            cache[Key("new")] = "by the comparison"

    cache[Key("old", add)] = 1
    cache[Key("new")] = "last"
    assert len(cache) == 2 and cache[Key("new")] == "last"


def test_a_comparison_may_raise():
    def failing():
        raise LookupError("as it should")

    cache = Lru()
    cache[Key("first", failing)] = 1
    for use in (cache.get, cache.__contains__, cache.__delitem__, lambda key: cache.__setitem__(key, 1)):
        with pytest.raises(LookupError):
            use(Key("second"))
    assert len(cache) == 1


def test_a_destructor_may_use_the_cache():
    class Value:
        def __del__(self):
            lengths.append(len(cache))
            cache["from the destructor"] = 1

    lengths, cache = [], Lru(2)
    cache["a"] = Value()
    cache["a"] = 1
    cache["b"] = Value()
    del cache["b"]
    cache["c"] = Value()
    cache.clear()
    cache["d"] = Value()
    cache["e"] = cache["f"] = 1
    assert lengths == [1, 1, 0, 2]


@pytest.mark.parametrize("place", ["key", "value", "callback", "iterator", "attribute"])
def test_cycles_are_collected(place):
    cache, thing = Lru(), Thing()
    thing.cache = cache
    if place == "key":
        cache[thing] = 1
    elif place == "value":
        cache[1] = cache
    elif place == "callback":
        thing.cache = cache = Lru(on_evict=lambda key, value: thing)
    elif place == "iterator":
        cache[thing] = 1
        thing.keys = iter(cache)
    else:
        cache[1] = [thing]
    weak = weakref.ref(cache)
    del cache, thing
    gc.collect()
    assert weak() is None


def test_weak_references():
    cache = Lru()
    weak = weakref.ref(cache)
    assert weak() is cache
    del cache
    assert weak() is None


def in_threads(function, count=8):
    """Calls ``function(number, running)`` on so many threads, all of which begin before the first one may end."""
    errors, end = [], []
    begin = threading.Barrier(count, action=lambda: end.append(time.monotonic() + SECONDS / 2))

    def run(number):
        try:
            begin.wait()
            function(number, lambda: not errors and time.monotonic() < end[0])
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    old = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(old)
    if errors:
        raise errors[0]


def test_threads_lose_nothing():
    """Each thread counts with keys of its own; the cache is large enough, while keys of all come and go."""
    evicted, totals, gets = [], [0] * 8, [0] * 8
    cache = Lru(64, on_evict=lambda key, value: evicted.append((key, value)))

    def work(number, running):
        own = Key(("own", number)) if number % 2 else ("own", number)
        while running() or not totals[number]:
            for step in range(100):
                cache[own] = totals[number] = totals[number] + 1
                assert cache[own] == totals[number]
                assert cache.get(("shared", step % 7), step % 7) == step % 7
                cache["shared", step % 7] = step % 7
                gets[number] += 2
            assert len(cache) <= 64 and sum(1 for _ in cache) <= 64

    in_threads(work)
    assert evicted == []
    for number in range(8):
        assert cache[Key(("own", number)) if number % 2 else ("own", number)] == totals[number]
    assert len(cache) == 8 + 7
    assert cache.hits + cache.misses == sum(gets) + 8


def test_threads_evict_each_item_once():
    """What was put in is in the cache or was evicted, with its value, once."""
    evicted, added = [[] for _ in range(8)], [0] * 8
    by_thread = threading.local()
    cache = Lru(16, on_evict=lambda key, value: by_thread.evicted.append((key, value)))

    def work(number, running):
        by_thread.evicted = evicted[number]
        while running() and added[number] < 50_000:
            for _ in range(50):
                key = (number, added[number])
                cache[key] = [key]
                added[number] += 1
                value = cache.get(key)
                assert value is None or value == [key]

    in_threads(work)
    left = list(cache)
    gone = [key for each in evicted for key, value in each if value == [key]]
    assert len(left) == len(cache) <= 16
    assert sorted(gone + left) == sorted((number, index) for number in range(8) for index in range(added[number]))
