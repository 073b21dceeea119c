"""The census: which runs are made, and what they prove.

There are warm-up runs, then counted runs. What grew in each counted run is a suspect, which more runs have to
confirm, so that a cache with a limited number of entries is not reported. Growth of the interpreter's memory that
no record explains is compared with control runs, which have the same fixtures and an empty test. If it grows more
than in those, the ledger watches every object in two further runs.

Most tests leave nothing behind, and need no more than the counted runs. These are cheap: a collection sees only what
is new. On free-threaded builds a collection always goes through all objects, and there is none where nothing grows.
"""

import array
import statistics
import sys

from . import balance, nones, report, tracers
from .balance import Balance
from .caches import Caches, interned
from .freezing import FREE_THREADED, Freezer
from .grew import Grew
from .growing import CONFIRMING as GROWING, Growing
from .held import Held
from .heaptypes import HeapTypes
from .ledgers import HOOK, MISUSES_KEPT, Reading, spots

CONFIRMING = 20
# Enough runs to recognise noise that every run makes.
CONTROLS = 3
SETTLING = 3
CHUNKS_KEPT = 7
# An object with more unexplained references than this is no leak: a leaking object is new, and has few.
MANY = 100

# Kinds of references that nothing but a leak leaves unexplained.
SPEAKING = ("borrowed", "raw incref", "fetched", "overwritten")

TEST = "test"
CONTROL = "control"


class Census:
    """The runs of one test or block.

    ``for mode in census: make_one_run(mode)`` makes the runs; for ``CONTROL`` the run has an empty test.
    Afterwards ``census.findings`` is a list, or None if there is no ledger.
    """

    def __init__(self, ledgers, warm_up=2, counted=3, confirming=CONFIRMING, progress=None, may_freeze=True, forgiving=True, counts=None):
        self.ledgers = ledgers
        self.warm_up = warm_up
        self.counted = counted
        self.confirming = confirming
        self.progress = progress or (lambda phase, number, of: False)
        self.findings = None
        self.runs = 0
        self.phase = None
        self.types = None
        # How many misuses each ledger had before.
        self._noted = {}
        # Whether objects were frozen when the last run began.
        self.was_frozen = False
        self._heap = Freezer(may_freeze)
        # The caches that are emptied after each run, once something is suspected.
        self._caches = None
        self._watch = None
        # Whether a failure in a run in which objects live longer can be forgiven.
        self._forgiving = forgiving
        self._again = False
        # What is judged where there is no ledger, or None.
        self.counts = counts
        if counts is not None:
            # Malloc keeps up to seven free chunks of each size, which it counts as used.
            self.warm_up += CHUNKS_KEPT

    def __iter__(self):
        try:
            yield from self._runs()
        finally:
            self.ledgers.call("finish watch")
            self.ledgers.call("untrack")
            self._heap.unfreeze()
            self.types = None

    def _balances(self):
        """The counted runs, without a collection in between. Returns whether nothing has grown."""
        settled = Balance.leaves_garbage
        # There is an earlier result whenever the memory is counted.
        base = self._read()
        for _ in range(2):
            base, collected = self._total(settled), balance.collections()
            if settled:
                # The next collection is faster.
                self._heap.freeze()
            for number in range(self.counted):
                yield from self._run("counted", number, self.counted, settle=False)
            now = self._total()
            if not grows(base, now) and balance.collections() == collected:
                Balance.leaves_garbage = False
                return True
            Balance.leaves_garbage = True
            del now
            now = self._total(settle=True)
            if settled:
                return not grows(base, now)
            # What was garbage before cannot be told from what has grown.
            settled = True
            del now
        return False

    def _total(self, settle=False):
        """What is held now, with lists of freed objects that are full."""
        self.ledgers.call("settle")
        if settle:
            self._settle()
        balance.fill_lists()
        return self._read()

    def _read(self):
        return Reading(self.ledgers, self.types, self.counts)

    def _runs(self):
        self.ledgers.find()
        self.ledgers.call("forget")
        self._noted = {number: snapshot["misuses"] for number, snapshot in self.ledgers.call("snapshot")}
        # The warm-up runs make and discard the same objects as the later runs, so that the census's own objects
        # exist when the counting begins.
        last = self._read()
        growing = Growing()
        # What is judged by counts is compared after each run.
        settle = not FREE_THREADED or self.counts is not None
        for number in range(self.warm_up):
            # Before a reference too many has been released in several runs.
            watch = "watch given" if self._forgiving else "watch adopted"
            yield from self._run("warm-up", number, self.warm_up, watch=watch, settle=settle, freeze=True)
            growing.next(self.found)
            self.ledgers.find_more()
            if not self.ledgers and self.counts is None:
                return
            if self.counts is not None and number + 1 < self.warm_up:
                # What the first run has imported and made.
                self.counts.watch()
            if number == self.warm_up - 1:
                self.types = HeapTypes.of(self.ledgers)
            last = Suspects().next(last, self._read())
        self.runs = self.counted
        self.findings = []
        if not settle and not growing.suspects and (yield from self._balances()):
            self.findings += self.misuses()
            return
        suspects = Suspects()
        for number in range(self.counted):
            yield from self._run("counted", number, self.counted, freeze=True)
            last = suspects.next(last, self._read())
        del last
        if suspects.certain:
            yield from self._confirm(suspects)
        for number in range(GROWING if growing.suspects else 0):
            yield from self._run("confirming", number, GROWING, watch="watch given")
            growing.next(self.found)
        self.findings += growing.findings(is_certain=True)
        self.findings += self.misuses()
        if suspects.noisy and all(found["what"] in ("allocation", "type") for found in self.findings):
            yield from self._explain_memory(suspects.noisy)
            # A type's reference count grows with its instances: if these are unexplained, the type is no
            # finding.
            known = {found["type"] for found in self.findings if found["what"] == "unexplained"}
            self.findings = [
                found for found in self.findings if found["what"] != "type" or found["type"] not in known
            ]
        if all(found.get("inconclusive") for found in self.findings):
            # Where the memory grows as well, something may keep the references that the collector does not know.
            known = [{**found, "inconclusive": bool(self.findings)} for found in growing.findings(is_certain=False)]
            self.findings = known + self.findings

    def _run(self, phase, number, of, mode=TEST, watch="watch adopted", settle=True, freeze=False):
        """One run, after which the interpreter is settled."""
        self._announce(phase, number, of)
        yield from self._quiet_run(mode, watch, settle, freeze)

    def forgives(self):
        """Whether a failure in the run that has just been made does not count: watched objects have more references, and
        live longer. If so, there is another run."""
        if self.phase == "attribution":
            return True
        # In the other runs only what is released is watched.
        self._again = self._watch == "watch given" and any(count for _, count in self.ledgers.call("given"))
        return self._again

    def _announce(self, phase, number, of):
        """Reports the progress. Returns whether that has written a line to the terminal."""
        self.phase = phase
        return self.progress(phase, number, of)

    def _quiet_run(self, mode, watch="watch adopted", settle=True, freeze=False):
        self.ledgers.call(watch)
        self._watch = watch
        self.was_frozen = self._heap.is_frozen
        self._heap.begin()
        try:
            yield mode
        finally:
            self._heap.end()
            if self.counts is not None:
                self.counts.replace()
        self.found = self.ledgers.call("finish watch")
        if settle:
            self._settle()
        if self._again:
            self._again = False
            yield from self._quiet_run(mode, "watch adopted", settle, freeze)
            return
        if settle and freeze:
            # Later collections are fast, and do not collect what exists now.
            self._heap.freeze()

    def _settle(self):
        self.ledgers.call("settle")
        self._empty_caches()
        self._heap.collect()
        self._clear_caches()

    def _empty_caches(self):
        if self._caches:
            self._caches.clear()

    def _clear_caches(self):
        for name in ("_clear_internal_caches", "_clear_type_cache"):
            clear = getattr(sys, name, None)
            if clear is not None:
                clear()
                break
        self.ledgers.call("settle")

    def _settle_all(self):
        """Settles with nothing frozen: what is garbage now does not count any more."""
        self._heap.unfreeze()
        self.ledgers.call("settle")
        self._empty_caches()
        self._heap.collect_all()
        self._clear_caches()

    def _confirm(self, suspects):
        self._heap.unfreeze()
        self._caches = Caches()
        self._settle_all()
        self.ledgers.call("track")
        # Growth that came only from the frozen collector has been collected by now.
        first = last = self._read()
        instances = self.types.instances() if suspects.types else None
        self._heap.freeze()
        before, heap = spots(self.ledgers), None
        done = 0
        while done < self.confirming and suspects.certain:
            yield from self._run("confirming", done, self.confirming)
            done += 1
            last = suspects.next(last, self._read())
            after = spots(self.ledgers)
            heap = grown(heap, before, after)
            before = after
        self.runs += done
        if not done:
            return
        self._settle_all()
        last = self._read()
        suspects.keep(first, last, done)
        held = Held(self.ledgers, suspects.held, last)
        # References that a leaking object holds come last.
        for key in sorted(suspects.held, key=lambda key: (key in held.kept, str(key))):
            growth = report.per_run(last.count(key) - first.count(key), done)
            known = held.cycles.get(key), held.kept.get(key), held.referrers.get(key)
            self.findings.append(report.reference(last.held[key], growth, *known))
        living = self.types.instances() if suspects.types else None
        for number in sorted(suspects.types):
            name = self.types.name(number)
            if living[number] - instances[number] >= last.types[number] - first.types[number]:
                continue  # Something keeps the instances.
            if name not in held.type_names and not self.types.is_one_of(number, held.type_objects):
                growth = report.per_run(last.types[number] - first.types[number], done)
                self.findings.append(report.heap_type(name, growth))
        for ledger in suspects.allocations:
            all_places = {key: value for key, value in heap.items() if key[0] == ledger}
            places = held.less(all_places)
            for (_, near, function), (count, size) in sorted(places.items(), key=str):
                numbers = (report.per_run(count, done), report.per_run(size, done))
                self.findings.append(report.allocation(near, function, *numbers))
            if not all_places:
                # The allocations grow at places that change from run to run.
                growth = last.allocations[ledger] - first.allocations[ledger]
                self.findings.append(report.allocation(None, None, report.per_run(growth, done), 0))
        self.ledgers.call("untrack")

    def misuses(self):
        """The different misuses since the census began."""
        self.ledgers.find_more()
        known, findings = set(), []
        for number, hook in self.ledgers.by_id.items():
            noted = self._noted.get(number, 0)
            if noted >= MISUSES_KEPT:
                findings.append(report.full_misuses())
            elif hook("snapshot")["misuses"] > noted:
                for found in hook("misuses")[noted:]:
                    if found["text"] not in known:
                        known.add(found["text"])
                        findings.append(report.misuse(found))
        return findings

    def _explain_memory(self, noisy):
        """Growth that exceeds that of control runs: a leak if its place is found, otherwise inconclusive."""
        self._heap.unfreeze()
        self._caches = self._caches or Caches()
        # Most noise is over by now.
        tested = yield from self._growths("confirming", CONTROLS, TEST)
        noisy = {signal for signal in noisy if mostly_grown(tested[signal])}
        for runs in (CONTROLS, self.confirming):
            if not noisy:
                return
            # Only the last result is used.
            counts_nones = "None" in noisy and runs == self.confirming
            tested, in_containers = yield from self._certain_growths("confirming", runs, TEST, counts_nones)
            noisy = {signal for signal in noisy if mostly_grown(tested[signal])}
            if not noisy:
                return
            control, _ = yield from self._certain_growths("control", runs, CONTROL)
            beyond = {
                signal: statistics.median(tested[signal]) - max(statistics.median(control[signal]), 0)
                for signal in noisy
            }
            noisy = {signal for signal in noisy if beyond[signal] >= 1}
        if not noisy:
            return
        self.runs += CONTROLS + self.confirming
        # What is kept may refer to None, in ways that the collector does not know.
        for signal in noisy & ({"missing None"} if "blocks" in noisy else {"None", "missing None"}):
            held = round(in_containers / (SETTLING + runs)) if signal == "None" else 0
            number = nones.of_every_run(tested[signal], control[signal], held)
            if number > 0:
                self.findings.append(report.none(signal, number))
        noisy -= {found["signal"] for found in self.findings if found["what"] == "none"}
        if not noisy:
            return
        found, lines = (yield from self._attribute()), []
        if not found:
            found, lines = yield from self._growth()
        self.findings += found or [self._of_memory(name, beyond[name], runs, lines) for name in sorted(noisy)]

    def _of_memory(self, signal, growth, runs, grew):
        if signal[0] in "+-":
            return report.counted(signal, growth, runs, *self.counts.finding(signal), self.counts.without)
        without = self.counts.without if self.counts is not None else []
        return report.memory(signal, growth, runs, grew, without, bool(self.ledgers))

    def _certain_growths(self, phase, runs, mode, counts_nones=False):
        """The same of what is not garbage, and how many references to None containers have got in these runs."""
        for freezes in (True, False):
            self._settle_all()
            before = nones.in_containers() if counts_nones else 0
            first = self._read().noisy
            if freezes:
                self._heap.freeze()
            was_frozen = self._heap.is_frozen
            growths = yield from self._growths(phase, runs, mode)
            self._settle_all()
            last = self._read().noisy
            # Otherwise what had been frozen has become garbage, one after another, or was freed in a few runs.
            enough = runs * 4 // 5
            grown_in_all = all(
                last[signal] - first[signal] >= enough for signal, values in growths.items() if mostly_grown(values)
            )
            if grown_in_all or not was_frozen:
                break
        in_containers = nones.in_containers() - before if counts_nones else 0
        return growths, in_containers

    def _growths(self, phase, runs, mode):
        """The growth of each noisy signal in each of some runs."""
        # A line on the terminal changes the numbers of its own run and of the next one. Runs are compared only
        # with runs that are alike in this respect: all disturbed, or none.
        most = 2 * runs
        growths, disturbed = {}, bytearray(most)
        lines = (False, False)
        # Some runs more: the runs before had another mode, and the first results still add objects to what is
        # kept here.
        for number in range(-SETTLING, most):
            lines = (self._announce(phase, min(max(number, 0), runs - 1), runs), lines[0])
            with tracers.none_in_what_is_new():
                yield from self._quiet_run(mode)
            now = self._read().noisy
            now["blocks"] -= interned()
            for signal, value in now.items():
                # Keeps no objects, which would be counted.
                values = growths.setdefault(signal, array.array("q", bytes(8 * most)))
                if number >= 0:
                    values[number] = value - last[signal]
            last = now
            if number >= 0:
                disturbed[number] = any(lines)
                done = number + 1
                if runs in (disturbed[:done].count(0), disturbed[:done].count(1)):
                    break
        of_interest = disturbed[:done].count(1) == runs
        return {
            signal: [value for value, one in zip(values, disturbed[:done]) if one == of_interest]
            for signal, values in growths.items()
        }

    def _attribute(self):
        """The unexplained references of two runs in which every object is watched, and which are there after both."""
        self._heap.unfreeze()
        for number in range(2):
            yield from self._run("attribution", number, 2, watch="watch all")
        found = {
            (unexplained["taken"], unexplained["type"], unexplained["kind"]): unexplained
            for _, all_unexplained in self.found
            for unexplained in all_unexplained
            if unexplained["confirmed"] and _speaks(unexplained)
        }
        # Ends what the watches have kept.
        self.ledgers.call("watch adopted")
        self.ledgers.call("finish watch")
        return [report.unexplained(found[key]) for key in sorted(found)]

    def _growth(self):
        """What three runs leave behind: findings, and lines about the rest."""
        grew = Grew(self.ledgers)
        for number in range(3):
            yield from self._run("attribution", number, 3)
            # All objects are looked at.
            self._heap.unfreeze()
            grew.next()
        return grew.findings()


def _speaks(unexplained):
    """Whether a finding shows a leak: not an object with many references, nor an immortal one."""
    of_interest = unexplained["given"] or unexplained["kind"] in SPEAKING
    return of_interest and unexplained["references"] < MANY and unexplained["function"] != HOOK


class Suspects:
    """What has grown in every run so far."""

    def __init__(self):
        self._runs = 0
        self.held, self.allocations, self.types, self._last = set(), set(), set(), set()
        # In how many runs each signal has grown. All that is kept here is of the same size from the start: these numbers
        # are looked at in the same memory that is counted.
        self._noisy = dict.fromkeys(Reading.NOISY, 0)

    def next(self, last, now):
        """Removes the suspects that have not grown in this run. Returns ``now``."""
        held = {key for key in now.held if now.count(key) > last.count(key)}
        allocations = {
            number for number, count in now.allocations.items() if count > last.allocations.get(number, 0)
        }
        types = set()
        if len(now.types) == len(last.types):
            types = {number for number, count in enumerate(now.types) if count > last.types[number]}
        self._last = {signal for signal, value in now.noisy.items() if value > last.noisy.get(signal, value)}
        for signal in self._last:
            self._noisy[signal] = self._noisy.get(signal, 0) + 1
        if self._runs:
            held &= self.held
            allocations &= self.allocations
            types &= self.types
        self.held, self.allocations, self.types = held, allocations, types
        self._runs += 1
        return now

    def keep(self, first, last, runs):
        """Removes those that have not grown in so many runs, all together."""
        self.held = {key for key in self.held if last.count(key) - first.count(key) >= runs}
        self.allocations = {
            number
            for number in self.allocations
            if last.allocations[number] - first.allocations.get(number, 0) >= runs
        }
        self.types = {number for number in self.types if last.types[number] - first.types[number] >= runs}

    @property
    def noisy(self):
        """The noisy signals that grew in the last run, or in most runs: the interpreter still releases memory during
        the first runs, and other changes come and go. Control runs decide before anything is reported."""
        most = {signal for signal, number in self._noisy.items() if 2 * number > self._runs}
        return {signal for signal in self._last | most if signal[0] not in "+-" or self._is_in_all(signal)}

    def _is_in_all(self, signal):
        """Whether a signal grew in every run, as counts of objects have to: there are many, and tests change some."""
        return self._noisy[signal] == self._runs

    @property
    def certain(self):
        """Whether a signal has grown that never grows without a leak."""
        return bool(self.held or self.allocations or self.types)


def grows(before, after):
    """Whether anything has grown."""
    suspects = Suspects()
    suspects.next(before, after)
    return suspects.certain or bool(suspects.noisy)


def mostly_grown(values):
    """Whether a signal grows in at least four of five runs, or two of three."""
    return sorted(values)[(len(values) + 2) // 5] > 0


def grown(total, before, after):
    """The places that have grown in every run, with their growth in all runs."""
    growth = {}
    for key, (count, size) in after.items():
        count_before, size_before = before.get(key, (0, 0))
        if count > count_before:
            growth[key] = (count - count_before, max(size - size_before, 0))
    if total is None:
        return growth
    return {
        key: (total[key][0] + growth[key][0], total[key][1] + growth[key][1]) for key in total if key in growth
    }
