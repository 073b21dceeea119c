#!/usr/bin/env python3
"""The mutation score of `pytest --refs --refs-faults`: how many wrong reference counts it finds, and where.

    python3 tests/mutation.py [--sample N] [--from N] [--only TEXT] [--jobs N] [--python PATH] [--build PATH] [--list]

Each `incref`, `decref`, `new_ref`, `defer_decref` and `give` in `examples/manual` is deleted, and each is
doubled, one at a time; an `incref` or `decref` also comes too late, behind the next statement, and is made to count
another object, an argument of the function. It comes too late only where that can make a difference: a `decref` behind a
statement that may leave the function, and an `incref` behind one that gives the reference away or runs Python code.

For each of these mutants the tests of `tests/python/test_manual.py` that reach the line run under
`pytest --refs --refs-faults`, and what is reported is compared with the line that was changed.

The library is built once: in a copy of the example every operation can be changed at run time, by an
environment variable, and is in the line in which it was.

A report is at the right line if it names

- doubled: that very line;
- another object counted: that very line, or what is right for the same operation deleted;
- an operation that ends a reference, deleted or late: a line that takes this reference (there is no other to name);
- an operation that takes a reference, deleted or late: a line that ends this reference, for the same reason.

Which lines belong together is said in the example by comments, `// takes name` and `// ends name`: names of
the same function, or, where that has no such line, of any function. A mutant counts as reported if a test has
the verdict `leak` or `crash`; a test that only fails by itself does not count. A mutant crashes the run if
pytest itself dies.

Mutants in the tables `EQUIVALENT` do no harm, or none on this build; they are listed, and not counted.

Exits with 1 if fewer than 97 % are reported at the right line (of a few, more than one is not), or a run crashes.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "manual"
TESTS = ROOT / "tests" / "python" / "test_manual.py"
FAULTS = 200
BAR = 0.97
# Mutants that no test can tell from the original, by file, function, operation and change, with the reason.
EQUIVALENT = {
    ("callbacks.rs", "max_by", "incref", "late"): "the tuple holds its items, and the caller holds the tuple",
}
# From 3.12 on.
OPTIONAL = "`None` is documented to be immortal, so that it may be released without a reference"
EQUIVALENT_SINCE_3_12 = {
    ("callbacks.rs", "max_by", "new_ref", "deleted"): OPTIONAL,
    ("keeping.rs", "exchange", "new_ref", "deleted"): OPTIONAL,
}
# Where no allocation can be made to fail: on free-threaded builds.
SCARCE = "the statement leaves the function only if there is no memory, which no test can bring about here"
EQUIVALENT_WITHOUT_FAULTS = {
    ("containers.rs", "count_words", "decref", "late"): SCARCE,
    ("containers.rs", "parse_ints", "decref", "late"): SCARCE,
    ("containers.rs", "describe", "decref", "late"): SCARCE,
    ("keeping.rs", "attributes", "decref", "late"): SCARCE,
}

# What a site becomes: as it is, deleted, doubled. As a statement of its own it can also be late, or be about
# another object.
OPERATIONS = {
    "incref": ("{x}.incref()", "()", "{{ {x}.incref(); {x}.incref() }}"),
    "decref": ("{x}.decref()", "()", "{{ {x}.decref(); {x}.decref() }}"),
    "new_ref": ("{x}.new_ref()", "{x}", "{{ let _ = {x}.new_ref(); {x}.new_ref() }}"),
    "give": ("{x}.give()", "{x}.as_ptr()", "{{ let _ = {x}.give(); {x}.give() }}"),
    "defer_decref": (
        "[Some({x}.defer_decref()), None]",
        "[None, None]",
        "[Some({x}.defer_decref()), Some({x}.defer_decref())]",
    ),
}
TAKING = ("incref", "new_ref")
SITE = re.compile(r"\b(\w+(?:\.\w+)*)\.(" + "|".join(OPERATIONS) + r")\(\)")
STATEMENT = re.compile(r"\s*(\w+)\.(incref|decref)\(\);\s*")
CHANGES = {"deleted": 1, "doubled": 2, "late": 3, "of another object": 4}
# An operation of this kind that comes behind such a statement makes a difference.
LATE = {"decref": re.compile(r"\breturn\b|\?"), "incref": re.compile(r"\.give\(\)|_Call")}

# Added behind the example's last line.
SWITCH = """
/// What becomes of an operation: 0 as it is, 1 deleted, 2 doubled, 3 late, 4 of another object.
fn mutant(site: usize) -> u8 {
    use std::io::Write;
    use std::sync::{Mutex, OnceLock};
    static CHOSEN: OnceLock<(usize, u8)> = OnceLock::new();
    static TRACE: OnceLock<Option<Mutex<std::fs::File>>> = OnceLock::new();
    let trace = TRACE.get_or_init(|| {
        let path = std::env::var_os("MUTATION_TRACE")?;
        Some(Mutex::new(std::fs::OpenOptions::new().append(true).create(true).open(path).unwrap()))
    });
    if let (Some(trace), Ok(test)) = (trace, std::env::var("PYTEST_CURRENT_TEST")) {
        let line = format!("{site} {test}\\n");
        trace.lock().unwrap().write_all(line.as_bytes()).unwrap();
    }
    let chosen = CHOSEN.get_or_init(|| {
        let text = std::env::var("MUTATION").unwrap_or_default();
        let (site, change) = text.split_once(':').unwrap_or(("0", "0"));
        (site.parse().unwrap(), change.parse().unwrap())
    });
    if chosen.0 == site { chosen.1 } else { 0 }
}
"""

Site = collections.namedtuple("Site", "number file line function operation names changes")
Mutant = collections.namedtuple("Mutant", "site change")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sample", type=int, metavar="N", help="only N mutants, evenly chosen")
    parser.add_argument("--from", type=int, metavar="N", default=0, dest="first", help="other ones: begin with the Nth")
    parser.add_argument("--only", metavar="TEXT", default="", help="only mutants whose description contains it")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="so many at a time (default: 2)")
    parser.add_argument("--python", default=sys.executable, help="the interpreter to test with")
    parser.add_argument("--target", default=ROOT / "target" / "mutation", type=pathlib.Path, help="where to build")
    parser.add_argument("--build", type=pathlib.Path, help="cargo's target directory (default: build, in --target)")
    parser.add_argument("--list", action="store_true", help="say what became of each mutant")
    options = parser.parse_args()

    sources = {path.name: path.read_text(encoding="utf-8") for path in sorted(EXAMPLE.glob("*.rs"))}
    sites, tags, changed = schemata(sources)
    modules = build(changed, options)
    runner = Runner(modules, with_pytest(options.python, options.target))
    start = time.monotonic()
    reached = runner.trace()
    mutants = [Mutant(site, change) for site in sites for change in site.changes]
    mutants = [mutant for mutant in mutants if options.only in describe(mutant)]
    missed = [mutant for mutant in mutants if not reached[mutant.site.number]]
    mutants = [mutant for mutant in mutants if reached[mutant.site.number]]
    if missed:
        print(f"{len(missed)} mutants are in lines that no test reaches")
    for mutant in mutants:
        if reason := runner.equivalent.get(key_of(mutant)):
            print(f"{describe(mutant)}: equivalent: {reason}")
    mutants = [mutant for mutant in mutants if key_of(mutant) not in runner.equivalent]
    first = options.first % max(len(mutants), 1)
    mutants = mutants[first:] + mutants[:first]
    if options.sample:
        step = len(mutants) / min(options.sample, len(mutants))
        mutants = [mutants[int(index * step)] for index in range(min(options.sample, len(mutants)))]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda mutant: runner.run(mutant, reached[mutant.site.number]), mutants))
    return print_score(list(zip(mutants, results)), tags, time.monotonic() - start, options.list)


def with_pytest(python, target):
    """The interpreter, or one of an environment of its own if it has no pytest."""
    if subprocess.run([python, "-c", "import pytest"], stderr=subprocess.DEVNULL).returncode == 0:
        return python
    version = subprocess.check_output([python, "-c", "import sys; print(sys.hexversion)"], text=True)
    environment = pathlib.Path(target).absolute() / f"pytest-{version.strip()}"
    own = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python3")
    if not own.exists():
        subprocess.run([python, "-m", "venv", "--clear", environment], check=True)
        subprocess.run([own, "-m", "pip", "install", "-q", "pytest>=8"], check=True)
    return own


def crash_of(output):
    """The end of what pytest printed before it died, and where Python was then."""
    before, fatal, where = output.rpartition("Fatal Python error")
    return before[-500:] + fatal + where[:1500]


def schemata(sources):
    """The sites, the lines of each (function, verb, name), and the sources in which each site is a switch."""
    sites, changed = [], {}
    tags = collections.defaultdict(set)
    for name, text in sources.items():
        function, lines, late = None, [], collections.defaultdict(str)
        source = text.splitlines()
        for number, line in enumerate(source, 1):
            code, _, comment = line.partition("//")
            started = re.search(r"\bfn (\w+)|^export!\((\w+)", code)
            if started:
                function = started[1] or started[2]
                arguments = arguments_of(source[number - 1 :])
            place = f"examples/manual/{name}:{number}:"
            names, verb = [], None
            for part in comment.split(",") if re.match(r" (takes|ends) ", comment) else ():
                words = part.split()
                if words[0] in ("takes", "ends"):
                    verb = words.pop(0)
                names.append((verb, " ".join(words)))
                tags[(function, *names[-1])].add(place)
                tags[(None, *names[-1])].add(place)
            statement = STATEMENT.fullmatch(code)

            def switch(match):
                site = len(sites) + 1
                kept, deleted, doubled = (form.format(x=match[1]) for form in OPERATIONS[match[2]])
                arms = {"deleted": deleted, "doubled": doubled}
                if statement:
                    end, following = next_statement(source, number)
                    if following and LATE[match[2]].search(following):
                        arms["late"] = "()"
                        late[end] += f" if crate::mutant({site}) == {CHANGES['late']} {{ {kept} }}"
                    others = [argument for argument in arguments if argument != match[1]]
                    if others:
                        arms["of another object"] = f"{others[0]}.{match[2]}()"
                sites.append(Site(site, name, number, function, match[2], tuple(names), tuple(arms)))
                arms = ", ".join(f"{CHANGES[change]} => {form}" for change, form in arms.items())
                return f"(match crate::mutant({site}) {{ {arms}, _ => {kept} }})"

            changed_code = SITE.sub(switch, code) + late[number]
            lines.append(changed_code + ("//" + comment if comment else ""))
        changed[name] = "\n".join(lines) + "\n"
    for site in sites:
        assert site.names, f"examples/manual/{site.file}:{site.line} does not say which reference it is about"
    changed["main.rs"] += SWITCH
    return sites, tags, changed


def arguments_of(lines):
    """The arguments of the function that begins here, as far as they are counted by hand."""
    return re.findall(r"(\w+): (?:Any|Ptr<\w+>)", "".join(lines).partition("{")[0])


def next_statement(source, number):
    """The number of the last line of the statement behind a line, and its text; nothing at the end of a block."""
    indent, text = None, ""
    for following, line in enumerate(source[number:], number + 1):
        code = line.partition("//")[0].rstrip()
        if not code.strip():
            continue
        if indent is None:
            before = source[number - 1]
            indent = len(before) - len(before.lstrip())
        text += code + "\n"
        at = len(code) - len(code.lstrip())
        if at < indent or text.lstrip().startswith("return"):
            return None, ""
        if at == indent and code.endswith((";", "}")):
            return following, text
    return None, ""


def build(changed, options):
    """Builds the copy, and returns the directory from which it can be imported."""
    package = options.target / "package"
    example = package / "examples" / "manual"
    example.mkdir(parents=True, exist_ok=True)
    for name, text in changed.items():
        write(example / name, text)
    write(
        package / "Cargo.toml",
        f"""[package]
name = "manual"
version = "0.0.0"
edition = "2024"

[workspace]

[lib]
path = "examples/manual/main.rs"
crate-type = ["cdylib"]

[features]
default = ["ledger"]
ledger = ["pyptr/ledger"]

[dependencies]
pyptr = {{ path = {json.dumps(str(ROOT))} }}

[profile.release]
strip = true

[lints.rust]
warnings = "allow"
""",
    )
    if (ROOT / "Cargo.lock").exists():
        shutil.copy(ROOT / "Cargo.lock", package / "Cargo.lock")
    command = [os.environ.get("CARGO", "cargo"), "build", "--quiet", "--release", "--offline"]
    directory = options.build or options.target / "build"
    environment = {**os.environ, "CARGO_TARGET_DIR": str(directory)}
    environment.setdefault("PYO3_PYTHON", options.python)
    subprocess.run(command, cwd=package, env=environment, check=True)
    modules = options.target / "modules"
    modules.mkdir(exist_ok=True)
    prefix, ending = ("", ".dll") if os.name == "nt" else ("lib", ".dylib" if sys.platform == "darwin" else ".so")
    library = directory / "release" / f"{prefix}manual{ending}"
    shutil.copy(library, modules / ("manual.pyd" if os.name == "nt" else "manual.so"))
    (modules / "pytest.ini").touch()
    shutil.copy(TESTS, modules / TESTS.name)
    return modules


def write(path, text):
    """Only what has changed, so that cargo builds it only then."""
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


class Runner:
    def __init__(self, modules, python):
        self._modules = modules
        self._python = python
        # Allocations do not fail on free-threaded builds: paths for errors are not reached there.
        code = "import sys, sysconfig; print(sysconfig.get_config_var('Py_GIL_DISABLED') or 0, sys.version_info[1])"
        free_threaded, minor = map(int, subprocess.check_output([python, "-c", code], text=True).split())
        self._refs = "--refs" if free_threaded else f"--refs-faults={FAULTS}"
        #: The mutants that do no harm on this build, with the reasons.
        self.equivalent = dict(EQUIVALENT)
        if minor >= 12:
            self.equivalent |= EQUIVALENT_SINCE_3_12
        if free_threaded:
            self.equivalent |= EQUIVALENT_WITHOUT_FAULTS

    def _pytest(self, tests, **variables):
        """The exit code, the results of `--refs-json`, and the output."""
        with tempfile.TemporaryDirectory() as directory:
            results = pathlib.Path(directory) / "refs.json"
            command = [self._python, "-m", "pytest", "-q", "-p", "pytest_pyptr.plugin", "-p", "no:cacheprovider"]
            command += [f"--basetemp={directory}/tmp", self._refs, f"--refs-json={results}", *tests]
            path = [str(self._modules), str(ROOT / "python" / "src"), str(ROOT / "tests" / "python" / "plugins")]
            path = os.pathsep.join(path)
            environment = {**os.environ, "PYTHONPATH": path, **variables}
            done = subprocess.run(command, cwd=self._modules, env=environment, capture_output=True, text=True)
            content = json.loads(results.read_text(encoding="utf-8"))["tests"] if results.exists() else []
            return done.returncode, content, done.stdout + done.stderr

    def trace(self):
        """The tests that reach each site, by one run of what is not changed, which has to be clean."""
        with tempfile.TemporaryDirectory() as directory:
            trace = pathlib.Path(directory) / "trace"
            code, _, output = self._pytest([TESTS.name], MUTATION_TRACE=str(trace))
            if code != 0:
                sys.exit(f"the example is not clean as it is:\n{output}")
            reached = collections.defaultdict(dict)
            for line in trace.read_text(encoding="utf-8").splitlines():
                site, test = line.split(" ")[:2]
                reached[int(site)][test] = True
        return reached

    def run(self, mutant, tests):
        """The findings of all tests, and how pytest ended."""
        if not tests:
            return [], 0, ""
        change = f"{mutant.site.number}:{CHANGES[mutant.change]}"
        code, results, output = self._pytest(list(tests), MUTATION=change)
        found = [
            finding
            for result in results
            if result["verdict"] in ("leak", "crash")
            for finding in result["findings"]
            if not finding.get("inconclusive")
        ]
        return found, code, output


def key_of(mutant):
    site = mutant.site
    return site.file, site.function, site.operation, mutant.change


def describe(mutant):
    site = mutant.site
    return f"examples/manual/{site.file}:{site.line}: {site.operation} {mutant.change} in {site.function}"


def right_places(mutant, tags):
    """The places that a report may name."""
    site = mutant.site
    own = f"examples/manual/{site.file}:{site.line}:"
    if mutant.change == "doubled":
        return {own}
    verb = "ends" if site.operation in TAKING else "takes"
    places = {own} if mutant.change == "of another object" else set()
    for _, name in site.names:
        places |= tags.get((site.function, verb, name)) or tags.get((None, verb, name), set())
    return places


def place_of(finding):
    return finding.get("taken") or finding.get("at") or finding.get("near") or ""


def print_score(results, tags, seconds, say_all):
    crashed, reported, right = [], [], []
    for mutant, (findings, code, output) in results:
        name = describe(mutant)
        places = [place_of(finding) for finding in findings]
        is_right = any(place.startswith(tuple(right_places(mutant, tags))) for place in places)
        if code not in (0, 1):
            crashed.append(mutant)
            print(f"{name}: CRASHES THE RUN ({code})\n{crash_of(output)}")
        if findings:
            reported.append(mutant)
        if is_right:
            right.append(mutant)
        if say_all or not is_right:
            print(f"{name}: {'right' if is_right else 'another line' if findings else 'NOT REPORTED'}")
            for finding in findings:
                print(f"    {finding['text']}")
    total = len(results)
    print(f"{total} mutants in {seconds:.0f} s")
    print(f"{len(reported)} reported ({share(reported, total):.1%})")
    print(f"{len(right)} at the right line ({share(right, total):.1%})")
    print(f"{len(crashed)} crash the run")
    # Of a sample, one may be among those that are missed.
    missed = total - len(right)
    return 0 if missed <= max(1, total * (1 - BAR)) and total and not crashed else 1


def share(some, total):
    return len(some) / max(total, 1)


if __name__ == "__main__":
    sys.exit(main())
