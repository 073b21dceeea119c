"""``pytest --refs``: the plugin in ``python/``, with the extension ``leaky``, in processes of its own."""

import pytest
from checked import Result, line_of, put
from checked import refs as refs
from test_bugs import BUGS


@pytest.mark.skipif("not hasattr(pytest, 'Subtests')", reason="pytest 9")
def test_subtests(refs):
    result = refs(
        """
def test_clean(subtests):
    for i in range(3):
        with subtests.test(i=i): leaky.pack(i)
def test_leak(subtests):
    for i in range(3):
        with subtests.test(i=i): leaky.forgotten()
""",
        "--refs",
        "-v",
    )
    assert result.code == 1
    assert result.verdicts() == {"test_clean": "clean", "test_leak": "leak"}
    assert result.test("test_leak")["findings"][0]["per_run"] == 3
    assert "6 subtests passed" in result.output


@pytest.mark.skipif("not hasattr(pytest, 'Subtests')", reason="pytest 9")
def test_a_skipped_subtest_does_not_hide_a_leak(refs):
    result = refs(
        """
def test_it(subtests):
    leaky.forgotten()
    with subtests.test(): pytest.skip("not this one")
"""
    )
    assert (result.code, result.verdicts()) == (1, {"test_it": "leak"}), result.output


def test_what_fails_or_is_skipped_stays_so(refs):
    result = refs(
        """
import unittest
def test_fails(): leaky.forgotten(); assert 1 + 1 == 3
def test_skipped(): pytest.skip("not today")
@pytest.mark.skip(reason="never")
def test_marked(): pass
@pytest.fixture
def broken(): raise RuntimeError("broken fixture")
def test_setup(broken): pass
@pytest.fixture
def broken_end(): yield; raise RuntimeError("broken at its end")
def test_teardown(broken_end): pass
@pytest.fixture(scope="module")
def broken_module(): yield; raise RuntimeError("module's end")
def test_last(broken_module): assert 2 == 1
"""
    )
    assert result.code == 1
    assert "1 + 1" in result.output and "AssertionError" in result.output or "assert (1 + 1) == 3" in result.output
    assert "module's end" in result.output
    expected = {"test_fails": "failed", "test_skipped": "not run", "test_marked": "not run"}
    expected |= {"test_setup": "failed", "test_teardown": "failed", "test_last": "failed"}
    assert result.verdicts() == expected
    assert "2 failed, 1 passed, 2 skipped, 3 errors" in result.output


def test_what_is_not_run_is_not_clean(refs):
    result = refs(
        """
@pytest.fixture
def failing(): pytest.xfail("in a fixture")
@pytest.mark.xfail(run=False, reason="crashes")
def test_marked(): open("runs", "a").write("x"); leaky.forgotten()
def test_fixture(failing): leaky.forgotten()
def test_own(): leaky.pack(1); pytest.xfail("in the test")
"""
    )
    assert result.code == 0, result.output
    assert result.verdicts() == {"test_marked": "not run", "test_fixture": "not run", "test_own": "clean"}
    assert result.test("test_marked")["reason"] == "the test is expected to fail, and not run"
    assert result.json["verdicts"]["clean"] == 1
    assert "1 clean, 2 not run" in result.output and "3 xfailed" in result.output


def test_an_expected_failure_that_leaks_is_a_leak(refs):
    result = refs("@pytest.mark.xfail\ndef test_it(): leaky.forgotten(); assert 0\n")
    assert result.code == 1
    assert result.verdicts() == {"test_it": "leak"}
    assert "1 failed" in result.output


def test_a_leak_in_unittest_and_in_a_fixture(refs):
    result = refs(
        """
import unittest
class TestUnit(unittest.TestCase):
    def test_unit(self): leaky.forgotten()
@pytest.fixture
def leaking(): leaky.forgotten()
def test_fixture(leaking): pass
@pytest.mark.parametrize("number", [0, 2])
def test_number(number):
    for _ in range(number): leaky.forgotten()
"""
    )
    assert result.code == 1
    verdicts = {"test_unit": "leak", "test_fixture": "leak", "test_number[0]": "clean", "test_number[2]": "leak"}
    assert result.verdicts() == verdicts
    assert "leaked 2 references per run" in result.test("test_number[2]")["findings"][0]["text"]


def test_what_cannot_be_repeated_is_not_green(refs):
    result = refs("RUNS = []\ndef test_it(): RUNS.append(1); assert len(RUNS) == 1\n")
    assert result.code == 1
    assert result.verdicts() == {"test_it": "inconclusive"}
    assert "failed in run 2" in result.test("test_it")["reason"]
    assert "no_refs(reason=" in result.output


# Tells the module of a test that the last run begins.
TELLS_LAST_RUN = """
from pytest_pyptr.plugin import Refs
last_run = Refs._last_run
def telling(item, *rest):
    item.module.LAST.append(item.name)
    return last_run(item, *rest)
Refs._last_run = staticmethod(telling)
"""


def test_what_is_skipped_when_it_is_repeated_is_not_green(refs, tmp_path):
    (tmp_path / "conftest.py").write_text(TELLS_LAST_RUN)
    result = refs(
        """
EARLY, LAST = [], []
def test_early():
    EARLY.append(1); leaky.pack(1)
    if len(EARLY) == 2: pytest.skip("only once")
def test_last():
    leaky.forgotten()
    if "test_last" in LAST: pytest.skip("not the last time")
"""
    )
    assert result.code == 1
    assert result.verdicts() == {"test_early": "inconclusive", "test_last": "leak"}
    assert "1 failed, 1 error" in result.output
    assert "the test was skipped in run 2: it cannot be repeated" in result.output
    assert line_of("forgotten") in result.output


def test_what_fails_in_its_last_run_only_is_not_clean(refs, tmp_path):
    (tmp_path / "conftest.py").write_text(TELLS_LAST_RUN)
    result = refs("LAST = []\ndef test_it(): leaky.pack(1); assert not LAST\n")
    assert result.code == 1
    assert result.verdicts() == {"test_it": "inconclusive"}, result.output
    assert "test_it.py::test_it: inconclusive: the test failed in its last run: it cannot be repeated" in result.output


def test_growth_without_a_record_is_inconclusive_and_not_green(refs):
    result = refs("GROWING = []\ndef test_it(): GROWING.append(object())\n")
    assert result.code == 1
    assert result.verdicts() == {"test_it": "inconclusive"}
    assert "memory grows by" in result.test("test_it")["reason"]
    assert "1 passed, 1 error" in result.output


def test_no_refs_needs_a_reason(refs):
    result = refs("@pytest.mark.no_refs\ndef test_it(): leaky.forgotten()\n")
    assert result.code == pytest.ExitCode.USAGE_ERROR
    assert "needs a reason" in result.output
    result = refs("@pytest.mark.no_refs(reason='known')\ndef test_it(): leaky.forgotten()\n")
    assert result.code == 0
    assert result.test("test_it")["reason"] == "known"
    assert result.verdicts() == {"test_it": "exempt"}


def test_suppressions(refs, tmp_path):
    text = """
@pytest.mark.refs(ignore="in forgotten()", reason="issue 12")
def test_one(): leaky.forgotten()
@pytest.mark.refs(ignore="in packed()", reason="old")
def test_two(): leaky.pack(1)
def test_three(): leaky.incref(object())
"""
    ignored = line_of("incref").removesuffix(":")
    (tmp_path / "pytest.ini").write_text(f"[pytest]\nrefs_ignore =\n  {ignored} -- issue 13\n  nowhere.rs -- issue 14\n")
    result = refs(text)
    assert result.code == 0, result.output
    assert set(result.verdicts().values()) == {"clean"}
    assert result.test("test_one")["suppressed"][0]["reason"] == "issue 12"
    assert result.test("test_three")["suppressed"][0]["reason"] == "issue 13"
    stale = result.json["stale_suppressions"]
    assert len(stale) == 2
    assert any("test_two" in origin for origin in stale) and any("nowhere.rs" in origin for origin in stale)
    assert result.output.count("stale suppression") == 2
    result = refs("@pytest.mark.refs(ignore='x')\ndef test_it(): pass\n")
    assert result.code == pytest.ExitCode.USAGE_ERROR


@pytest.mark.parametrize("argument", ["confirm=0", "confirm='x'", "faults=-1"])
def test_numbers_that_make_no_sense(refs, argument):
    result = refs(f"@pytest.mark.refs({argument})\ndef test_it(): leaky.forgotten()\n")
    assert result.code == pytest.ExitCode.USAGE_ERROR, result.output


def test_runs_and_progress(refs):
    result = refs("def test_it(): open('runs', 'a').write('x')\n", "--refs", "--refs-runs=1:4", "--refs-progress=0")
    assert result.code == 0, result.output
    assert "counted run 4 of 4" in result.output
    assert "; 0 of 1 tests done, 0 clean, 0 suspect" in result.output
    assert result.test("test_it")["runs"] >= 4
    result = refs("", "--refs", "--refs-runs=3")
    assert result.code == pytest.ExitCode.USAGE_ERROR
    assert "argument --refs-runs: WARMUP:RUNS, two numbers from 1 on, is needed, not '3'" in result.output


def test_progress_between_tests(refs):
    text = "def test_one(): leaky.pack(1)\ndef test_two(): leaky.forgotten()\ndef test_three(): leaky.pack(1)\n"
    result = refs(text, "--refs", "--refs-progress=0")
    for line in ("1 of 3 tests done, 1 clean, 0 suspect", "2 of 3 tests done, 1 clean, 1 suspect"):
        assert f"refs: {line}\n" in result.output
    assert "3 of 3 tests done" not in result.output


@pytest.mark.parametrize("path", ["", "a-file/refs.json"])
def test_a_file_that_cannot_be_written_is_told_before_tests_run(refs, tmp_path, path):
    (tmp_path / "a-file").touch()
    result = refs("def test_it(): open('ran', 'w').close()\n", "--refs", f"--refs-json={tmp_path / path}")
    assert result.code == pytest.ExitCode.USAGE_ERROR
    assert f"ERROR: --refs-json: {tmp_path / path} cannot be written: " in result.output
    assert "Traceback" not in result.output and not (tmp_path / "ran").exists()


def test_a_file_that_cannot_be_written_any_more_is_told(refs, tmp_path):
    result = refs("def test_it(): import os; os.path.exists('x') or os.mkdir('x')\n", "--refs", "--refs-json=x")
    assert result.code == pytest.ExitCode.INTERNAL_ERROR
    assert "--refs-json: not written: " in result.output and "Traceback" not in result.output
    assert "1 clean" in result.output


def test_a_file_is_written_where_it_was_asked_for(refs, tmp_path):
    text = "import os\ndef test_it(tmp_path): os.chdir(tmp_path); leaky.pack(1)\n"
    result = refs(text, "--refs", "--refs-json=deep/down/refs.json")
    assert result.code == 0, result.output
    assert (tmp_path / "deep" / "down" / "refs.json").exists()
    # Nothing is written if nothing ran.
    assert refs("", "--refs", "--refs-json=other.json", "--refs-runs=3").code == pytest.ExitCode.USAGE_ERROR
    assert not (tmp_path / "other.json").exists()


def test_nothing_checked_is_not_green(refs, tmp_path):
    (tmp_path / "test_it.py").write_text("def test_it(): pass\n")
    (tmp_path / "pytest.ini").touch()
    result = Result(tmp_path, ["--refs"])
    assert result.code == 1
    assert "nothing was checked" in result.output
    # An extension that the test itself imports is found.
    (tmp_path / "test_it.py").write_text("def test_it():\n    import leaky\n    leaky.forgotten()\n")
    result = Result(tmp_path, ["--refs"])
    assert result.verdicts() == {"test_it": "leak"}


def test_a_block(refs):
    result = refs(
        """
def test_loop(refs):
    kept = [leaky.pack(1)]
    for _ in refs.runs(): leaky.forgotten()
def test_call(refs): refs.check(leaky.incref, object())
def test_clean(refs): refs.check(leaky.pack, 1)
""",
        "-q",
    )
    assert result.code == 1
    assert "2 failed, 1 passed" in result.output
    assert line_of("forgotten") in result.output and line_of("incref") in result.output


BLOCKS = """
def test_leak(refs):
    refs.check(leaky.pack, 1)
    refs.check(leaky.forgotten)
def test_clean(refs): refs.check(leaky.pack, 1)
def test_dynamic(request): request.getfixturevalue("refs").check(leaky.pack, 1)
def test_dynamic_leak(request): request.getfixturevalue("refs").check(leaky.forgotten)
@pytest.mark.refs(ignore="in forgotten()", reason="issue 16")
def test_suppressed(refs): refs.check(leaky.forgotten)
@pytest.mark.refs(ignore="in packed()", reason="old")
def test_stale(refs): refs.check(leaky.pack, 1)
@pytest.fixture
def at_end(refs):
    yield
    refs.check(leaky.pack, 1)
def test_end(at_end): pass
def test_skipped(refs): pytest.skip("not today")
@pytest.mark.xfail
def test_expected(refs): assert 0
@pytest.mark.no_refs(reason="known")
def test_exempt(refs): pass
"""


def test_the_results_of_blocks(refs):
    result = refs(BLOCKS)
    assert result.code == 1
    clean = dict.fromkeys(("test_clean", "test_dynamic", "test_suppressed", "test_stale", "test_end"), "block")
    leaks = dict.fromkeys(("test_leak", "test_dynamic_leak"), "leak")
    rest = {"test_skipped": "not run", "test_expected": "not run", "test_exempt": "exempt"}
    assert result.verdicts() == {**clean, **leaks, **rest}, result.output
    (found,) = result.test("test_leak")["findings"]
    assert line_of("forgotten") in found["text"]
    assert f"test_it.py::test_leak: {found['text']}" in result.output
    assert "LEAK test_it.py::test_leak" in result.output
    assert result.test("test_suppressed")["suppressed"][0]["reason"] == "issue 16"
    (stale,) = result.json["stale_suppressions"]
    assert "test_stale" in stale
    assert "2 failed, 6 passed, 1 skipped, 1 xfailed" in result.output


@pytest.mark.parametrize("option", ["-q", "--refs"])
def test_a_block_that_is_never_checked_is_not_green(refs, option):
    result = refs("def test_it(refs): leaky.forgotten()\n@pytest.mark.xfail\ndef test_passes(refs): pass\n", option)
    assert result.code == 1, result.output
    assert result.output.count("\ninconclusive: the fixture `refs` was asked for, and checked nothing") == 2
    if option == "--refs":
        assert result.verdicts() == {"test_it": "inconclusive", "test_passes": "inconclusive"}
        assert "checked nothing" in result.test("test_it")["reason"]


@pytest.mark.parametrize("option", ["-q", "--refs"])
def test_a_block_that_is_left_early_is_not_green(refs, option):
    result = refs(
        """
def test_left(refs):
    for _ in refs.runs():
        leaky.forgotten()
        break
def test_fails(refs):
    for _ in refs.runs(): assert 1 == 2
""",
        option,
    )
    assert result.code == 1, result.output
    assert result.output.count("\ninconclusive: a loop over refs.runs() was left before its end\n") == 1
    assert "assert 1 == 2" in result.output


def test_xdist(tmp_path):
    pytest.importorskip("xdist")
    put(tmp_path, "bugs", "clean")
    result = Result(tmp_path, ["--refs", "-n2"])
    assert result.code == 1
    leaks = {name for name, verdict in result.verdicts().items() if verdict == "leak"}
    assert leaks == {f"test_{bug[0]}" for bug in BUGS}, result.output
    assert line_of("forgotten") in result.test("test_forgotten")["findings"][0]["text"]


def test_progress_with_xdist(refs):
    pytest.importorskip("xdist")
    result = refs("def test_it(): leaky.pack(1)\n", "--refs", "-n1", "--refs-progress=0")
    assert "[gw0] refs: test_it.py::test_it: counted run 3 of 3" in result.output


def test_without_a_terminal(refs):
    result = refs("def test_it(): leaky.forgotten()\n", "--refs", "-p", "no:terminal", "--refs-progress=0")
    assert (result.code, result.verdicts()) == (1, {"test_it": "leak"})
    assert result.output == ""


def test_the_first_leak_ends_a_run(refs):
    text = "def test_one(): leaky.forgotten()\ndef test_two(): leaky.forgotten()\ndef test_three(): leaky.pack(1)\n"
    assert refs(text, "--refs", "-x").verdicts() == {"test_one": "leak"}
    assert refs(text, "--refs", "--maxfail=2").verdicts() == {"test_one": "leak", "test_two": "leak"}
    assert refs(text, "--refs", "-k", "three").verdicts() == {"test_three": "clean"}


def test_without_the_option_nothing_is_repeated(refs):
    result = refs("def test_it(): leaky.forgotten(); open('runs', 'a').write('x')\n", "-q")
    assert result.code == 0
    assert result.json is None
