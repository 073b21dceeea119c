"""A test for each planted bug of the example ``leaky``: run by ``test_bugs.py``."""

import sys

import leaky
import pytest


def test_forgotten():
    leaky.forgotten()


def test_incref():
    leaky.incref(object())


def test_used_after_release():
    leaky.used_after_release()


def test_forgotten_immortal():
    leaky.forgotten_immortal()


def test_error_return():
    with pytest.raises(TypeError):
        leaky.error_return("x")


def test_success_return():
    leaky.error_return(1)


def test_owned():
    leaky.owned_from_borrowed([object()])


def test_borrowed():
    leaky.borrowed_from_new()


def test_given(tmp_path):
    leaky.given([])


def test_cache():
    leaky.growing_cache("text")


def test_allocation():
    leaky.allocation("text")


def test_cycle():
    leaky.cycle()


def test_boxed_cycle():
    leaky.boxed_cycle()


def test_uncleared_cycle():
    leaky.uncleared_cycle()


def test_capsule_cycle():
    leaky.capsule_cycle()


def test_type():
    leaky.unreleased_type()


if sys.version_info < (3, 12):

    def test_none_by_hand():
        leaky.none_by_hand()

    def test_none_raw():
        leaky.none_raw()

    def test_none_released():
        leaky.none_released()
