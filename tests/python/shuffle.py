"""Runs the clean tests under ``pytest --refs`` in random orders, and counts the alarms.

    python tests/python/shuffle.py [RUNS [SEED]]

with ``leaky`` and the plugin on the path, as in tests/python.rs. Prints the seed of each run that raises an
alarm, and exits with 1 if there is one.
"""

import pathlib
import random
import sys
import tempfile

from checked import Result, put

CONFTEST = """
import random
def pytest_collection_modifyitems(items): random.Random({}).shuffle(items)
"""


def run(directory, seed, *arguments, as_users=True):
    """One run in the order that the seed gives."""
    put(directory, "clean")
    (directory / "conftest.py").write_text(CONFTEST.format(seed))
    return Result(directory, ["--refs", *arguments], as_users)


def alarms(result):
    """The tests that are not clean, with what is said of them."""
    if result.json is None:
        return {"all": result.output}
    return {
        test["test"]: [found["text"] for found in test["findings"]] or test["reason"]
        for test in result.json["tests"]
        if test["verdict"] not in ("clean", "block")
    }


def main(runs=20, seed=None):
    seed = random.randrange(1 << 32) if seed is None else seed
    print(f"Python {sys.version.split()[0]}, {runs} runs, first seed {seed}", flush=True)
    found = tests = 0
    for number in range(seed, seed + runs):
        with tempfile.TemporaryDirectory() as directory:
            result = run(pathlib.Path(directory), number)
        failed = alarms(result)
        print(f"{number - seed + 1} of {runs}", flush=True)
        found += len(failed)
        tests += len(result.json["tests"]) if result.json else 0
        for name, what in failed.items():
            print(f"seed {number}: {name}: {what}", flush=True)
    print(f"{found} alarms in {runs} runs of {tests} tests in all")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(*(int(argument) for argument in sys.argv[1:])))
