"""A crash of pytest's process is attributed: to its test, the exported function, and the last line in Rust."""

import contextlib
import os
import signal
import sys

SIGNALS = ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE")


class Crashes:
    """Tells the ledgers what is running, and where to write if the process dies."""

    def __init__(self):
        # pytest captures what is written to stderr during the tests, and would lose it.
        self._file = None
        with contextlib.suppress(OSError, ValueError, AttributeError):
            self._file = os.dup(sys.__stderr__.fileno())
        self._known = set()

    def running(self, ledgers, name):
        """Notes the test that begins. The ledgers may be new."""
        if self._file is None or os.name != "posix":
            return
        # One line names the test, also if there are several ledgers.
        for number, hook in ledgers.by_id.items():
            if number not in self._known:
                self._known.add(number)
                numbers = [int(getattr(signal, one)) for one in SIGNALS if hasattr(signal, one)]
                hook(f"crashes {self._file} {' '.join(map(str, numbers))}")
            hook(f"running {name}")
