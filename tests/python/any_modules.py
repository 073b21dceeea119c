"""Extensions that C and PyO3 made: how they are built for the interpreter that runs this."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig

import pytest
from crates import PYTHON, ROOT, Crate

CC = shutil.which(os.environ.get("CC", "cc"))
needs_cc = pytest.mark.skipif(
    CC is None or sys.platform == "win32", reason="no C compiler: cc is not found, nor what CC names"
)
SUFFIX = ".so"
# What Rust's standard library needs.
LIBRARIES = ["-lpthread", "-ldl", "-lm"] if sys.platform == "linux" else []

MANIFEST = """
[package]
name = "{name}"
version = "0.0.0"
edition = "2024"

[lib]
path = "{path}"
crate-type = ["{kind}"]

[dependencies]
{dependencies}

[workspace]
"""
PYPTR = f'pyptr = {{ path = {json.dumps(str(ROOT))}, features = ["ledger"] }}'
PYO3 = 'pyo3 = { version = "0.30", default-features = false, features = ["macros"] }'


def compile_c(source, to, *objects):
    """Makes an extension module of C source text."""
    to.parent.mkdir(parents=True, exist_ok=True)
    command = [CC, "-shared", "-fPIC", f"-I{sysconfig.get_path('include')}", str(source), *map(str, objects)]
    command += ["-undefined", "dynamic_lookup"] if sys.platform == "darwin" else LIBRARIES
    subprocess.run([*command, "-o", str(to)], check=True)


def build(name, source, kind, *dependencies):
    """Builds a crate of one file, and returns the library."""
    crate = Crate(name)
    path = "src/lib.rs"
    if isinstance(source, pathlib.Path):
        path = source.as_posix()
    else:
        crate.write("src/lib.rs", source)
    crate.write("Cargo.toml", MANIFEST.format(name=name, path=path, kind=kind, dependencies="\n".join(dependencies)))
    cargo = os.environ.get("CARGO", "cargo")
    if PYO3 in dependencies:
        # The versions that the benchmarks have, which are downloaded wherever these are built.
        shutil.copy(ROOT / "benches" / "Cargo.lock", crate.path / "Cargo.lock")
        fetched, output = crate.run([cargo, "fetch"])
        if fetched:
            fetched, output = crate.run([cargo, "fetch"], CARGO_NET_OFFLINE="false")
        if fetched:
            pytest.skip(f"PyO3 cannot be had: {output}")
    code, output = crate.run([cargo, "build", "--quiet"], PYO3_PYTHON=PYTHON)
    assert code == 0, output
    prefix, suffix = {"darwin": ("lib", ".dylib"), "win32": ("", ".dll")}.get(sys.platform, ("lib", ".so"))
    if kind == "staticlib":
        prefix, suffix = ("", ".lib") if sys.platform == "win32" else ("lib", ".a")
    return crate.path.parent / "target" / "debug" / f"{prefix}{name}{suffix}"


def install(library, to):
    """Puts a library to where `import` finds it."""
    to.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(library, to.with_suffix(".pyd" if sys.platform == "win32" else ".so"))
