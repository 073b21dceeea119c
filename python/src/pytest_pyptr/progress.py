"""Lines on the terminal during long runs."""

import contextlib
import sys
import time

import pytest

from .results import BAD

# How much rarer the lines between two tests are than those within a test.
BETWEEN_TESTS = 6


class Tally:
    """How many tests are done, and with what result. Says so now and then."""

    KEY = pytest.StashKey()

    def __init__(self, config):
        self._config = config
        self._every = BETWEEN_TESTS * config.getoption("refs_progress")
        self.of = self.done = self.clean = self.suspect = 0
        self.last = time.monotonic()

    def __str__(self):
        return f"{self.done} of {self.of} tests done, {self.clean} clean, {self.suspect} suspect"

    def add(self, verdict):
        """A test is done."""
        self.done += 1
        self.clean += verdict in ("clean", "block")
        self.suspect += verdict in BAD
        if time.monotonic() - self.last >= self._every and self.done < self.of:
            _write(self._config, str(self))


class Progress:
    """Writes lines on the terminal during long tests. A call returns whether it has written one."""

    def __init__(self, config, name):
        self._config = config
        self._tally = config.stash.get(Tally.KEY, None)
        self._every = config.getoption("refs_progress")
        self._name = name
        self._start = self._last = time.monotonic()

    def __call__(self, phase, number, of):
        now = time.monotonic()
        if now - self._last < self._every:
            return False
        self._last = now
        line = f"{self._name}: {phase} run {number + 1} of {of}, {now - self._start:.0f} s"
        return _write(self._config, f"{line}; {self._tally}" if self._tally else line)


def _write(config, line):
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return False
    tally = config.stash.get(Tally.KEY, None)
    if tally is not None:
        tally.last = time.monotonic()
    capture = config.pluginmanager.get_plugin("capturemanager")
    # The reports of an xdist worker are not shown, but its stderr is that of the main process.
    worker = getattr(config, "workerinput", {}).get("workerid")
    with capture.global_and_fixture_disabled() if capture else contextlib.nullcontext():
        if worker is not None:
            print(f"\n[{worker}] refs: {line}", file=sys.stderr, flush=True)
        else:
            reporter.ensure_newline()
            reporter.write_line(f"refs: {line}")
    return True
