"""``pytest --refs-faults``, with the extension ``faulty``; and what it makes of the example ``manual``."""

import json
import pathlib
import re
import subprocess
import sys
import sysconfig

import pytest

from test_pytest_pyptr import Result

ROOT = pathlib.Path(__file__).parents[2]
FREE_THREADED = sysconfig.get_config_var("Py_GIL_DISABLED")
# These abort when a function goes on with an exception set.
DEBUG = hasattr(sys, "gettotalrefcount")
needs_faults = pytest.mark.skipif(FREE_THREADED, reason="allocations cannot be made to fail")

FAULTS = """
import faulty, functools, pytest
def test_leaks(): assert faulty.leaks() == 14
def test_crashes(): assert faulty.crashes()
# Not called by the interpreter's loop, which does not look at the exception once it has specialised the call.
def test_ignores(): assert functools.partial(faulty.ignores)()
def test_unwraps(): assert faulty.unwraps() == 5
def test_right(tmp_path, capsys): assert faulty.right(tmp_path) == [[tmp_path]]
@pytest.mark.parametrize("value", ["a::b", "[x]"])
def test_parameters(value): faulty.right(value)
class TestClass:
    def test_method(self): faulty.right(self)
"""


def line_of(marker):
    lines = (ROOT / "tests" / "extensions" / "faulty.rs").read_text(encoding="utf-8").splitlines()
    (number,) = [number for number, line in enumerate(lines, 1) if line.endswith(f"// fault: {marker}")]
    return f"tests/extensions/faulty.rs:{number}:"


def run(directory, text, *arguments):
    (directory / "pytest.ini").touch()
    (directory / "test_it.py").write_text(text, encoding="utf-8")
    return Result(directory, arguments)


@pytest.mark.skipif(not FREE_THREADED, reason="free-threaded builds")
def test_free_threaded_builds_say_that_they_cannot(tmp_path):
    result = run(tmp_path, FAULTS, "--refs-faults=10")
    assert result.code == pytest.ExitCode.USAGE_ERROR
    assert "allocations cannot be made to fail on free-threaded builds" in result.output
    import faulty

    with pytest.raises(NotImplementedError, match="free-threaded"):
        faulty.__pyptr_ledger__("fail allocation 1")


@needs_faults
@pytest.mark.parametrize("arguments", [[], ["-n2"]])
def test_wrong_ways_out_are_found(tmp_path, arguments):
    if arguments:
        pytest.importorskip("xdist")
    result = run(tmp_path, FAULTS, "--refs-faults=100", "--junitxml=junit.xml", *arguments)
    assert result.code == 1, result.output
    verdicts = {"test_leaks": "leak", "test_crashes": "crash", "test_ignores": "leak", "test_unwraps": "leak"}
    verdicts |= {"test_right": "clean", "test_parameters[[x]]": "clean", "test_method": "clean"}
    found = {key: value for key, value in result.verdicts().items() if key != "b]"}
    assert found == verdicts, result.output
    texts = {}
    for name in ("leaks", "crashes", "ignores", "unwraps"):
        (finding,) = result.test(f"test_{name}")["findings"]
        texts[name] = finding["text"]
        assert f"test_it.py::test_{name}: {finding['text']}" in result.output
    expected = f"leaked 1 reference per run to bytes, taken at {line_of('leaks')}33 (new) in leaks()"
    assert texts["leaks"].startswith(expected)
    assert texts["leaks"].endswith(", when allocation 2 fails")
    assert re.match(r"crashes \((SIG\w+|exit code 0x\w+)\) in crashes\(\), after", texts["crashes"])
    assert f"after {line_of('crashes')}" in texts["crashes"] and "when allocation 2 fails" in texts["crashes"]
    expected = "SystemError in ignores(): <built-in function ignores> returned a result with an exception set"
    assert texts["ignores"] == expected + ", when allocation 1 fails"
    assert texts["unwraps"].startswith("PanicException in unwraps(): panicked at tests/extensions/faulty.rs:")
    assert "Segmentation" in result.test("test_crashes")["findings"][0]["output"] or sys.platform == "win32"
    assert "when allocation 2 fails" in (tmp_path / "junit.xml").read_text(encoding="utf-8")
    assert result.json["verdicts"]["crash"] == 1
    # The list was before the crash, and what follows it came after: all of them were tried.
    faults = result.test("test_crashes")["faults"]
    assert faults["crashes"] == 1 and faults["complete"] and faults["failed"] == faults["allocations"] >= 3
    assert "CRASH test_it.py::test_crashes" in result.output
    assert re.search(r"\d+ allocations made to fail in 8 tests", result.output)


@needs_faults
def test_a_child_that_hangs_is_ended(tmp_path):
    text = "import faulty\ndef test_it(): faulty.hangs()\n"
    result = run(tmp_path, text, "--refs-faults=100", "--refs-faults-timeout=5")
    assert result.verdicts() == {"test_it": "crash"}
    text = result.test("test_it")["findings"][0]["text"]
    assert text == "does not come to an end in hangs(), when allocation 1 fails"


CHILD = "any('faults-child' in one for one in sys.argv)"


@needs_faults
@pytest.mark.parametrize("where", ["collection", "test", "session"])
def test_a_child_that_hangs_before_anything_fails_is_ended(tmp_path, where):
    hang = f"if {CHILD}: threading.Event().wait()\n"
    text = "import faulty, pytest, sys, threading\ndef test_it(): faulty.right(1)\n"
    if where == "collection":
        text += hang
    elif where == "test":
        text += f"def test_hangs():\n    faulty.right(1)\n    {hang}"
    else:
        text += f"@pytest.fixture(scope='session', autouse=True)\ndef for_all():\n    {hang}"
    result = run(tmp_path, text, "--refs-faults=100", "--refs-faults-timeout=5")
    hanging = "test_hangs" if where == "test" else "test_it"
    assert result.code == 1
    assert result.verdicts() == {"test_it": "clean", hanging: "inconclusive"}, result.output
    reason = result.test(hanging)["reason"]
    assert re.match(r"allocations could not be made to fail: the child process hangs \(it said nothing for \d+ s\)", reason)
    # Where it is.
    assert "in wait" in result.test(hanging)["findings"][0]["hint"] or sys.platform == "win32"
    assert result.test(hanging)["findings"][0]["hint"].endswith("--refs-faults-timeout gives it more time")
    assert result.test(hanging)["faults"]["reason"] == "the child process hangs"


@needs_faults
def test_a_child_that_hangs_after_a_failure_is_ended(tmp_path):
    # A lock that is not released on the way out.
    text = """
import faulty, sys, threading
LOCK = threading.Lock()
def test_it():
    LOCK.acquire()
    faulty.right(1)
    LOCK.release()
def test_next(): faulty.right(1)
"""
    result = run(tmp_path, text, "--refs-faults=100", "--refs-faults-timeout=5")
    assert result.verdicts() == {"test_it": "crash", "test_next": "clean"}, result.output
    (found,) = {found["text"].partition(", after")[0] for found in result.test("test_it")["findings"]}
    assert found == "does not come to an end in right()"
    assert "--refs-faults-timeout" in result.test("test_it")["findings"][0]["hint"]
    assert result.test("test_it")["faults"]["complete"]


@needs_faults
@pytest.mark.parametrize("timeout", ["0", "x", "-1", "nan", "inf"])
def test_a_timeout_that_makes_no_sense(tmp_path, timeout):
    result = run(tmp_path, "", "--refs-faults=100", f"--refs-faults-timeout={timeout}")
    assert result.code == pytest.ExitCode.USAGE_ERROR
    assert f"a number of seconds is needed, not '{timeout}'" in result.output


@needs_faults
@pytest.mark.parametrize("where", ["arguments", "configuration", "environment"])
@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_a_child_leaves_the_files_of_its_parent_alone(tmp_path, monkeypatch, where, workers):
    if workers:
        pytest.importorskip("xdist")
    (tmp_path / "conftest.py").write_text(
        f"""
import json, pytest, sys
@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    if {CHILD}:
        names = ("log_file", "xmlpath", "refs_json", "pastebin", "dist", "tx", "lf", "stepwise", "usepdb", "cargo")
        values = {{name: config.getoption(name, None) for name in names}}
        values["log"] = config.getini("log_file")
        open("child.json", "w").write(json.dumps(values))
"""
    )
    arguments = ["--log-file=own.log", "--log-file-level=INFO", "--junitxml=junit.xml", *workers]
    text = "import faulty, logging\n"
    for name in ("one", "two"):
        text += f"def test_{name}(): logging.info('from {name}'); faulty.right(1)\n"
    if where == "arguments":
        result = run(tmp_path, text, "--refs-faults=100", *arguments)
    elif where == "environment":
        monkeypatch.setenv("PYTEST_ADDOPTS", " ".join(arguments))
        result = run(tmp_path, text, "--refs-faults=100")
    else:
        lines = ["[pytest]", f"addopts = {' '.join(arguments[2:])}", "log_file = own.log", "log_file_level = INFO"]
        (tmp_path / "pytest.ini").write_text("\n".join(lines))
        result = run(tmp_path, text, "--refs-faults=100")
    assert result.code == 0, result.output
    assert result.verdicts() == {"test_one": "clean", "test_two": "clean"}, result.output
    child = json.loads((tmp_path / "child.json").read_text())
    assert not any(child.pop(name) for name in child.copy() if name != "dist"), child
    assert child["dist"] in (None, "no")
    assert (tmp_path / "junit.xml").exists()
    if not workers:
        # A child that opens it empties it, and what comes after begins with a hole.
        log = (tmp_path / "own.log").read_text()
        assert "from one" in log and "from two" in log and "\0" not in log


@needs_faults
@pytest.mark.parametrize("workers", [[], ["-n1"]])
def test_a_child_finds_the_modules_that_its_parent_finds(tmp_path, workers):
    """Also if pytest is not called as `python -m pytest`, which looks into the current directory."""
    if workers:
        pytest.importorskip("xdist")
    (tmp_path / "tests").mkdir()
    (tmp_path / "pytest.ini").touch()
    (tmp_path / "faulty.py").write_text("raise ImportError('the wrong one')\n")
    (tmp_path / "tests" / "test_it.py").write_text("import faulty\ndef test_it(): faulty.right(1)\n")
    arguments = ["-p", "pytest_pyptr.plugin", "-p", "no:cacheprovider", "--refs-faults=100", *workers, "tests"]
    script = f"import sys; sys.path.remove(''); import pytest; sys.exit(pytest.main({arguments}))"
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0 and "made to fail in 1 test" in done.stdout, done.stdout + done.stderr


@needs_faults
def test_markers_bounds_and_progress(tmp_path):
    text = """
import faulty, pytest
@pytest.mark.refs(faults=0)
def test_not(): faulty.leaks()
@pytest.mark.refs(faults=1)
def test_one(): faulty.leaks()
@pytest.mark.refs(ignore="in leaks()", reason="issue 15")
def test_suppressed(): faulty.leaks()
def test_fails(): faulty.leaks(); assert 0
"""
    result = run(tmp_path, text, "--refs-faults=100", "--refs-progress=0")
    assert result.verdicts() == {"test_not": "clean", "test_one": "clean", "test_suppressed": "clean", "test_fails": "failed"}
    assert result.test("test_not")["faults"] is None
    assert result.test("test_one")["faults"]["failed"] == 1
    assert "test_one: not all allocations were made to fail: --refs-faults allows no more of 2" in result.output
    assert result.test("test_suppressed")["suppressed"][0]["reason"] == "issue 15"
    assert "test_suppressed: fault run 2 of 2" in result.output
    assert run(tmp_path, text, "--refs-faults=0").code == pytest.ExitCode.USAGE_ERROR


@needs_faults
def test_what_is_found_without_faults_is_said_once(tmp_path):
    text = "import faulty, leaky\ndef test_it(): leaky.forgotten(); faulty.right(1)\n"
    result = run(tmp_path, text, "--refs-faults=100")
    (found,) = result.test("test_it")["findings"]
    assert "in forgotten()" in found["text"] and "when allocation" not in found["text"]


@needs_faults
def test_a_child_goes_on_after_a_cycle_that_cannot_be_collected(tmp_path):
    text = "import faulty, leaky\ndef test_it(): leaky.uncleared_cycle(); faulty.right(1)\n"
    result = run(tmp_path, text, "--refs-faults=3", "--refs-faults-timeout=5")
    assert result.verdicts() == {"test_it": "leak"}, result.output
    assert result.test("test_it")["faults"]["failed"] >= 3, result.output


@needs_faults
def test_a_child_that_cannot_start_is_not_green(tmp_path):
    (tmp_path / "conftest.py").write_text("import sys\nassert not any('faults-child' in one for one in sys.argv), 'no child here'\n")
    result = run(tmp_path, "import faulty\ndef test_it(): faulty.right(1)\n", "--refs-faults=100")
    assert result.verdicts() == {"test_it": "inconclusive"}, result.output
    assert "no child here" in result.output


@needs_faults
@pytest.mark.parametrize(
    ("value", "body", "reason"),
    [
        ("0", "assert not any('faults-child' in one for one in sys.argv)", "in the child process, the test fails by itself"),
        ("os.getpid()", "faulty.right(value)", "the child process did not find the test"),
    ],
)
def test_a_test_that_is_another_one_in_the_child_is_not_green(tmp_path, value, body, reason):
    text = f"""
import faulty, os, pytest, sys
@pytest.mark.parametrize("value", [{value}])
def test_it(value): {body}
"""
    result = run(tmp_path, text, "--refs-faults=100")
    assert result.code == 1 and set(result.verdicts().values()) == {"inconclusive"}, result.output
    assert f"allocations could not be made to fail: {reason}" in result.output


@needs_faults
def test_a_child_whose_ledger_keeps_no_more_is_not_green_and_replaced(tmp_path):
    (tmp_path / "conftest.py").write_text(
        """
import os, sys
if any("faults-child" in one for one in sys.argv) and not os.path.exists("first"):
    open("first", "w").close()
    import leaky
    hook = leaky.__pyptr_ledger__
    hook("watch adopted")
    for _ in range(1000): leaky.owned_from_borrowed([object()])
    hook("finish watch")
"""
    )
    text = "import leaky\ndef test_one(): leaky.pack(1)\ndef test_two(): leaky.pack(1)\n"
    result = run(tmp_path, text, "--refs-faults=100")
    assert result.verdicts() == {"test_one": "inconclusive", "test_two": "clean"}, result.output
    (found,) = result.test("test_one")["findings"]
    assert "keeps no more" in found["text"] and "when allocation" not in found["text"]
    assert result.test("test_two")["faults"]["complete"]


@needs_faults
# Their own calls of Python functions can fail without an exception when there is no memory.
@pytest.mark.skipif(DEBUG and sys.version_info < (3, 13), reason="debug builds before 3.13 abort by themselves")
def test_the_example_in_manual_mode_is_clean(tmp_path):
    text = (ROOT / "tests" / "python" / "test_manual.py").read_text(encoding="utf-8")
    result = run(tmp_path, text, "--refs-faults=200")
    assert result.code == 0, result.output
    assert set(result.verdicts().values()) == {"clean"}
    assert all(test["faults"]["complete"] for test in result.json["tests"])
