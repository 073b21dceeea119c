"""Freezing the heap between the runs of a test, so that a collection looks only at what is new.

Frozen objects are left out by `gc.get_objects` and its like. A test that asks for them gets all of them: the heap is
not frozen for a test whose module has `gc`, and it stops being frozen when other code asks.
"""

import gc
import sys
import types

# The collector's functions that leave frozen objects out, as auditing events.
_ASKING = ("gc.get_objects", "gc.get_referrers")


class Freezer:
    """Freezes what exists between two runs. A heap that the code under test has frozen itself stays so."""

    # The one whose test is running.
    _running = None
    _has_hook = False

    def __init__(self, allowed=True):
        # Python 3.12 starts with some frozen objects.
        self._allowed = allowed and not gc.get_freeze_count()
        # How many objects this has frozen.
        self._frozen = 0
        if not Freezer._has_hook:
            Freezer._has_hook = True
            sys.addaudithook(_audit)

    @property
    def is_frozen(self):
        """Whether this keeps some objects from the collector now."""
        return self._frozen > 0

    def begin(self):
        """The test begins to run."""
        Freezer._running = self

    def end(self):
        """The test does not run any more."""
        Freezer._running = None
        # Frozen objects can only become fewer, unless the code under test has frozen all objects.
        if gc.get_freeze_count() > self._frozen:
            self._allowed, self._frozen = False, 0

    def freeze(self):
        if self._allowed:
            gc.freeze()
            self._frozen = gc.get_freeze_count()

    def unfreeze(self):
        if self.is_frozen:
            self._frozen = 0
            gc.unfreeze()

    def asked(self):
        """The test asks the collector for objects."""
        self._allowed = False
        self.unfreeze()


def _audit(event, _):
    if event in _ASKING and Freezer._running is not None:
        Freezer._running.asked()


def uses_collector(item):
    """Whether a test's module, its code, or the module of one of its fixtures has the module `gc` or a function of it."""
    fixtures = getattr(item, "_fixtureinfo", None)
    definitions = fixtures.name2fixturedefs.values() if fixtures else ()
    holder = item.cls or item.module
    functions = [getattr(holder, item.originalname or item.name, None)]
    functions += [one.func for several in definitions for one in several]
    return any(map(_is_of_collector, list(vars(item.module).values()))) or any(map(_has_collector, functions))


def _has_collector(function):
    function = getattr(function, "__func__", function)
    if not isinstance(function, types.FunctionType):
        return False
    if function.__globals__.get("__name__", "").partition(".")[0] in ("_pytest", "pytest_pyptr"):
        return False
    return any(map(_is_of_collector, list(function.__globals__.values()))) or _names_collector(function.__code__)


def _is_of_collector(value):
    return value is gc or (type(value) is types.BuiltinFunctionType and value.__self__ is gc)


def _names_collector(code):
    inner = (constant for constant in code.co_consts if isinstance(constant, types.CodeType))
    return "gc" in code.co_names or any(map(_names_collector, inner))
