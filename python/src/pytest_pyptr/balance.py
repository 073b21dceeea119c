"""Free-threaded builds: whether a test leaves nothing behind, without a collection in most cases.

A collection goes through all objects there, frozen or not. Without one, what the runs have left is still counted: if
nothing has grown, and the interpreter has not collected meanwhile, nothing was left. The interpreter also keeps freed
objects for new ones, in lists of limited length, which a leak could use up without any growth: so these lists are
filled whenever the memory is counted.
"""

import contextvars
import gc
import itertools

# No list is longer, except for those of tuples.
_LONGEST = 300
_TUPLES, _LONGEST_OF_TUPLES = range(1, 21), 2000


class Balance:
    """The state between two tests: those of a module are alike."""

    # Whether the last test has left garbage.
    leaves_garbage = False


def collections():
    """How many collections there have been."""
    return sum(generation["collections"] for generation in gc.get_stats())


def fill_lists():
    """Makes and frees so many objects of each kind that the lists of freed ones are full."""
    for length in _TUPLES:
        _free(zip(*[itertools.repeat(None, _LONGEST_OF_TUPLES)] * length))
    for kind in _KINDS:
        _free(map(kind, range(1000, 1000 + _LONGEST)))


def _free(objects):
    list(objects)


class _Instance:
    def method(self):
        pass


_KINDS = (
    lambda number: [],
    lambda number: {},
    lambda number: {"key": None},
    lambda number: number * 1.5,
    lambda number: number * 3,
    lambda number: number * 1j,
    lambda number: slice(number),
    lambda number: range(number),
    lambda number: iter(()),
    lambda number: iter([]),
    lambda number: contextvars.Context(),
    lambda number: _Instance().method,
    lambda number: [].append,
)
