"""The guide's chapter on leaks: each version of its extension is built, each command is run, and what is
printed is compared.

``PYPTR_GUIDE=write`` writes what is printed into the chapter instead.
"""

import json
import os
import re
import shlex
import shutil
import sys

from crates import NESTED, PYTHON, ROOT, Crate, not_in_debug_builds

pytestmark = not_in_debug_builds

CHAPTER = ROOT / "src" / "guide" / "leaks.md"
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FUNCTION = re.compile(r"^fn (\w+).*?^}\n", re.MULTILINE | re.DOTALL)

MANIFEST = f"""
[package]
name = "words"
version = "0.0.0"
edition = "2024"

[lib]
crate-type = ["cdylib"]

[dependencies]
pyptr = {{ path = {json.dumps(str(ROOT))} }}

[features]
ledger = ["pyptr/ledger"]

[profile.release]
strip = true

[workspace]
"""


class Reader:
    """Somebody who reads the chapter and does what it says."""

    def __init__(self):
        self.crate = Crate("words")
        self.crate.write("Cargo.toml", MANIFEST)
        # A slow machine says no more than a fast one.
        self.crate.write("pytest.ini", "[pytest]\naddopts = --refs-progress=1000\n")
        self.source, self.tests, self.built = "", "", None

    def read(self, language, text):
        """Does what a block asks for; returns it as it ought to be."""
        if language == "":
            self.edit("".join(line for line in text.splitlines(True) if not line.startswith("# ")))
        elif language == "python":
            self.tests += ("\n\n" if self.tests else "") + text
        elif language == "console":
            command = text.splitlines()[0]
            output = f"{command}\n{self.type(shlex.split(command.removeprefix('$ ')))}"
            # Times alone are no news.
            return text if normal(text) == normal(output) else output
        return text

    def edit(self, code):
        if not self.source:
            self.source = code
            return
        for function in FUNCTION.finditer(code):
            old = re.search(rf"^fn {function[1]}\b.*?^}}\n", self.source, re.MULTILINE | re.DOTALL)
            self.source = self.source.replace(old[0], function[0])

    def type(self, words):
        assert words[0] == "pytest"
        self.crate.write("src/lib.rs", self.source)
        self.crate.write("test_words.py", self.tests)
        if self.built != self.source:
            self.build()
        _, output = self.crate.run_pytest(*words[1:], COLUMNS="80", NO_COLOR="1")
        return output

    def build(self):
        cargo = [os.environ.get("CARGO", "cargo"), "build", "--quiet", "--release", "--features", "ledger"]
        code, output = self.crate.run(cargo, PYO3_PYTHON=PYTHON, CARGO_TARGET_DIR=str(NESTED))
        assert (code, output) == (0, "")
        prefix, suffix, module = {"darwin": ("lib", ".dylib", ".so"), "win32": ("", ".dll", ".pyd")}.get(
            sys.platform, ("lib", ".so", ".so")
        )
        shutil.copy(NESTED / "release" / f"{prefix}words{suffix}", self.crate.path / f"words{module}")
        self.built = self.source


def normal(text):
    """Without what differs from run to run, and from one version to the next."""
    text = re.sub(r"\bin \d+\.\d+s\b", "in 0.00s", text)
    text = re.sub(r"\bgrows by [\d.]+ blocks?", "grows by 1 blocks", text)
    return re.sub(r"^=+ (.*?) =+$", r"= \1 =", text, flags=re.MULTILINE)


def test_what_the_chapter_shows_is_what_is_printed():
    chapter = CHAPTER.read_text(encoding="utf-8")
    reader = Reader()
    real = BLOCK.sub(lambda block: f"```{block[1]}\n{reader.read(block[1], block[2])}```", chapter)
    if os.environ.get("PYPTR_GUIDE") == "write":
        CHAPTER.write_text(real, encoding="utf-8")
        return
    assert normal(chapter) == normal(real), "PYPTR_GUIDE=write writes the chapter anew"
    assert real.count("\n$ pytest") > 8 and "2 leak" in real and "1 inconclusive" in real
