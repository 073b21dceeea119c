"""The `small` extension, without `unsafe`, imported by a real interpreter."""

import pytest
import small


def test_constants():
    assert small.ANSWER == 42


def test_text():
    assert small.shout("h\u00e9") == "h\u00e9!"
    with pytest.raises(ValueError, match="^nothing to shout$"):
        small.shout("")
    with pytest.raises(TypeError, match=r"^shout\(\) argument 'text' must be str, not int$"):
        small.shout(1)


@pytest.mark.parametrize("text", ["", "a", "\u00e9", "\u20ac", "\U0001f600", "\u00e9" * 40])
def test_pieces_of_every_width(text):
    assert small.pieces(text) == 2 * (text + "-\u00e9\u20ac+\U0001f600z")


def test_dicts():
    counts = {"a": 1, "b": 2, 3: 4}
    del counts["b"]
    assert small.sum(counts) == 5
    assert small.sum({}) == 0
    with pytest.raises(RuntimeError, match="^dictionary changed size during iteration$"):
        small.sum(counts, True)
    assert small.totals([("a", 1), ("b", 2), ("a", 3)]) == {"a": 4, "b": 2}
    with pytest.raises(ValueError):
        small.totals([("a",)])


def test_sequences():
    assert small.mean([1, 2.5, True]) == 1.5
    assert small.mean(()) is None
    assert small.countdown(3) == [2, 1, 0]
    with pytest.raises(OverflowError):
        small.countdown(-1)


def test_calls():
    assert small.apply(max, arguments=[1, 3, 2]) == 3
    assert small.apply({}.__getitem__, arguments=["k"]) is None
    with pytest.raises(TypeError):
        small.apply(len, arguments=[1])
    assert small.square_root(9.0) == 3.0
    with pytest.raises(ValueError):
        small.square_root(-1.0)
