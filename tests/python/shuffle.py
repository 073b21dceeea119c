"""Runs the clean tests under ``pytest --refs`` in random orders, and counts the alarms.

    python tests/python/shuffle.py [RUNS [SEED]]

with ``leaky`` and the plugin on the path, as in tests/python.rs. The runs differ: as users run pytest, in xdist's
workers, with -X dev, under each tracer of coverage. What is not installed is left out, and said. Prints the seed of each
run that raises an alarm, and exits with 1 if there is one.
"""

import importlib.util
import pathlib
import random
import sys
import tempfile

from checked import Result, put

CONFTEST = """
import random
def pytest_collection_modifyitems(items): random.Random({}).shuffle(items)
"""
SUITES = ("clean", "combined")

COVERAGE = ("-m", "coverage", "run", "--branch", "--data-file=coverage")
# Name, what has to be installed, arguments of pytest, options of the interpreter, variables.
WAYS = [
    ("as users", None, (), (), {}),
    ("2 workers", "xdist", ("-n2",), (), {}),
    ("-X dev", None, (), ("-X", "dev"), {}),
    ("coverage in C", "coverage", (), COVERAGE, {"COVERAGE_CORE": "ctrace"}),
    ("coverage in Python", "coverage", (), COVERAGE, {"COVERAGE_CORE": "pytrace"}),
]
if sys.version_info >= (3, 12):
    WAYS.append(("coverage by sys.monitoring", "coverage", (), COVERAGE[:3], {"COVERAGE_CORE": "sysmon"}))


def run(directory, seed, *arguments, as_users=True, suites=("clean",), **others):
    """One run in the order that the seed gives."""
    put(directory, *suites)
    (directory / "conftest.py").write_text(CONFTEST.format(seed))
    return Result(directory, ["--refs", *arguments], as_users, **others)


def alarms(result):
    """The tests that are not clean, with what is said of them."""
    if result.json is None or result.code not in (0, 1):
        return {"all": result.output}
    return {
        test["test"]: [found["text"] for found in test["findings"]] or test["reason"]
        for test in result.json["tests"]
        if test["verdict"] not in ("clean", "block")
    }


def available():
    """The ways in which pytest can be run here."""
    return [way for way in WAYS if way[1] is None or importlib.util.find_spec(way[1])]


def main(runs=20, seed=None):
    seed = random.randrange(1 << 32) if seed is None else seed
    ways = available()
    missing = ", ".join(way[0] for way in WAYS if way not in ways)
    if importlib.util.find_spec("hypothesis") is None:
        missing += ", hypothesis"
    print(f"Python {sys.version.split()[0]}, {runs} runs, first seed {seed}; not installed: {missing.lstrip(', ') or '-'}")
    found = tests = 0
    for number in range(runs):
        name, _, arguments, interpreter, variables = ways[number % len(ways)]
        with tempfile.TemporaryDirectory() as directory:
            directory = pathlib.Path(directory)
            result = run(directory, seed + number, *arguments, suites=SUITES, interpreter=interpreter, **variables)
        failed = alarms(result)
        count = len(result.json["tests"]) if result.json else 0
        print(f"{number + 1} of {runs}, {name}: {count} tests, {len(failed)} alarms", flush=True)
        found += len(failed)
        tests += count
        for test, what in failed.items():
            print(f"seed {seed + number}, {name}: {test}: {what}", flush=True)
    print(f"{found} alarms in {runs} runs of {tests} tests in all")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
