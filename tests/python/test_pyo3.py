"""Extensions that PyO3 made, as those of ``test_any_module.py``; PyO3 is compiled first."""

from any_modules import PYO3, PYPTR, build, install
from checked import EXTENSIONS, normal
from crates import not_in_debug_builds
from test_any_module import ALL_THERE, PLANTED, check_planted, line_with, of_the_guide, run, texts


@not_in_debug_builds
def test_an_extension_with_pyo3_is_judged_by_memory_and_counts(tmp_path):
    library = build("planted_by_pyo3", EXTENSIONS / "unledgered" / "pyo3.rs", "cdylib", PYO3)
    install(library, tmp_path / "planted_by_pyo3")
    text = PLANTED.replace("MODULE", "planted_by_pyo3") + ALL_THERE
    check_planted(run(tmp_path, text, "--refs-memory"), "planted_by_pyo3")


@not_in_debug_builds
def test_a_module_made_with_pyo3_has_the_ledger_of_its_part(tmp_path):
    source = of_the_guide("A module made with PyO3", "ignore")
    install(build("mixed", source, "cdylib", PYO3, PYPTR), tmp_path / "mixed")
    result = run(
        tmp_path,
        "import mixed\n"
        "KEPT = float('1.25')\n"
        "def test_measured(): assert mixed.measured('a text') == 6\n"
        "def test_doubled(): assert mixed.doubled(KEPT) == 2.5\n"
        "def test_all_are_there(): assert KEPT == 1.25\n",
        "--refs",
    )
    expected = {"test_measured": "leak", "test_doubled": "leak", "test_all_are_there": "clean"}
    assert result.verdicts() == expected, result.output
    (measured,) = texts(result, "test_measured")
    line = line_with(source, "Text::new")
    assert normal(measured).startswith(
        f"leaked 1 reference per run to str, taken at src/lib.rs:{line}: (new) in measured()"
    ), measured
    (doubled,) = texts(result, "test_doubled")
    line = line_with(source, "from_owned_ptr")
    assert normal(doubled) == f"made an `Owned` from a borrowed pointer: float, at src/lib.rs:{line}: in doubled()"
    assert result.json["without_ledger"] == []
