"""Which of the planted bugs in tests/extensions/leaky.rs each tool finds.

The tests are those of tests/python/suites/bugs.py. memray and valgrind see what a test leaves behind once,
so theirs calls the function a hundred times: a bug counts as found if the tool blames the test, and none of
those whose functions are clean. The line counts if the tool names one of the example.
"""

import json
import re

from tools import LEAKY, ROOT, command, run

CALLS = 100
# An object that is there anyway: nothing of it is lost, only its count grows. And the clean twins.
MORE = """

KEPT = object()
def test_incref_of_what_lives_on(): leaky.incref(KEPT)
def test_clean(): leaky.pack(1)
def test_clean_cycles(): leaky.collectable_cycles(); leaky.broken_cycle()
def test_clean_type(): leaky.released_type()
"""
# valgrind says no more of a path than this.
LINE = re.compile(rf"\b({'|'.join(path.stem for path in LEAKY)})\.rs:\d+")

# What the collector finds is not left behind, and neither is what the first call makes for all others.
LOOP = f"""
import functools, gc, inspect, os, pytest
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if "LIMIT" in os.environ: item.add_marker(pytest.mark.limit_leaks(os.environ["LIMIT"]))
        item.obj = loop(item.obj)
@pytest.fixture(autouse=True)
def warmed_up(request):
    function = request.node.obj.__wrapped__
    function(*map(request.getfixturevalue, inspect.signature(function).parameters))
def loop(function):
    @functools.wraps(function)
    def test(*args, **kwargs):
        for _ in range({CALLS}): function(*args, **kwargs)
        gc.collect()
    return test
"""


def tests(builds, directory):
    """Writes the tests of the planted bugs. Returns their names, which depend on the interpreter, and the
    names of the tests that nobody should blame."""
    text = (ROOT / "tests/python/suites/bugs.py").read_text(encoding="utf-8")
    (directory / "conftest.py").write_text("")
    (directory / "test_bugs.py").write_text(text + MORE)
    listed = run(command("--collect-only", "test_bugs.py"), builds["ledger"], directory).stdout
    names = re.findall(r"^test_bugs\.py::(\w+)", listed, re.MULTILINE)
    clean = [name for name in names if name.startswith("test_clean") or name == "test_success_return"]
    return [name for name in names if name not in clean], clean


def by_refs(builds, directory):
    """The bugs that ``pytest --refs`` finds, with whether it names the line."""
    names, clean = tests(builds, directory)
    run(command("--refs", "--refs-json=refs.json", "test_bugs.py"), builds["ledger"], directory, check=False)
    results = json.loads((directory / "refs.json").read_text(encoding="utf-8"))["tests"]
    results = {result["test"].rpartition("::")[2]: result for result in results}
    assert all(results[name]["verdict"] == "clean" for name in clean), results
    return {
        name: any(LINE.search(found["text"]) for found in results[name]["findings"])
        for name in names
        if results[name]["verdict"] == "leak"
    }


def by_memray(builds, directory):
    """The same for pytest-memray: what a hundred calls leave behind is over the limit."""

    def judge(name):
        arguments = ("--memray", "--native", "--stacks=25", f"test_bugs.py::{name}")
        done = run(command(*arguments), builds["plain"], directory, check=False, LIMIT="1 KB")
        _check(done)
        return bool(LINE.search(done.stdout)) if "MEMORY PROBLEMS" in done.stdout else None

    return _each(builds, directory, judge)


def by_valgrind(builds, directory):
    """The same for valgrind's memcheck: a loss of a block in every second call, or an error."""

    def judge(name):
        valgrind = ["valgrind", "--leak-check=full", "--show-leak-kinds=definite,indirect,possible"]
        valgrind += ["--read-inline-info=yes", "--num-callers=25"]
        words = [*valgrind, *command(f"test_bugs.py::{name}")]
        done = run(words, builds["plain"], directory, check=False, PYTHONMALLOC="malloc")
        _check(done)
        records = re.split(r"^==\d+== \n", done.stderr, flags=re.MULTILINE)
        blamed = [record for record in records if _is_blame(record)]
        return any(LINE.search(record) for record in blamed) if blamed else None

    return _each(builds, directory, judge)


def _check(done):
    """The tests run. That one of them crashes is to be expected, and no report."""
    if done.returncode > 1 or done.returncode == 1 and "MEMORY PROBLEMS" not in done.stdout:
        raise SystemExit(f"{done.args}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")


def _is_blame(record):
    """The interpreter frees little at its end: what is lost counts if it is certain, or ours."""
    ours = LINE.search(record) is not None
    lost = re.search(r" in ([\d,]+) blocks are (definitely|possibly) lost", record)
    # Some of them are still pointed to, by accident.
    if lost and int(lost[1].replace(",", "")) >= CALLS / 2:
        return ours or lost[2] == "definitely"
    return ours and "Invalid " in record


def _each(builds, directory, judge):
    names, clean = tests(builds, directory)
    (directory / "conftest.py").write_text(LOOP)
    blamed = [name for name in clean if judge(name) is not None]
    assert not blamed, f"clean, and blamed: {blamed}"
    found = {name: judge(name) for name in names}
    return {name: line for name, line in found.items() if line is not None}
