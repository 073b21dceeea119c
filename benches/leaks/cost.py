"""What the ledger and the census cost, beside memray and valgrind on the same extension."""

import re
import statistics
import subprocess
import tempfile

from tools import command, cpu_time, python_of, run

LINE = "name=Ada,Grace,Barbara;ids=100001,100002,100003,100004;place=London,New York;n=77777777"
PARSE = f"""
import sys, records
document = "\\n".join([{LINE!r}] * 100)
for _ in range(int(sys.argv[1])): records.parse(document)
"""

TEST = f"""
import os, records
document = "\\n".join([{LINE!r}] * 100)
def test_parse():
    for _ in range(int(os.environ["CALLS"])): records.parse(document)
"""

# Runs as those of the census, and nothing counted in between.
REPEATED = """
import os, pytest
from pytest_pyptr.protocol import Repeater

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item):
    repeater = Repeater(item)
    for _ in range(int(os.environ.get("REPEATS", "0"))):
        repeater.run("test")
"""

# What memray needs to be told for its search for leaks.
MARKED = """
import pytest
def pytest_collection_modifyitems(items):
    for item in items: item.add_marker(pytest.mark.limit_leaks("1 GB"))
"""


def slope(measure, low, high):
    """What one more costs, without what there is at the start."""
    return (measure(high) - measure(low)) / (high - low)


def medians(rounds, *measures):
    """Measured in turn, so that what disturbs the machine disturbs all."""
    values = [[measure() for measure in measures] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*values)]


def ledger(builds, rounds):
    """The parser with the ledger to the one without: processor time, instructions."""

    def time(build):
        return slope(lambda calls: cpu_time([python_of(), "-c", PARSE, str(calls)], build), 100, 3000)

    def instructions(build, calls):
        # Not /dev/null, which callgrind would replace by a file if it may.
        with tempfile.TemporaryDirectory() as directory:
            valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={directory}/callgrind.out"]
            done = run([*valgrind, python_of(), "-c", PARSE, str(calls)], build)
        return int(re.search(r"Collected : (\d+)", done.stderr)[1])

    times = medians(rounds, lambda: time(builds["ledger"]) / time(builds["plain"]))
    counted = [slope(lambda calls, b=build: instructions(builds[b], calls), 10, 60) for build in ("plain", "ledger")]
    return times[0], counted[1] / counted[0], time(builds["plain"])


def census(builds, directory, calls, repeats, rounds):
    """A run of a test that calls the parser so often: in seconds, without and with the census."""
    (directory / "test_parse.py").write_text(TEST)
    (directory / "conftest.py").write_text(REPEATED)
    environment = {"CALLS": str(calls)}

    def repeated(number):
        return cpu_time(command("test_parse.py"), builds["ledger"], directory, REPEATS=str(number), **environment)

    def counted(number):
        arguments = ("--refs", f"--refs-runs=2:{number}", "test_parse.py")
        return cpu_time(command(*arguments), builds["ledger"], directory, **environment)

    # One right after the other: of two medians each could be of another time of the machine's.
    pairs = [(slope(repeated, 3, 3 + repeats), slope(counted, 3, 3 + repeats)) for _ in range(rounds)]
    return sorted(pairs, key=lambda pair: pair[1] / pair[0])[rounds // 2]


def others(builds, directory, rounds):
    """The parser's test in other tools to the test in pytest alone: processor time."""
    (directory / "test_parse.py").write_text(TEST)

    def cost(prefix, arguments, low, high, conftest="", **variables):
        def measure(calls):
            (directory / "conftest.py").write_text(conftest)
            words = [*prefix, *command(*arguments, "test_parse.py")]
            return cpu_time(words, builds["plain"], directory, CALLS=str(calls), **variables)

        return slope(measure, low, high)

    plain, memray, leaks = medians(
        rounds,
        lambda: cost((), (), 100, 3000),
        lambda: cost((), ("--memray",), 100, 3000),
        lambda: cost((), ("--memray",), 100, 1100, conftest=MARKED),
    )
    valgrind = cost(("valgrind", "--leak-check=full"), (), 10, 410, PYTHONMALLOC="malloc")
    return {"memray": memray / plain, "limit_leaks": leaks / plain, "valgrind": valgrind / plain}


def versions():
    """The tools' versions, as text."""
    names = ("pytest", "pytest-memray", "memray")
    script = f"import importlib.metadata as m; print(', '.join(f'{{n}} {{m.version(n)}}' for n in {names}))"
    python = subprocess.run([python_of(), "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    valgrind = subprocess.run(["valgrind", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return f"{python}, {valgrind.replace('-', ' ')}"
