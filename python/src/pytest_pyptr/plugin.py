"""Options, markers, hooks and the fixture."""

import contextlib
import json
import os
import time

import pytest
from _pytest.runner import runtestprotocol

from . import blocks, cargo, faults
from . import report as wording
from .census import TEST, Census
from .counts import Counts
from .crashes import Crashes
from .freezing import uses_collector
from .ledgers import Ledgers
from .progress import Progress, Tally
from .protocol import Repeater, succeeded
from .results import BAD, VERDICTS, fail, judge, outcome
from .settings import LEDGERS, UNLEDGERED, Settings, exemption, runs_of
from .unledgered import Unledgered

# The key of a worker's output that names the modules without a ledger.
WITHOUT = "refs_without_ledger"

FROZEN = (
    "In that run, the objects that were there before it were frozen (gc.freeze), which keeps them from the collector: "
    "not in tests whose module imports gc"
)


def pytest_addoption(parser):
    group = parser.getgroup("refs", "reference and memory leaks of extensions built with pyptr's ledger")
    group.addoption("--refs", action="store_true", help="repeat each test, and fail those that leak")
    group.addoption(
        "--refs-memory",
        action="store_true",
        help="judge extensions without a ledger by memory and counts alone, which shows less; implies --refs",
    )
    group.addoption(
        "--refs-runs",
        metavar="WARMUP:RUNS",
        type=runs_of,
        default=(2, 3),
        help="runs before the counting begins, and runs that are counted (default: 2:3)",
    )
    group.addoption("--refs-json", metavar="FILE", help="with --refs or --cargo: write the results as JSON")
    group.addoption(
        "--refs-progress",
        metavar="SECONDS",
        type=float,
        default=5.0,
        help="report the current step of a test that takes longer than SECONDS (default: 5), and how many tests are done",
    )
    faults.add_options(group)
    parser.addini(
        "refs_ignore",
        "leaks to ignore: a part of the report's line, then ` -- ` and the reason",
        type="linelist",
        default=[],
    )
    cargo.add_options(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    # Before any conftest.py, which may import what is tested.
    early_config.stash[UNLEDGERED] = Unledgered()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    if UNLEDGERED not in config.stash:
        config.stash[UNLEDGERED] = Unledgered()
    config.addinivalue_line(
        "markers",
        "refs(runs=.., confirm=20, faults=MAX, ignore='part of a line', reason='...'): how --refs checks a test; "
        "`runs` is 'WARMUP:RUNS'; `ignore` names a leak to ignore, and needs a reason",
    )
    config.addinivalue_line(
        "markers", "no_refs(reason='...'): --refs does not check this test; the reason is required"
    )
    config.stash[LEDGERS] = Ledgers()
    if config.getoption("refs_memory"):
        config.option.refs = True
    config.pluginmanager.register(blocks, "pyptr-blocks")
    driver = faults.configure(config)
    cargo.configure(config)
    if config.getoption("refs") or config.getoption("cargo"):
        config.pluginmanager.register(Refs(config, driver), "pyptr-refs")


class Refs:
    """The hooks of ``--refs``."""

    def __init__(self, config, driver=None):
        self.config = config
        self.driver = driver
        self.ledgers = config.stash[LEDGERS]
        self.crashes = Crashes()
        self.unledgered = config.stash[UNLEDGERED]
        # Those of the test that is running, with `--refs-memory`.
        self._counts = None
        # The extension modules without a ledger, of all processes.
        self._without = set()
        self.results = {}
        self._tally = config.stash[Tally.KEY] = Tally(config)
        self._json = _json_file(config)
        self._not_written = None

    def pytest_collection_modifyitems(self, items):
        for item in items:
            exemption(item)
            Settings(item)

    def pytest_collection_finish(self, session):
        self._tally.of = len(session.items)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_logfinish(self, nodeid):
        yield
        self._tally.add(self.results.get(nodeid, {}).get("verdict"))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item, nextitem):
        repeated = self.config.getoption("refs") and not self.config.getoption("setuponly", False)
        if not repeated or not isinstance(item, pytest.Function):
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        try:
            reports = self._reports(item, nextitem)
        finally:
            # After the last run.
            if self._counts is not None:
                self._counts.end()
                self._counts = None
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _reports(self, item, nextitem):
        """Runs the item, and returns the reports to log."""
        reason = exemption(item)
        if reason is not None:
            return self._last_run(item, nextitem, outcome("exempt", reason))
        item.stash[blocks.KEY] = None
        if "refs" in item.fixturenames:
            return self._run_of_blocks(item, nextitem)
        repeater = Repeater(item)
        settings = Settings(item)
        progress = Progress(self.config, item.nodeid)
        numbers = (settings.warm_up, settings.counted, settings.confirming)
        if self.config.getoption("refs_memory"):
            self._counts = Counts(item, self.unledgered)
        census = Census(self.ledgers, *numbers, progress, not uses_collector(item), counts=self._counts)
        reports, number, seconds = None, 0, 0.0
        runs = iter(census)
        with contextlib.closing(runs):
            for mode in runs:
                self.crashes.running(self.ledgers, item.nodeid)
                start = time.monotonic()
                reports = repeater.run(mode)
                seconds = max(seconds, time.monotonic() - start)
                if item.stash[blocks.KEY]:
                    # The test asked for the fixture by `request.getfixturevalue`.
                    break
                if reports is not None and census.forgives():
                    reports = None
                    continue
                if mode == TEST:
                    number += 1
                if reports is not None:
                    break
        if item.stash[blocks.KEY]:
            repeater.reset()
            return self._run_of_blocks(item, nextitem)
        if reports is not None:
            repeater.finish(reports, nextitem)
            return _ended(reports, number, census, settings.suppressions)
        repeater.reset()
        driven = None
        if self.driver is not None and self.ledgers and settings.faults and census.findings is not None:
            known = census.findings
            found, driven = self.driver.check(item, settings.faults, settings.confirming, known, progress, seconds)
            census.findings += found
        result = judge(census, settings.suppressions)
        result["faults"] = driven
        result["suppressions"] = [one.origin for one in settings.suppressions]
        with self.ledgers.watched():
            return self._last_run(item, nextitem, result)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef):
        result = yield
        if self._counts is not None and fixturedef.scope != "function":
            # Before the test uses it.
            self._counts.add(f"fixture {fixturedef.argname}", result)
        return result

    @staticmethod
    def _run_of_blocks(item, nextitem):
        """The only run of a test that itself checks blocks."""
        item.stash[blocks.KEY] = None
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        reports[-1].refs_result = blocks.result(item.stash[blocks.KEY], reports)
        return reports

    @staticmethod
    def _last_run(item, nextitem, result):
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        reports[-1].refs_result = result
        if result["verdict"] in BAD:
            text = wording.text_of(result)
            which = 1 if result["verdict"] != "inconclusive" and len(reports) == 3 else -1
            report = reports[which]
            if report.failed:
                report.sections.append(("refs", text))
            else:
                fail(report, result["verdict"], text)
        elif result["verdict"].startswith("clean") and any(report.failed for report in reports):
            result["verdict"] = "inconclusive"
            result["reason"] = "the test failed in its last run: it cannot be repeated"
        return reports

    def pytest_report_teststatus(self, report):
        verdict = getattr(report, "refs_verdict", None)
        if verdict == "leak":
            return "failed", "L", "LEAK"
        if verdict == "crash":
            return "failed", "C", "CRASH"
        if verdict == "inconclusive":
            return "error", "I", "INCONCLUSIVE"
        return None

    def pytest_runtest_logreport(self, report):
        result = getattr(report, "refs_result", None)
        if result is not None:
            self.results[report.nodeid] = result

    def _count(self, verdict):
        return sum(result["verdict"] == verdict for result in self.results.values())

    def _stale(self):
        """Suppressions of checked tests that matched no finding."""
        known, used = {}, set()
        for result in self.results.values():
            used.update(result["used"])
            if result["verdict"] in ("clean", "clean by memory", "block", *BAD):
                known.update(dict.fromkeys(result["suppressions"]))
        return [origin for origin in known if origin not in used]

    def _nothing_checked(self):
        verdicts = {result["verdict"] for result in self.results.values() if not result.get("rust")}
        return "unchecked" in verdicts and not verdicts & {"clean", "clean by memory", *BAD, "block"}

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session):
        self._without.update(self.unledgered.names())
        if hasattr(self.config, "workerinput"):
            self.config.workeroutput[WITHOUT] = sorted(self._without)
            return
        if self._nothing_checked() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if self._json is not None:
            tests = [
                {"test": name, **{key: value for key, value in result.items() if key not in ("used", "suppressions")}}
                for name, result in self.results.items()
            ]
            content = {
                "version": 1,
                "verdicts": {verdict: self._count(verdict) for verdict in VERDICTS},
                "tests": tests,
                "stale_suppressions": self._stale(),
                "without_ledger": sorted(self._without),
            }
            try:
                with open(self._json, "w", encoding="utf-8") as file:
                    json.dump(content, file, indent=1)
                    file.write("\n")
            except OSError as error:
                self._not_written = f"--refs-json: not written: {error}"
                session.exitstatus = session.exitstatus or pytest.ExitCode.INTERNAL_ERROR

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node):
        self._without.update(getattr(node, "workeroutput", {}).get(WITHOUT, ()))

    def pytest_terminal_summary(self, terminalreporter):
        if self._not_written:
            terminalreporter.line(self._not_written, red=True)
        counts = [f"{self._count(verdict)} {verdict}" for verdict in VERDICTS if self._count(verdict)]
        if not counts:
            return
        terminalreporter.section("refs")
        terminalreporter.line(", ".join(counts))
        for name, result in self.results.items():
            if result["verdict"] in BAD:
                texts = [found["text"] for found in result["findings"]] or [f"inconclusive: {result['reason']}"]
                for text in texts:
                    terminalreporter.line(f"{name}: {text}")
        if self._without and self.config.getoption("refs"):
            line = f"no ledger in: {', '.join(sorted(self._without))}"
            by_memory = self.config.getoption("refs_memory")
            line += "; judged by memory and counts alone" if by_memory else "; not judged (--refs-memory judges by memory)"
            terminalreporter.line(line, yellow=True)
        for line in faults.summary(self.results):
            terminalreporter.line(line)
        for origin in self._stale():
            terminalreporter.line(f"stale suppression, nothing needs it: {origin}", yellow=True)
        if self._nothing_checked():
            terminalreporter.line(
                "nothing was checked: no extension built with the feature `ledger` was loaded", red=True
            )


def _json_file(config):
    """The path of the JSON file, or None. Fails before the tests run if it cannot be written."""
    path = config.getoption("refs_json")
    if not path or hasattr(config, "workerinput"):
        return None
    # The path is read as `--junitxml` reads its own, before a test changes the directory.
    path = config.invocation_params.dir / os.path.expanduser(os.path.expandvars(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        existed = os.path.lexists(path)
        with open(path, "a", encoding="utf-8"):
            pass
        if not existed:
            path.unlink()
    except OSError as error:
        raise pytest.UsageError(f"--refs-json: {path} cannot be written: {error.strerror}") from None
    return path


def _ended(reports, number, census, suppressions):
    """The reports to log after a run that failed or was skipped, which is the last run of its test."""
    census.findings = census.misuses()
    misused = judge(census, suppressions)
    if misused["findings"]:
        # Whatever the test asserts may have failed for that.
        misused["runs"] = number
        misused["faults"] = None
        misused["suppressions"] = [one.origin for one in suppressions]
        failed = next((report for report in reports if report.failed), None)
        if failed is not None:
            failed.sections.append(("refs", wording.text_of(misused)))
        else:
            fail(reports[-1], misused["verdict"], wording.text_of(misused))
        reports[-1].refs_result = misused
        return reports
    advice = "If it cannot be, mark it: @pytest.mark.no_refs(reason='...')"
    if any(report.failed for report in reports):
        result = outcome("failed", "the test fails by itself")
        if number > 1:
            result = outcome("inconclusive", f"the test failed in run {number}: it cannot be repeated")
            failed = next(report for report in reports if report.failed)
            if census.was_frozen:
                advice = f"{FROZEN}. {advice}"
            failed.sections.append(("refs", f"{result['reason']}. {advice}"))
    elif number > 1:
        result = outcome("inconclusive", f"the test was skipped in run {number}: it cannot be repeated")
        skipped = next(report for report in reports if report.skipped)
        fail(skipped, result["verdict"], f"inconclusive: {result['reason']}. {advice}")
    else:
        expected = all(map(succeeded, reports))
        result = outcome("not run", "the test is expected to fail, and not run" if expected else "the test was skipped")
    reports[-1].refs_result = result
    return reports
