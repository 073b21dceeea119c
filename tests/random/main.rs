//! Random programs over the public API. Between any two instructions the count of references of each object is what
//! the model says (`check.rs`), at the end nothing is left, and nothing crashes, although objects run more of the
//! program wherever C calls them.
//!
//!     PYPTR_RANDOM=100000 cargo test --test random -- --nocapture
//!
//! runs so many programs instead of the few that fit a run of all tests; `PYPTR_RANDOM_SEED=n` other ones. A program
//! that fails is made as short as it goes, and printed as a line for `kept.txt`, the programs of which always run.

mod check;
mod ops;
mod program;
mod referents;
mod world;

use std::env;
use std::io::Read;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use pyptr::types::PyInt;
use pyptr::{Owned, Python};

use program::{Instruction, from_text, generated, shrunk, to_text};
use world::World;

/// In a child process: what it is to run, `first:count` or the text of a program.
const CHILD: &str = "PYPTR_RANDOM_CHILD";
/// So many programs are run by one process.
const BATCH: u64 = 500;

fn number(variable: &str, default: u64) -> u64 {
    env::var(variable).map_or(default, |text| text.parse().expect("a number"))
}

/// What a process has got, of memory or of references: the same before and after.
fn kept(py: Python<'_>) -> i64 {
    let sys = py.import(c"sys").unwrap();
    // What the first one frees may have been the last to refer to another cycle.
    check::collect();
    check::collect();
    let counts_all = sys.hasattr(c"gettotalrefcount").unwrap();
    // The cache of attributes holds their names.
    // SAFETY: attached.
    unsafe { pyptr::ffi::PyType_ClearCache() };
    let count = match counts_all {
        true => sys.call_method0(c"gettotalrefcount"),
        false => sys.call_method0(c"getallocatedblocks"),
    };
    let count: Owned<'_, PyInt> = count.unwrap().cast_into().unwrap();
    count.to_i64().unwrap()
}

/// What a child process runs. Fails, or crashes, if something is wrong.
#[test]
fn child() {
    let Ok(task) = env::var(CHILD) else { return };
    let programs: Vec<_> = match task.split_once(':') {
        Some((first, count)) => {
            let (first, count): (u64, u64) = (first.parse().unwrap(), count.parse().unwrap());
            (first..first + count).map(generated).collect()
        }
        None => {
            world::say_what_runs();
            vec![from_text(&task)]
        }
    };
    world::hooks().append_to_inittab();
    Python::initialize();
    Python::attach(|py| {
        let world = World::new(py);
        for program in &programs {
            println!("{BEGINS}");
            check::run(&world, program);
        }
        // Fills what is filled once.
        let _ = kept(py);
        // Nothing is cached any more that was not cached before: what grows now, and again, is lost.
        let mut grown = Vec::new();
        for _ in 0..4 {
            let before = kept(py);
            programs
                .iter()
                .for_each(|program| check::run(&world, program));
            grown.push(kept(py) - before);
            if grown.last() <= Some(&0) {
                return;
            }
        }
        assert!(
            grown.iter().any(|&grown| grown < 1),
            "the process grows by {grown:?} references or blocks"
        );
    });
}

/// What a child says before each program.
const BEGINS: &str = "next program";
/// A process that takes longer hangs. A batch takes seconds, with AddressSanitizer several times as many, and the
/// machine may be busy.
const HANGS: Duration = Duration::from_secs(900);

fn in_a_child(task: &str) -> Output {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["child", "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD, task)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id();
    let (ended, wait) = std::sync::mpsc::channel::<()>();
    // One program is over at once, but for the start of the process.
    let limit = if task.contains(':') {
        HANGS
    } else {
        HANGS / 10
    };
    let watch = std::thread::spawn(move || {
        if wait.recv_timeout(limit) == Err(RecvTimeoutError::Timeout) {
            let _ = Command::new("kill").args(["-9", &id.to_string()]).status();
        }
    });
    let stdout = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || read(stdout));
    let stderr = read(child.stderr.take().unwrap());
    let status = child.wait().unwrap();
    drop(ended);
    watch.join().unwrap();
    Output {
        status,
        stdout: reader.join().unwrap(),
        stderr,
    }
}

fn read(mut from: impl Read) -> Vec<u8> {
    let mut text = Vec::new();
    from.read_to_end(&mut text).unwrap();
    text
}

fn fails(program: &[Instruction]) -> bool {
    !in_a_child(&to_text(program)).status.success()
}

/// Says which program of a batch fails, as short as it goes.
fn explain(first: u64, output: &Output) -> String {
    // The last one that the child has begun with, if it fails alone, too.
    let begun = String::from_utf8_lossy(&output.stdout)
        .matches(BEGINS)
        .count() as u64;
    let number = first + begun.saturating_sub(1);
    let program = generated(number);
    if !fails(&program) {
        return format!("program {number}, after others: {}", text(output));
    }
    let program = shrunk(program, fails);
    let output = in_a_child(&to_text(&program));
    format!("program {number}: {}\n{}", to_text(&program), text(&output))
}

fn text(output: &Output) -> String {
    let (out, error) = (&output.stdout, &output.stderr);
    let status = output.status;
    format!(
        "{status}\n{}{}",
        String::from_utf8_lossy(out),
        String::from_utf8_lossy(error)
    )
}

#[test]
fn random_programs_keep_every_count() {
    if env::var_os(CHILD).is_some() {
        return;
    }
    let (programs, seed) = (
        number("PYPTR_RANDOM", 2 * BATCH),
        number("PYPTR_RANDOM_SEED", 0),
    );
    let (first, mut done) = (seed << 32, 0);
    while done < programs {
        let count = BATCH.min(programs - done);
        let output = in_a_child(&format!("{}:{count}", first + done));
        assert!(
            output.status.success(),
            "{}",
            explain(first + done, &output)
        );
        done += count;
    }
    println!("{done} programs");
}

/// Programs that failed once.
#[test]
fn kept_programs_pass() {
    if env::var_os(CHILD).is_some() {
        return;
    }
    let kept = include_str!("kept.txt").lines();
    for line in kept.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let output = in_a_child(line);
        assert!(output.status.success(), "{line}: {}", text(&output));
    }
}
