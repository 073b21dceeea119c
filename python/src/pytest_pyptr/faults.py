"""--refs-faults: what a test's error paths do when an allocation fails.

Each test is run again while its first allocation fails, then while its second one fails, and so on. Only the
allocations of the extension's exported functions are counted. This happens in a child process, because a wrong
error path may crash: a second pytest with the same arguments, which serves one test after another. When it dies,
a new child continues after the allocation that killed it. This module is the parent's side.
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
import time

import pytest

from . import faults_child
from . import report as wording
from .faults_child import SECRET, Child

# A child hangs if it sends nothing for this many times the test's duration, plus --refs-faults-timeout.
PATIENCE_RUNS = 20
# How many seconds a child that hangs has to write its tracebacks and to end.
ENDING = 5
MORE_TIME = "--refs-faults-timeout gives it more time"
# How many lines of a dead child's output are kept.
LINES = 30
# After how many crashes a test is given up.
CRASHES = 10


def add_options(group):
    group.addoption(
        "--refs-faults",
        metavar="MAX",
        type=_number,
        help="run each test again while its first allocation fails, then its second one, and so on, MAX at the most; "
        "implies --refs",
    )
    group.addoption(
        "--refs-faults-timeout",
        metavar="SECONDS",
        type=_seconds,
        default=60.0,
        help="with --refs-faults: end a child process that sends nothing for this time plus 20 times the test's usual "
        "duration (default: 60)",
    )
    group.addoption("--refs-faults-child", help=argparse.SUPPRESS)


def _number(text):
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"a number from 1 on is needed, not {text!r}")
    return number


def _seconds(text):
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"a number of seconds is needed, not {text!r}")
    return seconds


def configure(config):
    """Registers the plugins that are asked for. Returns the driver, if this process drives tests."""
    port = config.getoption("refs_faults_child")
    if port is not None:
        config.pluginmanager.register(Child(int(port)), "pyptr-faults-child")
        faults_child.configure(config)
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
    """The child has ended. ``how`` says how, and ``output`` is the end of what it wrote."""

    def __init__(self, how, output):
        super().__init__(how, output)
        self.how, self.output = how, output


class Hangs(Died):
    """The child sent nothing for so long that it was ended."""

    def __init__(self, seconds, output):
        super().__init__(f"it said nothing for {seconds:.0f} s", output)


class Process:
    """A child, and the connection to it."""

    def __init__(self, command, directory, patience):
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
                self._connection = self._accept(server, token, patience)
            except BaseException:
                self.close()
                raise

    def _accept(self, server, token, patience):
        server.settimeout(0.1)
        end = time.monotonic() + patience
        while True:
            try:
                connection, _ = server.accept()
            except TimeoutError:
                if self._process.poll() is not None:
                    raise self._died() from None
                if time.monotonic() > end:
                    raise self._hangs(patience) from None
                continue
            # The child sends the token at once; another process that connects may send nothing.
            connection.settimeout(patience)
            self._lines = connection.makefile("rw", encoding="utf-8", newline="\n")
            try:
                if self._lines.readline().strip() == token:
                    return connection
            except OSError:
                pass
            connection.close()

    def send(self, message):
        try:
            self._lines.write(json.dumps(message) + "\n")
            self._lines.flush()
        except OSError:
            raise self._died() from None

    def receive(self, patience):
        """The next message. ``Hangs`` if none comes within ``patience`` seconds, ``Died`` if the child has ended."""
        self._connection.settimeout(patience)
        try:
            line = self._lines.readline()
        except TimeoutError:
            raise self._hangs(patience) from None
        except OSError:
            raise self._died() from None
        if not line.endswith("\n"):
            raise self._died()
        return json.loads(line)

    def _hangs(self, patience):
        if self._process.poll() is None:
            # pytest's faulthandler writes the tracebacks of the child's threads.
            self._process.send_signal(getattr(signal, "SIGABRT", signal.SIGTERM))
        self._wait()
        return Hangs(patience, self._last_words())

    def _wait(self):
        """Waits until the process ends, or kills it."""
        try:
            self._process.wait(ENDING)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _last_words(self):
        self._output.seek(0)
        output = self._output.read().decode("utf-8", "replace").splitlines()
        fatal = [number for number, line in enumerate(output) if line.startswith("Fatal Python error")]
        return "\n".join(output[fatal[-1] :][:LINES] if fatal else output[-LINES:])

    def _died(self):
        # The child has closed the connection, which it does only when it ends.
        self._wait()
        code = self._process.returncode
        if code < 0:
            try:
                how = signal.Signals(-code).name
            except ValueError:
                how = f"signal {-code}"
        else:
            how = f"exit code {code}" if code < 256 else f"exit code {code:#x}"
        return Died(how, self._last_words())

    def close(self):
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._connection is not None:
            self._connection.close()
        self._output.close()
        self._directory.cleanup()


class Driver:
    """Drives tests in a child process, which it starts for the first test."""

    def __init__(self, config):
        self._config = config
        self._process = None
        self._timeout = config.getoption("refs_faults_timeout")
        self._start = time.monotonic()
        # How long the collection took, and the longest run of all tests so far.
        self._collected = self._longest = 0.0

    def pytest_collection_finish(self):
        self._collected = time.monotonic() - self._start

    def check(self, item, limit, confirming, known, progress, seconds):
        """Returns the findings that are not ``known``, and a summary of the runs for the JSON file.

        ``seconds`` is the duration of the test's longest run.
        """
        done = {"allocations": 0, "failed": 0, "crashes": 0, "complete": False, "reason": None}
        findings = Findings(known)
        request = {"test": item.nodeid, "ledger": 0, "number": 1, "limit": limit, "confirm": confirming}
        request["known"] = [list(_identity(found)) for found in known if found["what"] == "reference"]
        self._longest = max(self._longest, seconds)
        patience = self._timeout + PATIENCE_RUNS * seconds
        while done["crashes"] < CRASHES:
            at = self._serve(request, findings, done, progress, patience)
            if at is None:
                break
            request["ledger"], request["number"] = at["ledger"], at["number"] + 1
        else:
            done["reason"] = f"it crashed {CRASHES} times, and was given up"
        return findings.list(), done

    def _serve(self, request, findings, done, progress, patience):
        """Sends a request to a child. Returns the message about the allocation at which the child crashed, if any."""
        at = None
        try:
            if self._process is None:
                start = self._timeout + PATIENCE_RUNS * self._collected
                self._process = Process(self._command, self._config.invocation_params.dir, start)
            self._process.send(request)
            # The child may have to create the session's fixtures first, as an earlier test did in this process.
            first = self._timeout + PATIENCE_RUNS * self._longest
            while True:
                message = self._process.receive(first if at is None else patience)
                what = message.pop("what")
                if what == "end":
                    if message.pop("full", False):
                        findings.add(None, wording.full_misuses())
                        # The next test gets a new child, whose ledgers are empty.
                        self._end()
                    done.update(message)
                    if done["reason"] is not None:
                        hint = (
                            "mark a test that cannot be repeated in another process: @pytest.mark.refs(faults=0)"
                        )
                        findings.add(None, _not_driven(done["reason"], hint))
                    return None
                if what == "at":
                    at = message
                    done["allocations"] = message["of"]
                    done["failed"] += 1
                    progress("fault", message["number"] - 1, message["of"])
                elif what == "found":
                    findings.add(at["number"], message["finding"])
        except Died as error:
            self._end()
            if at is None:
                # No allocation has failed yet, so that none is to blame.
                hangs = isinstance(error, Hangs)
                ended = f"the child process {'hangs' if hangs else 'ended'} ({error.how})"
                hint = error.output or "it said nothing"
                findings.add(None, _not_driven(ended, f"{hint}\n{MORE_TIME}" if hangs else hint))
                done["reason"] = f"the child process {'hangs' if hangs else 'died'}"
                return None
            done["crashes"] += 1
            findings.add(at["number"], _crash(error, at["place"]))
            return at

    def _command(self, temporary):
        """The command for a pytest with the arguments of this run. Options for output files and for distributed tests
        that plugins read before ``faults_child.configure`` are changed here; it changes the rest."""
        config = self._config
        arguments = [str(argument) for argument in config.invocation_params.args]
        has = config.pluginmanager.hasplugin
        extra = [f"--basetemp={os.path.join(temporary, 'tmp')}"]
        if has("cacheprovider"):
            extra.append(f"--override-ini=cache_dir={os.path.join(temporary, 'cache')}")
        if config.getoption("debug", None):
            extra.append(f"--debug={os.path.join(temporary, 'debug')}")
        if has("logging-plugin"):
            extra.append("--override-ini=log_file=")
        if has("xdist"):
            extra.append("-n0")
        if has("pytest_cov"):
            extra.append("--no-cov")
        flags = subprocess._args_from_interpreter_flags()
        # The same module search path as here, where `pytest` and `python -m pytest` differ.
        launch = f"import sys; sys.path[:] = {sys.path!r}; import pytest; sys.exit(pytest.console_main())"
        return [sys.executable, *flags, "-c", launch, *arguments, *extra]

    def _end(self):
        if self._process is not None:
            self._process.close()
            self._process = None

    def pytest_sessionfinish(self):
        self._end()


class Findings:
    """The different findings, with the allocations whose failure shows each of them."""

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
    hangs = isinstance(error, Hangs)
    text = "does not come to an end" if hangs else f"crashes ({error.how})"
    if place.get("function"):
        text += f" in {place['function']}()"
    if place.get("near"):
        text += f", after {place['near']}"
    return {
        "what": "crash",
        **place,
        "output": error.output,
        "text": text,
        "hint": f"{error.how}; {MORE_TIME}"
        if hangs
        else "a NULL that is not checked, or a reference released too often on the way out",
    }


def _not_driven(reason, hint):
    return {
        "what": "no faults",
        "inconclusive": True,
        "text": f"allocations could not be made to fail: {reason}",
        "hint": hint,
    }


def summary(results):
    """The lines for the terminal about all results."""
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
