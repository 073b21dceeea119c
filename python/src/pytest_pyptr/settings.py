"""The settings from the command line, the configuration and the markers of a test."""

import argparse
import re

import pytest

from .census import CONFIRMING

# The key of the ledgers in a pytest configuration's stash.
LEDGERS = pytest.StashKey()
# That of the extension modules without a ledger.
UNLEDGERED = pytest.StashKey()


def runs_of(text):
    """The two numbers of `--refs-runs`."""
    match = re.fullmatch(r"([1-9]\d*):([1-9]\d*)", str(text))
    if not match:
        raise argparse.ArgumentTypeError(f"WARMUP:RUNS, two numbers from 1 on, is needed, not {text!r}")
    return int(match[1]), int(match[2])


class Suppression:
    """A finding to ignore, with the reason."""

    def __init__(self, part, reason, origin):
        self.part, self.reason, self.origin = part, reason, origin
        end = r"(?!\d)" if part[-1:].isdigit() else ""
        self._search = re.compile(re.escape(part) + end).search

    def matches(self, found):
        return self._search(found["text"]) is not None


class Settings:
    """The settings of an item, from the command line and its markers."""

    def __init__(self, item):
        self.warm_up, self.counted = item.config.getoption("refs_runs")
        self.confirming = CONFIRMING
        self.faults = item.config.getoption("refs_faults")
        self.suppressions = []
        for marker in reversed(list(item.iter_markers("refs"))):
            self._apply(item, marker)
        for line in item.config.getini("refs_ignore"):
            part, _, reason = (text.strip() for text in line.partition(" -- "))
            if not part or not reason:
                raise pytest.UsageError(f"refs_ignore: `part of the line -- reason` is needed, not {line!r}")
            self.suppressions.append(Suppression(part, reason, f"refs_ignore: {line}"))

    def _apply(self, item, marker):
        wrong = set(marker.kwargs) - {"runs", "confirm", "faults", "ignore", "reason"}
        if marker.args or wrong:
            raise pytest.UsageError(f"{item.nodeid}: refs() takes runs, confirm, faults, ignore and reason")
        try:
            if "runs" in marker.kwargs:
                self.warm_up, self.counted = runs_of(marker.kwargs["runs"])
        except argparse.ArgumentTypeError as error:
            raise pytest.UsageError(f"{item.nodeid}: {error}") from None
        self.confirming = _number(item, marker, "confirm", self.confirming, least=1)
        self.faults = _number(item, marker, "faults", self.faults or 0, least=0)
        ignore = marker.kwargs.get("ignore", ())
        reason = marker.kwargs.get("reason")
        for part in [ignore] if isinstance(ignore, str) else ignore:
            if not part or not reason:
                raise pytest.UsageError(f"{item.nodeid}: refs(ignore=...) needs a reason")
            self.suppressions.append(Suppression(part, reason, f"{item.nodeid}: refs(ignore={part!r})"))


def _number(item, marker, name, default, least):
    number = marker.kwargs.get(name, default)
    if not isinstance(number, int) or number < least:
        raise pytest.UsageError(f"{item.nodeid}: refs({name}=...): a number from {least} on is needed, not {number!r}")
    return number


def exemption(item):
    """The reason why an item is not checked, or None."""
    marker = item.get_closest_marker("no_refs")
    if marker is None:
        return None
    reason = marker.kwargs.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise pytest.UsageError(f"{item.nodeid}: no_refs() needs a reason: no_refs(reason='...')")
    return reason
