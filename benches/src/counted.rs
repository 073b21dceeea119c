//! Instructions instead of time: under callgrind, started by `count`, each contestant is run once in [`pyptr_benches_counted`].
//!
//! Callgrind clears its counters when that function is entered, and writes them to a file when it is left. So the n-th file is
//! about what was announced in the n-th line.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the next call is counted, and is no warming up.
static NOW: AtomicBool = AtomicBool::new(false);

/// Whether this process counts.
pub fn counts() -> bool {
    static COUNTS: LazyLock<bool> = LazyLock::new(|| std::env::var_os("BENCH_COUNT").is_some());
    *COUNTS
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
