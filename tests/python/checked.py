"""Runs ``pytest --refs`` in a process of its own, on tests of the extension ``leaky``."""

import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).parents[2]
EXTENSIONS = ROOT / "tests" / "extensions"
SUITES = pathlib.Path(__file__).parent / "suites"
PLUGINS = pathlib.Path(__file__).parent / "plugins"


def line_of(marker):
    """Where the comment ``// leak: marker`` is, as it stands in reports: with a colon, before the column."""
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{number}:"
        for path in [EXTENSIONS / "leaky.rs", *EXTENSIONS.glob("leaky/*.rs")]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if line.endswith(f"// leak: {marker}")
    ]
    (place,) = found
    return place


def slip_at(marker, extension="slips"):
    """Where the comment ``// slip: marker`` is, as ``line_of``."""
    lines = (EXTENSIONS / f"{extension}.rs").read_text(encoding="utf-8").splitlines()
    (number,) = [number for number, line in enumerate(lines, 1) if line.endswith(f"// slip: {marker}")]
    return f"tests/extensions/{extension}.rs:{number}:"


def raw_at(marker):
    """The same, in the extension ``raw``."""
    return slip_at(marker, "raw")


def frozen():
    """The environment in which pytest, and each process that it starts, has the plugin ``frozen``."""
    path = os.pathsep.join(filter(None, [os.environ.get("PYTHONPATH"), str(PLUGINS)]))
    return {**os.environ, "PYTHONPATH": path, "PYTEST_PLUGINS": "frozen"}


class Result:
    """A run of pytest, in a directory: as users run it, or with the plugin ``frozen``; with options of the interpreter."""

    def __init__(self, directory, arguments, as_users=False, interpreter=(), **variables):
        command = [sys.executable, *interpreter, "-m", "pytest", "-p", "pytest_pyptr.plugin", "-p", "no:cacheprovider"]
        # Free-threaded builds warn that importing the example enables the GIL, which changes the summary.
        command += ["-W", "ignore:The global interpreter lock:RuntimeWarning"]
        # It collects five times at the end, which is a tenth of what most of these processes do.
        command += ["-p", "no:unraisableexception"]
        path = directory / "refs.json"
        path.unlink(missing_ok=True)
        command += ["-p", "no:randomly", "--basetemp", str(directory / "tmp"), f"--refs-json={path}", *arguments]
        environment = {**(os.environ if as_users else frozen()), **variables}
        done = subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, timeout=900)
        self.code, self.output = done.returncode, done.stdout + done.stderr
        self.json = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def test(self, name):
        (found,) = [test for test in self.json["tests"] if test["test"].endswith("::" + name)]
        return found

    def verdicts(self):
        return {test["test"].rpartition("::")[2]: test["verdict"] for test in self.json["tests"]}


def put(directory, *suites):
    """Copies some of the files in ``suites`` to where pytest collects them."""
    (directory / "pytest.ini").touch()
    for suite in suites:
        text = (SUITES / f"{suite}.py").read_text(encoding="utf-8")
        (directory / f"test_{suite}.py").write_text(text, encoding="utf-8")


def normal(text):
    """Without the columns of places."""
    return re.sub(r"(\.rs:\d+):\d+", r"\1:", text)


@pytest.fixture
def refs(tmp_path):
    """Runs pytest on a file with the given text."""

    def run(text, *arguments, name="test_it.py"):
        (tmp_path / "pytest.ini").touch()
        (tmp_path / name).write_text("import leaky, pytest\n" + text, encoding="utf-8")
        return Result(tmp_path, arguments or ("--refs",))

    return run
