"""What `measure` runs in each interpreter: contest.py count|time|memory DIRECTORY CONTESTANT ..."""

import importlib
import itertools
import json
import os
import sys
import time

from cases import CALLS, CASES, make
from check import check


def contestants(names):
    return {name: importlib.import_module(name) for name in names}


def count(modules):
    """Under callgrind, which writes its counters after each call of `counted`: the lines say what they are."""
    from counter import counted

    kept = []
    for name, before, done in CASES:
        short, long = (1, 2) if "1000" in name else (20, 60)
        for contestant, module in modules.items():
            drive = make(module, before, done)
            for _ in range(3):
                counted(drive, long)
            skipped = 3
            for _ in range(3):
                counted(drive, short)
                counted(drive, long)
                print(json.dumps([name, contestant, skipped, (long - short) * CALLS]), flush=True)
                skipped = 0
                # The allocator's pools are less or more full the next time.
                kept.append([bytearray(size) for size in range(0, 500, 8)])


def times(modules):
    """Nanoseconds, of the thread's processor time: the least of many blocks in turns."""
    result = {}
    blocks = int(os.environ.get("BLOCKS", "40"))
    for name, before, done in CASES:
        drives = {contestant: make(module, before, done) for contestant, module in modules.items()}
        loops = 6 if "1000" in name else 6000
        least = dict.fromkeys(drives, float("inf"))
        for _ in range(blocks):
            for contestant, drive in drives.items():
                start = time.thread_time_ns()
                drive(loops)
                least[contestant] = min(least[contestant], (time.thread_time_ns() - start) / (loops * CALLS))
        result[name] = least
    print(json.dumps(result))


def memory(modules):
    """Bytes of an instance, with the collector's head."""
    result = {}
    for contestant, module in modules.items():
        made = {"Empty": module.Empty(), "Num": module.Num(1), "Node": module.Node(None, None)}
        result[contestant] = {name: sys.getsizeof(one) for name, one in made.items()}
    print(json.dumps(result))


def main():
    what, directory, *names = sys.argv[1:]
    sys.path.insert(0, directory)
    modules = contestants(names)
    assert not hasattr(sys, "_is_gil_enabled") or "free-threading" not in sys.version or not sys._is_gil_enabled()
    for module in modules.values():
        check(module)
    {"count": count, "time": times, "memory": memory}[what](modules)


main()
