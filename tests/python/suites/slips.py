"""Objects that something holds while a reference too many is released: run by ``test_slips.py``."""

import gc
import os
import sys
import weakref

import pytest
import slips


pytestmark = pytest.mark.refs(runs="1:3", confirm=2)


class Held:
    """An object that nothing holds but its home."""

    def __init__(self):
        self.text = f"at {id(self)}"


class OfSlots:
    __slots__ = ("held",)


class Home:
    of_class = Held()


VARIABLE = Held()
LIST = [Held()]
TUPLE = (Held(),)
SET = {Held()}
OF_KEYS = {Held(): 1}
OF_VALUES = {1: Held()}
INSTANCE = Home()
INSTANCE.held = Held()
SLOTS = OfSlots()
SLOTS.held = Held()
DEEP = [[{"a": ({"b": [Held()]},)}]]
# Objects that the collector does not know.
FLOATS = [float(os.getpid()) + 0.5]
BYTES = {"a": os.urandom(20)}
TEXT = {"a": os.urandom(20).hex()}


def closure():
    held = Held()
    return lambda: held


CLOSURE = closure()

HOMES = {
    "variable": lambda: VARIABLE,
    "list": lambda: LIST[0],
    "tuple": lambda: TUPLE[0],
    "set": lambda: next(iter(SET)),
    "key": lambda: next(iter(OF_KEYS)),
    "value": lambda: OF_VALUES[1],
    "class": lambda: Home.of_class,
    "instance": lambda: INSTANCE.held,
    "slots": lambda: SLOTS.held,
    "deep": lambda: DEEP[0][0]["a"][0]["b"][0],
    "closure": CLOSURE,
    "float": lambda: FLOATS[0],
    "bytes": lambda: BYTES["a"],
    "text": lambda: TEXT["a"],
}

VALUES = {name: repr(vars(get()) if isinstance(get(), Held) else get()) for name, get in HOMES.items()}
# As a server that forks does.
if os.environ.get("PYPTR_TEST_FREEZE"):
    gc.freeze()
    FROZEN = gc.get_freeze_count()


@pytest.mark.parametrize("home", HOMES)
def test_drops(home):
    slips.drops(HOMES[home]())


@pytest.mark.parametrize("home", HOMES)
def test_returns(home):
    slips.returns(HOMES[home]())


def test_steals():
    assert slips.steals(VARIABLE)[0] is VARIABLE


def test_value():
    assert slips.value(OF_VALUES, 1) is OF_VALUES[1]


def test_value_of_a_new_dict():
    values = {1: Held()}
    value = slips.value(values, 1)
    assert type(value) is Held and values[1] is value


def test_value_many_times():
    values = {number: Held() for number in range(100)}
    for number in values:
        for _ in range(30):
            slips.value(values, number)


def test_by_hand():
    slips.by_hand(VARIABLE)


def test_keeps():
    slips.keeps(DEEP[0][0]["a"][0]["b"][0])


def test_popped():
    popped = slips.popped([Held()])
    others = churn()
    assert popped.text == f"at {id(popped)}"
    del popped, others


def test_popped_by_hand():
    slips.popped_by_hand([Held()])
    churn()


def test_popped_that_lives():
    assert slips.popped([VARIABLE]) is VARIABLE


APPENDED = []


def test_appends():
    APPENDED.clear()
    slips.appends(APPENDED)


def test_appends_beside_constants():
    for constant in ("a constant of the test", 12345678.5, b"bytes of the test", (1.5, "a tuple")):
        slips.looks(constant)
    slips.looks(VARIABLE)
    APPENDED.clear()
    slips.appends(APPENDED)


@pytest.mark.parametrize("home", HOMES)
def test_takes(home):
    slips.takes(HOMES[home]())
    assert slips.gives(HOMES[home]())[1] is HOMES[home]()


def test_a_result_dies_with_its_last_reference():
    one = slips.gives(Held())[0]
    of_one = weakref.ref(one)
    del one
    assert of_one() is None


def test_a_result_dies_in_a_block(refs):
    for _ in refs.runs():
        of_one = weakref.ref(slips.gives(Held())[0])
        assert of_one() is None


def test_a_count_that_is_looked_at():
    before = sys.getrefcount(VARIABLE)
    given = slips.gives(VARIABLE)
    assert sys.getrefcount(VARIABLE) == before + 2
    del given
    assert sys.getrefcount(VARIABLE) == before


RUNS = []


def test_that_cannot_be_repeated():
    RUNS.append(slips.gives(VARIABLE))
    assert len(RUNS) != 3


def test_drops_with_spare_references():
    VARIABLE.spare = [VARIABLE] * 100
    slips.drops(VARIABLE)
    del VARIABLE.spare


def test_of_a_function(refs):
    local = Held()
    text = local.text
    for _ in refs.runs():
        slips.drops(local)
    churn()
    assert local.text == text


def test_of_a_generator(refs):
    def generate():
        local = Held()
        yield local
        assert local.text == f"at {id(local)}"

    generator = generate()
    next(generator)
    for _ in refs.runs():
        generator.gi_frame.f_locals["local"] is not None and slips.drops(generator.gi_frame.f_locals["local"])
    churn()
    list(generator)


@pytest.mark.refs(runs="1:1")
def test_takes_what_there_is():
    """No object looks as if it had references too few."""
    if hasattr(sys, "gettotalrefcount"):
        pytest.skip("slow in debug builds")
    known = gc.get_objects()
    known += [to for one in known for to in gc.get_referents(one)]
    for one in {id(one): one for one in known}.values():
        slips.takes(one)


def churn():
    """Uses memory that was freed for other objects."""
    return [Held() for _ in range(100)], [float(number) for number in range(100)], [os.urandom(20) for _ in range(100)]


@pytest.mark.no_refs(reason="it looks at what the other tests have left")
def test_all_are_there():
    churn()
    for name, get in HOMES.items():
        assert repr(vars(get()) if isinstance(get(), Held) else get()) == VALUES[name], name
    assert weakref.ref(VARIABLE)() is VARIABLE
    if os.environ.get("PYPTR_TEST_FREEZE"):
        # What has died since is not frozen any more.
        assert FROZEN - 1000 < gc.get_freeze_count() <= FROZEN
