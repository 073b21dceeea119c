"""Counts of objects that live on, for ``--refs-memory``: what has no ledger may release or keep references to them.

Watched are the objects that the test's module, its class, its wider fixtures and the extension modules without a ledger
refer to, also through containers and attributes. The plugin holds so many references to each of them that one which is
released too often does not die in a run. After it, what is missing is replaced, so that the counts are right again.
"""

import collections
import ctypes
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

_incref = ctypes.pythonapi.Py_IncRef
_incref.argtypes = [ctypes.py_object]
_incref.restype = None


class Counts:
    """The counts of a test's objects."""

    def __init__(self, item, unledgered):
        self._item = item
        self._unledgered = unledgered
        # The names and the objects; how many references each had; those that are held here.
        self._names, self._objects, self._last, self._pins = [], [], [], []
        self._ids = set()
        # How many references to each have come since it is watched, and how many have gone and were replaced.
        self._more, self._replaced = [], []
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
        self._watch(collections.deque((name, dict(names), 0) for name, names in self._roots()))

    def add(self, name, one):
        """Begins to watch an object that has just been made."""
        self._watch(collections.deque([(name, {"": one}, 0)]))

    def _watch(self, left):
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
                self._more.append(0)
                self._replaced.append(0)
                if depth < DEPTH:
                    left.append((name, _parts(one), depth + 1))
        one = names = None
        left.clear()
        for number in range(len(self._last), len(self._objects)):
            self._last.append(self._count(number))

    def _count(self, number):
        """The count, with the references that are held here and that of the call."""
        return sys.getrefcount(self._objects[number])

    def replace(self):
        """Replaces the references that are missing: before a collection, which looks at all counts."""
        for number in range(len(self._objects)):
            missing = self._last[number] - self._count(number)
            if missing > 0:
                self._replaced[number] += missing
                for _ in range(missing):
                    _incref(self._objects[number])
            else:
                self._more[number] -= missing
                self._last[number] -= missing

    def read(self):
        """How many references to each object there are more, and fewer, than at first, by its name and a sign."""
        self.replace()
        values = {"malloc": malloc.in_use()}
        for (more, fewer), change, replaced in zip(self._names, self._more, self._replaced):
            values[more], values[fewer] = change - replaced, replaced - change
        return values

    def finding(self, signal):
        """The object's name and type, and how many of the references that the collector knows are not counted."""
        number = next(number for number, names in enumerate(self._names) if signal in names)
        pins = self._pins[number]
        # Without that of the list of all objects, and that of the call.
        counted = self._count(number) - len(pins) - self._replaced[number] - 2
        one = self._objects[number]
        known = 0
        for referrer in gc.get_referrers(one):
            if referrer is pins or referrer is self._objects or isinstance(referrer, types.FrameType):
                continue
            # Not with a generator, which would be a referrer.
            for to in gc.get_referents(referrer):
                known += to is one
        return signal[1:], type_name(type(one)), max(known - counted, 0)

    def end(self):
        """Ends the watch."""
        self.replace()
        self._objects, self._pins, self._names, self._last, self._more, self._replaced = [], [], [], [], [], []
        self._ids = set()


def _is_watched(one):
    # Not with isinstance, which asks the object.
    if any(one is other for other in _SINGLETONS) or issubclass(type(one), _NOT_WATCHED):
        return False
    if issubclass(type(one), type):
        # Static types: their counts are those of all programs.
        return bool(type.__dict__["__flags__"].__get__(one) & 1 << 9)
    if type(one) is int:
        # The small ones are shared by all.
        return not -5 <= one <= 1024
    # And so are those of no and one item.
    return type(one) not in (str, bytes, tuple) or len(one) > 1


def _key(number, key):
    """How the value of a dict is named."""
    short = (type(key) is str and len(key) < 60) or (type(key) is int and abs(key) < 1 << 64)
    return f"[{key!r}]" if short else f"[key {number}]"


def _parts(one):
    """What an object consists of, by the names that are appended to its own. Runs none of its code."""
    kind = type(one)
    if kind is dict:
        return {_key(number, key): value for number, (key, value) in enumerate(list(one.items()))}
    if kind in _ITEMS:
        return {f"[{number}]": value for number, value in enumerate(list(one))}
    if issubclass(kind, type):
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
