"""Crates that tests generate in the target directory, and cargo and pytest run in them."""

import os
import pathlib
import shutil
import subprocess
import sys

import memory
import pytest

ROOT = pathlib.Path(__file__).parents[2]
# In the target directory that this suite was built to; one for all, so that this crate is built once.
HOME = pathlib.Path(memory.__file__).parent.parent / "pyptr-cargo"
# What tests/python.rs says: where it builds extensions, and for which interpreter, so that this crate with the ledger
# is built once.
NESTED = pathlib.Path(os.environ.get("PYPTR_NESTED", HOME / "target"))
PYTHON = os.environ["PYO3_PYTHON"] if "PYPTR_NESTED" in os.environ else sys.executable

# What they build and print does not depend on the interpreter's kind, and takes minutes there.
not_in_debug_builds = pytest.mark.skipif(hasattr(sys, "gettotalrefcount"), reason="slow in debug builds")


class Crate:
    """A generated crate."""

    def __init__(self, name):
        self.path = HOME / name
        (self.path / "src").mkdir(parents=True, exist_ok=True)
        (self.path / "tests").mkdir(exist_ok=True)
        # The same versions as outside, which are downloaded already.
        shutil.copy(ROOT / "Cargo.lock", self.path / "Cargo.lock")
        self.write("pytest.ini", "[pytest]\n")

    def write(self, name, text):
        path = self.path / name
        # Not touched if nothing changes: cargo looks at the time.
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")

    def run(self, command, **variables):
        """Exit code and output of a process in the crate's directory."""
        environment = {**os.environ, "CARGO_TARGET_DIR": str(HOME / "target"), "CARGO_NET_OFFLINE": "true"}
        environment |= {"EXPECTED_VERSION": sys.version, "CARGO_INCREMENTAL": "0", "CARGO_TERM_COLOR": "never"}
        environment |= {"RUST_BACKTRACE": "1", **variables}
        for name in ("CARGO_BUILD_TARGET", "CARGO_MANIFEST_DIR"):
            environment.pop(name, None)
        # That of the suite's build may be another one than runs it.
        environment.pop("PYO3_PYTHON", None)
        environment |= {key: value for key, value in variables.items() if key == "PYO3_PYTHON"}
        done = subprocess.run(
            command,
            cwd=self.path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=1200,
        )
        return done.returncode, done.stdout

    def run_pytest(self, *arguments, cache=False, **variables):
        command = [sys.executable, "-m", "pytest", "-p", "pytest_pyptr.plugin", "-p", "no:randomly"]
        command += ["-W", "ignore:The global interpreter lock:RuntimeWarning"]
        command += [] if cache else ["-p", "no:cacheprovider"]
        return self.run([*command, *arguments], **variables)
