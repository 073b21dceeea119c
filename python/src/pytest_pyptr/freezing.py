"""Freezing the heap between the runs of a test, so that a collection looks only at what is new.

To freeze and to unfreeze joins lists, which takes no time, however many objects there are; only free-threaded builds
go through all of them. So the first run of a test and its last one are made with nothing frozen.

Frozen objects are left out by `gc.get_objects` and its like. A test that asks for them gets all of them: the heap is
not frozen for a test whose module has `gc`, and it stops being frozen when other code asks.
"""

import gc
import sys
import sysconfig
import time
import types

FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))

# The collector's functions that leave frozen objects out, as auditing events.
_ASKING = ("gc.get_objects", "gc.get_referrers")
# More objects than Python 3.12 has frozen when it starts.
_AT_START = 1000
# After something slow was done for all objects, it is not done again for so many times its duration.
PAUSE = 20


class Witness(list):
    """An object that is younger than those that are frozen. It is the plugin's own, and no finding."""

    __slots__ = ()


class Freezer:
    """Freezes what exists between two runs. A heap that the code under test has frozen itself stays so."""

    # The one whose test is running.
    _running = None
    _has_hook = False
    # Whether other code has frozen the heap.
    _foreign = False
    # When the whole heap is to be collected again.
    _due = 0.0

    def __init__(self, allowed=True):
        self._allowed = allowed and not Freezer._foreign
        # Whether this keeps some objects from the collector now.
        self.is_frozen = False
        # How many objects this has frozen, and an object that is younger than these.
        self._count, self._witness = 0, None
        if not Freezer._has_hook:
            Freezer._has_hook = True
            sys.addaudithook(_audit)

    def begin(self):
        """The test begins to run."""
        Freezer._running = self

    def end(self):
        """The test does not run any more."""
        Freezer._running = None

    def freeze(self):
        if not self._allowed or self._is_foreign():
            return
        gc.freeze()
        self.is_frozen = True
        if FREE_THREADED:
            self._count = gc.get_freeze_count()
        else:
            self._witness = Witness()

    def unfreeze(self):
        if self.is_frozen and not self._is_foreign():
            self.is_frozen = False
            gc.unfreeze()

    def _is_foreign(self):
        """Whether other code has frozen objects, too. These stay frozen."""
        if not self.is_frozen:
            # To count them takes long, if there are many.
            foreign = gc.get_freeze_count() > _AT_START
        elif FREE_THREADED:
            # They can only become fewer.
            foreign = gc.get_freeze_count() > self._count
        else:
            # These are only a few.
            foreign = not any(one is self._witness for one in gc.get_objects())
        if foreign:
            Freezer._foreign, self._allowed, self.is_frozen = True, False, False
        return foreign

    def asked(self):
        """The test asks the collector for objects."""
        Freezer._running = None
        self.unfreeze()
        self._allowed = False
        Freezer._running = self

    def collect(self):
        """Collects the garbage of a run. The whole heap is collected only now and then."""
        if not self.is_frozen and self._allowed and not FREE_THREADED and time.monotonic() < Freezer._due:
            # Without those objects that have survived some collections already.
            gc.collect(1)
            self.freeze()
        self.collect_all()

    def collect_all(self):
        """Collects all garbage that is not frozen."""
        start = time.monotonic()
        collect()
        if not self.is_frozen:
            now = time.monotonic()
            Freezer._due = now + PAUSE * (now - start)


def collect():
    """Collects until nothing is found, or twice the same: uncollectable objects are found each time."""
    last = None
    for number in range(10):
        found = gc.collect()
        if not found:
            break
        if number:
            # To count the blocks takes time, and most often the second collection finds nothing.
            now = found, sys.getallocatedblocks()
            if now == last:
                break
            last = now


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
