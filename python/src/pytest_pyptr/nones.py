"""References to None, on versions that count them: before Python 3.12."""

import gc

# Types whose objects may show references to the collector that are not counted.
_RUNNING = ("frame", "generator", "coroutine", "async_generator")


def in_containers():
    """How many references to None are in the objects that the collector knows."""
    count, left = 0, gc.get_objects()
    while left:
        one = left.pop()
        if type(one).__name__ in _RUNNING:
            continue
        for to in gc.get_referents(one):
            if to is None:
                count += 1
            elif type(to) in (dict, tuple) and not gc.is_tracked(to):
                left.append(to)
    return count


def of_every_run(tested, control, held):
    """How many references to None each run leaves behind, without those of an empty test's run and those that
    containers hold. 0 if the runs differ, which proves nothing."""
    in_test, in_control = _common(tested), _common(control)
    if in_test is None or in_control is None:
        return 0
    return in_test - in_control - held


def _common(values):
    """The value that at least nine of ten runs have in common, or None."""
    value = max(set(values), key=values.count)
    return value if values.count(value) >= len(values) - len(values) // 10 else None
