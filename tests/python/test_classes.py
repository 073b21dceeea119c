"""Bugs in methods and slots of classes are reported with the class's name; the two examples of classes have none."""

import pathlib
import sys

import pytest
from checked import Result, normal, put, slip_at
from test_faults import DEBUG, needs_faults, run

HERE = pathlib.Path(__file__).parent

LEAKED = "leaked 1 reference per run to bytes, taken at {} (new) in "
CYCLE = (
    "uncollectable cycle through a native field of classes.{0} (list -> classes.{0} -> list): leaked 1 reference per run "
    "to list, taken at {{}} (to_owned) in {0}.keep()"
)
# The test, the line of the bug, the report.
BUGS = {
    "new": ("new", LEAKED + "Bag.new()"),
    "new_by_name": ("new", LEAKED + "Bag.new()"),
    "new_of_a_derived_class": ("new", LEAKED + "Bag.new()"),
    "method": ("method", LEAKED + "Bag.method()"),
    "classmethod": ("classmethod", LEAKED + "Bag.classmethod()"),
    "static": ("static", LEAKED + "Bag.make()"),
    "getter": ("getter", LEAKED + "Bag.size()"),
    "setter": ("setter", LEAKED + "Bag.size()"),
    "slot": ("slot", LEAKED + "Bag.__len__()"),
    "operator": ("operator", LEAKED + "Bag.__add__()"),
    "call": ("call", LEAKED + "Bag.__call__()"),
    "instance": ("instance", "leaked 1 reference per run to classes.Bag, taken at {} (new) in Bag.copy()"),
    "decref": ("decref", "released a reference that is not held: object, at {} in Bag.put()"),
    "hidden": ("hidden", CYCLE.format("Hiding")),
    "half_hidden": ("half hidden", CYCLE.format("HalfHiding")),
}


def place(marker):
    return slip_at(marker, "classes")


@pytest.fixture(scope="module")
def bugs(tmp_path_factory):
    directory = tmp_path_factory.mktemp("classes")
    put(directory, "classes")
    return Result(directory, ["--refs"])


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_reported_with_its_class(bugs, name):
    marker, text = BUGS[name]
    test = bugs.test(f"test_{name}")
    assert test["verdict"] == "leak", bugs.output
    # What a leaked instance holds is leaked as well.
    found = [one for one in test["findings"] if "held by a leaked" not in one["text"]]
    assert [normal(one["text"])[: len(text.replace("{}", place(marker)))] for one in found] == [
        text.replace("{}", place(marker))
    ]
    if "hidden" in name:
        assert "a class of `class!`" in found[0]["hint"] or "`traverse!` names the field" in found[0]["hint"]


def test_what_is_right_is_clean(bugs):
    leaks = {name for name, verdict in bugs.verdicts().items() if verdict != "clean"}
    assert leaks == {f"test_{name}" for name in BUGS}, bugs.output


@needs_faults
def test_allocations_fail_in_methods_and_slots(tmp_path):
    text = (HERE / "suites" / "classes.py").read_text(encoding="utf-8")
    result = run(tmp_path, text, "--refs-faults=100", "-k", "fault or unwraps or right")
    found = {name: verdict for name, verdict in result.verdicts().items()}
    assert found == {"test_fault": "leak", "test_unwraps": "leak", "test_right": "clean"}, result.output
    (fault,), (unwraps,) = (result.test(f"test_{name}")["findings"] for name in ("fault", "unwraps"))
    expected = f"leaked 1 reference per run to bytes, taken at {place('fault')} (new) in Bag.__getitem__()"
    assert normal(fault["text"]).startswith(expected)
    assert fault["text"].endswith(", when allocation 2 fails")
    assert unwraps["text"].startswith("PanicException in Bag.unwraps(): panicked at tests/extensions/classes.rs:")
    assert result.test("test_right")["faults"]["complete"] and result.test("test_right")["faults"]["failed"] > 5


@pytest.mark.parametrize("example", ["date", "lru"])
def test_the_examples_are_clean(example, tmp_path):
    text = (HERE / f"test_{example}.py").read_text(encoding="utf-8")
    (tmp_path / "pytest.ini").touch()
    (tmp_path / "test_it.py").write_text(text, encoding="utf-8")
    result = Result(tmp_path, ["--refs", "--refs-runs=1:2"], PYPTR_SECONDS="0.1")
    assert result.code == 0, result.output
    assert set(result.verdicts().values()) == {"clean"}


@needs_faults
# Their own calls of Python functions can fail without an exception when there is no memory.
@pytest.mark.skipif(DEBUG and sys.version_info < (3, 13), reason="debug builds before 3.13 abort by themselves")
@pytest.mark.parametrize("example", ["date", "lru"])
def test_the_examples_are_clean_when_allocations_fail(example, tmp_path):
    text = (HERE / f"test_{example}.py").read_text(encoding="utf-8")
    result = run(tmp_path, text, "--refs-faults=5", "-k", "not agrees and not threads and not protocol")
    assert result.code == 0, result.output
    assert set(result.verdicts().values()) == {"clean"}
