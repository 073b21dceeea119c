"""``pytest --refs`` reports nothing where nothing leaks, in any order of the tests."""

import random
import xml.etree.ElementTree

import pytest
import shuffle
from checked import refs as refs
from crates import not_in_debug_builds

SEED = random.randrange(1 << 32)


@pytest.mark.parametrize("number", range(3))
def test_clean_tests_are_clean_in_any_order(tmp_path, number):
    print(f"seed {SEED + number}: see shuffle.py")
    result = shuffle.run(tmp_path, SEED + number, "--junitxml=junit.xml", as_users=number == 0)
    assert shuffle.alarms(result) == {}, result.output
    assert result.code == 0, result.output
    verdicts = result.verdicts()
    assert verdicts.pop("test_block") == "block"
    assert len(verdicts) >= 36
    # Made once, and torn down at the end.
    assert (tmp_path / "session").read_text() == "xy"
    assert (tmp_path / "module").read_text() == "x"
    assert result.output.count("UserWarning: once in the summary") == 1
    properties = xml.etree.ElementTree.parse(tmp_path / "junit.xml").findall(".//property")
    assert len(properties) == 1


def test_more_clean_tests_are_clean(tmp_path):
    """One of the ways of shuffle.py, another one each time."""
    ways = shuffle.available()
    name, _, arguments, interpreter, variables = ways[SEED % len(ways)]
    print(f"seed {SEED}, {name}: see shuffle.py")
    result = shuffle.run(
        tmp_path, SEED, *arguments, suites=("combined",), as_users=False, interpreter=interpreter, **variables
    )
    assert shuffle.alarms(result) == {}, result.output
    assert len(result.json["tests"]) >= 45


def test_an_alarm_is_seen(tmp_path):
    """The test above can fail."""
    result = shuffle.run(tmp_path, 1, "-k", "test_pack")
    assert shuffle.alarms(result) == {}
    (tmp_path / "test_clean.py").write_text("import leaky\ndef test_it(): leaky.forgotten()\n")
    result = shuffle.Result(tmp_path, ["--refs"])
    (found,) = shuffle.alarms(result).values()
    assert "in forgotten()" in found[0]


@not_in_debug_builds
def test_a_large_cache_is_declared(refs):
    """Each run makes one more entry, until there are a thousand."""
    result = refs(
        """
def test_undeclared(): leaky.large_cache("a")
@pytest.mark.refs(confirm=1100)
def test_declared(): leaky.large_cache("a")
@pytest.mark.refs(confirm=1100)
def test_leaks(): leaky.growing_cache("a")
"""
    )
    assert result.verdicts() == {"test_undeclared": "leak", "test_declared": "clean", "test_leaks": "leak"}, result.output
    assert result.test("test_leaks")["runs"] > 1100
