"""Wrong counts in the example ``manual`` are found: ``tests/mutation.py``."""

import datetime
import pathlib
import subprocess
import sys

from checked import ROOT, frozen
from crates import NESTED, not_in_debug_builds


@not_in_debug_builds
def test_mutants_are_found():
    """Ten of them, others each day; without ``--sample`` it does all."""
    first = datetime.date.today().toordinal()
    command = [sys.executable, str(ROOT / "tests" / "mutation.py"), "--sample=10", f"--from={first}", "--list"]
    command += [f"--target={pathlib.Path(sys.prefix) / 'mutation'}", f"--build={NESTED}"]
    done = subprocess.run(command, env=frozen(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 mutants" in done.stdout
