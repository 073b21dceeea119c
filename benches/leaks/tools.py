"""Builds, interpreters and processes of the measurements."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BASE = pathlib.Path(os.environ.get("PYO3_PYTHON") or sys.executable)
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "benches" / "leaks"
EXTENSIONS = ROOT / "tests" / "extensions"
LEAKY = [EXTENSIONS / "leaky.rs", *sorted(EXTENSIONS.glob("leaky/*.rs"))]


def build():
    """The extensions with and without the ledger. Returns where they are."""
    directories = {}
    for name, options in (("plain", []), ("ledger", ["--features", "ledger"])):
        target = TARGET / identity() / name
        directories[name] = target / "modules"
        directories[name].mkdir(parents=True, exist_ok=True)
        cargo = ["cargo", "build", "--quiet", "--release", "--target-dir", str(target)]
        environment = {**os.environ, "PYO3_PYTHON": str(BASE)}
        examples = ["--example=records"] + ["--example=leaky"] * bool(options)
        subprocess.run([*cargo, *options, *examples], check=True, env=environment, cwd=ROOT)
        if not options:
            subprocess.run(cargo, check=True, env=environment, cwd=without_ledger(target / "leaky"))
        for module, path in (("records", "examples/"), ("leaky", "examples/" if options else "")):
            shutil.copy(target / "release" / f"{path}lib{module}.so", directories[name] / f"{module}.so")
    return directories


def build_records():
    """The extension `records` with and without the ledger. Returns where it is."""
    directories = {}
    for name, options in (("plain", []), ("ledger", ["--features", "ledger"])):
        target = TARGET / identity() / name
        directories[name] = target / "modules"
        directories[name].mkdir(parents=True, exist_ok=True)
        cargo = ["cargo", "build", "--quiet", "--release", "--target-dir", str(target), "--example=records"]
        subprocess.run([*cargo, *options], check=True, env={**os.environ, "PYO3_PYTHON": str(BASE)}, cwd=ROOT)
        shutil.copy(target / "release" / "examples" / "librecords.so", directories[name] / "records.so")
    return directories


def without_ledger(directory):
    """A crate with the example that needs the ledger, without what it needs it for."""
    for path in LEAKY:
        copy = directory / "src" / path.relative_to(EXTENSIONS)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(_without_ledger(path.read_text(encoding="utf-8")), encoding="utf-8")
    (directory / "Cargo.toml").write_text(
        '[package]\nname = "leaky"\nversion = "0.0.0"\nedition = "2024"\n\n[workspace]\n\n'
        '[lib]\npath = "src/leaky.rs"\ncrate-type = ["cdylib"]\n\n[profile.release]\ndebug = "line-tables-only"\n\n'
        f"[dependencies]\npyptr = {{ path = {json.dumps(str(ROOT))} }}\n"
    )
    shutil.copy(ROOT / "Cargo.lock", directory)
    return directory


def _without_ledger(text):
    """The same lines, but for those of the allocator: what else needs the ledger does not compile."""
    lines = ["//" if "llocator" in line.lower().split("//")[0] else line for line in text.splitlines()]
    # Nobody else looks at the allocation that is leaked: without this there is none.
    return "\n".join(lines).replace("leaked.len()", "std::hint::black_box(leaked).len()") + "\n"


def identity():
    script = "import sys, sysconfig; print('%d.%d' % sys.version_info[:2] + sysconfig.get_config_var('abiflags'))"
    return subprocess.run([BASE, "-c", script], capture_output=True, text=True, check=True).stdout.strip()


def install(others):
    """An environment with pytest, and the other tools, made on first use."""
    python = python_of()
    if not pathlib.Path(python).exists():
        subprocess.run([BASE, "-m", "venv", str(pathlib.Path(python).parents[1])], check=True)
    packages = ["pytest>=8"] + ["pytest-memray"] * others
    subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True)


def python_of():
    return str(TARGET / identity() / "venv" / "bin" / "python3")


def command(*arguments):
    return [python_of(), "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "pytest_pyptr.plugin", *arguments]


def _environment(modules, variables):
    path = os.pathsep.join([str(modules), str(ROOT / "python" / "src")])
    return {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "0", **variables}


def run(words, modules, directory=None, check=True, **variables):
    done = subprocess.run(
        words,
        env=_environment(modules, variables),
        cwd=directory,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
    if check and done.returncode:
        raise SystemExit(f"{words}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


def cpu_time(words, modules, directory=None, **variables):
    """The processor time of a process that has to succeed, in seconds."""
    with open(os.devnull, "w") as nowhere:
        process = subprocess.Popen(
            words, env=_environment(modules, variables), cwd=directory, stdout=nowhere, stderr=nowhere
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        run(words, modules, directory, **variables)
        raise SystemExit(f"{words}: exit code {process.returncode}")
    return usage.ru_utime + usage.ru_stime
