"""Counting by raw calls, right and wrong: run by ``test_raw.py``."""

import functools
import itertools
import logging
import re
import struct
import sys
import typing
import uuid
import warnings

import pytest
import raw


class Held:
    """An object that nothing holds but its home."""


LIVES = Held()
BYTES = bytes(range(200))
SPARE = [LIVES] * 50
OF_VALUES = {"a": Held()}
NUMBERS = itertools.count(1000)


class Sub(raw.Base):
    pass


# What is wrong.


def test_buffer_of_new():
    raw.sum(bytes(bytearray(300)), 0)


def test_buffer_of_what_lives():
    raw.sum(BYTES, 0)


def test_buffer_of_bytearray():
    raw.sum(bytearray(64), 0)


def test_releases_value():
    raw.releases_value({"a": LIVES}, "a")


def test_releases_value_of_what_is_scarce():
    raw.releases_value(OF_VALUES, "a")
    assert type(OF_VALUES["a"]) is Held


def test_releases_by_c():
    raw.releases_by_c(LIVES)


def test_releases_by_c_what_is_scarce():
    raw.releases_by_c(OF_VALUES["a"])


def test_takes_by_c():
    raw.takes_by_c(LIVES)


def test_takes():
    raw.takes(LIVES)


def test_takes_what_is_new():
    raw.takes(Held())


def fails():
    raise KeyError("no")


def test_traceback():
    with pytest.raises(ValueError):
        raw.calls(fails, False)


def test_overwrites():
    assert raw.overwrites([[], []]) == [([],), ([],)]


def test_overwrites_what_lives():
    assert raw.overwrites([LIVES]) == [(LIVES,)]


def test_raises():
    with pytest.raises(KeyError):
        raw.raises("again")


def test_subclass():
    Sub()


# What is right.


@pytest.mark.parametrize("releases", [1, 2])
def test_ok_buffer(releases):
    raw.sum(bytes(bytearray(300)), releases)
    raw.sum(BYTES, releases)
    data = bytearray(64)
    raw.sum(data, releases)
    data.append(1)


def test_ok_view():
    raw.keeps_view(BYTES)


def test_ok_view_of_new():
    raw.keeps_view(bytearray(64))


def test_ok_pairs():
    assert raw.pairs(LIVES) is LIVES
    assert type(raw.pairs(Held())) is Held


def test_ok_calls():
    with pytest.raises(ValueError):
        raw.calls(fails, True)


def test_ok_swaps():
    pair = [LIVES, Held()]
    raw.swaps(pair)
    assert pair[1] is LIVES


def test_ok_fills():
    assert raw.fills("ab") == ["abab", "abab"]


def test_ok_appends_and_clears():
    one, several, named = Held(), [LIVES], {"a": LIVES, "b": Held()}
    raw.appends(several, one)
    raw.appends(several, LIVES)
    assert len(several) == 3
    raw.clears(several, named)
    assert not several and not named
    raw.appends(several, several)


BOUNDED = []


def test_ok_appends_to_what_lives():
    raw.appends(BOUNDED, LIVES)
    if len(BOUNDED) > 3:
        raw.clears(BOUNDED, {})


def test_ok_removes_the_last_reference():
    several = [Held()]
    raw.clears(several, {"a": several[0]})


@pytest.mark.parametrize("keeps", [raw.keeps, raw.keeps_raw])
def test_ok_keeps(keeps):
    keeps(LIVES)
    keeps(Held())
    keeps([])


@pytest.mark.parametrize("keeps", [raw.keeps, raw.keeps_raw])
def test_ok_keeps_what_lives(keeps):
    keeps(LIVES)


def test_ok_class():
    class Local(Held):
        pass

    assert raw.pairs(Local) is Local
    raw.keeps(Local)


# What the standard library caches.


def test_ok_pattern():
    assert re.search(f"a{next(NUMBERS)}", raw.fills("b")[0]) is None


def test_ok_format():
    assert struct.calcsize(f"<{next(NUMBERS)}s") > raw.sum(b"\1", 1)


def test_ok_name():
    setattr(raw.pairs(Held()), "name_" + uuid.uuid4().hex, 1)
    sys.intern(uuid.uuid4().hex)


def test_ok_generic():
    class Box(typing.Generic[typing.TypeVar("T")]):
        pass

    assert raw.pairs(typing.Optional[Box[int]])


def test_ok_warning():
    raw.pairs(LIVES)
    with warnings.catch_warnings(record=True):
        warnings.warn(f"number {next(NUMBERS)}")


def test_ok_singledispatch():
    @functools.singledispatch
    def show(_):
        return "?"

    assert show(raw.pairs(Held())) == "?"


# What grows for a reason of its own.

KEPT = []


def test_keeps_lists():
    KEPT.append(raw.fills("ab"))


def test_keeps_classes():
    KEPT.append(raw.pairs(type("Made", (), {})))


def test_keeps_arguments():
    try:
        raise KeyError(raw.pairs(LIVES))
    except KeyError as error:
        KEPT.append(error)


class Kept(raw.Base):
    pass


def test_keeps_instances():
    KEPT.append(Kept())
