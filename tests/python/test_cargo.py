"""``pytest --cargo``: the tests of a small crate that depends on this one, in processes of their own."""

import json
import shutil
import sys
import sysconfig
import xml.etree.ElementTree

import pytest
from crates import ROOT, Crate, not_in_debug_builds

pytestmark = not_in_debug_builds

MANIFEST = f"""
[package]
name = "small"
version = "0.0.0"
edition = "2024"

[dependencies]
pyptr = {{ path = {json.dumps(str(ROOT))}, features = ["ledger"] }}

[features]
more = []

[[test]]
name = "own_main"
harness = false

[profile.dev]
debug = "line-tables-only"

[workspace]
"""

LIB = """
//! ```
//! panic!("a doc test");
//! ```

#[cfg(test)]
mod tests {
    use pyptr::testing::assert_no_leaks;
    use pyptr::types::{PyCapsule, PyList, PyString};

    #[global_allocator]
    static ALLOCATOR: pyptr::ledger::CountingAllocator = pyptr::ledger::CountingAllocator::new();

    #[test]
    fn passes() {
        println!("from the test");
    }

    #[test]
    fn does_not_leak() {
        assert_no_leaks(|py| drop(PyString::new(py, "released").unwrap()));
    }

    #[test]
    fn leaks() {
        assert_no_leaks(|py| {
            let text = PyString::new(py, "forgotten").unwrap(); // the leak
            std::mem::forget(text);
        }); // the check is above
    }

    mod deep {
        #[test]
        fn leaks_on_the_heap_and_by_hand() {
            super::assert_no_leaks(|py| {
                let list = super::PyList::empty(py).unwrap();
                // SAFETY: alive.
                unsafe { list.incref() };
            });
        }

        #[test]
        fn fails() {
            println!("printed before");
            assert_eq!(1 + 1, 3, "sums");
        }
    }

    #[test]
    fn cannot_say() {
        static GROWING: std::sync::Mutex<Vec<usize>> = std::sync::Mutex::new(Vec::new());
        assert_no_leaks(|py| {
            // SAFETY: an int that this crate's pointers know nothing of.
            let raw = unsafe { pyptr::ffi::PyList_New(0) };
            GROWING.lock().unwrap().push(raw.addr());
            let _ = py;
        });
    }

    #[test]
    fn cannot_know_its_misuses() {
        pyptr::Python::initialize();
        pyptr::Python::attach(|py| {
            let list = PyList::empty(py).unwrap();
            for _ in 0..1000 {
                // SAFETY: the ledger refuses it.
                unsafe { list.decref() };
            }
        });
        assert_no_leaks(|_py| {});
    }

    #[test]
    fn leaks_in_a_driven_closure() {
        pyptr::testing::assert_no_leaks_when_allocations_fail(|py| {
            std::mem::forget(PyString::new(py, "forgotten at the end")?); // the end
            Ok(())
        });
    }

    #[test]
    fn is_an_uncollectable_cycle() {
        assert_no_leaks(|py| {
            let list = PyList::empty(py).unwrap();
            let itself = list.new_ref().into_shared(); // the cycle
            let capsule = PyCapsule::new(py, c"small.list", itself).unwrap();
            list.append_owned(capsule.into_any()).unwrap();
        });
    }

    #[test]
    fn a_leak_that_is_expected_and_another_failure() {
        let leak = std::panic::catch_unwind(|| {
            assert_no_leaks(|py| std::mem::forget(PyString::new(py, "a text").unwrap()));
        });
        let message = leak.unwrap_err();
        drop(message);
        assert_no_leaks(|_py| {});
        panic!("of its own");
    }

    #[test]
    #[should_panic = "leaked 1 reference"]
    fn leaks_as_expected() {
        assert_no_leaks(|py| std::mem::forget(PyString::new(py, "forgotten").unwrap()));
    }

    #[test]
    #[should_panic]
    fn does_not_panic() {}

    #[test]
    #[ignore = "not today"]
    fn ignored() {
        panic!("it runs");
    }

    #[test]
    fn returns_an_error() -> Result<(), String> {
        Err("an error".to_owned())
    }

    #[test]
    fn crashes() {
        eprintln!("last words");
        std::process::abort();
    }

    #[test]
    fn exits() {
        std::process::exit(0);
    }

    #[cfg(feature = "more")]
    #[test]
    fn with_a_feature() {}
}
"""

INTEGRATION = """
#[test]
fn the_interpreter_is_the_one_that_runs_pytest() {
    pyptr::Python::initialize();
    pyptr::Python::attach(|py| {
        let version = py.eval(c"__import__('sys').version", None, None).unwrap();
        let version = version.str().unwrap();
        assert_eq!(version.to_str().unwrap(), std::env::var("EXPECTED_VERSION").unwrap());
    });
}
"""

OWN_MAIN = 'fn main() { panic!("started"); }\n'

FREE_THREADED = sysconfig.get_config_var("Py_GIL_DISABLED")

OUTCOMES = {
    "small::tests::passes": "passed",
    "small::tests::does_not_leak": "clean",
    "small::tests::leaks": "leak",
    "small::tests::deep::leaks_on_the_heap_and_by_hand": "leak",
    "small::tests::deep::fails": "failed",
    "small::tests::cannot_say": "inconclusive",
    "small::tests::cannot_know_its_misuses": "inconclusive",
    "small::tests::leaks_in_a_driven_closure": "inconclusive" if FREE_THREADED else "leak",
    "small::tests::is_an_uncollectable_cycle": "leak",
    "small::tests::a_leak_that_is_expected_and_another_failure": "failed",
    "small::tests::leaks_as_expected": "clean",
    "small::tests::does_not_panic": "failed",
    "small::tests::ignored": "not run",
    "small::tests::returns_an_error": "failed",
    "small::tests::crashes": "failed",
    "small::tests::exits": "failed",
    "it::the_interpreter_is_the_one_that_runs_pytest": "passed",
}


@pytest.fixture(scope="module")
def crate():
    crate = Crate("small")
    crate.write("Cargo.toml", MANIFEST)
    crate.write("src/lib.rs", LIB)
    crate.write("tests/it.rs", INTEGRATION)
    crate.write("tests/own_main.rs", OWN_MAIN)
    crate.write("test_python.py", "def test_python(): pass\n")
    return crate


@pytest.fixture(scope="module")
def run(crate):
    """One run of everything: exit code, output, results by name, JUnit's tree."""
    code, output = crate.run_pytest("--cargo", "--refs-json=refs.json", "--junitxml=junit.xml")
    assert (crate.path / "refs.json").exists(), output
    results = json.loads((crate.path / "refs.json").read_text(encoding="utf-8"))
    tests = {test["test"].removeprefix("Cargo.toml::"): test for test in results["tests"]}
    junit = xml.etree.ElementTree.parse(crate.path / "junit.xml")
    return code, output, tests, junit


def line_of(text):
    (number,) = [number for number, line in enumerate(LIB.splitlines(), 1) if line.strip().endswith(text)]
    return f"src/lib.rs:{number}:"


def section(output, name):
    """The part of the output that is about a failure."""
    return output.split(f"_ {name} _", 1)[1].split("\n____", 1)[0]


def test_each_test_is_an_item_with_its_verdict(run):
    code, output, tests, _ = run
    assert code == 1
    assert {name: test["verdict"] for name, test in tests.items()} == OUTCOMES, output
    counts = "9 failed, 5 passed, 1 skipped, 1 warning, 3 errors" if FREE_THREADED else "10 failed, 5 passed, 1 skipped, 1 warning, 2 errors"
    assert counts in output
    assert "test_python.py ." in output
    assert "doc tests are not" in output
    assert "own_main: not collected" in output and "started" not in output


def test_a_leak_has_its_line(run):
    _, output, tests, junit = run
    (found,) = tests["small::tests::leaks"]["findings"]
    expected = f"leaked 1 reference per run to str, taken at {line_of('// the leak')}24 (new)"
    assert expected in found["text"]
    assert found["taken"] == f"{line_of('// the leak')}24"
    assert (found["what"], found["per_run"], found["type"], found["kind"]) == ("reference", 1, "str", "new")
    assert found["check"].startswith("src/lib.rs:")
    assert expected in section(output, "small::tests::leaks")
    assert f"Cargo.toml::small::tests::leaks: {found['text']}" in output
    failure = junit.find(".//testcase[@name='leaks']/failure")
    assert expected in failure.text
    (found,) = tests["small::tests::deep::leaks_on_the_heap_and_by_hand"]["findings"]
    assert "(incref)" in found["text"]
    assert "it keeps no more" in tests["small::tests::cannot_know_its_misuses"]["reason"]
    assert "memory grows by" in tests["small::tests::cannot_say"]["reason"]


def test_an_uncollectable_cycle_is_told_as_such(run):
    _, output, tests, _ = run
    (found,) = tests["small::tests::is_an_uncollectable_cycle"]["findings"]
    assert found["what"] == "cycle"
    assert found["cycle"] == {"through": "capsule", "owner": "PyCapsule", "path": ["list", "PyCapsule"]}
    expected = "uncollectable cycle through a capsule (list -> PyCapsule -> list): leaked 1 reference per run to list, "
    assert found["text"].startswith(f"{expected}taken at {line_of('// the cycle')}")
    assert "the collector does not look into a capsule" in found["hint"]
    assert found["text"] in section(output, "small::tests::is_an_uncollectable_cycle")
    assert f"Cargo.toml::small::tests::is_an_uncollectable_cycle: {found['text']}" in output


def test_a_check_in_which_allocations_fail(run):
    _, output, tests, _ = run
    found = tests["small::tests::leaks_in_a_driven_closure"]["findings"]
    if FREE_THREADED:
        assert "free-threaded" in found[0]["text"] and found[0]["what"] == "no faults"
        return
    leak, note = found
    assert f"taken at {line_of('// the end')}" in leak["text"] and leak["what"] == "reference"
    assert note["text"].startswith("when no allocation fails: leaked 1 reference") and note["what"] == "fault"
    assert "the interpreter's memory" not in section(output, "small::tests::leaks_in_a_driven_closure")


def test_a_failure_says_why(run):
    _, output, _, junit = run
    failed = section(output, "small::tests::deep::fails")
    assert "\npanicked at " + line_of('"sums");') in failed
    assert failed.count("left: 2") == 1
    assert "left: 2" in failed and "right: 3" in failed and "printed before" in failed
    assert "test result" not in failed and "RUST_BACKTRACE" not in failed.split("Captured")[0]
    own = section(output, "small::tests::a_leak_that_is_expected_and_another_failure")
    assert "of its own" in own
    assert "did not panic as expected" in section(output, "small::tests::does_not_panic")
    assert "an error" in section(output, "small::tests::returns_an_error")
    crash = section(output, "small::tests::crashes")
    assert ("SIGABRT" in crash or sys.platform == "win32") and "last words" in crash
    assert "exit code 0" in section(output, "small::tests::exits")
    skipped = junit.find(".//testcase[@name='ignored']/skipped")
    assert skipped.get("message") == "not today"


def test_collection_and_selection(crate):
    code, output = crate.run_pytest("--cargo", "--collect-only", "-q")
    assert code == 0
    collected = {line for line in output.splitlines() if "::" in line}
    assert {f"Cargo.toml::{name}" for name in OUTCOMES} < collected
    assert "test_python.py::test_python" in collected

    def names(*arguments):
        code, output = crate.run_pytest(*arguments, "-v", "-rN")
        assert code in (0, 1), output
        lines = (line for line in output.splitlines() if line.startswith(("Cargo.toml::", "test_python.py::")))
        return [line.split()[0].removeprefix("Cargo.toml::") for line in lines if line.split()[1].isupper()]

    assert names("--cargo", "-k", "fails or exits") == ["small::tests::deep::fails", "small::tests::exits"]
    assert names("--cargo", "Cargo.toml::small::tests::deep::fails") == ["small::tests::deep::fails"]
    assert len(names("--cargo", "Cargo.toml::small::tests::deep")) == 2
    assert names("--cargo", "test_python.py")[:1] == ["test_python.py::test_python"]
    assert "test_python.py::test_python" not in names("--cargo", "Cargo.toml")
    # What the configuration file says does not add to the paths of the command line.
    assert names("-o", "addopts=--cargo", "test_python.py") == ["test_python.py::test_python"]
    assert len(names("-o", "addopts=--cargo")) == len(OUTCOMES) + 1
    assert names() == ["test_python.py::test_python"]
    assert len(names("--cargo", "-x", "Cargo.toml::small")) < len(OUTCOMES) - 1


def test_last_failed(crate):
    crate.run_pytest("--cargo", "-k", "fails or passes", cache=True)
    code, output = crate.run_pytest("--cargo", "--lf", "-v", cache=True)
    assert code == 1
    assert "deep::fails FAILED" in output and "passes" not in output
    shutil.rmtree(crate.path / ".pytest_cache")


def test_arguments_for_cargo(crate):
    arguments = ["--cargo-args=--features more --lib", "Cargo.toml"]
    code, output = crate.run_pytest("--cargo", *arguments, "--collect-only", "-q")
    assert code == 0, output
    assert "tests::with_a_feature" in output and "Cargo.toml::it" not in output
    arguments = ["-o", f"cargo_args=--lib --manifest-path {crate.path / 'Cargo.toml'}"]
    code, output = crate.run_pytest("--cargo", *arguments, "-k", "passes")
    assert (code, "1 passed" in output) == (0, True), output
    code, output = crate.run_pytest("--cargo", "--cargo-args=--manifest-path=nowhere/Cargo.toml")
    assert code == pytest.ExitCode.USAGE_ERROR


def test_with_refs_and_xdist(crate):
    pytest.importorskip("xdist")
    code, output = crate.run_pytest("--cargo", "--refs", "-n2", "--refs-json=xdist.json", "Cargo.toml")
    assert code == 1
    results = json.loads((crate.path / "xdist.json").read_text(encoding="utf-8"))
    assert {test["test"].removeprefix("Cargo.toml::"): test["verdict"] for test in results["tests"]} == OUTCOMES
    assert "nothing was checked" not in output


def test_what_does_not_compile_is_shown(crate):
    broken = Crate("broken")
    broken.write("Cargo.toml", '[package]\nname = "broken"\nversion = "0.0.0"\nedition = "2024"\n\n[workspace]\n')
    broken.write("src/lib.rs", "fn wrong() -> usize { String::new() }\n")
    (broken.path / "Cargo.lock").unlink(missing_ok=True)
    code, output = broken.run_pytest("--cargo")
    assert code == pytest.ExitCode.INTERRUPTED
    assert "error[E0308]: mismatched types" in output and "src/lib.rs:1:23" in output
    assert "Traceback" not in output
