"""``pytest --refs`` freezes objects between runs: a test that asks the collector for objects sees all of them."""

import gc
import sysconfig

import pytest
from checked import Result

HELPER = """
import gc
def objects(): return gc.get_objects()
def referrers(one): return gc.get_referrers(one)
def count(): return gc.get_freeze_count()
def freeze(): gc.freeze()
"""


@pytest.fixture
def refs(tmp_path):
    """Runs pytest on a file with the given text, as users do: nothing is frozen before."""

    def run(text):
        (tmp_path / "pytest.ini").touch()
        (tmp_path / "helper.py").write_text(HELPER)
        start = "import helper, leaky, pytest\nclass Node: pass\nNODES = [Node(), Node()]\n"
        (tmp_path / "test_it.py").write_text(start + text)
        return Result(tmp_path, ["--refs"], as_users=True)

    return run


def test_a_module_that_has_the_collector(refs):
    result = refs(
        """
import gc
from gc import get_freeze_count
FROZEN = get_freeze_count()
def instances(): return sum(type(one) is Node for one in gc.get_objects())
def test_objects(): leaky.pack(1); assert instances() == 2
def test_referrers(): leaky.pack(1); assert any(one is NODES for one in gc.get_referrers(NODES[0]))
def test_count(): assert get_freeze_count() == gc.get_freeze_count() == FROZEN
def test_leak(): assert instances() == 2; leaky.forgotten()
def test_block(refs):
    for _ in refs.runs(): assert instances() == 2
"""
    )
    clean = dict.fromkeys(("test_objects", "test_referrers", "test_count"), "clean")
    assert result.verdicts() == {**clean, "test_leak": "leak", "test_block": "block"}, result.output


def test_another_module_that_has_the_collector(refs):
    result = refs(
        """
def test_objects(): leaky.pack(1); assert sum(type(one) is Node for one in helper.objects()) == 2
def test_referrers(): leaky.pack(1); assert any(one is NODES for one in helper.referrers(NODES[0]))
def test_later():
    for _ in range(3): leaky.pack(1)
    assert len(helper.objects()) > 1000
def test_here():
    import gc
    assert gc.get_freeze_count() == FROZEN
FROZEN = helper.count()
@pytest.fixture
def fixture(): return helper.count
def test_fixture(fixture): leaky.pack(1)
"""
    )
    assert set(result.verdicts().values()) == {"clean"}, result.output


@pytest.mark.skipif(gc.get_freeze_count() > 0, reason="3.12 starts with frozen objects: --refs freezes nothing")
def test_what_notices_that_objects_are_frozen_is_told_so(refs):
    result = refs("def test_it(): leaky.pack(1); assert helper.count() == 0\n")
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        # Nothing is frozen where nothing grows.
        assert result.verdicts() == {"test_it": "clean"}
    else:
        assert result.verdicts() == {"test_it": "inconclusive"}
        assert "the test failed in run 2: it cannot be repeated" in result.output
        assert "were frozen (gc.freeze)" in result.output
    result = refs("RUNS = []\ndef test_it(): RUNS.append(1); assert len(RUNS) == 1 and helper.objects()\n")
    assert result.verdicts() == {"test_it": "inconclusive"}


def test_what_the_code_under_test_freezes_stays_frozen(refs):
    result = refs(
        """
def test_freezes():
    leaky.pack(1)
    helper.freeze()
@pytest.mark.no_refs(reason="it looks at what the other test has left")
def test_is_frozen(): assert helper.count() > 1000
"""
    )
    assert result.verdicts() == {"test_freezes": "clean", "test_is_frozen": "exempt"}, result.output
    assert result.code == 0, result.output
