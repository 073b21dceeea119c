"""The fixture ``refs``: a test that checks blocks itself, with or without ``--refs``."""

import contextlib

import pytest

from . import report as wording
from .census import TEST, Census
from .counts import Counts
from .freezing import uses_collector
from .progress import Progress
from .protocol import has_run
from .results import BAD, fail, judge, outcome
from .settings import LEDGERS, UNLEDGERED, Settings, exemption

# The `Blocks` of an item whose last run has asked for the fixture.
KEY = pytest.StashKey()

LEFT = "a loop over refs.runs() was left before its end"
UNUSED = "the fixture `refs` was asked for, and checked nothing: it takes refs.runs() or refs.check(..)"


class Blocks:
    """The blocks of a test."""

    def __init__(self, request):
        self._item = request.node
        self._config = request.config
        self.left = False
        self.results = []
        # The exception that reports the findings of the last block.
        self.failure = None
        self.passed = False

    def check(self, function, *args, **kwargs):
        """Calls a function several times, and fails the test if every call leaves something behind."""
        __tracebackhide__ = True
        for _ in self.runs():
            function(*args, **kwargs)

    def _counts(self):
        by_memory = self._config.getoption("refs_memory")
        return Counts(self._item, self._config.stash[UNLEDGERED]) if by_memory else None

    def runs(self):
        """``for _ in refs.runs():`` repeats its block, and fails the test at the end if the block leaks."""
        __tracebackhide__ = True
        settings = Settings(self._item)
        census = Census(
            self._config.stash[LEDGERS],
            settings.warm_up,
            settings.counted,
            settings.confirming,
            Progress(self._config, self._item.nodeid),
            not uses_collector(self._item),
            forgiving=False,
            counts=self._counts(),
        )
        runs = iter(census)
        self.left = True
        with contextlib.closing(runs):
            for mode in runs:
                if mode == TEST:
                    yield
        self.left = False
        if census.counts is not None:
            census.counts.end()
        result = judge(census, settings.suppressions)
        result["suppressions"] = [one.origin for one in settings.suppressions]
        if result["verdict"] == "unchecked":
            result["verdict"] = "inconclusive"
        self.results.append(result)
        if result["verdict"].startswith("clean"):
            return
        text = wording.text_of(result) if result["findings"] else f"inconclusive: {result['reason']}"
        try:
            pytest.fail(text, pytrace=False)
        except pytest.fail.Exception as failure:
            self.failure = failure
            raise


@pytest.fixture
def refs(request):
    """Checks a block of a test for leaks: ``for _ in refs.runs(): ...`` or ``refs.check(function, ...)``."""
    request.node.stash[KEY] = blocks = Blocks(request)
    return blocks


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    blocks = item.stash.get(KEY, None)
    if blocks is None:
        return report
    if report.failed and call.excinfo is not None and call.excinfo.value is blocks.failure:
        report.refs_verdict = blocks.results[-1]["verdict"]
    if report.when == "call":
        blocks.passed = report.passed
        if report.passed and blocks.left:
            fail(report, "inconclusive", f"inconclusive: {LEFT}")
    # In the teardown, because fixtures may check blocks as well.
    unused = blocks.passed and not blocks.left and not blocks.results
    if report.when == "teardown" and report.passed and unused and exemption(item) is None:
        fail(report, "inconclusive", f"inconclusive: {UNUSED}")
    return report


def result(blocks, reports):
    """The result of a test with blocks, for the JSON file."""
    results = blocks.results if blocks else []
    failed = any(report.failed for report in reports)
    bad = [one for one in results if one["verdict"] in BAD]
    if failed and bad:
        # A certain leak comes before an unclear finding.
        worst = min(bad, key=lambda one: one["verdict"] == "inconclusive")
        merged = outcome(worst["verdict"], worst["reason"])
    elif any(getattr(report, "refs_verdict", None) for report in reports):
        merged = outcome("inconclusive", LEFT if blocks.left else UNUSED)
    elif failed:
        merged = outcome("failed", "the test fails by itself")
    elif bad:
        merged = outcome("failed", "the test fails as expected")
    elif not has_run(reports):
        merged = outcome("not run", "the test was skipped")
    elif not results:
        merged = outcome("not run", "the test failed as expected, before it checked a block")
    else:
        merged = outcome("block")
    merged["runs"] = sum(one["runs"] for one in results)
    for name in ("findings", "suppressed", "used", "suppressions"):
        merged[name] = [found for one in results for found in one[name]]
    return merged
