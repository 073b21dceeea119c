"""Lines on the terminal during long runs."""

import contextlib
import sys
import time


class Progress:
    """Writes lines on the terminal during long runs. A call returns whether it has written one."""

    def __init__(self, config, name):
        self._reporter = config.pluginmanager.get_plugin("terminalreporter")
        self._capture = config.pluginmanager.get_plugin("capturemanager")
        # The reports of an xdist worker are not shown, but its stderr is that of the main process.
        self._worker = getattr(config, "workerinput", {}).get("workerid")
        self._every = config.getoption("refs_progress")
        self._name = name
        self._start = self._last = time.monotonic()

    def __call__(self, phase, number, of):
        now = time.monotonic()
        if self._reporter is None or now - self._last < self._every:
            return False
        self._last = now
        disabled = self._capture.global_and_fixture_disabled() if self._capture else contextlib.nullcontext()
        with disabled:
            line = f"refs: {self._name}: {phase} run {number + 1} of {of}, {now - self._start:.0f} s"
            if self._worker is not None:
                print(f"\n[{self._worker}] {line}", file=sys.stderr, flush=True)
            else:
                self._reporter.ensure_newline()
                self._reporter.write_line(line)
        return True
