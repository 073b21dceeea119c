"""``pytest --cargo``: the tests of a Rust crate as items, each in a process of its own.

Cargo builds the test binaries, and the binaries list their tests. A finding of
``pyptr::testing::assert_no_leaks`` in a test makes the test a leak; the findings come through a file, with all
fields. ``binary`` runs a test binary, this module turns the results into pytest's.
"""

import pytest

from . import binary
from . import report as wording

MANIFEST = "Cargo.toml"


class CargoWarning(pytest.PytestWarning):
    """Some tests of a crate are not collected."""


class CargoFailure(Exception):
    """A Rust test that failed. The text is the whole report."""


def add_options(parser):
    group = parser.getgroup("cargo", "the tests of a Rust crate")
    group.addoption("--cargo", action="store_true", help="collect the Rust tests of the crate in rootdir")
    group.addoption(
        "--cargo-args",
        metavar="ARGS",
        help="arguments for `cargo test`: --cargo-args='--features ledger -p member --release'",
    )
    parser.addini("cargo_args", "arguments for `cargo test`, used if there is no --cargo-args")


def configure(config):
    if not config.getoption("cargo"):
        return
    paths = [config.invocation_params.dir / argument.split("::")[0] for argument in config.args]
    manifests = {path.resolve() for path in paths if path.name == MANIFEST}
    # If the option comes from the configuration file, it adds nothing to paths on the command line.
    asked_for = any(argument == "--cargo" for argument in config.invocation_params.args)
    without_paths = config.args_source is not config.ArgsSource.ARGS
    if not manifests and (asked_for or without_paths):
        named = binary.option(arguments(config), "--manifest-path")
        manifest = (config.rootpath / (named or MANIFEST)).resolve()
        if not manifest.is_file():
            raise pytest.UsageError(f"--cargo: there is no {manifest}: name one with --cargo-args=--manifest-path=..")
        manifests.add(manifest)
        config.args.append(str(manifest))
    config.pluginmanager.register(Cargo(config, manifests), "pyptr-cargo")


def arguments(config):
    text = config.getoption("cargo_args")
    return binary.split(config.getini("cargo_args") if text is None else text)


class Cargo:
    """The hooks that collect Rust tests and complete their reports."""

    def __init__(self, config, manifests):
        self.config = config
        self.manifests = manifests

    def pytest_report_header(self):
        return "cargo: Rust tests are collected; doc tests are not, `cargo test --doc` runs them"

    def pytest_collect_file(self, file_path, parent):
        # Only the manifests that were asked for, not every crate in the directories that pytest searches.
        if file_path.name == MANIFEST and file_path.resolve() in self.manifests:
            return CargoFile.from_parent(parent, path=file_path)
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item, call):
        report = yield
        if isinstance(item, CargoItem) and call.when == "call":
            item.complete(report)
        return report


class CargoFile(pytest.File):
    """A manifest, which contains the test binaries."""

    def collect(self):
        command = binary.Build(self.path, arguments(self.config))
        self._say(f"cargo: building the tests of {self.path}")
        try:
            targets = command.targets()
        except binary.BuildError as error:
            raise self.CollectError(str(error)) from None
        for target in targets:
            if target.without_harness:
                self.warn(CargoWarning(f"{target.label}: not collected, `harness = false` tests have no list"))
                continue
            yield CargoTarget.from_parent(self, name=target.label, target=target)

    def _say(self, line):
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None and reporter.verbosity > 0:
            reporter.ensure_newline()
            reporter.write_line(line)


class CargoModule(pytest.Collector):
    """A module of a test binary."""

    def __init__(self, *, tree, target, path_of_module=(), **kwargs):
        super().__init__(**kwargs)
        self.target, self._tree, self._path = target, tree, path_of_module

    def collect(self):
        for name, below in self._tree.items():
            path = (*self._path, name)
            # A module and a test may have the same name.
            if below.test:
                yield CargoItem.from_parent(self, name=name, target=self.target, test="::".join(path))
            if below:
                yield CargoModule.from_parent(self, name=name, target=self.target, tree=below, path_of_module=path)


class CargoTarget(CargoModule):
    """A test binary."""

    def __init__(self, *, target, **kwargs):
        super().__init__(tree=None, target=target, **kwargs)

    def collect(self):
        try:
            names = self.target.tests()
        except binary.BuildError as error:
            raise self.CollectError(str(error)) from None
        self._tree = _Tree()
        for name in names:
            below = self._tree
            for part in name.split("::"):
                below = below.setdefault(part, _Tree())
            below.test = True
        yield from super().collect()


class _Tree(dict):
    """A module's content by name; ``test`` tells whether a test has the name as well."""

    test = False


class CargoItem(pytest.Item):
    """One Rust test."""

    def __init__(self, *, target, test, **kwargs):
        super().__init__(**kwargs)
        self.target, self.test = target, test
        self.result = None

    def runtest(self):
        self.result = None
        run = self.target.run(self.test)
        for stream, text in (("stdout", run.stdout), ("stderr", run.captured)):
            if text:
                self.add_report_section("call", stream, text)
        if run.ignored is not None:
            self.result = _result("not run", "the test is ignored")
            pytest.skip(run.ignored)
        self.result = _judge(run)
        if run.failure is not None:
            raise CargoFailure(run.failure)

    def complete(self, report):
        """Adds the results of the checks in the test to the report of the call."""
        if self.result is None:
            return
        report.refs_result = self.result
        if self.result["verdict"] in ("leak", "inconclusive"):
            report.refs_verdict = self.result["verdict"]
            report.longrepr = wording.text_of(self.result)

    def repr_failure(self, excinfo, style=None):
        if isinstance(excinfo.value, CargoFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style=style)

    def reportinfo(self):
        return self.path, None, f"{self.target.label}::{self.test}"


def _result(verdict, reason=None, runs=0, findings=()):
    return {
        "verdict": verdict,
        "reason": reason,
        "runs": runs,
        "findings": list(findings),
        "suppressed": [],
        "used": [],
        "suppressions": [],
        "rust": True,
    }


def _judge(run):
    """The result of a test for the JSON file."""
    if run.failure is None:
        if not run.checks:
            return _result("passed", "the test calls no assert_no_leaks")
        return _result("clean", runs=sum(check["report"]["runs"] for check in run.checks))
    # If the test caught the check's panic, the test does not fail because of the check.
    check = run.checks[-1] if run.checks else None
    if run.crashed or check is None or check["report"]["verdict"] == "clean" or check["text"] not in run.stderr:
        return _result("failed", "the test fails by itself")
    report = check["report"]
    findings = list(_findings(report))
    for found in findings:
        found["check"] = check["at"]
    findings[0]["hint"] += f"\n    in the check at {check['at']}"
    reason = findings[0]["text"] if report["verdict"] == "inconclusive" else None
    return _result(report["verdict"], reason, report["runs"], findings)


def _findings(report):
    """The findings of a check, in the format of the findings of ``pytest --refs``."""
    cycles = {_group(cycle["references"]): cycle for cycle in report["cycles"]}
    for leak in report["leaks"]:
        held = leak["references"]
        found = {
            "what": "reference",
            "taken": _place(held["taken"]),
            "per_run": leak["per_run"],
            **{key: held[key] for key in ("type", "kind", "exact", "function", "thread")},
            "handed_over": _place(held["handed_over"]),
            "text": leak["text"],
            "hint": leak["hint"],
        }
        cycle = cycles.get(_group(held))
        if cycle is not None:
            found["what"] = "cycle"
            found["cycle"] = {key: cycle[key] for key in ("through", "owner", "path")}
            found["text"] = f"{cycle['what']}: {leak['text']}"
            found["hint"] = cycle["hint"]
        yield found
    for leak in report["heap"]:
        found = wording.allocation(_place(leak["near"]), leak["function"], leak["per_run"], leak["bytes_per_run"])
        yield {**found, "text": leak["text"]}
    for found in report["misuses"]:
        yield wording.misuse({**found, "at": _place(found["at"])})
    for found in report["unexplained"]:
        given = [_place(place) for place in found["given"]]
        yield wording.unexplained({**found, "taken": _place(found["taken"]), "given": given})
    for note in report["notes"]:
        if "memory grows" in note["text"]:
            hint = wording.memory("blocks", 1, report["runs"])["hint"]
            yield {"what": "memory", "inconclusive": True, "text": note["text"], "hint": hint}
        elif "keeps no more" in note["text"]:
            yield {**wording.full_misuses(), "text": note["text"]}
        elif report["verdict"] == "inconclusive":
            hint = "not all allocations were made to fail"
            yield {"what": "no faults", "inconclusive": True, "text": note["text"], "hint": hint}
        else:
            yield {"what": "fault", "text": note["text"], "hint": "what was left behind is reported above"}


def _group(held):
    """References with the same key are one group in a report."""
    return _place(held["taken"]), held["exact"], held["kind"], held["type"]


def _place(place):
    return place and "{file}:{line}:{column}".format(**place)
