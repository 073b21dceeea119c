//! Without its default features the crate serves small extensions: one is built, and imported by Python.

mod modules;
mod nested;

use std::fs;
use std::path::Path;
use std::process::Command;

use modules::copy_module;
use nested::{Nested, target_dir};

/// What the extension does, in Python.
const CHECK: &str = r#"
import small

def raises(kind, function, *arguments, **keywords):
    try:
        function(*arguments, **keywords)
    except kind as raised:
        return str(raised)
    raise AssertionError(f"{function} raised no {kind}")

assert small.ANSWER == 42
assert small.shout("h\u00e9") == "h\u00e9!"
assert raises(ValueError, small.shout, "") == "nothing to shout"
assert raises(TypeError, small.shout, 1) == "shout() argument 'text' must be str, not int"
pieces = "-\u00e9\u20ac+\U0001f600z"
for text in ["", "a", "\u00e9", "\u20ac", "\U0001f600", "\u00e9" * 40]:
    assert small.pieces(text) == 2 * (text + pieces), text
counts = {"a": 1, "b": 2, 3: 4}
del counts["b"]
assert small.sum(counts) == 5 and small.sum({}) == 0
assert raises(RuntimeError, small.sum, counts, True) == "dictionary changed size during iteration"
assert small.mean([1, 2.5, True]) == 1.5 and small.mean(()) is None
assert small.countdown(3) == [2, 1, 0]
assert raises(OverflowError, small.countdown, -1)
assert small.totals([("a", 1), ("b", 2), ("a", 3)]) == {"a": 4, "b": 2}
assert raises(ValueError, small.totals, [("a",)])
assert small.apply(max, arguments=[1, 3, 2]) == 3
assert small.apply({}.__getitem__, arguments=["k"]) is None
assert raises(TypeError, small.apply, len, arguments=[1])
assert small.square_root(9.0) == 3.0
assert raises(ValueError, small.square_root, -1.0)
"#;

#[test]
fn a_small_extension_is_served() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/without_full/lib.rs");
    let targets =
        format!("[lib]\nname = \"small\"\ncrate-type = [\"cdylib\"]\npath = {source:?}\n");
    let nested = Nested::with_features("without_full", ", default-features = false", &targets);
    let status = nested.cargo(&["build"]).status().expect("cargo runs");
    assert!(status.success(), "the extension does not compile");

    let built = target_dir().join("debug");
    let modules = Path::new(env!("CARGO_TARGET_TMPDIR")).join("without_full-modules");
    fs::create_dir_all(&modules).expect("the target directory is writable");
    copy_module(&built, &modules, "small");
    let output = Command::new(env!("PYPTR_PYTHON"))
        .args(["-c", CHECK])
        .env("PYTHONPATH", modules)
        .output()
        .expect("the interpreter runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
}
