"""Planted bugs in methods and slots of classes: run by ``test_classes.py``."""

import classes
import pytest

pytestmark = pytest.mark.refs(runs="1:3", confirm=2)

BAG = classes.Bag()


class Derived(classes.Bag):
    pass


def test_new():
    classes.Bag(True)


def test_new_by_name():
    classes.Bag(forgetful=True)


def test_new_of_a_derived_class():
    Derived(True)


def test_method():
    assert BAG.method() == 11


def test_classmethod():
    assert Derived.classmethod() == 17


def test_static():
    assert classes.Bag.make() == 18


def test_getter():
    assert BAG.size == 11


def test_setter():
    BAG.size = 1 << 40


def test_slot():
    assert len(BAG) == 9


def test_operator():
    assert BAG + 1 == 14


def test_call():
    assert BAG() == 9


def test_instance():
    assert BAG.copy() is False


def test_decref():
    held = object()
    BAG.put(held)


def test_hidden():
    hiding = classes.Hiding()
    hiding.keep([hiding])


def test_half_hidden():
    hiding = classes.HalfHiding()
    hiding.keep([hiding])


def test_fault():
    assert BAG[1] == 15


def test_unwraps():
    assert BAG.unwraps() == 5


def test_right():
    bag = Derived()
    bag.push(bag)
    bag.push([bag, object()])
    bag.bag = bag
    assert bag.pair() == [b"left", b"right"]
    with pytest.raises(TypeError):
        classes.Bag(1)
