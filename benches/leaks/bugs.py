"""Which of the planted bugs in examples/leaky.rs each tool finds.

The tests are those of tests/python/test_pytest_pyptr.py. memray and valgrind see what a test leaves behind
once, so theirs calls the function a hundred times: a bug counts as found if the tool blames the test, and
not its clean twin. The line counts if the tool names one of examples/leaky.rs.
"""

import ast
import json
import re

from tools import ROOT, command, run

CALLS = 100
# An object that is there anyway: nothing of it is lost, only its count grows.
MORE = """
KEPT = object()
def test_incref_of_what_lives_on(): leaky.incref(KEPT)
def test_clean(): leaky.pack(1)
"""
LINE = re.compile(r"leaky\.rs:\d+")

LOOP = f"""
import os, pytest
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if "LIMIT" in os.environ: item.add_marker(pytest.mark.limit_leaks(os.environ["LIMIT"]))
        item.obj = loop(item.obj)
def loop(function):
    import functools
    @functools.wraps(function)
    def test(*args, **kwargs):
        for _ in range({CALLS}): function(*args, **kwargs)
    return test
"""


def tests():
    """The tests of the planted bugs, as text and as names."""
    tree = ast.parse((ROOT / "tests/python/test_pytest_pyptr.py").read_text(encoding="utf-8"))
    (text,) = [
        node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "BUGS"
    ]
    names = re.findall(r"^def (test_\w+)", text, re.MULTILINE)
    # The one that is there to show that its function does not always leak.
    names.remove("test_success_return")
    names.append("test_incref_of_what_lives_on")
    return "import leaky, pytest\n" + text + MORE, names


def by_refs(builds, directory):
    """The bugs that ``pytest --refs`` finds, with whether it names the line."""
    text, names = tests()
    (directory / "conftest.py").write_text("")
    (directory / "test_bugs.py").write_text(text)
    run(command("--refs", "--refs-json=refs.json", "test_bugs.py"), builds["ledger"], directory, check=False)
    results = json.loads((directory / "refs.json").read_text(encoding="utf-8"))["tests"]
    results = {result["test"].rpartition("::")[2]: result for result in results}
    assert results["test_clean"]["verdict"] == "clean"
    return {
        name: any(LINE.search(found["text"]) for found in results[name]["findings"])
        for name in names
        if results[name]["verdict"] == "leak"
    }


def by_memray(builds, directory):
    """The same for pytest-memray: what a hundred calls leave behind is over the limit."""

    def judge(name):
        arguments = ("--memray", "--native", f"test_bugs.py::{name}")
        done = run(command(*arguments), builds["plain"], directory, check=False, LIMIT="1 KB")
        return None if done.returncode == 0 else bool(LINE.search(done.stdout))

    return _each(directory, judge)


def by_valgrind(builds, directory):
    """The same for valgrind's memcheck: a loss of a block in every second call, or an error."""

    def judge(name):
        valgrind = ["valgrind", "--leak-check=full", "--show-leak-kinds=definite,indirect,possible"]
        valgrind += ["--read-inline-info=yes", "--num-callers=25"]
        words = [*valgrind, *command(f"test_bugs.py::{name}")]
        done = run(words, builds["plain"], directory, check=False, PYTHONMALLOC="malloc")
        records = re.split(r"^==\d+== \n", done.stderr, flags=re.MULTILINE)
        blamed = [record for record in records if _is_blame(record)]
        return any(LINE.search(record) for record in blamed) if blamed else None

    return _each(directory, judge)


def _is_blame(record):
    """The interpreter frees little at its end: what is lost counts if it is certain, or ours."""
    ours = LINE.search(record) is not None
    lost = re.search(r" in ([\d,]+) blocks are (definitely|possibly) lost", record)
    # Some of them are still pointed to, by accident.
    if lost and int(lost[1].replace(",", "")) >= CALLS / 2:
        return ours or lost[2] == "definitely"
    return ours and "Invalid " in record


def _each(directory, judge):
    text, names = tests()
    (directory / "conftest.py").write_text(LOOP)
    (directory / "test_bugs.py").write_text(text)
    assert judge("test_clean") is None, "the clean twin is blamed"
    found = {name: judge(name) for name in names}
    return {name: line for name, line in found.items() if line is not None}
