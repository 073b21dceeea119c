//! Instructions instead of time: under callgrind, started by `count`, each contestant is run once in [`pyptr_benches_counted`].
//!
//! Callgrind clears its counters when that function is entered, and writes them to a file when it is left. So the n-th file is
//! about what was announced in the n-th line.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// The beginnings of the cases that are counted, one a line.
static WANTED: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("BENCH_COUNT").ok());

/// Whether the next call is counted, and is no warming up.
static NOW: AtomicBool = AtomicBool::new(false);

/// Whether this process counts.
pub fn counts() -> bool {
    WANTED.is_some()
}

/// Whether this case is to be counted.
pub fn wants(case: &str) -> bool {
    let mut wanted = WANTED.as_deref().unwrap_or_default().lines();
    wanted.any(|start| case.starts_with(start))
}

/// Runs a contestant, and then runs it again to be counted.
pub fn count(case: &str, name: &str, elements: usize, mut run: impl FnMut()) {
    run();
    run();
    NOW.store(true, Ordering::Relaxed);
    run();
    NOW.store(false, Ordering::Relaxed);
    println!("counted\t{case}\t{name}\t{elements}");
}

/// Runs the part of a contestant that is measured.
pub fn measured<R>(work: impl FnOnce() -> R) -> R {
    if !NOW.load(Ordering::Relaxed) {
        return work();
    }
    let (mut work, mut result) = (Some(work), None);
    pyptr_benches_counted(&mut || result = work.take().map(|work| work()));
    result.expect("called once")
}

#[unsafe(no_mangle)]
#[inline(never)]
fn pyptr_benches_counted(work: &mut dyn FnMut()) {
    work();
}
