"""A reference too many is released of objects that live on: it is reported, and no object is lost."""

import pytest
from checked import Result, normal, put, slip_at

# How the heap is when the first test begins: as usual, frozen by the code under test, frozen by a plugin.
HEAPS = ["usual", "frozen by the module", "frozen by a plugin"]


@pytest.fixture(scope="module", params=HEAPS)
def slips(request, tmp_path_factory):
    directory = tmp_path_factory.mktemp("slips")
    put(directory, "slips")
    variables = {"PYPTR_TEST_FREEZE": "1"} if request.param == "frozen by the module" else {}
    return Result(directory, ["--refs"], request.param != "frozen by a plugin", **variables)


# The slip of each test; tests of others are clean.
SLIPS = {
    "test_drops": "drops",
    "test_drops_with_spare_references": "drops",
    "test_of_a_function": "drops",
    "test_of_a_generator": "drops",
    "test_returns": "returns",
    "test_steals": "steals",
    "test_value": "value",
    "test_value_of_a_new_dict": "value",
    "test_value_many_times": "value",
    "test_by_hand": "by hand",
    "test_keeps": "keeps",
    "test_popped": "popped",
    "test_popped_by_hand": "popped by hand",
}
TEXTS = {"popped": "used an object after its release", "popped by hand": "used an object after its release"}
REST = {
    "test_appends": "leak",
    "test_appends_beside_constants": "leak",
    "test_a_result_dies_in_a_block": "block",
    "test_that_cannot_be_repeated": "inconclusive",
    "test_all_are_there": "exempt",
}
KINDS = {"float": "float", "bytes": "bytes", "text": "str"}


def test_each_slip_is_reported_and_no_object_is_lost(slips):
    assert slips.json is not None, slips.output
    for name, verdict in slips.verdicts().items():
        test, _, home = name.rstrip("]").partition("[")
        slip = SLIPS.get(test)
        assert verdict == ("leak" if slip else REST.get(test, "clean")), f"{name}: {verdict}\n{slips.output}"
        if slip:
            (found,) = slips.test(name)["findings"]
            what = TEXTS.get(slip, "made an `Owned` from a borrowed pointer")
            # What is dead already does not say what it was.
            kind = "an object" if slip == "popped by hand" else KINDS.get(home, "Held")
            expected = f"{what}: {kind}, at {slip_at(slip)} in {slip.replace(' ', '_')}()"
            assert normal(found["text"]) == expected
    assert "test_all_are_there" not in slips.output, slips.output
    assert "the test failed in run 3" in slips.test("test_that_cannot_be_repeated")["reason"]
    # Objects that other lines look at are no findings.
    for name in ("test_appends", "test_appends_beside_constants"):
        (found,) = slips.test(name)["findings"]
        assert found["text"].startswith("1 unexplained reference to bytes, first taken at "), found["text"]
        assert f"handed over at {slip_at('appends')}" in normal(found["text"])
