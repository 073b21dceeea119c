"""What only looks like a leak: none of this may be reported, in any order."""

import gc
import logging
import sys
import threading
import unittest
import warnings

import leaky
import pytest


def test_one_time_cache():
    leaky.one_time_cache()


def test_bounded_cache():
    leaky.bounded_cache("a")


def test_interned():
    leaky.interned()


def test_interned_by_python():
    sys.intern("".join(["interned by ", "this test"]))
    leaky.interned()


def test_meant_to_live():
    leaky.meant_to_live()


def test_pack():
    assert leaky.pack(1000) == [1000]


def test_small_ints():
    for number in range(-5, 257):
        assert leaky.pack(number) == [number]


def test_immortals():
    for one in (True, False, 0, 1):
        leaky.pack(one)
    for one in (None, ..., NotImplemented, "", b"", ()):
        with pytest.raises(TypeError):
            leaky.pack(one)


def test_freelists():
    # More than any list of free objects keeps.
    kept = [leaky.pack(number) for number in range(200)]
    kept += [({}, 1.5 * number, (number,), [number], slice(number)) for number in range(200)]
    del kept


def test_error():
    with pytest.raises(TypeError):
        leaky.pack(None)


def test_error_that_is_kept():
    with pytest.raises(TypeError, match="int") as raised:
        leaky.pack("x")
    assert raised.value.__traceback__ is not None


def test_released_on_another_thread():
    leaky.released_elsewhere("a text" * 3)


def test_queued_by_a_thread_that_joins():
    def release():
        for number in range(10):
            leaky.released_elsewhere(f"text number {number}")

    thread = threading.Thread(target=release)
    thread.start()
    thread.join()


def test_collectable_cycles():
    leaky.collectable_cycles()


def test_broken_cycle():
    leaky.broken_cycle()


def test_type_that_is_released():
    leaky.released_type()


def test_list_in_itself():
    cycle = [leaky.pack(1)]
    cycle.append(cycle)


class Instance:
    pass


def test_instance_in_its_own_dict():
    one, other = Instance(), Instance()
    one.other, other.one, one.items = other, one, leaky.pack(1)


def test_tmp_path(tmp_path):
    (tmp_path / "x").write_text(str(leaky.pack(1)))


def test_capsys(capsys):
    print(leaky.pack(1))
    assert capsys.readouterr().out == "[1]\n"


def test_caplog(caplog):
    logging.warning("%s", leaky.pack(1))
    assert len(caplog.records) == 1


def test_monkeypatch(monkeypatch):
    monkeypatch.setattr(leaky, "pack", leaky.pack)
    monkeypatch.setenv("LEAKY", "1")
    leaky.pack(1)


def test_record(record_property):
    record_property("key", str(leaky.pack(1)))


@pytest.fixture(scope="session")
def for_session():
    with open("session", "a") as file:
        file.write("x")
    yield leaky.pack(1)
    with open("session", "a") as file:
        file.write("y")


@pytest.fixture(scope="module")
def for_module():
    with open("module", "a") as file:
        file.write("x")
    return leaky.pack(2)


@pytest.fixture
def for_function(for_module):
    return leaky.pack(3)


def test_fixtures(for_session, for_module, for_function):
    leaky.pack(2)


@pytest.mark.parametrize("value", [1, 2, 3000])
def test_parametrised(value, for_module):
    leaky.pack(value)


@pytest.mark.xfail
def test_expected_to_fail():
    assert leaky.pack(1) is None


class TestUnit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.kept = leaky.pack(1)

    def setUp(self):
        self.own = leaky.pack(12)

    def test_unit(self):
        assert self.own == [12]

    def test_sub(self):
        for number in range(3):
            with self.subTest(number=number):
                leaky.pack(number)


class TestClass:
    def test_new_instance(self):
        assert not hasattr(self, "own")
        self.own = leaky.pack(1)


def test_lazy_import():
    import decimal
    import xml.dom.minidom

    leaky.pack(int(decimal.Decimal(len(xml.dom.minidom.__name__))))


def test_import_by_a_fixture_function(monkeypatch):
    import importlib

    assert importlib.import_module("colorsys")
    leaky.pack(1)


KEPT = []


def test_cycle_that_is_replaced():
    cycle = [leaky.pack(1)]
    cycle.append(cycle)
    KEPT[:] = [cycle]


def test_collection():
    gc.collect()
    leaky.pack(1)


def test_warning():
    warnings.warn("once in the summary", stacklevel=1)
    leaky.pack(1)


def test_thread():
    thread = threading.Thread(target=leaky.pack, args=(1,))
    thread.start()
    thread.join()


def test_block(refs):
    for _ in refs.runs():
        leaky.pack(1)
    refs.check(leaky.pack, 1)
