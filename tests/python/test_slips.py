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


def test_each_slip_is_reported_and_no_object_is_lost(slips):
    assert slips.json is not None, slips.output
    expected = f"made an `Owned` from a borrowed pointer: {{}}, at {slip_at('drops')} in drops()"
    kinds = {"test_drops[float]": "float", "test_drops[bytes]": "bytes", "test_drops[text]": "str"}
    for name, verdict in slips.verdicts().items():
        slip = name.startswith(("test_drops", "test_of_a_"))
        rest = {"test_all_are_there": "exempt", "test_takes_what_there_is": "clean"}
        assert verdict == ("leak" if slip else rest.get(name, "clean")), f"{name}: {verdict}\n{slips.output}"
        if slip:
            (found,) = slips.test(name)["findings"]
            assert normal(found["text"]) == expected.format(kinds.get(name, "Held"))
    assert "test_all_are_there" not in slips.output, slips.output
