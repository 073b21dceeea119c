"""--refs-faults: what a test's error paths do when an allocation fails.

Each test is run again while its first allocation fails, then while its second one does, and so on: of those
that the extension's exported functions make. This happens in a child process, because a wrong way out may
crash: a pytest of its own, started with the same arguments, that serves one test after another. When it
dies, the next one resumes behind the allocation that killed it. This is the parent's side.
"""

import argparse
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile

import pytest

from . import report as wording
from .faults_child import SECRET, Child

# A child that says nothing for so many seconds, and so many times the test's own, hangs.
PATIENCE, PATIENCE_RUNS = 60, 20
# So many lines of a dead child's last words are kept.
LINES = 30
# So many crashes of one test are enough.
CRASHES = 10


def add_options(group):
    group.addoption(
        "--refs-faults",
        metavar="MAX",
        type=_number,
        help="run each test again while its first allocation fails, its second, .. and so on, MAX at the most; implies --refs",
    )
    group.addoption("--refs-faults-child", help=argparse.SUPPRESS)


def _number(text):
    number = int(text)
    if number < 1:
        raise ValueError(f"a number from 1 on is needed, not {text!r}")
    return number


def configure(config):
    """Registers what is asked for. Returns the driver, if tests are to be driven from here."""
    port = config.getoption("refs_faults_child")
    if port is not None:
        config.pluginmanager.register(Child(int(port)), "pyptr-faults-child")
        # Nothing else that --refs does: not in the child.
        config.option.refs = False
    elif config.getoption("refs_faults") is not None:
        if sysconfig.get_config_var("Py_GIL_DISABLED"):
            raise pytest.UsageError(
                "--refs-faults: allocations cannot be made to fail on free-threaded builds of CPython, where "
                "objects have to come from the interpreter's own allocator"
            )
        config.option.refs = True
        driver = Driver(config)
        config.pluginmanager.register(driver, "pyptr-faults")
        return driver
    return None


# The parent.


class Died(Exception):
    """The child is gone: how, in words, and the end of what it wrote."""

    def __init__(self, how, output):
        super().__init__(how, output)
        self.how, self.output = how, output


class Process:
    """A child, and the connection to it."""

    def __init__(self, command, directory):
        self._connection = None
        self._directory = tempfile.TemporaryDirectory(prefix="pytest-pyptr-", ignore_cleanup_errors=True)
        temporary = self._directory.name
        self._output = open(os.path.join(temporary, "output"), "w+b")
        token = secrets.token_hex()
        with socket.create_server(("127.0.0.1", 0)) as server:
            arguments = [*command(temporary), f"--refs-faults-child={server.getsockname()[1]}"]
            self._process = subprocess.Popen(
                arguments,
                cwd=directory,
                env={**os.environ, SECRET: token},
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.STDOUT,
            )
            try:
                self._connection = self._accept(server, token)
            except BaseException:
                self.close()
                raise

    def _accept(self, server, token):
        server.settimeout(0.1)
        while True:
            try:
                connection, _ = server.accept()
            except TimeoutError:
                if self._process.poll() is not None:
                    raise self._died() from None
                continue
            connection.settimeout(None)
            self._lines = connection.makefile("rw", encoding="utf-8", newline="\n")
            if self._lines.readline().strip() == token:
                return connection
            connection.close()

    def send(self, message):
        try:
            self._lines.write(json.dumps(message) + "\n")
            self._lines.flush()
        except OSError:
            raise self._died() from None

    def receive(self, patience=None):
        """The next message; raises ``TimeoutError`` if the child is silent, ``Died`` if it is gone."""
        self._connection.settimeout(patience)
        try:
            line = self._lines.readline()
        except TimeoutError:
            raise
        except OSError:
            raise self._died() from None
        if not line.endswith("\n"):
            raise self._died()
        return json.loads(line)

    def _died(self):
        self._process.wait()
        code = self._process.returncode
        self._output.seek(0)
        output = self._output.read().decode("utf-8", "replace").splitlines()
        fatal = [number for number, line in enumerate(output) if line.startswith("Fatal Python error")]
        output = output[fatal[-1] :][:LINES] if fatal else output[-LINES:]
        if code < 0:
            try:
                how = signal.Signals(-code).name
            except ValueError:
                how = f"signal {-code}"
        else:
            how = f"exit code {code}" if code < 256 else f"exit code {code:#x}"
        return Died(how, "\n".join(output))

    def close(self):
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._connection is not None:
            self._connection.close()
        self._output.close()
        self._directory.cleanup()


class Driver:
    """Drives tests in a child, which it starts when the first one is checked."""

    def __init__(self, config):
        self._config = config
        self._process = None

    def check(self, item, limit, confirming, known, progress):
        """What is found, beside the findings that are ``known``; and what was done, for the JSON file."""
        done = {"allocations": 0, "failed": 0, "crashes": 0, "complete": False, "reason": None}
        findings = Findings(known)
        request = {"test": item.nodeid, "ledger": 0, "number": 1, "limit": limit, "confirm": confirming}
        request["known"] = [list(_identity(found)) for found in known if found["what"] == "reference"]
        while done["crashes"] < CRASHES:
            at = self._serve(request, findings, done, progress)
            if at is None:
                break
            request["ledger"], request["number"] = at["ledger"], at["number"] + 1
        else:
            done["reason"] = f"it crashed {CRASHES} times, and that is enough"
        return findings.list(), done

    def _serve(self, request, findings, done, progress):
        """One request to a child. Returns the message about the allocation with which it crashed, if it did."""
        at, patience = None, None
        try:
            if self._process is None:
                self._process = Process(self._command, self._config.invocation_params.dir)
            self._process.send(request)
            while True:
                message = self._process.receive(patience)
                what = message.pop("what")
                if what == "end":
                    if message.pop("full", False):
                        findings.add(None, wording.full_misuses())
                        # The next test gets a new child, whose ledgers are empty.
                        self._end()
                    done.update(message)
                    if done["reason"] is not None:
                        hint = "a test that cannot be repeated in another process is marked: @pytest.mark.refs(faults=0)"
                        findings.add(None, _not_driven(done["reason"], hint))
                    return None
                if what == "at":
                    at = message
                    patience = PATIENCE + PATIENCE_RUNS * message["seconds"]
                    done["allocations"] = message["of"]
                    done["failed"] += 1
                    progress("fault", message["number"] - 1, message["of"])
                elif what == "found":
                    findings.add(at["number"], message["finding"])
        except (Died, TimeoutError) as error:
            self._end()
            if at is None:
                # Without a fault: nothing to blame.
                ended = f"the child process ended ({error.how})"
                findings.add(None, _not_driven(ended, error.output or "it said nothing"))
                done["reason"] = "the child process died"
                return None
            done["crashes"] += 1
            findings.add(at["number"], _crash(error, at["place"]))
            return at

    def _command(self, temporary):
        """pytest with the arguments of this run, but for what it writes and how it distributes tests."""
        config = self._config
        worker = getattr(config, "workerinput", None)
        arguments = worker["mainargv"][1:] if worker else config.invocation_params.args
        arguments = [str(argument) for argument in arguments if argument not in ("--pdb", "--trace")]
        has = config.pluginmanager.hasplugin
        extra = [f"--basetemp={os.path.join(temporary, 'tmp')}"]
        if has("cacheprovider"):
            extra.append(f"--override-ini=cache_dir={os.path.join(temporary, 'cache')}")
        if has("junitxml") and config.getoption("xmlpath", None):
            extra.append(f"--junitxml={os.path.join(temporary, 'junit.xml')}")
        if has("xdist"):
            extra.append("-n0")
        if has("pytest_cov"):
            extra.append("--no-cov")
        flags = subprocess._args_from_interpreter_flags()
        return [sys.executable, *flags, "-m", "pytest", *arguments, *extra]

    def _end(self):
        if self._process is not None:
            self._process.close()
            self._process = None

    def pytest_sessionfinish(self):
        self._end()


class Findings:
    """Findings, each once, with the allocations whose failure shows them."""

    def __init__(self, known):
        self._known = {_identity(found) for found in known}
        self._found = {}

    def add(self, number, finding):
        key = _identity(finding)
        if key in self._known:
            return
        entry = self._found.setdefault(key, {**finding, "faults": []})
        if number is not None and number not in entry["faults"]:
            entry["faults"].append(number)

    def list(self):
        for found in self._found.values():
            numbers = found["faults"]
            if numbers:
                found["text"] += f", when allocation {numbers[0]} fails"
            if len(numbers) > 1:
                found["text"] += f" (and with {wording.plural(len(numbers) - 1, 'other')})"
        return list(self._found.values())


def _identity(found):
    if found["what"] == "reference":
        return found["taken"], found["kind"], found["type"]
    if found["what"] == "allocation":
        return "allocation", found["near"], found["function"]
    return found["what"], found["text"]


def _crash(error, place):
    died = isinstance(error, Died)
    text = f"crashes ({error.how})" if died else "does not come to an end"
    if place.get("function"):
        text += f" in {place['function']}()"
    if place.get("near"):
        text += f", after {place['near']}"
    return {
        "what": "crash",
        **place,
        "output": error.output if died else "",
        "text": text,
        "hint": "a NULL that is not checked, or a reference released too often on the way out",
    }


def _not_driven(reason, hint):
    return {
        "what": "no faults",
        "inconclusive": True,
        "text": f"allocations could not be made to fail: {reason}",
        "hint": hint,
    }


def summary(results):
    """Lines for the terminal, of all results."""
    driven = [result["faults"] for result in results.values() if result.get("faults")]
    if not driven:
        return
    tests = wording.plural(len(driven), "test")
    yield f"{wording.plural(sum(one['failed'] for one in driven), 'allocation')} made to fail in {tests}"
    for name, result in results.items():
        faults = result.get("faults")
        if faults and not faults["complete"]:
            reason = faults["reason"] or f"--refs-faults allows no more of {faults['allocations']}"
            yield f"{name}: not all allocations were made to fail: {reason}"
