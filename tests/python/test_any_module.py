"""Extensions that pyptr did not make: they are named, judged by memory and counts where that is asked for, and can have a
ledger. Those of PyO3 are in ``test_pyo3.py``."""

import os
import re
import sys
import sysconfig

import pytest
from any_modules import PYPTR, build, compile_c, needs_cc
from checked import EXTENSIONS, Result, normal
from crates import ROOT, not_in_debug_builds

FREE_THREADED = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))

PLANTED = """
import MODULE as planted

class Held: pass

KEPT, ITEMS, NUMBERS = Held(), [Held()], {"one": float("1.25")}

def test_forgotten(): planted.forgotten("a text" * 3)
def test_released(): planted.released(KEPT)
def test_released_item(): planted.released(ITEMS[0])
def test_released_number(): planted.released(NUMBERS["one"])
def test_pair(): assert planted.pair(KEPT)[0] is KEPT
"""
OF_C = """
def test_taken(): planted.taken(KEPT)
def test_allocated(): planted.allocated()
"""
ALL_THERE = """
def test_all_are_there(): assert (type(KEPT), type(ITEMS[0]), NUMBERS) == (Held, Held, {"one": 1.25})
"""

# What comes behind the name and the type of the object.
FALLS = "falls by 1 per run, as counts alone show (no ledger in: {})"
RELEASED = "released more references than were held: the number of references to test_it.{} {}"


def run(directory, text, *arguments):
    (directory / "pytest.ini").touch()
    (directory / "test_it.py").write_text(text, encoding="utf-8")
    return Result(directory, arguments, as_users=True, PYTHONPATH=path_with(directory))


def path_with(directory):
    return os.pathsep.join(filter(None, [str(directory), os.environ.get("PYTHONPATH")]))


def texts(result, name):
    return [found["text"] for found in result.test(name)["findings"]]


@pytest.fixture
def planted(tmp_path):
    compile_c(EXTENSIONS / "unledgered" / "planted.c", tmp_path / "planted.so")
    return tmp_path


def check_planted(result, module, extra=()):
    """What is common to the planted bugs in C and with PyO3."""
    leaks = dict.fromkeys(("test_released", "test_released_item", "test_released_number"), "leak")
    unclear = dict.fromkeys(("test_forgotten", *extra), "inconclusive")
    clean = dict.fromkeys(("test_pair", "test_all_are_there"), "clean by memory")
    assert result.verdicts() == {**leaks, **unclear, **clean}, result.output
    assert result.code == 1
    falls = FALLS.format(module)
    assert texts(result, "test_released") == [RELEASED.format("KEPT (test_it.Held)", falls)]
    assert texts(result, "test_released_item") == [RELEASED.format("ITEMS[0] (test_it.Held)", falls)]
    assert texts(result, "test_released_number") == [RELEASED.format("NUMBERS['one'] (float)", falls)]
    (forgotten,) = texts(result, "test_forgotten")
    assert forgotten.startswith("the interpreter's memory grows by 1 blocks per run beyond what its fixtures need"), forgotten
    assert forgotten.endswith(f", as memory alone shows (no ledger in: {module})"), forgotten
    assert f"no ledger in: {module}; judged by memory and counts alone\n" in result.output
    assert result.json["without_ledger"] == [module]


@needs_cc
def test_an_extension_in_c_is_judged_by_memory_and_counts(planted):
    text = PLANTED.replace("MODULE", "planted") + OF_C + ALL_THERE
    result = run(planted, text, "--refs-memory")
    extra = ["test_taken"]
    if texts(result, "test_allocated") or sys.platform == "linux":
        # Where malloc can be asked.
        extra.append("test_allocated")
        (allocated,) = texts(result, "test_allocated")
        assert re.match(r"the memory from malloc grows by 10\d\d bytes per run ", allocated), allocated
    check_planted(result, "planted", extra)
    (taken,) = texts(result, "test_taken")
    assert taken.startswith("the number of references to test_it.KEPT (test_it.Held) grows by 1 per run"), taken
    assert taken.endswith(", as counts alone show (no ledger in: planted)")


@needs_cc
def test_what_is_not_seen(planted):
    """An object that each run makes anew is freed while the caller refers to it. What happens then is not known."""
    text = "import planted\nclass Held: pass\ndef test_it(): planted.released(Held())\n"
    result = run(planted, text, "--refs-memory")
    died = result.json is None
    assert died or not any("released" in found for found in texts(result, "test_it")), result.output


@needs_cc
def test_an_extension_without_a_ledger_is_named_and_never_green(planted):
    text = "import planted\ndef test_it(): planted.pair(1)\n"
    result = run(planted, text, "--refs")
    assert (result.code, result.verdicts()) == (1, {"test_it": "unchecked"}), result.output
    assert "\nno ledger in: planted; not judged (--refs-memory judges by memory)\n" in result.output
    assert "nothing was checked" in result.output
    # Beside one that has a ledger: named all the same.
    result = run(planted, "import leaky\n" + text.replace("planted.pair", "leaky.pack(1), planted.pair"), "--refs")
    assert (result.code, result.verdicts()) == (0, {"test_it": "clean"}), result.output
    assert "\nno ledger in: planted; not judged (--refs-memory judges by memory)\n" in result.output
    assert result.json["without_ledger"] == ["planted"]
    # Without the option, nothing is said.
    assert "no ledger" not in run(planted, text, "-q").output


@needs_cc
def test_the_modules_of_a_package_have_one_name(tmp_path):
    package = tmp_path / "package"
    package.mkdir()
    (package / "__init__.py").touch()
    compile_c(EXTENSIONS / "unledgered" / "planted.c", package / "planted.so")
    result = run(tmp_path, "from package import planted\ndef test_it(): planted.pair(1)\n", "--refs")
    assert result.json["without_ledger"] == ["package"], result.output


@needs_cc
def test_workers_name_them_too(planted):
    pytest.importorskip("xdist")
    text = "import planted\ndef test_it(): planted.pair(1)\ndef test_too(): planted.pair(2)\n"
    result = run(planted, text, "--refs-memory", "-n2")
    assert set(result.verdicts().values()) == {"clean by memory"} and result.code == 0, result.output
    assert "no ledger in: planted; judged by memory and counts alone" in result.output


@needs_cc
def test_blocks_and_fixtures_by_counts(planted):
    result = run(
        planted,
        """
import planted, pytest
class Held: pass
KEPT = Held()
@pytest.fixture(scope="module")
def held(): return Held()
def test_block(refs):
    for _ in refs.runs(): planted.released(KEPT)
def test_clean_block(refs): refs.check(planted.pair, KEPT)
def test_fixture(held): planted.released(held)
def test_fixture_is_there(held): assert type(held) is Held and type(KEPT) is Held
QUEUE = 1000 * [Held()]
def test_takes_from_a_queue(): assert type(QUEUE.pop()) is Held
""",
        "--refs-memory",
    )
    expected = {"test_block": "leak", "test_clean_block": "block", "test_fixture": "leak"}
    expected |= {"test_fixture_is_there": "clean by memory", "test_takes_from_a_queue": "inconclusive"}
    assert result.verdicts() == expected, result.output
    # The queue itself lets go of them.
    (queue,) = texts(result, "test_takes_from_a_queue")
    assert queue.startswith("the number of references to test_it.QUEUE[0] (test_it.Held) falls by 1 per run, in 20 runs")
    (fixture,) = texts(result, "test_fixture")
    assert "the number of references to fixture held (test_it.Held) falls by 1 per run" in fixture


CHAPTER = ROOT / "src" / "guide" / "ledger.md"


def of_the_guide(section, language):
    """A block of a section, without the lines that are hidden there."""
    (text,) = re.findall(rf"^#+ {section}$\n(.*?)(?=^#+ [A-Z]|\Z)", CHAPTER.read_text(encoding="utf-8"), re.M | re.S)
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.M | re.S)
    (block,) = [block for of, block in blocks if of == language]
    return "".join(line for line in block.splitlines(True) if not line.startswith("# "))


def line_with(text, mark):
    (number,) = [number for number, line in enumerate(text.splitlines(), 1) if mark in line]
    return number


@needs_cc
@not_in_debug_builds
def test_a_module_written_in_c_has_the_ledger_of_its_part(tmp_path):
    source = of_the_guide("A module written in C", "")
    archive = build("words_in_rust", source, "staticlib", PYPTR)
    (tmp_path / "words.c").write_text(of_the_guide("A module written in C", "c"), encoding="utf-8")
    compile_c(tmp_path / "words.c", tmp_path / "words.so", archive)
    result = run(
        tmp_path,
        "import words\n"
        "def test_shout(): assert words.shout('hello') == 'hello!'\n"
        "def test_first(): assert words.first(['a text'.upper()]) == 'A TEXT'\n",
        "--refs",
    )
    assert result.verdicts() == {"test_shout": "leak", "test_first": "leak"}, result.output
    (shout,) = texts(result, "test_shout")
    line = line_with(source, ".repr()")
    assert normal(shout).startswith(f"leaked 1 reference per run to str, taken at src/lib.rs:{line}: (new) in shout()"), shout
    (first,) = texts(result, "test_first")
    line = line_with(source, "from_owned_ptr")
    assert normal(first) == f"made an `Owned` from a borrowed pointer: str, at src/lib.rs:{line}: in first()"
    assert result.json["without_ledger"] == []
