//! The fuzz targets of `fuzz/`, run without libFuzzer on the inputs that it has found worth keeping
//! (`fuzz/kept/TARGET.txt`, a line for each, in hexadecimal digits). `fuzz/run` looks for more.
//!
//!     PYPTR_FUZZ_INPUT=path cargo test --test fuzz -- text
//!
//! runs one target on the bytes of a file instead, such as libFuzzer writes when it has found something, or on all files
//! of a directory.

#[path = "../random/check.rs"]
mod check;
#[allow(dead_code)]
#[path = "../it/buffer/exporter.rs"]
mod exporter;
#[path = "../../fuzz/src/harness.rs"]
mod harness;
#[path = "../../fuzz/src/input.rs"]
mod input;
#[path = "../random/ops/mod.rs"]
mod ops;
#[allow(dead_code)]
#[path = "../random/program.rs"]
mod program;
#[path = "../random/referents.rs"]
mod referents;
#[path = "../../fuzz/src/targets/mod.rs"]
mod targets;
#[allow(dead_code)]
#[path = "../random/world.rs"]
mod world;

use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use harness::{Target, counted as held, run};

/// Each counts what the interpreter has, so one runs at a time.
static TURN: Mutex<()> = Mutex::new(());

fn bytes(line: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).expect("a hexadecimal digit") as u8;
    let digits = line.as_bytes().chunks_exact(2);
    digits
        .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
        .collect()
}

fn replay(name: &str, target: Target, kept: &str) {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(path) = env::var_os("PYPTR_FUZZ_INPUT") {
        return from_files(target, Path::new(&path));
    }
    let lines = kept.lines().filter(|line| !line.starts_with('#'));
    for line in lines {
        let result = catch_unwind(AssertUnwindSafe(|| run(target, &bytes(line))));
        if let Err(panic) = result {
            println!("{name}: {line}");
            resume_unwind(panic);
        }
    }
}

fn from_files(target: Target, path: &Path) {
    if !path.is_dir() {
        return run(target, &fs::read(path).expect("an input"));
    }
    for entry in fs::read_dir(path).expect("a directory") {
        let path = entry.expect("a file").path();
        println!("{}", path.display());
        from_files(target, &path);
    }
}

macro_rules! replayed {
    ($($name:ident)+) => { $(
        #[test]
        fn $name() {
            let kept = include_str!(concat!("../../fuzz/kept/", stringify!($name), ".txt"));
            replay(stringify!($name), targets::$name::$name, kept);
        }
    )+ };
}

replayed!(program text convert buffer arguments);
