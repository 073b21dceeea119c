"""The example ``date``: a value type. Run by ``pytest --refs --refs-faults`` as well."""

import copy
import datetime
import gc
import inspect
import os
import pickle
import threading
import time

import pytest

import date
from date import Date, Span


# How long the threads run.
SECONDS = float(os.environ.get("PYPTR_SECONDS", "2")) / 4


class Derived(Date):
    """A derived class with arguments of its own."""

    def __new__(cls, year, month, day, note="derived"):
        made = super().__new__(cls, year, month, day)
        made.note = note
        return made


def test_parts():
    day = Date(2024, 2, 29)
    assert (day.year, day.month, day.day) == (2024, 2, 29)
    assert Date(month=2, day=29, year=2024) == day
    assert day.weekday() == 3
    assert repr(day) == "Date(2024, 2, 29)" and str(day) == day.isoformat() == "2024-02-29"
    with pytest.raises(AttributeError):
        day.year = 2025


@pytest.mark.parametrize("step", [1, 97, 1461, 36524])
def test_agrees_with_datetime(step):
    for ordinal in range(1, datetime.date.max.toordinal() + 1, 997 * step):
        theirs = datetime.date.fromordinal(ordinal)
        ours = Date(1, 1, 1) + Span(ordinal - 1)
        assert (ours.year, ours.month, ours.day) == (theirs.year, theirs.month, theirs.day)
        assert ours.weekday() == theirs.weekday() and str(ours) == str(theirs)
        assert ours == Date(theirs.year, theirs.month, theirs.day)


@pytest.mark.parametrize("year, month, day, part", [(0, 1, 1, "year"), (2023, 2, 29, "day"), (1, 13, 1, "month")])
def test_out_of_range(year, month, day, part):
    with pytest.raises(ValueError, match=f"^{part} is out of range$"):
        Date(year, month, day)


def test_wrong_arguments():
    with pytest.raises(TypeError, match=r"^Date\(\) missing required argument 'day' \(pos 3\)$"):
        Date(2024, 1)
    with pytest.raises(TypeError, match=r"^Date\(\) argument 'year' must be int, not str$"):
        Date("2024", 1, 1)
    with pytest.raises(OverflowError):
        Date(1 << 70, 1, 1)


def test_comparisons_and_hash():
    first, same, second = Date(2024, 1, 1), Date(2024, 1, 1), Date(2024, 1, 2)
    assert first == same and first != second and hash(first) == hash(same)
    assert first < second and first <= same and second > first and second >= first
    assert sorted([second, first]) == [first, second]
    assert {first: 1}[same] == 1
    assert first != "2024-01-01" and not first == 1
    with pytest.raises(TypeError, match="'<' not supported between instances of 'date.Date' and 'int'"):
        first < 1


def test_arithmetic():
    day = Date(2024, 2, 28)
    assert day + Span(2) == Span(2) + day == Date(2024, 3, 1)
    assert day - Span(59) == Date(2023, 12, 31)
    assert day - Date(2024, 1, 1) == Span(58)
    assert (Date(2024, 1, 1) - day).days == -58
    assert -Span(3) * 2 == 2 * Span(-3) == Span(-6)
    assert Span(1) and not Span() and str(Span(1)) == "1 day" and repr(Span(2)) == "Span(2)"


@pytest.mark.parametrize(
    "left, right", [(Date(1, 1, 1), 1), (1, Date(1, 1, 1)), (Date(1, 1, 1), Date(1, 1, 1)), (Span(1), Span(2))]
)
def test_other_operands(left, right):
    with pytest.raises(TypeError, match="unsupported operand type"):
        left + right


def test_another_class_may_know_better():
    class Other:
        def __rsub__(self, left):
            return (self, left)

    other, day = Other(), Date(1, 1, 1)
    assert day - other == (other, day)


def test_too_far():
    for day, span in ((Date(9999, 12, 31), 1), (Date(1, 1, 1), -1), (Date(1, 1, 1), (1 << 63) - 1)):
        with pytest.raises(OverflowError):
            day + Span(span)
    for span in (-(1 << 63), (1 << 63) - 1):
        with pytest.raises(OverflowError):
            Date(1, 1, 1) - Span(span)
    with pytest.raises(OverflowError):
        -Span(-(1 << 63))
    with pytest.raises(OverflowError):
        Span(1 << 40) * (1 << 40)


@pytest.mark.parametrize("text", ["", "2024", "2024-2-29", "2024-02-29x", "+024-02-29", "2024-02-2\u0663", "2024-02\n29"])
def test_fromisoformat_of_something_else(text):
    with pytest.raises(ValueError, match="invalid isoformat string"):
        Date.fromisoformat(text)


def test_fromisoformat():
    assert Date.fromisoformat("2024-02-29") == Date(2024, 2, 29)
    with pytest.raises(ValueError, match="month is out of range"):
        Date.fromisoformat("2024-13-01")
    derived = Derived.fromisoformat("2024-02-29")
    assert type(derived) is Derived and derived.note == "derived" and derived == Date(2024, 2, 29)


def test_replace():
    day = Date(2024, 2, 29)
    assert day.replace(day=1) == Date(2024, 2, 1) and day.replace() == day
    with pytest.raises(ValueError):
        day.replace(year=2023)
    with pytest.raises(TypeError):
        day.replace(2023)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickling(protocol):
    for value in (Date(2024, 2, 29), Span(-3), Derived(1, 2, 3)):
        loaded = pickle.loads(pickle.dumps(value, protocol))
        assert loaded == value and type(loaded) is type(value)


def test_copying():
    day = Derived(2024, 2, 29, note=[])
    assert copy.copy(day) == copy.deepcopy(day) == day


def test_matching():
    match Date(2024, 2, 29):
        case Date(2024, month=2, day=day):
            assert day == 29
        case _:
            pytest.fail("no match")


def test_derived_classes():
    class Cycle(Date):
        pass

    made = Cycle(2024, 2, 29)
    made.itself = made
    assert isinstance(made, Date) and made + Span(1) == Date(2024, 3, 1)
    with pytest.raises(TypeError):
        type("Impossible", (Date, Span), {})
    with pytest.raises(TypeError, match="not an acceptable base type"):
        type("Impossible", (Span,), {})


def test_the_classes_cannot_be_changed():
    with pytest.raises(TypeError, match="immutable type"):
        Date.year = 1
    with pytest.raises(TypeError):
        object.__new__(Date)
    assert not gc.is_tracked(Date(1, 1, 1))


def test_threads_share_one_date():
    day, span, ended = Date(2024, 2, 29), Span(366), []
    end = time.monotonic() + SECONDS

    def work():
        rounds = 0
        while not rounds or time.monotonic() < end:
            for step in range(100):
                assert day + span == Date(2025, 3, 1) and (day + Span(step)) - day == Span(step)
                assert str(day) == "2024-02-29" and hash(day) == hash(Date(2024, 2, 29))
            rounds += 1
        ended.append(rounds)  # unless something of this has failed

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ended) == 8


def test_what_help_shows():
    assert str(inspect.signature(Date)) == "(year, month, day)"
    assert str(inspect.signature(Date.replace)) == "(self, /, *, year=None, month=None, day=None)"
    assert Date.__doc__ == "A day of the Gregorian calendar, in the years 1 to 9999."
    assert Date.fromisoformat.__doc__ == "The date of a text like `2024-02-29`."
    assert (Date.__module__, Date.__qualname__, date.__doc__) == ("date", "Date", "Dates.")
