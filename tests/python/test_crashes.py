"""A crash under ``pytest --refs`` is attributed to its test, its function and its last line."""

import os

import pytest
from checked import Result, normal, slip_at

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals are handled elsewhere there")
START = "pytest-pyptr: the process crashes in test_it.py::test_it, "


@pytest.fixture
def crash(tmp_path):
    """The last words of pytest, on a test with the given body."""

    def run(body, *arguments):
        (tmp_path / "pytest.ini").touch()
        text = f"import os, slips\ndef test_before(): slips.takes(1)\ndef test_it():\n    {body}\n"
        (tmp_path / "test_it.py").write_text(text, encoding="utf-8")
        result = Result(tmp_path, ["--refs", *arguments], as_users=True)
        assert result.code < 0 and result.json is None, result.output
        return normal(result.output)

    return run


@pytest.mark.parametrize("capture", ["fd", "sys", "no"])
def test_in_a_function(crash, capture):
    output = crash("slips.crashes(None, True)", f"--capture={capture}")
    assert f"{START}in crashes(), after {slip_at('crashes')}\n" in output
    # What pytest itself writes comes as well.
    assert "Fatal Python error: Segmentation fault" in output
    assert "in test_it\n" in output


def test_after_a_function(crash):
    output = crash("slips.crashes(None, False); os.abort()")
    assert f"{START}after crashes(), whose last line known to pyptr is {slip_at('crashes')}\n" in output
    assert "Fatal Python error: Aborted" in output


def test_on_another_thread(crash):
    run = "import threading; one = threading.Thread(target=slips.crashes, args=(None, True)); one.start(); one.join()"
    assert f"{START}in crashes(), after {slip_at('crashes')}\n" in crash(run)


def test_in_a_later_run(crash):
    body = "os.environ['RUNS'] = os.environ.get('RUNS', '') + '.'; slips.crashes(None, len(os.environ['RUNS']) == 4)"
    assert f"{START}in crashes(), after {slip_at('crashes')}\n" in crash(body)


def test_without_faulthandler(crash):
    output = crash("slips.crashes(None, True)", "-p", "no:faulthandler")
    assert f"{START}in crashes(), after {slip_at('crashes')}\n" in output
    assert "Fatal Python error" not in output
