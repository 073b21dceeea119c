"""Options, markers, hooks and the fixture."""

import contextlib
import json
import re
import time

import pytest
from _pytest.runner import runtestprotocol

from . import cargo, faults
from . import report as wording
from .census import CONFIRMING, TEST, Census
from .ledgers import Ledgers
from .protocol import Repeater, succeeded

VERDICTS = ("clean", "leak", "crash", "inconclusive", "passed", "failed", "not run", "exempt", "block", "unchecked")
BAD = ("leak", "crash", "inconclusive")


def pytest_addoption(parser):
    group = parser.getgroup("refs", "reference and memory leaks of extensions built with pyptr's ledger")
    group.addoption("--refs", action="store_true", help="repeat each test, and fail those that leak")
    group.addoption(
        "--refs-runs",
        metavar="WARMUP:RUNS",
        type=_runs,
        default=(2, 3),
        help="runs before the counting begins, and runs that are counted (default: 2:3)",
    )
    group.addoption("--refs-json", metavar="FILE", help="write the results as JSON")
    group.addoption(
        "--refs-progress",
        metavar="SECONDS",
        type=float,
        default=5.0,
        help="say after so many seconds what a test that is repeated is at (default: 5)",
    )
    faults.add_options(group)
    parser.addini(
        "refs_ignore",
        "leaks that are let pass: a part of the report's line, then ` -- ` and the reason",
        type="linelist",
        default=[],
    )
    cargo.add_options(parser)


def _runs(text):
    match = re.fullmatch(r"([1-9]\d*):([1-9]\d*)", str(text))
    if not match:
        raise ValueError(f"WARMUP:RUNS, two numbers from 1 on, is needed, not {text!r}")
    return int(match[1]), int(match[2])


def pytest_configure(config):
    config.addinivalue_line(
        "markers",
        "refs(runs='WARMUP:RUNS', confirm=20, faults=MAX, ignore='part of a line', reason='...'): how --refs checks a "
        "test; `ignore` lets a leak pass, and needs a reason",
    )
    config.addinivalue_line(
        "markers", "no_refs(reason='...'): --refs does not check this test; the reason is required"
    )
    config.stash[LEDGERS] = Ledgers()
    driver = faults.configure(config)
    cargo.configure(config)
    if config.getoption("refs") or config.getoption("cargo"):
        config.pluginmanager.register(Refs(config, driver), "pyptr-refs")


LEDGERS = pytest.StashKey()


class Suppression:
    """A finding that is let pass, for a reason."""

    def __init__(self, part, reason, origin):
        self.part, self.reason, self.origin = part, reason, origin
        end = r"(?!\d)" if part[-1:].isdigit() else ""
        self._search = re.compile(re.escape(part) + end).search

    def matches(self, found):
        return self._search(found["text"]) is not None


class Settings:
    """What the command line and the markers of an item ask for."""

    def __init__(self, item):
        self.warm_up, self.counted = item.config.getoption("refs_runs")
        self.confirming = CONFIRMING
        self.faults = item.config.getoption("refs_faults")
        self.suppressions = []
        for marker in reversed(list(item.iter_markers("refs"))):
            self._apply(item, marker)
        for number, line in enumerate(item.config.getini("refs_ignore")):
            part, _, reason = (text.strip() for text in line.partition(" -- "))
            if not part or not reason:
                raise pytest.UsageError(f"refs_ignore: `part of the line -- reason` is needed, not {line!r}")
            self.suppressions.append(Suppression(part, reason, f"refs_ignore: {line}"))

    def _apply(self, item, marker):
        wrong = set(marker.kwargs) - {"runs", "confirm", "faults", "ignore", "reason"}
        if marker.args or wrong:
            raise pytest.UsageError(f"{item.nodeid}: refs() takes runs, confirm, faults, ignore and reason")
        try:
            if "runs" in marker.kwargs:
                self.warm_up, self.counted = _runs(marker.kwargs["runs"])
        except ValueError as error:
            raise pytest.UsageError(f"{item.nodeid}: {error}") from None
        self.confirming = _number(item, marker, "confirm", self.confirming, least=1)
        self.faults = _number(item, marker, "faults", self.faults or 0, least=0)
        ignore = marker.kwargs.get("ignore", ())
        reason = marker.kwargs.get("reason")
        for part in [ignore] if isinstance(ignore, str) else ignore:
            if not part or not reason:
                raise pytest.UsageError(f"{item.nodeid}: refs(ignore=...) needs a reason")
            self.suppressions.append(Suppression(part, reason, f"{item.nodeid}: refs(ignore={part!r})"))


def _number(item, marker, name, default, least):
    number = marker.kwargs.get(name, default)
    if not isinstance(number, int) or number < least:
        raise pytest.UsageError(f"{item.nodeid}: refs({name}=...): a number from {least} on is needed, not {number!r}")
    return number


def _exemption(item):
    """Why an item is not checked, or None."""
    marker = item.get_closest_marker("no_refs")
    if marker is None:
        return None
    reason = marker.kwargs.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise pytest.UsageError(f"{item.nodeid}: no_refs() needs a reason: no_refs(reason='...')")
    return reason


def judge(census, suppressions):
    """The result of a census, as it stands in the JSON file."""
    result = {
        "verdict": "unchecked",
        "reason": None,
        "runs": census.runs,
        "findings": [],
        "suppressed": [],
        "used": [],
    }
    if census.findings is None:
        result["reason"] = "no extension with a ledger was loaded"
        return result
    for found in census.findings:
        by = next((one for one in suppressions if one.matches(found)), None)
        if by is None:
            result["findings"].append(found)
        else:
            result["suppressed"].append({**found, "reason": by.reason})
            result["used"].append(by.origin)
    if not result["findings"]:
        result["verdict"] = "clean"
    elif all(found.get("inconclusive") for found in result["findings"]):
        result["verdict"] = "inconclusive"
        result["reason"] = result["findings"][0]["text"]
    else:
        crashed = any(found["what"] == "crash" for found in result["findings"])
        result["verdict"] = "crash" if crashed else "leak"
    return result


def _outcome(verdict, reason=None):
    return {
        "verdict": verdict,
        "reason": reason,
        "runs": 0,
        "findings": [],
        "suppressed": [],
        "used": [],
        "suppressions": [],
    }


class Progress:
    """Lines on the terminal during long runs. A call says whether there was one."""

    def __init__(self, config, name):
        self._reporter = config.pluginmanager.get_plugin("terminalreporter")
        self._capture = config.pluginmanager.get_plugin("capturemanager")
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
            self._reporter.ensure_newline()
            line = f"refs: {self._name}: {phase} run {number + 1} of {of}, {now - self._start:.0f} s"
            self._reporter.write_line(line)
        return True


class Refs:
    """What ``--refs`` adds."""

    def __init__(self, config, driver=None):
        self.config = config
        self.driver = driver
        self.ledgers = config.stash[LEDGERS]
        self.results = {}

    def pytest_collection_modifyitems(self, items):
        for item in items:
            _exemption(item)
            Settings(item)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item, nextitem):
        repeated = self.config.getoption("refs") and not self.config.getoption("setuponly", False)
        if not repeated or not isinstance(item, pytest.Function):
            return None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = self._reports(item, nextitem)
        for report in reports:
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def _reports(self, item, nextitem):
        """Runs the item, and returns what is to be logged."""
        reason = _exemption(item)
        if reason is not None or "refs" in item.fixturenames:
            result = _outcome("block") if reason is None else _outcome("exempt", reason)
            return self._last_run(item, nextitem, result)
        repeater = Repeater(item)
        settings = Settings(item)
        progress = Progress(self.config, item.nodeid)
        census = Census(self.ledgers, settings.warm_up, settings.counted, settings.confirming, progress)
        reports, number = None, 0
        runs = iter(census)
        with contextlib.closing(runs):
            for mode in runs:
                reports = repeater.run(mode)
                if mode == TEST:
                    number += 1
                if reports is not None:
                    if self._is_attribution(census):
                        # Objects that are watched have more references than they would have.
                        reports = None
                        continue
                    break
        if reports is not None:
            repeater.finish(reports, nextitem)
            return _ended(reports, number)
        repeater.reset()
        driven = None
        if self.driver is not None and settings.faults and census.findings is not None:
            found, driven = self.driver.check(item, settings.faults, settings.confirming, census.findings, progress)
            census.findings += found
        result = judge(census, settings.suppressions)
        result["faults"] = driven
        result["suppressions"] = [one.origin for one in settings.suppressions]
        with self.ledgers.watched():
            return self._last_run(item, nextitem, result)

    @staticmethod
    def _is_attribution(census):
        return census.phase == "attribution"

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
                _fail(report, result["verdict"], text)
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
        """Suppressions that nothing needed, of tests that were checked."""
        known, used = {}, set()
        for result in self.results.values():
            used.update(result["used"])
            if result["verdict"] in ("clean", *BAD):
                known.update(dict.fromkeys(result["suppressions"]))
        return [origin for origin in known if origin not in used]

    def _nothing_checked(self):
        verdicts = {result["verdict"] for result in self.results.values() if not result.get("rust")}
        return "unchecked" in verdicts and not verdicts & {"clean", *BAD, "block"}

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session):
        if hasattr(self.config, "workerinput"):
            return
        if self._nothing_checked() and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        path = self.config.getoption("refs_json")
        if path:
            tests = [
                {"test": name, **{key: value for key, value in result.items() if key not in ("used", "suppressions")}}
                for name, result in self.results.items()
            ]
            content = {
                "version": 1,
                "verdicts": {verdict: self._count(verdict) for verdict in VERDICTS},
                "tests": tests,
                "stale_suppressions": self._stale(),
            }
            with open(path, "w", encoding="utf-8") as file:
                json.dump(content, file, indent=1)
                file.write("\n")

    def pytest_terminal_summary(self, terminalreporter):
        counts = [f"{self._count(verdict)} {verdict}" for verdict in VERDICTS if self._count(verdict)]
        if not counts:
            return
        terminalreporter.section("refs")
        terminalreporter.line(", ".join(counts))
        for name, result in self.results.items():
            if result["verdict"] in BAD:
                for found in result["findings"]:
                    terminalreporter.line(f"{name}: {found['text']}")
        for line in faults.summary(self.results):
            terminalreporter.line(line)
        for origin in self._stale():
            terminalreporter.line(f"stale suppression, nothing needs it: {origin}", yellow=True)
        if self._nothing_checked():
            terminalreporter.line(
                "nothing was checked: no extension built with the feature `ledger` was loaded", red=True
            )


def _fail(report, verdict, text):
    """Also where the test was skipped, or failed as expected."""
    report.outcome = "failed"
    report.longrepr = text
    report.refs_verdict = verdict
    report.__dict__.pop("wasxfail", None)


def _ended(reports, number):
    """What is logged of a run that failed or was skipped, which is the last one of its test."""
    advice = "If it cannot be, mark it: @pytest.mark.no_refs(reason='...')"
    if any(report.failed for report in reports):
        result = _outcome("failed", "the test fails by itself")
        if number > 1:
            result = _outcome("inconclusive", f"the test failed in run {number}: it cannot be repeated")
            failed = next(report for report in reports if report.failed)
            failed.sections.append(("refs", f"{result['reason']}. {advice}"))
    elif number > 1:
        result = _outcome("inconclusive", f"the test was skipped in run {number}: it cannot be repeated")
        skipped = next(report for report in reports if not succeeded(report))
        _fail(skipped, result["verdict"], f"inconclusive: {result['reason']}. {advice}")
    else:
        result = _outcome("not run", "the test was skipped")
    reports[-1].refs_result = result
    return reports


# Whether a loop over `refs.runs()` has begun and did not come to its end.
LEFT = pytest.StashKey()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call" and report.passed and item.stash.get(LEFT, False):
        _fail(report, "inconclusive", "inconclusive: a loop over refs.runs() was left before its end")
    return report


class Blocks:
    """The fixture ``refs``: checks a block of a test, with or without ``--refs``."""

    def __init__(self, request):
        self._item = request.node
        self._config = request.config

    def check(self, function, *args, **kwargs):
        """Calls a function several times, and fails the test if every call leaves something behind."""
        __tracebackhide__ = True
        for _ in self.runs():
            function(*args, **kwargs)

    def runs(self):
        """``for _ in refs.runs():`` repeats its block, and fails the test at its end."""
        __tracebackhide__ = True
        settings = Settings(self._item)
        census = Census(
            self._config.stash[LEDGERS],
            settings.warm_up,
            settings.counted,
            settings.confirming,
            Progress(self._config, self._item.nodeid),
        )
        runs = iter(census)
        self._item.stash[LEFT] = True
        with contextlib.closing(runs):
            for mode in runs:
                if mode == TEST:
                    yield
        self._item.stash[LEFT] = False
        result = judge(census, settings.suppressions)
        if result["verdict"] == "unchecked":
            pytest.fail(f"inconclusive: {result['reason']}", pytrace=False)
        if result["verdict"] != "clean":
            pytest.fail(wording.text_of(result), pytrace=False)


@pytest.fixture
def refs(request):
    """Checks a block of a test for leaks: ``for _ in refs.runs(): ...`` or ``refs.check(function, ...)``."""
    return Blocks(request)
