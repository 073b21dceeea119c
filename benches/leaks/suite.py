#!/usr/bin/env python3
"""Measures what a whole suite costs under ``pytest --refs``, on a small heap and on one of a million objects.

    benches/leaks/suite.py [FILE]             measures, prints the table, and writes the figures to FILE
    benches/leaks/suite.py --table FILE ...   the table again, of what was measured on several interpreters

    ROUNDS=3        how often everything is measured, in turn; the figures are medians

Runs on the interpreter that has pytest, with ``leaky`` and ``records`` (built with the ledger) and the plugin on the
path. All times are processor times of pytest's loop over the tests: starting and collecting are not in them.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import sysconfig
import tempfile

# The goal: so many times a suite's own time, and so many milliseconds more for each test.
TIMES, MORE = 10, 3

TRIVIAL = """
import leaky
{}
"""
TRIVIAL_TEST = "def test_{number}(): assert leaky.pack({number}) == [{number}]\n"
TRIVIALS, FILES = 700, 7

# Some milliseconds of parsing, building and looking at the results.
WORK = """
import json, pytest, leaky, records
LINE = "name=Ada,Grace,Barbara;ids=100001,100002,100003,100004;place=London,New York;n=77777777"
DOCUMENT = "\\n".join([LINE] * 100)

@pytest.fixture(scope="module")
def expected(): return records.parse(LINE)[0]

@pytest.fixture
def document(tmp_path):
    path = tmp_path / "document"
    path.write_text(DOCUMENT)
    return path.read_text()

class Record:
    def __init__(self, fields):
        self.fields = {key: list(map(str, values)) for key, values in fields.items()}
        self.own = self

@pytest.mark.parametrize("number", range(50))
def test_parse(document, expected, number):
    for _ in range(5):
        assert records.parse(document) == [expected] * 100

@pytest.mark.parametrize("number", range(50))
def test_build(expected, number):
    built = [Record(one) for one in records.parse(DOCUMENT)]
    assert json.loads(json.dumps([one.fields for one in built]))[number]["place"] == expected["place"]
    with pytest.raises(TypeError):
        leaky.pack("x")
"""
WORKS = 100

# What is there before the tests, and how long the loop over them takes.
CONFTEST = """
import os, time, types
import pytest

if os.environ.get("HEAP") == "large":
    CLASSES = [type(f"Class{number}", (), {}) for number in range(2000)]
    OBJECTS = [[number] for number in range(300_000)]
    OBJECTS += [{"number": one} for one in OBJECTS[:300_000]]
    OBJECTS += [(one, None) for one in OBJECTS[:300_000]]
    for number in range(100_000):
        one = CLASSES[number % len(CLASSES)]()
        one.number = OBJECTS[number]
        OBJECTS.append(one)

@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session):
    start = time.process_time()
    try:
        return (yield)
    finally:
        with open(os.environ["TIME"], "w") as file:
            file.write(str(time.process_time() - start))
"""

SUITES = {"trivial": (f"{TRIVIALS} trivial tests", TRIVIALS), "work": (f"{WORKS} tests of functions at work", WORKS)}
HEAPS = {"small": "small", "large": "a million objects"}


def write(directory):
    """Writes the suites."""
    (directory / "pytest.ini").touch()
    (directory / "conftest.py").write_text(CONFTEST)
    for name in SUITES:
        (directory / name).mkdir()
    each = TRIVIALS // FILES
    for file in range(FILES):
        tests = (TRIVIAL_TEST.format(number=number) for number in range(file * each, (file + 1) * each))
        (directory / "trivial" / f"test_{file}.py").write_text(TRIVIAL.format("".join(tests)))
    (directory / "work" / "test_work.py").write_text(WORK)


def command(*arguments):
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    words += ["-W", "ignore:The global interpreter lock:RuntimeWarning", "-p", "pytest_pyptr.plugin"]
    return [*words, *arguments]


def time_of(directory, suite, heap, *arguments):
    """The processor time of the loop over the tests, in seconds."""
    report = directory / "time"
    environment = {**os.environ, "HEAP": heap, "TIME": str(report)}
    words = command(*arguments, suite)
    done = subprocess.run(words, cwd=directory, env=environment, capture_output=True, text=True)
    if done.returncode or "--refs" in arguments and f"\n{SUITES[suite][1]} clean\n" not in done.stdout:
        raise SystemExit(f"{words}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    return float(report.read_text())


def measured(rounds):
    """The times of each suite on each heap, without and with ``--refs``."""
    found = {}
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory)
        write(directory)
        for suite in SUITES:
            for heap in HEAPS:
                rows = []
                for _ in range(rounds):
                    rows.append([time_of(directory, suite, heap), time_of(directory, suite, heap, "--refs")])
                own, refs = (statistics.median(column) for column in zip(*rows))
                found[f"{suite} {heap}"] = [own, refs]
                print(row(python_name(), suite, heap, own, refs), flush=True)
    return {"python": python_name(), "suites": found}


def python_name():
    return "%d.%d" % sys.version_info[:2] + (sysconfig.get_config_var("abiflags") or "")


HEAD = """
| CPython | suite | heap | without | `--refs` | ratio | more for each test | goal |
|---|---|---|---|---|---|---|---|
""".strip()


def row(python, suite, heap, own, refs):
    text, number = SUITES[suite]
    goal = TIMES * own + MORE * number / 1000
    more = 1000 * (refs - own) / number
    met = "met" if refs <= goal else f"missed: {goal:.1f} s"
    return (
        f"| {python} | {text} | {HEAPS[heap]} | {own:.2f} s | {refs:.1f} s | {refs / own:.1f} | {more:.1f} ms | {met} |"
    )


def table(all_figures):
    lines = [HEAD]
    for figures in all_figures:
        for name, (own, refs) in figures["suites"].items():
            lines.append(row(figures["python"], *name.split(), own, refs))
    return "\n".join(lines)


def main(arguments):
    if arguments[:1] == ["--table"]:
        print(table([json.loads(pathlib.Path(name).read_text()) for name in arguments[1:]]))
        return
    figures = measured(int(os.environ.get("ROUNDS", "3")))
    if arguments:
        pathlib.Path(arguments[0]).write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main(sys.argv[1:])
