"""Counts of objects that live on, for ``--refs-memory``: what has no ledger may release or keep references to them.

Watched are the objects that the test's module, its class, its wider fixtures and the extension modules without a ledger
refer to, also through containers and attributes. The plugin holds so many references to each of them that one which is
released too often does not die in a run. What is missing in the end is never asked for: those objects live for ever.
"""

import collections
import gc
import sys
import types

from . import malloc
from .held import type_name

# How deep containers are searched, and how many objects are watched.
DEPTH = 3
MOST = 5_000
# How many references to each are held.
PINS = 32

# Modules have their own tests, and the rest is of the run.
_NOT_WATCHED = (types.ModuleType, types.FrameType, types.TracebackType, types.CodeType)
_SINGLETONS = (None, ..., NotImplemented)
_ITEMS = (list, tuple, set, frozenset, collections.deque)

# References in place of those that somebody else has released.
_FOR_EVER = []


class Counts:
    """The counts of a test's objects."""

    def __init__(self, item, unledgered):
        self._item = item
        self._unledgered = unledgered
        # The names and the objects; how many references each had; those that are held here.
        self._names, self._objects, self._last, self._pins = [], [], [], []
        self._ids = set()
        # How many references to each have come or gone since it is watched.
        self._changes = []
        self._shown = None
        self.watch()

    def _roots(self):
        item = self._item
        module = getattr(item, "module", None)
        if module is not None:
            yield module.__name__, vars(module)
        if getattr(item, "cls", None) is not None:
            yield item.cls.__name__, vars(item.cls)
        for name, module in self._unledgered.modules().items():
            yield name, vars(module)
        info = getattr(item, "_fixtureinfo", None)
        for name, definitions in info.name2fixturedefs.items() if info else ():
            for one in definitions:
                result = getattr(one, "cached_result", None)
                if result and one.scope != "function":
                    yield f"fixture {name}", {"": result[0]}

    @property
    def without(self):
        """The names of the extension modules without a ledger."""
        return self._unledgered.names()

    def watch(self):
        """Begins to watch what is there now."""
        left = collections.deque((name, dict(names), 0) for name, names in self._roots())
        while left and len(self._objects) < MOST:
            prefix, names, depth = left.popleft()
            for key, one in names.items():
                if id(one) in self._ids or not _is_watched(one):
                    continue
                name = f"{prefix}{key}" if key[:1] in ("[", "") else f"{prefix}.{key}"
                self._ids.add(id(one))
                self._names.append((f"+{name}", f"-{name}"))
                self._objects.append(one)
                self._pins.append([one] * PINS)
                self._changes.append(0)
                if depth < DEPTH:
                    left.append((name, _parts(one), depth + 1))
        one = names = left = None
        for number in range(len(self._last), len(self._objects)):
            self._last.append(self._count(number))

    def _count(self, number):
        """The count, with the references that are held here and that of the call."""
        return sys.getrefcount(self._objects[number])

    def read(self):
        """How many references to each object there are more, and fewer, than at first, by its name and a sign."""
        for number in range(len(self._objects)):
            change = self._count(number) - self._last[number]
            self._changes[number] += change
            if change < 0:
                self._pins[number] += [self._objects[number]] * -change
            else:
                self._last[number] += change
        values = {"malloc": malloc.in_use()}
        for (more, fewer), change in zip(self._names, self._changes):
            values[more], values[fewer] = change, -change
        return values

    def finding(self, signal):
        """The object's name and type, and how many of the references that the collector knows are not counted."""
        number = next(number for number, names in enumerate(self._names) if signal in names)
        pins = self._pins[number]
        # Without that of the list of all objects, and that of the call.
        counted = self._count(number) - len(pins) - 2
        one = self._objects[number]
        own = {id(pins), id(self._objects), *map(id, _FOR_EVER)}
        known = 0
        for referrer in gc.get_referrers(one):
            if id(referrer) not in own and not isinstance(referrer, types.FrameType):
                known += sum(to is one for to in gc.get_referents(referrer))
        return signal[1:], type_name(type(one)), max(known - counted, 0)

    def end(self):
        """Ends the watch. What is missing is given for ever."""
        self.read()
        for one, change in zip(self._objects, self._changes):
            if change < 0:
                _FOR_EVER.append([one] * -change)
                _keep(_FOR_EVER[-1])
        self._objects, self._pins, self._names, self._changes, self._last = [], [], [], [], []
        self._ids = set()


def _keep(kept):
    """Makes an object immortal, so that it is not destroyed when the interpreter ends."""
    try:
        import ctypes
    except ImportError:
        return
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(kept))


def _is_watched(one):
    if any(one is other for other in _SINGLETONS) or isinstance(one, _NOT_WATCHED):
        return False
    if isinstance(one, type):
        # Static types: their counts are those of all programs.
        return bool(type.__dict__["__flags__"].__get__(one) & 1 << 9)
    if type(one) is int:
        # The small ones are shared by all.
        return not -5 <= one <= 1024
    # And so are those of no and one item.
    return type(one) not in (str, bytes, tuple) or len(one) > 1


def _parts(one):
    """What an object consists of, by the names that are appended to its own. Runs none of its code."""
    kind = type(one)
    if kind is dict:
        return {f"[{key!r}]" if type(key) in (str, int) else "[..]": value for key, value in list(one.items())}
    if kind in _ITEMS:
        return {f"[{number}]": value for number, value in enumerate(list(one))}
    if isinstance(one, type):
        return {str(key): value for key, value in type.__dict__["__dict__"].__get__(one).items()}
    if kind in (types.FunctionType, types.BuiltinFunctionType):
        return {}
    try:
        attributes = object.__getattribute__(one, "__dict__")
    except AttributeError:
        return {}
    if type(attributes) is not dict:
        return {}
    return {str(key): value for key, value in list(attributes.items())}
