"""``pytest --refs`` reports each planted bug of the extension ``leaky``, at its line."""

import sys
import xml.etree.ElementTree

import pytest
from checked import Result, line_of, normal, put
from checked import refs as refs

COUNTED_NONE = sys.version_info < (3, 12)

CYCLE = "uncollectable cycle through {} ({}): leaked 1 reference per run to {}, taken at "

# Test, marker in the source, kind of finding, what its text has, with {} for the line.
BUGS = [
    ("forgotten", "forgotten", "reference", "leaked 1 reference per run to bytes, taken at {} (new) in forgotten()"),
    ("incref", "incref", "reference", "leaked 1 reference per run to object, taken at {} (incref) in incref()"),
    (
        "used_after_release",
        "used after release",
        "misuse",
        "used an object after its release: str, at {} in used_after_release()",
    ),
    (
        "forgotten_immortal",
        "immortal",
        "reference",
        "leaked 1 reference per run to int, taken at {} (new) in forgotten_immortal()",
    ),
    (
        "error_return",
        "error return",
        "reference",
        "leaked 1 reference per run to list, taken at {} (new) in error_return()",
    ),
    ("owned", "owned", "misuse", "made an `Owned` from a borrowed pointer: object, at {} in owned_from_borrowed()"),
    (
        "borrowed",
        "borrowed",
        "unexplained",
        "1 unexplained reference to bytes, first taken at {} (borrowed) in borrowed_from_new()",
    ),
    ("given", "given", "unexplained", "handed over at {}, where the callee may not have taken it"),
    (
        "cache",
        "cache",
        "reference",
        "leaked 1 reference per run to str, taken at {} (new_ref) in growing_cache(), last handed over at {}",
    ),
    ("allocation", "allocation", "allocation", "1 Rust allocation (100 bytes) per run in allocation(), after {}"),
    (
        "cycle",
        "cycle",
        "cycle",
        CYCLE.format("a native field of leaky.Node", "list -> leaky.Node -> list", "list") + "{} (new_ref) in cycle()",
    ),
    (
        "boxed_cycle",
        "boxed cycle",
        "cycle",
        CYCLE.format("a native field of leaky.Boxed", "list -> leaky.Boxed -> list", "list")
        + "{} (new_ref) in boxed_cycle()",
    ),
    (
        "uncleared_cycle",
        "uncleared cycle",
        "cycle",
        CYCLE.format("a field of leaky.Uncleared", "leaky.Uncleared -> leaky.Uncleared", "leaky.Uncleared")
        + "{} (new_ref) in uncleared_cycle()",
    ),
    (
        "capsule_cycle",
        "capsule cycle",
        "cycle",
        CYCLE.format("a capsule", "list -> PyCapsule -> list", "list") + "{} (new_ref) in capsule_cycle()",
    ),
    ("type", None, "type", "1 reference per run to the type leaky.Unreleased, which its instances do not release"),
]
if COUNTED_NONE:
    BUGS += [
        ("none_by_hand", "none", "reference", "1 reference per run to None, taken at {} (incref) in none_by_hand()"),
        ("none_raw", None, "none", "leaked 1 reference per run to None, not taken through pyptr"),
        ("none_released", None, "none", "1 reference to None per run is released and not held"),
    ]


@pytest.fixture(scope="module")
def bugs(tmp_path_factory):
    directory = tmp_path_factory.mktemp("bugs")
    put(directory, "bugs")
    # Debug builds look through all of pytest's objects for minutes.
    as_users = not hasattr(sys, "gettotalrefcount")
    return Result(directory, ["--refs", "--junitxml=junit.xml"], as_users), directory


@pytest.mark.parametrize("name, marker, what, text", BUGS, ids=[bug[0] for bug in BUGS])
def test_a_planted_bug_is_reported_at_its_line(bugs, name, marker, what, text):
    result, directory = bugs
    assert result.code == 1, result.output
    test = result.test(f"test_{name}")
    assert test["verdict"] == "leak", result.output
    (found,) = test["findings"]
    expected = text.replace("{}", line_of(marker)) if marker else text
    assert expected in normal(found["text"])
    assert found["what"] == what
    assert found["hint"]
    assert f"test_bugs.py::test_{name}: {found['text']}" in result.output
    if name == "used_after_release":
        # The test fails by itself, too, and its report says why.
        assert "an object is used after its release, at " in result.output
        return
    junit = xml.etree.ElementTree.parse(directory / "junit.xml")
    failure = junit.find(f".//testcase[@name='test_{name}']/failure")
    assert expected in normal(failure.text)


def test_each_bug_has_its_test(bugs):
    leaks = {name for name, verdict in bugs[0].verdicts().items() if verdict == "leak"}
    assert leaks == {f"test_{bug[0]}" for bug in BUGS}
    assert bugs[0].test("test_success_return")["verdict"] == "clean"


def test_what_refers_to_a_leaked_object_is_told(bugs):
    def referrers(name):
        (found,) = bugs[0].test(f"test_{name}")["findings"]
        return found["referrers"]

    assert referrers("forgotten") == []
    assert "    referred to by nothing that the collector knows" in bugs[0].output
    assert referrers("cycle") == ["a native field of leaky.Node"]
    assert referrers("capsule_cycle") == ["a native field of PyCapsule"]
    assert referrers("uncleared_cycle") == ["leaky.Uncleared"]
    assert "    referred to by a native field of leaky.Node\n" in bugs[0].output


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="where malloc says how large its blocks are")
def test_a_cycle_in_a_library_without_the_counting_allocator(refs):
    result = refs("import faulty\ndef test_it(): assert faulty.cycle() == 1")
    (found,) = result.test("test_it")["findings"]
    expected = CYCLE.format("a capsule", "list -> PyCapsule -> list", "list")
    assert found["text"].startswith(expected), result.output
    assert found["cycle"] == {"through": "capsule", "owner": "PyCapsule", "path": ["list", "PyCapsule"]}
