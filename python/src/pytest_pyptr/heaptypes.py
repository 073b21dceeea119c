"""The heap types of the extensions: each instance holds a reference to its type, and has to release it."""

import builtins
import gc
import sys
import time
import weakref

from .freezing import PAUSE
from .held import type_name
from .ledgers import HOOK

HEAPTYPE = 1 << 9


_subclasses = type.__subclasses__
_BUILTIN = [one for one in vars(builtins).values() if isinstance(one, type) and one is not object]


class HeapTypes:
    """The heap types of all modules that have a ledger."""

    # What was found by the last search through all types, what they looked like then, and when the next one is due.
    _known, _seen, _due = [], None, 0.0

    def __init__(self, types):
        self._types = types

    @classmethod
    def of(cls, ledgers):
        """Those of modules with these ledgers. All types are searched only now and then, or if some look new."""
        modules = [sys.modules[name] for name in ledgers.names if name in sys.modules]
        known = [kind for kind in (one() for one in cls._known) if kind is not None]
        if _look(modules, known) != cls._seen or time.monotonic() > cls._due:
            start = time.monotonic()
            known = _search(modules)
            cls._known, cls._seen = [weakref.ref(kind) for kind in known], _look(modules, known)
            now = time.monotonic()
            cls._due = now + PAUSE * (now - start)
        return cls(known)

    def counts(self):
        """The number of references to each type. Only differences between two calls have a meaning."""
        return [sys.getrefcount(kind) for kind in self._types]

    def instances(self):
        """How many instances of each type the collector knows: each of them has a reference to its type."""
        numbers = {id(kind): number for number, kind in enumerate(self._types)}
        counts = [0] * len(self._types)
        for kind in map(type, gc.get_objects()):
            number = numbers.get(id(kind))
            if number is not None:
                counts[number] += 1
        return counts

    def name(self, number):
        return type_name(self._types[number])

    def is_one_of(self, number, ids):
        return id(self._types[number]) in ids


def _look(modules, known):
    """What is different when there is a new type. One whose base belongs to neither Python nor an extension with a
    ledger is not seen."""
    own = [id(value) for module in modules for value in module.__dict__.values() if isinstance(value, type)]
    derived = [list(map(id, _subclasses(kind))) for kind in (object, *_BUILTIN, *known)]
    return [module.__dict__.get("__name__") for module in modules], own, derived


def _search(modules):
    names = {module.__dict__.get("__name__") for module in modules}
    found = {}
    for module in modules:
        for value in module.__dict__.values():
            if isinstance(value, type):
                found[id(value)] = value
    known, left = set(), [object]
    while left:
        for kind in _subclasses(left.pop()):
            if id(kind) not in known:
                known.add(id(kind))
                left.append(kind)
                if type.__dict__["__module__"].__get__(kind) in names:
                    found[id(kind)] = kind
    # A subclass in Python has no `tp_dealloc` of its own that would release it.
    left = list(found.values())
    while left:
        for kind in _subclasses(left.pop()):
            if id(kind) not in found:
                found[id(kind)] = kind
                left.append(kind)
    return [kind for kind in found.values() if type.__dict__["__flags__"].__get__(kind) & HEAPTYPE]
