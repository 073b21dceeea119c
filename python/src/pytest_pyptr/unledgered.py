"""Extension modules without a ledger, by name: nothing that they do is recorded."""

import importlib.machinery
import sys

from .ledgers import HOOK

_SUFFIXES = tuple(importlib.machinery.EXTENSION_SUFFIXES)
# What is no code under test, although it may be loaded after this plugin.
_TOOLS = ("coverage", "pytest_pyptr")


def _extensions():
    """The names and files of the extension modules that are loaded."""
    for name, module in list(sys.modules.items()):
        # Not with getattr, which would load lazy modules.
        file = getattr(module, "__dict__", {}).get("__file__")
        if isinstance(file, str) and file.endswith(_SUFFIXES):
            yield name, file, module


class Unledgered:
    """The extension modules that the tests, and what is tested, have imported."""

    def __init__(self):
        self._before = set()
        self.note()

    def note(self):
        """What is loaded now belongs to pytest and its plugins."""
        self._before = {name for name, _, _ in _extensions()}

    def modules(self):
        """Those without a ledger, by name. The modules of one library share its ledger."""
        found = list(_extensions())
        with_ledger = {file for _, file, module in found if HOOK in module.__dict__}
        return {
            name: module
            for name, file, module in found
            if name not in self._before and file not in with_ledger and not _is_known(name)
        }

    def names(self):
        """Their names: of a package of which no module has a ledger, the package's."""
        with_ledger = {_package(name) for name, _, module in _extensions() if HOOK in module.__dict__}
        names = {}
        for name in self.modules():
            package = _package(name)
            names.setdefault(name if package in with_ledger else package)
        return sorted(names)


def _package(name):
    return name.partition(".")[0]


def _is_known(name):
    package = _package(name)
    return package in sys.stdlib_module_names or package in _TOOLS
