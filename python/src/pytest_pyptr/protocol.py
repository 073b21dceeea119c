"""Repeating a test with its setup, call and teardown; module and session fixtures are made only once."""

import functools
import sys
import warnings

import pytest
from _pytest.outcomes import Exit
from _pytest.runner import runtestprotocol

from .census import CONTROL


class _Stay:
    """Passed as the next item: it has the same parents, so that only the function's scope ends."""

    def __init__(self, item):
        self._item = item

    def listchain(self):
        return self._item.listchain()[:-1]

    def __getattr__(self, name):
        return getattr(self._item, name)


class _Swallow:
    """A hook proxy that keeps the reports of subtests, and does not log them."""

    def __init__(self, hooks, kept):
        self._hooks = hooks
        self._kept = kept

    def __getattr__(self, name):
        return getattr(self._hooks, name)

    def pytest_runtest_logreport(self, report):
        self._kept.append(report)


class _Finalizers:
    """What fixtures that stay are to end when they end: pytest adds an entry in each run that uses them, and removes none,
    so that each run would need more memory."""

    def __init__(self, item):
        fixtures = getattr(item, "_fixtureinfo", None)
        definitions = [one for several in fixtures.name2fixturedefs.values() for one in several] if fixtures else []
        lists = [one._finalizers for one in definitions if isinstance(getattr(one, "_finalizers", None), list)]
        self._lists = [(one, len(one)) for one in lists if one]

    def forget_new(self):
        """Removes the entries of fixtures that have ended since."""
        for finalizers, length in self._lists:
            finalizers[length:] = [one for one in finalizers[length:] if not _has_ended(one)]


def _has_ended(finalizer):
    fixture = getattr(getattr(finalizer, "func", None), "__self__", None)
    return isinstance(finalizer, functools.partial) and getattr(fixture, "cached_result", ()) is None


class Repeater:
    """Runs an item several times without logging."""

    def __init__(self, item):
        self.item = item
        self._properties = list(item.user_properties)

    def reset(self):
        """Restores the item's state from before its first run."""
        item = self.item
        item._report_sections.clear()
        item.user_properties[:] = self._properties
        if isinstance(item.parent, pytest.Class):
            # Makes pytest create a new instance of the test class.
            item.__dict__.pop("_instance", None)
            item.__dict__.pop("_obj", None)

    def run(self, mode):
        """Runs the item once. Returns its reports, with those of subtests, unless the run succeeded."""
        item, session = self.item, self.item.session
        self.reset()
        kept = []
        hooks = session.gethookproxy
        session.gethookproxy = lambda path: _Swallow(hooks(path), kept)
        if mode == CONTROL:
            item.runtest = lambda: None
        finalizers = _Finalizers(item)
        try:
            # Warnings are reported only for the last run.
            with warnings.catch_warnings(record=True):
                reports = runtestprotocol(item, log=False, nextitem=_Stay(item))
        finally:
            del session.gethookproxy
            finalizers.forget_new()
            item.__dict__.pop("runtest", None)
        for name in ("last_type", "last_value", "last_traceback", "last_exc"):
            sys.__dict__.pop(name, None)
        # A skipped subtest does not end its test.
        good = has_run(reports) and not any(report.failed for report in kept)
        if mode == CONTROL or good:
            return None
        return reports[:1] + kept + reports[1:]

    def finish(self, reports, nextitem):
        """Ends the scopes that the next item does not share, after a run that turned out to be the last one."""
        item = self.item
        if item.session.shouldfail or item.session.shouldstop:
            nextitem = None
        reraise = (Exit,) if item.config.getoption("usepdb", False) else (Exit, KeyboardInterrupt)
        call = pytest.CallInfo.from_call(
            lambda: item.session._setupstate.teardown_exact(nextitem), when="teardown", reraise=reraise
        )
        if call.excinfo is not None:
            report = item.ihook.pytest_runtest_makereport(item=item, call=call)
            if reports[-1].passed:
                reports.pop()
            reports.append(report)


def has_run(reports):
    """Whether a test has run to its end. One that is expected to fail may not have begun: `xfail(run=False)`."""
    return all(map(succeeded, reports)) and any(report.when == "call" for report in reports)


def succeeded(report):
    """Whether a report is that of a pass, or of an expected failure."""
    return report.passed or (report.skipped and hasattr(report, "wasxfail"))
