"""Caches of the standard library, which keep what a test makes anew in each run: emptied after a run whose memory is
compared.

Only modules that are loaded are touched. To lose an entry costs time, and changes no result.
"""

import contextlib
import functools
import gc
import sys
from abc import ABCMeta

# Functions that empty a cache, and caches that are dicts or the like: the module, and what it calls them.
EMPTIED = (
    ("re", "purge"),
    ("struct", "_clearcache"),
    ("linecache", "clearcache"),
    ("urllib.parse", "clear_cache"),
    ("filecmp", "clear_cache"),
    ("_strptime", "_regex_cache"),
    ("inspect", "_filesbymodname"),
    ("inspect", "modulesbyfile"),
    ("ctypes", "_pointer_type_cache_fallback"),
)


def _is_of_library(one):
    module = getattr(one, "__module__", None)
    return isinstance(module, str) and module.partition(".")[0] in sys.stdlib_module_names


class Caches:
    """The caches that are there now: those of functions with `functools.lru_cache`, of abstract base classes, and
    `EMPTIED`. A cache that the code under test has made itself is part of the test."""

    def __init__(self):
        cached, classes = functools._lru_cache_wrapper, ABCMeta
        found = [one for one in gc.get_objects() if type(one) is cached or type(one) is classes]
        self._functions = [one for one in found if type(one) is cached and _is_of_library(one)]
        self._classes = [one for one in found if type(one) is classes and _is_of_library(one)]

    def clear(self):
        """Empties them, and the lists of warnings that each module has shown already."""
        for module, name in EMPTIED:
            cache = getattr(sys.modules.get(module), name, None)
            cache = getattr(cache, "clear", cache)
            # Private names come and go.
            if callable(cache):
                with contextlib.suppress(Exception):
                    cache()
        for function in self._functions:
            function.cache_clear()
        for kind in self._classes:
            kind._abc_caches_clear()
        for module in list(sys.modules.values()):
            shown = getattr(module, "__dict__", {}).get("__warningregistry__")
            if type(shown) is dict:
                shown.clear()


def interned():
    """How many interned strings are immortal: a new one stays until the process ends, whoever made it."""
    count = getattr(sys, "getunicodeinternedsize", None)
    if count is None:
        return 0
    try:
        return count(_only_immortal=True)
    except TypeError:
        return count()
