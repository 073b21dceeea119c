"""Counting by raw calls: wrong counts are reported, at their lines where these are known, and right ones are not."""

import pytest
from checked import Result, normal, put, raw_at


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    directory = tmp_path_factory.mktemp("raw")
    put(directory, "raw")
    return Result(directory, ["--refs", "-p", "no:randomly"], as_users=True)


BUFFER = f"leaked 1 reference per run to {{}}, taken at {raw_at('buffer')} (buffer) in sum()"
RELEASED = "released more references than were held: Held"
OVERWRITTEN = f"{{}}, first taken at {raw_at('overwrites')} (overwritten) in overwrites()"
# What is said of each test of something wrong.
WRONG = {
    "test_buffer_of_new": BUFFER.format("bytes"),
    "test_buffer_of_what_lives": BUFFER.format("bytes"),
    "test_buffer_of_bytearray": BUFFER.format("bytearray"),
    "test_releases_value": f"{RELEASED}, at {raw_at('releases value')} in releases_value()",
    "test_releases_value_of_what_is_scarce": f"{RELEASED}, at {raw_at('releases value')} in releases_value()",
    "test_releases_by_c": f"{RELEASED} in releases_by_c()",
    "test_releases_by_c_what_is_scarce": f"{RELEASED} in releases_by_c()",
    "test_takes_by_c": "leaked 1 reference per run to Held, an argument whose count grows in takes_by_c()",
    "test_takes": f"leaked 1 reference per run to Held, taken at {raw_at('takes')} (raw incref) in takes()",
    "test_takes_what_is_new": f"1 unexplained reference to Held, first taken at {raw_at('takes')} (raw incref) in takes()",
    "test_traceback": f"1 unexplained reference to traceback, first taken at {raw_at('traceback')} (fetched) in calls()",
    "test_overwrites": OVERWRITTEN.format("1 unexplained reference to list"),
    "test_overwrites_what_lives": f"leaked 1 reference per run to Held, taken at {raw_at('overwrites')} (overwritten) "
    "in overwrites()",
    "test_raises": "only a reference of the extension keeps it, taken at "
    f"{raw_at('raises')} (adopted) in raises()",
    "test_subclass": "leaked 1 reference per run to the type test_raw.Sub, which its instances do not release",
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_reported(raw, name):
    test = raw.test(name)
    assert test["verdict"] == "leak", raw.output
    (found,) = test["findings"]
    assert WRONG[name] in normal(found["text"])


def test_nothing_else_is_accused(raw):
    for name, verdict in raw.verdicts().items():
        if name.startswith("test_ok"):
            assert verdict == "clean", f"{name}\n{raw.output}"
        elif name not in WRONG:
            assert verdict == "inconclusive", f"{name}\n{raw.output}"
            assert {found["what"] for found in raw.test(name)["findings"]} == {"memory"}, raw.test(name)


@pytest.mark.parametrize("name, what", [("lists", "list"), ("classes", "type"), ("arguments", "frame")])
def test_what_grows_is_told(raw, name, what):
    for found in raw.test(f"test_keeps_{name}")["findings"]:
        stays, *holders = found["grew"]
        assert stays.startswith("more objects stay with each run: ") and f" {what}" in stays
        assert any("held by the variables of module test_raw" in holder for holder in holders), holders
