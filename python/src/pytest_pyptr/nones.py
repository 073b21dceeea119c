"""References to None where it is counted: before Python 3.12."""

import gc

# An edge of these is not always counted.
_RUNNING = ("frame", "generator", "coroutine", "async_generator")


def in_containers():
    """How many references to None the objects have that the collector knows."""
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
    """How many more references to None each run leaves behind than one of an empty test, beyond those that
    containers hold more; 0 if the runs are not alike, which proves nothing."""
    in_test, in_control = _common(tested), _common(control)
    if in_test is None or in_control is None:
        return 0
    return in_test - in_control - held


def _common(values):
    """The value of all but one of ten runs."""
    value = max(set(values), key=values.count)
    return value if values.count(value) >= len(values) - len(values) // 10 else None
