"""The `memory` example, imported by a real interpreter."""

import gc
import inspect
import sys

import memory
import pytest


def fresh(text):
    """A str that nobody else refers to."""
    return "".join(list(text))


def test_append_and_concat():
    assert memory.append("hello ") == "hello right"
    assert memory.concat("hello ") == "hello right"


@pytest.mark.parametrize("function", [memory.append, memory.concat])
def test_the_argument_is_neither_changed_nor_kept(function):
    left = fresh("hello ")
    before = sys.getrefcount(left)
    results = [function(left) for _ in range(100)]
    assert sys.getrefcount(left) == before
    assert left == "hello "
    assert results == ["hello right"] * 100


@pytest.mark.parametrize("function", [memory.append, memory.concat])
def test_calls_leave_no_blocks_behind(function):
    left = fresh("hello ")

    def blocks_after_calls():
        for _ in range(20_000):
            function(left)
        gc.collect()
        return sys.getallocatedblocks()

    for _ in range(3):
        first = blocks_after_calls()
    # A leak of one reference a call would be 20,000 blocks.
    assert abs(blocks_after_calls() - first) < 100


def test_append_times():
    assert memory.append_times("a") == "aright"
    assert memory.append_times("a", "b", times=3) == "abbb"
    assert memory.append_times(left="a", piece="é", times=2) == "aéé"
    assert memory.append_times("a", times=0) == "a"


def test_signatures_and_docstrings():
    assert str(inspect.signature(memory.append)) == "(left, /)"
    assert str(inspect.signature(memory.append_times)) == "(left, piece='right', *, times=1)"
    assert memory.append.__doc__ == 'Returns `left` with "right" appended.'
    assert memory.__doc__ == "String functions that steal and borrow."


UNEXPECTED = (
    "append_times() got an unexpected keyword argument 'time'"
    if sys.version_info >= (3, 13)
    else "'time' is an invalid keyword argument for append_times()"
)


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda x: memory.append(), TypeError, "memory.append() takes exactly one argument (0 given)"),
        (lambda x: memory.append(x, x), TypeError, "memory.append() takes exactly one argument (2 given)"),
        (lambda x: memory.append(left=x), TypeError, "memory.append() takes no keyword arguments"),
        (lambda x: memory.append(1), TypeError, "append() argument 'left' must be str, not int"),
        (lambda x: memory.append(None), TypeError, "append() argument 'left' must be str, not None"),
        (
            lambda x: memory.append_times(),
            TypeError,
            "append_times() missing required argument 'left' (pos 1)",
        ),
        (
            lambda x: memory.append_times(x, x, 1),
            TypeError,
            "append_times() takes at most 2 positional arguments (3 given)",
        ),
        (
            lambda x: memory.append_times(x, left=x),
            TypeError,
            "argument for append_times() given by name ('left') and position (1)",
        ),
        (lambda x: memory.append_times(x, time=1), TypeError, UNEXPECTED),
        (
            lambda x: memory.append_times(x, times=x),
            TypeError,
            "append_times() argument 'times' must be int, not str",
        ),
        (lambda x: memory.append_times(x, times=-1), OverflowError, None),
        (lambda x: memory.append_times(x, times=1 << 70), OverflowError, None),
        (
            lambda x: memory.append_times(x, piece="\ud800"),
            UnicodeEncodeError,
            "'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed in append_times() argument 'piece'",
        ),
    ],
)
def test_bad_use(call, error, message):
    argument = fresh("argument")
    before = sys.getrefcount(argument)
    for _ in range(10):
        with pytest.raises(error) as raised:
            call(argument)
        if message is not None:
            assert str(raised.value) == message
        del raised
    gc.collect()
    assert sys.getrefcount(argument) == before
