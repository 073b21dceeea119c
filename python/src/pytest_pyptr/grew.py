"""What grew, where the interpreter's memory grows and no record explains it: which objects stay, and what holds them.

Objects that the collector does not know, such as strings and numbers, show only in the containers that they make longer.
"""

import collections
import gc
import types

from . import report
from .freezing import Witness
from .held import describe, referrers, type_name

SHOWN = 3
# What runs now refers to all sorts of objects.
PASSING = (types.FrameType, types.GeneratorType)
# How many groups of records are looked at.
RECORDS = 500


def _sizes():
    """The address of each object that the collector knows, with its length if it is a container."""
    return {id(one): len(one) if type(one) in (list, dict, set) else -1 for one in gc.get_objects()}


def _leading(new, stays):
    """The addresses of new objects that lead to one of those that stay."""
    referrers = {}
    for address, one in new.items():
        for to in map(id, gc.get_referents(one)):
            if to in new:
                referrers.setdefault(to, []).append(address)
    found = {id(one) for one in stays}
    left = list(found)
    while left:
        for address in referrers.pop(left.pop(), ()):
            if address not in found:
                found.add(address)
                left.append(address)
    return found


class Grew:
    """Looks at the heap after each of three runs."""

    def __init__(self, ledgers):
        self._ledgers = ledgers
        self._sizes = []
        # What the second run has made is kept during the third, so that no other object gets its address.
        self._kept = []

    def next(self):
        """After another run, settled."""
        self._sizes.append(_sizes())
        if len(self._sizes) == 2:
            first = self._sizes[0]
            self._kept = [one for one in gc.get_objects() if id(one) not in first and one is not self._kept]

    def findings(self):
        """What an object grows by that only an extension holds, and lines about all that grew."""
        first, second, third = self._sizes
        second_made = {id(one) for one in self._kept}
        self._kept.clear()
        gc.collect()
        own = {id(self._sizes), id(self._kept), *map(id, self._sizes)}
        # What the second run has left behind, and the third has not collected.
        stays, longer, holders, new = [], [], [], {}
        own |= {id(one) for one in (stays, longer, holders, new)}
        for one in gc.get_objects():
            address = id(one)
            if address in own or type(one) is Witness:
                continue
            if address not in first:
                new[address] = one
                if address in second_made:
                    stays.append(one)
            elif -1 < first.get(address, -1) < second.get(address, -1) < third.get(address, -1):
                longer.append(one)
        leading = _leading(new, stays)
        known = {id(one) for one in longer}
        for one in gc.get_objects():
            if id(one) in first and id(one) not in own and id(one) not in known and type(one) not in PASSING:
                if not leading.isdisjoint(map(id, gc.get_referents(one))):
                    holders.append(one)
        new.clear()
        holders[:0] = longer
        what = self._what(stays)
        held, leaks, lines = self._held_by_extensions(), [], []
        if what:
            lines.append(f"more objects stay with each run: {what}")
        # By index, because what counts along would refer to them.
        for number in range(len(holders)):
            holder = holders[number]
            record = held.get(id(holder))
            if record is None and number >= SHOWN:
                continue
            others = referrers(holder, stays, longer, holders)
            if record is not None and not others:
                leaks.append(report.grown(type_name(type(holder)), record, what))
            by = ", ".join(others)
            name = describe(holder)
            if name.endswith((" item", " items")):
                # How many there are depends on the number of runs.
                name = type_name(type(holder))
            lines.append(f"{name} holds more with each run{f', itself held by {by}' if by else ''}")
        return leaks, lines

    @staticmethod
    def _what(stays):
        counts = collections.Counter(type_name(type(one)) for one in stays)
        shown = [f"{count} {name}" for name, count in counts.most_common(SHOWN)]
        return ", ".join(shown)

    def _held_by_extensions(self):
        """The objects to which extensions hold references, with their records."""
        found = {}
        for number, snapshot in self._ledgers.call("snapshot"):
            groups = snapshot["held"][:RECORDS]
            names = " ".join(f"{one['thread']}:{one['sequence']}" for one in groups)
            objects = self._ledgers.by_id[number](f"objects {names}") if groups else []
            for index, group in enumerate(groups):
                if objects[index] is not None:
                    found[id(objects[index])] = group
        return found
