"""``pytest --refs``: the plugin in ``python/``, with the example ``leaky``, in processes of its own."""

import json
import pathlib
import subprocess
import sys
import xml.etree.ElementTree

import pytest

SOURCE = pathlib.Path(__file__).parents[2] / "examples" / "leaky.rs"


def line_of(marker):
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    (number,) = [number for number, line in enumerate(lines, 1) if line.endswith(f"// leak: {marker}")]
    return f"examples/leaky.rs:{number}:"


class Result:
    def __init__(self, directory, arguments):
        command = [sys.executable, "-m", "pytest", "-p", "pytest_pyptr.plugin", "-p", "no:cacheprovider"]
        # Free-threaded builds warn that importing the example enables the GIL, which changes the summary.
        command += ["-W", "ignore:The global interpreter lock:RuntimeWarning"]
        path = directory / "refs.json"
        path.unlink(missing_ok=True)
        command += ["-p", "no:randomly", "--basetemp", str(directory / "tmp"), f"--refs-json={path}", *arguments]
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=600)
        self.code, self.output = done.returncode, done.stdout + done.stderr
        self.json = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None

    def test(self, name):
        (found,) = [test for test in self.json["tests"] if test["test"].endswith("::" + name)]
        return found

    def verdicts(self):
        return {test["test"].rpartition("::")[2]: test["verdict"] for test in self.json["tests"]}


@pytest.fixture
def refs(tmp_path):
    """Runs pytest on a file with the given text."""

    def run(text, *arguments, name="test_it.py"):
        (tmp_path / "pytest.ini").touch()
        (tmp_path / name).write_text("import leaky, pytest\n" + text, encoding="utf-8")
        return Result(tmp_path, arguments or ("--refs",))

    return run


BUGS = """
def test_forgotten(): leaky.forgotten()
def test_incref(): leaky.incref(object())
def test_error_return():
    with pytest.raises(TypeError): leaky.error_return("x")
def test_success_return(): leaky.error_return(1)
def test_owned(): leaky.owned_from_borrowed([object()])
def test_borrowed(): leaky.borrowed_from_new()
def test_given(tmp_path): leaky.given([])
def test_cache(): leaky.growing_cache("text")
def test_allocation(): leaky.allocation("text")
"""


@pytest.fixture(scope="module")
def bugs(tmp_path_factory):
    directory = tmp_path_factory.mktemp("bugs")
    (directory / "pytest.ini").touch()
    (directory / "test_bugs.py").write_text("import leaky, pytest\n" + BUGS, encoding="utf-8")
    return Result(directory, ["--refs", "--junitxml=junit.xml"]), directory


@pytest.mark.parametrize(
    "name, line, text",
    [
        ("forgotten", "forgotten", "leaked 1 reference per run to bytes, taken at {}18 (new) in forgotten()"),
        ("incref", "incref", "leaked 1 reference per run to object, taken at {}23 (incref) in incref()"),
        ("error_return", "error return", "leaked 1 reference per run to list, taken at {}32 (new) in error_return()"),
        ("owned", "owned", "made an `Owned` from a borrowed pointer: object, at {}44 in owned_from_borrowed()"),
        ("borrowed", "borrowed", "1 unexplained reference to bytes, first taken at {}53 (borrowed) in borrowed_from_new()"),
        ("given", "given", "handed over at {}"),
        ("cache", "cache", "leaked 1 reference per run to str, taken at {}23 (new_ref) in growing_cache(), last handed over at {}33"),
        ("allocation", "allocation", "leaked 1 Rust allocation (100 bytes) per run in allocation(), after {}"),
    ],
)
def test_a_planted_bug_is_reported_at_its_line(bugs, name, line, text):
    result, directory = bugs
    assert result.code == 1, result.output
    test = result.test(f"test_{name}")
    assert test["verdict"] == "leak", result.output
    (found,) = test["findings"]
    expected = text.replace("{}", line_of(line))
    assert expected in found["text"]
    assert found["hint"]
    assert f"test_bugs.py::test_{name}: {found['text']}" in result.output
    junit = xml.etree.ElementTree.parse(directory / "junit.xml")
    failure = junit.find(f".//testcase[@name='test_{name}']/failure")
    assert expected in failure.text


def test_the_way_out_that_does_not_leak_is_clean(bugs):
    assert bugs[0].test("test_success_return")["verdict"] == "clean"


CLEAN = """
import logging, unittest, threading, warnings
def test_once(): leaky.one_time_cache()
def test_bounded(): leaky.bounded_cache("a")
def test_interned(): leaky.interned()
def test_static(): leaky.meant_to_live()
def test_pack(): assert leaky.pack(1000) == [1000]
def test_small(): assert leaky.pack(1) == [1]
def test_error():
    with pytest.raises(TypeError): leaky.pack(None)
def test_another_thread(): leaky.released_elsewhere("a text" * 3)
def test_tmp_path(tmp_path): (tmp_path / "x").write_text(str(leaky.pack(1)))
def test_capsys(capsys): print(leaky.pack(1)); assert capsys.readouterr().out == "[1]\\n"
def test_caplog(caplog): logging.warning("%s", leaky.pack(1)); assert len(caplog.records) == 1
def test_record(record_property): record_property("key", str(leaky.pack(1)))
@pytest.fixture(scope="session")
def for_session():
    open("session", "a").write("x"); yield leaky.pack(1); open("session", "a").write("y")
@pytest.fixture(scope="module")
def for_module(): open("module", "a").write("x"); return leaky.pack(2)
@pytest.fixture
def for_function(for_module): return leaky.pack(3)
def test_fixtures(for_session, for_module, for_function): leaky.pack(2)
@pytest.mark.parametrize("value", [1, 2, 3000])
def test_parametrised(value, for_module): leaky.pack(value)
@pytest.mark.xfail
def test_expected_to_fail(): assert leaky.pack(1) is None
class TestUnit(unittest.TestCase):
    @classmethod
    def setUpClass(cls): cls.kept = leaky.pack(1)
    def setUp(self): self.own = leaky.pack(12)
    def test_unit(self): assert self.own == [12]
    def test_sub(self):
        for i in range(3):
            with self.subTest(i=i): leaky.pack(i)
class TestClass:
    def test_new_instance(self):
        assert not hasattr(self, "own"); self.own = leaky.pack(1)
def test_lazy_import(): import xml.dom.minidom, decimal, leaky; leaky.pack(decimal.Decimal(1).__int__())
KEPT = []
def test_cycle_that_is_replaced():
    cycle = []; cycle.append(cycle); cycle.append(leaky.pack(1)); KEPT[:] = [cycle]
def test_warning(): warnings.warn("once in the summary"); leaky.pack(1)
def test_thread():
    thread = threading.Thread(target=leaky.pack, args=(1,)); thread.start(); thread.join()
def test_block(refs):
    for _ in refs.runs(): leaky.pack(1)
    refs.check(leaky.pack, 1)
"""

SHUFFLE = """
import random
def pytest_collection_modifyitems(items): random.Random({}).shuffle(items)
"""


@pytest.mark.parametrize("seed", range(3))
def test_clean_tests_are_clean_in_any_order(refs, tmp_path, seed):
    (tmp_path / "conftest.py").write_text(SHUFFLE.format(seed))
    result = refs(CLEAN, "--refs", "--junitxml=junit.xml")
    assert result.code == 0, result.output
    verdicts = result.verdicts()
    assert verdicts.pop("test_block") == "block"
    assert set(verdicts.values()) == {"clean"}, result.output
    assert len(verdicts) == 24
    # Made once, and torn down at the end.
    assert (tmp_path / "session").read_text() == "xy"
    assert (tmp_path / "module").read_text() == "x"
    assert result.output.count("UserWarning: once in the summary") == 1
    properties = xml.etree.ElementTree.parse(tmp_path / "junit.xml").findall(".//property")
    assert len(properties) == 1


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


def test_runs_and_progress(refs):
    result = refs("def test_it(): open('runs', 'a').write('x')\n", "--refs", "--refs-runs=1:4", "--refs-progress=0")
    assert result.code == 0, result.output
    assert "counted run 4 of 4" in result.output
    assert result.test("test_it")["runs"] >= 4
    assert refs("", "--refs", "--refs-runs=3").code == pytest.ExitCode.USAGE_ERROR


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


def test_xdist(refs):
    pytest.importorskip("xdist")
    result = refs(BUGS + CLEAN, "--refs", "-n2")
    assert result.code == 1
    leaks = {name for name, verdict in result.verdicts().items() if verdict == "leak"}
    names = "forgotten incref error_return owned borrowed given cache allocation".split()
    assert leaks == {f"test_{name}" for name in names}, result.output
    assert line_of("forgotten") in result.test("test_forgotten")["findings"][0]["text"]


def test_without_the_option_nothing_is_repeated(refs):
    result = refs("def test_it(): leaky.forgotten(); open('runs', 'a').write('x')\n", "-q")
    assert result.code == 0
    assert result.json is None
