"""--refs-faults: the child's side, which runs the tests while allocations fail."""

import json
import os
import pathlib
import re
import socket

import pytest

from . import report as wording
from .census import TEST, grown
from .freezing import Freezer, collect, uses_collector
from .ledgers import MISUSES_KEPT, Ledgers, Reading, spots
from .protocol import Repeater

WARM_UP = 2
# The environment variable with the token by which the parent recognises its child.
SECRET = "PYTEST_PYPTR_FAULTS"
# The interpreter's error for a function that returns a result with an exception set. The opposite, a failure
# without an exception, may be the interpreter's own: some allocations in calls of Python functions fail like
# that.
WRONG_RETURN = re.compile(r"<built-in function (\w+)> returned a result with an exception set")


# Options of pytest and of well-known plugins, with their values in a child: options that write or send a file,
# that wait for input at a terminal, or that choose tests by earlier results.
LEFT_OUT = {
    **dict.fromkeys(("refs_json", "xmlpath", "log_file", "pastebin"), None),
    **dict.fromkeys(("htmlpath", "report_log", "allure_report_dir", "csv_path"), None),
    **dict.fromkeys(("refs", "cargo", "json_report", "usepdb", "trace"), False),
    **dict.fromkeys(("lf", "failedfirst", "newfirst", "stepwise", "stepwise_skip", "stepwise_reset"), False),
}


def configure(config):
    """Turns a pytest with the parent's arguments into a child, before other plugins read the options."""
    for name, value in LEFT_OUT.items():
        if hasattr(config.option, name):
            setattr(config.option, name, value)
    # The child does not build the Rust tests of --cargo again.
    config.args[:] = [one for one in config.args if pathlib.PurePath(one.split("::")[0]).name != "Cargo.toml"]


class Child:
    """Serves the parent's requests, and runs no tests otherwise."""

    def __init__(self, port):
        self._port = port
        self._secret = os.environ.pop(SECRET)
        self._ledgers = Ledgers()
        self._errors, self._functions = [], set()
        self._request = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        items = {item.nodeid: item for item in session.items}
        with socket.create_connection(("127.0.0.1", self._port)) as connection:
            self._lines = connection.makefile("rw", encoding="utf-8", newline="\n")
            self._lines.write(self._secret + "\n")
            self._lines.flush()
            for line in self._lines:
                self._request = json.loads(line)
                item = items.get(self._request["test"])
                if item is None:
                    self._say("end", reason="the child process did not find the test")
                else:
                    item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
        return True

    def _say(self, what, **message):
        self._lines.write(json.dumps({"what": what, **message}) + "\n")
        self._lines.flush()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item):
        try:
            # Ends the module scope of the test before.
            item.session._setupstate.teardown_exact(item)
        except Exception:
            pass
        self._heap = Freezer(not uses_collector(item))
        try:
            self._drive(item)
        finally:
            self._heap.unfreeze()
            self._ledgers.call("finish watch")
            self._ledgers.call("untrack")
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, call):
        if call.excinfo is not None:
            error, seen = call.excinfo.value, set()
            while error is not None and id(error) not in seen:
                seen.add(id(error))
                name, text = type(error).__name__, str(error)
                returned = WRONG_RETURN.match(text)
                wrong = name == "SystemError" and returned and returned[1] in self._functions
                if name == "PanicException" or wrong:
                    self._errors.append((name, text))
                error = error.__cause__ or error.__context__
        return (yield)

    def _drive(self, item):
        self._repeater = Repeater(item)
        for _ in range(WARM_UP):
            self._say("run")
            self._ledgers.find()
            if self._repeater.run(TEST) is not None:
                self._say("end", reason="in the child process, the test fails by itself")
                return
            self._settle()
        self._ledgers.find()
        # The objects that exist now are not collected any more, which makes collections fast from here on.
        self._heap.freeze()
        ledgers = list(self._ledgers.by_id.values())
        # Leaks that are not confirmed again: those of every run, and those that other failures have shown.
        self._known = {tuple(known) for known in self._request["known"]}
        self._confirmed = set()
        failed = allocations = 0
        complete = True
        for index, hook in enumerate(ledgers[self._request["ledger"] :], self._request["ledger"]):
            first = self._request["number"] if index == self._request["ledger"] else 1
            places = self._run(hook, 0)["places"]
            self._functions = {place["function"] for place in places}
            allocations += len(places)
            number = first
            while number <= self._request["limit"]:
                place = places[number - 1] if number <= len(places) else {}
                if not place and not self._fails(hook, number):
                    break
                of = max(min(len(places), self._request["limit"]), number)
                self._say("at", ledger=index, number=number, of=of, place=place)
                self._fault(hook, number, place.get("function"))
                failed += 1
                number += 1
            else:
                complete = complete and not self._fails(hook, number)
        full = any(count >= MISUSES_KEPT for count in Reading(self._ledgers).misuses.values())
        self._say("end", allocations=allocations, complete=complete, full=full)

    def _fails(self, hook, number):
        """Whether the test makes at least this many allocations."""
        return self._run(hook, 0)["allocations"] >= number

    def _run(self, hook, number):
        """One run, in which the allocation with this number fails."""
        # Tells the parent that the child has not hung.
        self._say("run")
        self._errors.clear()
        self._ledgers.call("watch adopted")
        hook(f"fail allocation {number}")
        self._heap.begin()
        try:
            self._repeater.run(TEST)
        finally:
            self._heap.end()
            outcome = hook("finish failing")
        self._ledgers.call("finish watch")
        self._settle()
        return outcome

    def _settle(self):
        self._ledgers.call("settle")
        collect()
        self._ledgers.call("settle")

    def _fault(self, hook, number, function):
        """Makes one allocation fail, and reports what that leaves behind."""
        before = Reading(self._ledgers)
        self._run(hook, number)
        for name, text in dict.fromkeys(self._errors):
            self._say("found", finding=_wrong_error(name, text, function))
        after = Reading(self._ledgers)
        for identity, misuses in self._ledgers.call("misuses"):
            for found in misuses[before.misuses[identity] :]:
                self._say("found", finding=wording.misuse(found))
        held = {key for key in _growth(before, after) if _identity(key) not in self._known}
        for key in sorted(held & self._confirmed, key=str):
            self._say("found", finding=wording.reference(after.held[key], after.count(key) - before.count(key)))
        held -= self._confirmed
        allocations = _allocations(before, after)
        if held or allocations:
            self._confirm(hook, number, after, held, allocations)

    def _confirm(self, hook, number, last, held, allocations):
        """Repeats the failure: what grows each time is a leak."""
        first, heap = last, None
        self._ledgers.call("track")
        tracked = spots(self._ledgers)
        runs = self._request["confirm"]
        for _ in range(runs):
            self._run(hook, number)
            now = Reading(self._ledgers)
            held &= _growth(last, now)
            allocations &= _allocations(last, now)
            if not held and not allocations:
                break
            last, before, tracked = now, tracked, spots(self._ledgers)
            heap = grown(heap, before, tracked)
        self._ledgers.call("untrack")
        for key in sorted(held, key=str):
            self._confirmed.add(key)
            growth = last.count(key) - first.count(key)
            self._say("found", finding=wording.reference(last.held[key], wording.per_run(growth, runs)))
        for ledger in sorted(allocations):
            for (owner, near, function), (count, size) in sorted((heap or {}).items(), key=str):
                if owner == ledger:
                    numbers = (wording.per_run(count, runs), wording.per_run(size, runs))
                    self._say("found", finding=wording.allocation(near, function, *numbers))


def _identity(key):
    _, file, line, column, _, kind, type_name = key
    return f"{file}:{line}:{column}", kind, type_name


def _growth(before, after):
    return {key for key in after.held if after.count(key) > before.count(key)}


def _allocations(before, after):
    return {number for number, count in after.allocations.items() if count > before.allocations.get(number, 0)}


def _wrong_error(name, text, function):
    return {
        "what": "error",
        "function": function,
        "text": f"{name} in {function}(): {text}",
        "hint": "the failure is neither passed on nor cleared: the function goes on with its exception set"
        if name == "SystemError"
        else "an `unwrap` or `expect` of a result that fails without memory: pass the error on with `?`",
    }
