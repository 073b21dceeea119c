#!/usr/bin/env python3
"""Whether the tests of classes would notice if a rule of theirs were broken.

    python3 tests/class_rules.py [--python PATH] [--target DIR] [--jobs N] [--list] [RULE ...]

Each mutant is a change to src/ that breaks one rule, in a copy of the sources; then the tests of `class!` in tests/it run.
A mutant is noticed if a test fails, or the process ends; a change that does not compile is an error of this program. RULE
is the beginning of a mutant's name, such as `18`. One takes half a minute on an idle machine, and none runs in `.ci/run`.

Rules that the compiler keeps have programs in tests/compile_fail instead: 2 (class_with_drop), 5 (class_field_that_changes,
class_lock_not_shown, class_lock_detached), 11 (class_of_another_module, class_of_another_state), 12 (class_aligned), and
25 but for the kind of its descriptor (class_field_that_changes). Rule 19 is about speed alone: benches/classes.

Exits with 1 if a mutant is not noticed.
"""

import argparse
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]

# The rule, and changes: the file below src, what is replaced, and by what.
MUTANTS = [
    ("1 classes are mutable", "class/join.rs", "        | ffi::Py_TPFLAGS_IMMUTABLETYPE\n", ""),
    ("3 self is not held", "export/held.rs", "F::HOLDS && unsafe { refcount::hold_mortal(object) };", "false;"),
    ("4 an empty value takes no word", "class/instance.rs", "let size = if mem::size_of::<C>() > WORD {", "let size = if true {"),
    (
        "6, 8 a derived class is taken for the class",
        "class/new.rs",
        "let exact = is_type_of_class::<F::Class>(kind);",
        "let exact = true; let _ = is_type_of_class::<F::Class>;",
    ),
    (
        "7 without `new`, Python makes instances",
        "class/join.rs",
        "        | flag(Facts::<C>::NEW.is_none(), ffi::Py_TPFLAGS_DISALLOW_INSTANTIATION);",
        ";",
    ),
    (
        "9 the arguments of `new` are not held",
        "class/new.rs",
        "    let names: Vec<&Borrowed<'_, PyAny>> = pairs.iter().map(|(name, _)| &**name).collect();\n"
        "    let values: Vec<&Borrowed<'_, PyAny>> = pairs.iter().map(|(_, value)| &**value).collect();\n",
        "    let names: Vec<&Borrowed<'_, PyAny>> =\n"
        "        pairs.iter().map(|(name, _)| unsafe { Borrowed::from_ptr(py, name.as_ptr()) }).collect();\n"
        "    let values: Vec<&Borrowed<'_, PyAny>> =\n"
        "        pairs.iter().map(|(_, value)| unsafe { Borrowed::from_ptr(py, value.as_ptr()) }).collect();\n"
        "    drop(pairs);\n",
        # They are held twice: here, and as every argument is.
        "export/held.rs",
        "Some(object) if F::HOLDS => {",
        "Some(object) if false => {",
    ),
    (
        "10 the bases are not walked",
        "class/declared.rs",
        "        !own_type::<C>(type_of(object)).is_null()",
        "        is_exact_instance::<C>(object)",
    ),
    ("10 the state is not emptied", "export/module.rs", "            (state.clear)(value, py);", "            let _ = (state, value);"),
    (
        "10 the module does not show its types",
        "export/module.rs",
        "    if !classes.is_null() {\n        // SAFETY: the collector",
        "    if false && !classes.is_null() {\n        // SAFETY: the collector",
    ),
    (
        "13 the collector does not know the class",
        "class/declared.rs",
        "pub(super) const COLLECTED: bool = C::HOLDS ||",
        "pub(super) const COLLECTED: bool =",
    ),
    (
        "14 what is behind a taken lock is shown",
        "class/locked.rs",
        "if T::HOLDS && self.owner.load(Ordering::Relaxed) == FREE {",
        "if T::HOLDS {",
    ),
    (
        "15 the type is not visited",
        "class/dealloc.rs",
        "    // SAFETY: the reference of the instance to its type.\n    unsafe { visit.object(kind.cast()) };",
        "",
    ),
    (
        "15 the type is visited twice",
        "class/dealloc.rs",
        "    // SAFETY: the reference of the instance to its type.\n    unsafe { visit.object(kind.cast()) };",
        "    unsafe { visit.object(kind.cast()) }; unsafe { visit.object(kind.cast()) };",
    ),
    (
        "16 nothing is emptied",
        "class/dealloc.rs",
        "    guarded(py, || payload.clear(py));",
        "    let _ = payload;",
    ),
    ("17 the collector does not know a finaliser", "class/declared.rs", " || Self::FINALIZER.is_some();", ";"),
    ("18 what is brought back is destroyed", "class/dealloc.rs", "if lives_on {", "if lives_on && false {"),
    ("18 weak references are not cleared", "class/dealloc.rs", "if !list.is_null() {", "if !list.is_null() && false {"),
    (
        "18 the type is not released",
        "class/dealloc.rs",
        "    // SAFETY: the reference of the instance, which is gone.\n    unsafe { ffi::Py_DECREF(kind.cast()) };",
        "",
    ),
    (
        "18 the dying are tracked",
        "class/dealloc.rs",
        "        unsafe { ffi::PyObject_GC_UnTrack(object.cast()) };",
        "        let _ = ();",
    ),
    ("20 the indicator is not saved", "class/dealloc.rs", "    let _saved = SavedIndicator::save(py);", ""),
    (
        "20 a panic of a drop is not caught",
        "class/dealloc.rs",
        "    if let Err(payload) = catch_unwind(AssertUnwindSafe(body)) {",
        "    if let Err(payload) = { body(); Ok::<(), Box<dyn std::any::Any + Send>>(()) } {",
    ),
    ("21 destruction has no bound", "class/trash.rs", "const DEPTH: u32 = 64;", "const DEPTH: u32 = u32::MAX;"),
    (
        "22 a lock does not know its thread",
        "class/locked.rs",
        "            if self.owner.load(Ordering::Relaxed) & !WAITED_FOR == me {",
        "            if false {",
    ),
    ("23 the left operand is not checked", "class/run.rs", "        if unsafe { is::<C>(left) } {", "        if true {"),
    ("23 the right operand is not checked", "class/run.rs", "        if unsafe { is::<C>(right) } {", "        if true {"),
    (
        "23 `!=` does not follow from `__eq__`",
        "class/run.rs",
        "(Some(Half::Binary(equal)), ffi::Py_NE)",
        "(Some(Half::Binary(equal)), 77)",
    ),
    (
        "24 a method without parameters is called like others",
        "class/member.rs",
        "        (0, ..) => (\n            ffi::PyMethodDefPointer {\n                PyCFunction: no_arguments::<F>,",
        "        (77, ..) => (\n            ffi::PyMethodDefPointer {\n                PyCFunction: no_arguments::<F>,",
    ),
    (
        "26 instances are called by tp_call",
        "class/join.rs",
        "        | flag(Facts::<C>::CALL.is_some(), ffi::Py_TPFLAGS_HAVE_VECTORCALL)\n",
        "",
    ),
    (
        "27 there is no `__dict__`",
        "class/table.rs",
        "        if C::FLAGS.dict {\n            entries[filled] = ffi::PyGetSetDef {",
        "        if false {\n            entries[filled] = ffi::PyGetSetDef {",
    ),
    (
        "28 a buffer can be written to",
        "class/run.rs",
        "PyBuffer_FillInfo(view, this, data, len as Py_ssize_t, 1, flags)",
        "PyBuffer_FillInfo(view, this, data, len as Py_ssize_t, 0, flags)",
    ),
    (
        "29 a panic of a method is not caught",
        "export/guard.rs",
        "    let result = match catch_unwind(AssertUnwindSafe(body)) {",
        "    let result = match Ok::<_, Box<dyn std::any::Any + Send>>(body()) {",
    ),
]


def copy(to):
    """The sources of the tests, without what is built."""
    for name in ("Cargo.toml", "Cargo.lock", "build.rs"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, to / name)
    for name in ("build", "src", "tests", "examples", "benches"):
        # With the time of now: Cargo takes what is older than its last build for unchanged.
        ignored = shutil.ignore_patterns("target", "__pycache__")
        shutil.copytree(ROOT / name, to / name, ignore=ignored, copy_function=shutil.copy)


def outcome(sources, arguments):
    command = ["cargo", "test", f"--jobs={arguments.jobs}", "--test=it", "--", "class::"]
    env = dict(os.environ, CARGO_TARGET_DIR=str(arguments.target), PYO3_PYTHON=arguments.python, RUST_BACKTRACE="0")
    env.update(CARGO_INCREMENTAL="0", CARGO_PROFILE_DEV_DEBUG="0")
    pipes = dict(stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace")
    # Of a group of its own, which ends as a whole: a test that hangs would go on without cargo.
    run = subprocess.Popen(command, cwd=sources, env=env, start_new_session=True, **pipes)
    try:
        stdout, stderr = run.communicate(timeout=300)
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate()
        return "noticed: the tests come to no end"
    if "could not compile" in stderr:
        return "error: " + " ".join(re.findall(r"^error.*", stderr, re.MULTILINE)[:2])
    failed = re.findall(r"^test (class::\S+) .*FAILED", stdout, re.MULTILINE)
    if failed:
        return "noticed: " + ", ".join(name.removeprefix("class::") for name in failed)
    ended = re.search(r"signal: [^)]*", stderr)
    if run.returncode:
        return f"noticed: the process ends ({ended[0] if ended else run.returncode})"
    return "NOT NOTICED"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=os.environ.get("PYO3_PYTHON", "python3"))
    parser.add_argument("--target", type=pathlib.Path, default=ROOT / "target" / "class_rules")
    parser.add_argument("--jobs", default="2")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("rules", nargs="*")
    arguments = parser.parse_args()
    chosen = [mutant for mutant in MUTANTS if not arguments.rules or mutant[0].startswith(tuple(arguments.rules))]
    if arguments.list:
        print(*(name for name, *_ in chosen), sep="\n")
        return 0
    arguments.target = arguments.target.resolve()
    sources = arguments.target / "sources"
    shutil.rmtree(sources, ignore_errors=True)
    sources.mkdir(parents=True)
    copy(sources)
    bad = 0
    for name, *changes in [("none",)] + chosen:
        originals = {}
        what = None
        for file, old, new in zip(changes[::3], changes[1::3], changes[2::3]):
            path = sources / "src" / file
            text = path.read_text()
            originals.setdefault(path, text)
            if old not in text:
                what = f"error: what it replaces is not in {file}"
            path.write_text(text.replace(old, new, 1))
        what = what or outcome(sources, arguments)
        for path, text in originals.items():
            path.write_text(text)
        if name == "none":
            if what != "NOT NOTICED":
                sys.exit(f"the tests fail without a mutant: {what}")
            continue
        bad += not what.startswith("noticed")
        print(f"{name}: {what}", flush=True)
    print(f"{len(chosen) - bad} of {len(chosen)} noticed")
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
