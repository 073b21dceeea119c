"""The ledgers of the loaded extensions: ``module.__pyptr_ledger__``."""

import contextlib
import sys

HOOK = "__pyptr_ledger__"
VERSION = 1
# How many misuses a ledger keeps.
MISUSES_KEPT = 1000


class UnknownVersion(Exception):
    """A ledger whose version this plugin does not know."""


class Ledgers:
    """All ledgers that have been found. The modules of one library share one ledger."""

    def __init__(self):
        self.by_id = {}
        # Under which names the modules with a ledger were found.
        self.names = []
        self._seen = set()
        self._state = None

    def __bool__(self):
        return bool(self.by_id)

    def find_more(self):
        """As ``find``, if modules were imported since."""
        if _state_of_modules() != self._state:
            self.find()

    def find(self):
        """Looks for new ledgers among the loaded modules."""
        self._state = _state_of_modules()
        self.names = []
        for name, module in list(sys.modules.items()):
            # Not with getattr, which would load lazy modules.
            hook = getattr(module, "__dict__", {}).get(HOOK)
            if hook is None:
                continue
            self.names.append(name)
            if id(hook) in self._seen:
                continue
            snapshot = hook("snapshot")
            if snapshot["version"] != VERSION:
                raise UnknownVersion(
                    f"{name} has a ledger of version {snapshot['version']}, this plugin knows {VERSION}: "
                    "use the pytest-pyptr that belongs to its pyptr"
                )
            self._seen.add(id(hook))
            # The hook is kept alive, so that no other object gets its `id`.
            self.by_id.setdefault(snapshot["id"], hook)

    def call(self, command):
        """The result of a command for each ledger, as pairs with the ledger's id."""
        return [(number, hook(command)) for number, hook in self.by_id.items()]

    @contextlib.contextmanager
    def watched(self):
        """Meanwhile a release of a reference that is not held does not free the object."""
        self.call("watch adopted")
        try:
            yield
        finally:
            self.call("finish watch")


def _state_of_modules():
    """What changes when a module is imported."""
    return len(sys.modules), id(next(reversed(sys.modules.values()), None))


def group(held):
    """References with the same key are one group in a report."""
    return (held["file"], held["line"], held["column"], held["exact"], held["kind"], held["type"])


class Reading:
    """What is held at one moment, by all ledgers and in the interpreter."""

    __slots__ = ("allocations", "held", "misuses", "noisy", "types")
    NOISY = ("blocks", "None", "missing None")

    def __init__(self, ledgers, types=None, counts=None):
        # First, before this function makes objects itself.
        blocks = sys.getallocatedblocks()
        nones = sys.getrefcount(None) if sys.version_info < (3, 12) else 0
        self.noisy = {"blocks": blocks, "None": nones, "missing None": -nones}
        self.types = types.counts() if types else []
        if counts is not None:
            self.noisy.update(counts.read())
        self.held = {}
        self.allocations = {}
        self.misuses = {}
        for number, snapshot in ledgers.call("snapshot"):
            self.allocations[number] = snapshot["allocations"]
            self.misuses[number] = snapshot["misuses"]
            for held in snapshot["held"]:
                self.held[(number, *group(held))] = held

    def count(self, key):
        held = self.held.get(key)
        return held["count"] if held else 0


def spots(ledgers):
    """The number and bytes of the tracked Rust allocations of each place."""
    found = {}
    for number, allocations in ledgers.call("tracked"):
        for allocation in allocations:
            key = (number, allocation["near"], allocation["function"])
            count, size = found.get(key, (0, 0))
            found[key] = (count + 1, size + allocation["size"])
    return found
