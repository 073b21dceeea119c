"""Test binaries of a Rust crate: how cargo builds them, which tests they list, how one test is run."""

import json
import os
import pathlib
import re
import shlex
import signal
import subprocess
import sys
import tempfile

try:
    import tomllib
except ImportError:  # Python 3.10, where pytest needs it, too.
    import tomli as tomllib

# The environment variable that names the file in which `assert_no_leaks` notes its findings.
CHECKS = "PYPTR_CHECKS"


class BuildError(Exception):
    """Cargo or a test binary failed. The text is shown to the user."""


def split(text):
    return shlex.split(text or "")


def option(arguments, name):
    """The value of an option, as `--name value` or `--name=value`."""
    for number, argument in enumerate(arguments):
        if argument == name:
            return arguments[number + 1] if number + 1 < len(arguments) else None
        if argument.startswith(name + "="):
            return argument[len(name) + 1 :]
    return None


def _without(arguments, name):
    kept, rest = [], iter(arguments)
    for argument in rest:
        if argument == name:
            next(rest, None)
        elif not argument.startswith(name + "="):
            kept.append(argument)
    return kept


class Build:
    """`cargo test --no-run` of one manifest."""

    def __init__(self, manifest, arguments):
        self.manifest = manifest
        self.arguments = _without(arguments, "--manifest-path")
        self.environment = dict(os.environ)
        # The crate is built for the interpreter that runs pytest, unless PYO3_PYTHON names another one.
        self.environment.setdefault("PYO3_PYTHON", sys.executable)

    def targets(self):
        """Builds the test binaries."""
        cargo = self.environment.get("CARGO", "cargo")
        command = [cargo, "test", "--no-run", "--message-format=json-render-diagnostics"]
        command += ["--manifest-path", str(self.manifest), *self.arguments]
        try:
            done = subprocess.run(
                command,
                env=self.environment,
                cwd=self.manifest.parent,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise BuildError(f"{cargo} cannot be run: {error}; it is looked for in PATH and in CARGO") from None
        if done.returncode:
            raise BuildError(f"{shlex.join(command)} failed:\n\n{done.stderr.strip()}")
        artifacts, libraries = [], []
        for message in _messages(done.stdout):
            if message["reason"] == "build-script-executed":
                libraries += [path.rpartition("=")[2] for path in message["linked_paths"]]
            elif message["reason"] == "compiler-artifact" and message["executable"] and message["profile"]["test"]:
                artifacts.append(message)
        libraries += self._of_python()
        targets = [Target(artifact, self.environment, libraries) for artifact in artifacts]
        self._name(targets)
        return sorted(targets, key=lambda target: target.label)

    def _of_python(self):
        """The directory of the interpreter's shared library, whose path a crate without a build.rs does not know."""
        script = "import sysconfig; print(sysconfig.get_config_var('LIBDIR') or '')"
        try:
            done = subprocess.run([self.environment["PYO3_PYTHON"], "-c", script], capture_output=True, text=True)
        except OSError:
            return []
        return [line for line in done.stdout.splitlines() if line]

    def _name(self, targets):
        """Gives each target its name, with the parts that distinguish it from targets of the same name."""
        for target in targets:
            same = [other for other in targets if (other.package, other.name) == (target.package, target.name)]
            target.label = target.name
            if len(same) > 1 and target.kind != "lib":
                target.label += f"({target.kind})"
            if target.package != self.manifest:
                target.label = f"{target.package.parent.name}/{target.label}"


def _messages(text):
    for line in text.splitlines():
        if line.startswith("{"):
            yield json.loads(line)


class Target:
    """A test binary."""

    def __init__(self, artifact, environment, libraries):
        target = artifact["target"]
        self.name = self.label = target["name"]
        self.kind = target["kind"][0] if target["kind"][0] in ("bin", "test", "example", "bench") else "lib"
        self.package = pathlib.Path(artifact["manifest_path"])
        self.executable = artifact["executable"]
        # The variables that cargo sets for a test.
        self._environment = {**environment, "CARGO_MANIFEST_DIR": str(self.package.parent)}
        self._environment["CARGO_MANIFEST_PATH"] = str(self.package)
        variable = {"darwin": "DYLD_FALLBACK_LIBRARY_PATH", "win32": "PATH"}.get(sys.platform, "LD_LIBRARY_PATH")
        deps = pathlib.Path(self.executable).parent
        self._prepend(variable, [str(deps), str(deps.parent), *libraries])
        # An embedded interpreter finds its packages from the `python3` in PATH: that has to be pytest's
        # interpreter.
        python = pathlib.Path(environment["PYO3_PYTHON"])
        if python.is_absolute():
            self._prepend("PATH", [str(python.parent)])

    def _prepend(self, variable, paths):
        before = self._environment.get(variable)
        self._environment[variable] = os.pathsep.join([*paths, *([before] if before else [])])

    @property
    def without_harness(self):
        """Whether the binary has its own `main`, and so no list of tests."""
        manifest = tomllib.loads(self.package.read_text(encoding="utf-8"))
        tables = manifest.get(self.kind, [])
        if self.kind == "lib":
            return tables and tables.get("harness") is False
        return any(table.get("name") == self.name and table.get("harness") is False for table in tables)

    def tests(self):
        """The names of the binary's tests."""
        done = self._call("--list", "--format", "terse")
        if done.returncode:
            text = f"{done.stdout}{done.stderr}".strip()
            raise BuildError(f"{self.label}: {self.executable} --list failed ({_ending(done.returncode)}):\n\n{text}")
        lines = (line.rpartition(": ") for line in done.stdout.splitlines())
        return [name for name, _, kind in lines if kind == "test"]

    def run(self, test):
        """Runs one test."""
        with tempfile.TemporaryDirectory(prefix="pyptr-") as directory:
            path = os.path.join(directory, "checks")
            done = self._call("--exact", test, "--nocapture", **{CHECKS: path})
            checks = []
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    # A process that is killed may leave half a line.
                    checks = [json.loads(line) for line in file if line.endswith("\n")]
        return Run(test, done, checks)

    def _call(self, *arguments, **variables):
        return subprocess.run(
            [self.executable, *arguments],
            env={**self._environment, **variables},
            cwd=self.package.parent,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        )


# Output of libtest itself.
_TOTAL = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;.*$", re.MULTILINE)
_FRAME = re.compile(
    r"^\nrunning \d+ tests?\n|^test \S.* \.\.\. (ok|FAILED|ignored.*)$|^failures:\n(?s:.*)", re.MULTILINE
)
_PANIC = re.compile(
    r"^(thread '(.*)' )(?:\(\d+\) )?(panicked at (?:.|\n)*?)(?=\nnote: |\nstack backtrace:|\n\nthread '|\Z)",
    re.MULTILINE,
)
_ADVICE = re.compile(r"^note: .*`RUST_BACKTRACE=.*\n?", re.MULTILINE)


class Run:
    """The result of one run of a test. ``ignored`` and ``failure`` say why the test was ignored or failed."""

    def __init__(self, test, done, checks):
        self.checks = checks
        self.crashed = False
        self.ignored = self.failure = None
        totals = _TOTAL.findall(done.stdout)
        self.stderr = self.captured = done.stderr.strip("\n")
        self.stdout = _FRAME.sub("", _TOTAL.sub("", done.stdout)).strip("\n")
        if done.returncode not in (0, 101) or not totals:
            self.crashed = True
            self.failure = f"{test}: the process ended before the test did: {_ending(done.returncode)}"
        elif totals[-1] == ("0", "0", "1"):
            reason = re.search(r"^test .* \.\.\. ignored(?:, (.*))?$", done.stdout, re.MULTILINE)
            self.ignored = "#[ignore]" if not reason or reason[1] is None else reason[1]
        elif totals[-1] != ("1", "0", "0"):
            self.failure = ""
            if sum(map(int, totals[-1])) != 1:
                self.failure = f"{test}: the binary ran {sum(map(int, totals[-1]))} tests of this name"
        if self.failure is None:
            return
        panics = [
            (text if thread in (test, "main") else who + text).rstrip()
            for who, thread, text in _PANIC.findall(self.stderr)
        ]
        self.captured = _ADVICE.sub("", _PANIC.sub("", self.stderr)).strip("\n")
        # What libtest reports about a test that should panic.
        notes = re.search(r"^---- .* stdout ----\n((?:.|\n)*?)\n\nfailures:$", done.stdout, re.MULTILINE)
        parts = [self.failure, *panics, notes[1].strip() if notes else ""]
        self.failure = "\n\n".join(part for part in parts if part) or self.stderr or f"{test} failed without output"


def _ending(code):
    if code >= 0:
        return f"exit code {code}" if code < 0x80000000 else f"exit code 0x{code:08X}"
    try:
        return f"killed by {signal.Signals(-code).name} (signal {-code})"
    except ValueError:
        return f"killed by signal {-code}"
