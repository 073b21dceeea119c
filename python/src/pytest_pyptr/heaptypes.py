"""The heap types of the extensions: each instance holds a reference to its type, and has to release it."""

import gc
import sys

from .held import type_name
from .ledgers import HOOK

HEAPTYPE = 1 << 9


class HeapTypes:
    """The heap types of all modules that have a ledger."""

    def __init__(self):
        modules = [module for module in list(sys.modules.values()) if HOOK in getattr(module, "__dict__", {})]
        names = {module.__dict__.get("__name__") for module in modules}
        found = {}
        for module in modules:
            for value in module.__dict__.values():
                if isinstance(value, type):
                    found[id(value)] = value
        known, left = set(), [object]
        while left:
            for kind in type.__subclasses__(left.pop()):
                if id(kind) not in known:
                    known.add(id(kind))
                    left.append(kind)
                    if type.__dict__["__module__"].__get__(kind) in names:
                        found[id(kind)] = kind
        # A subclass in Python has no `tp_dealloc` of its own that would release it.
        left = list(found.values())
        while left:
            for kind in type.__subclasses__(left.pop()):
                if id(kind) not in found:
                    found[id(kind)] = kind
                    left.append(kind)
        self._types = [kind for kind in found.values() if type.__dict__["__flags__"].__get__(kind) & HEAPTYPE]

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
