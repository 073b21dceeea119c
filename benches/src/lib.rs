//! What the benchmarks share: the four modules, the interpreter, and how contestants are run side by
//! side.
//!
//! Everything is linked into one program, so that all contestants run on the same interpreter, on the same
//! data, in turns of half a millisecond. Each bench is run several times (see `run`), and a ratio is taken
//! within one of these rounds.

pub mod c;
mod clock;
mod counted;
pub mod functions;
mod interleave;
mod other_thread;

use std::time::Duration;

pub use other_thread::OtherThread;

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};

/// The contestants, in the order of the table.
pub const C: &str = "C";
pub const FFI: &str = "pyo3-ffi";
pub const PYO3: &str = "PyO3";
pub const PYPTR: &str = "pyptr";

/// One way of doing the same thing: does it so many times, and says how long that took.
pub type Contestant<'a> = (&'a str, Box<dyn FnMut(u64) -> Duration + 'a>);

/// A contestant that takes microseconds and leaves nothing behind: the clock runs through.
pub fn contestant<'a, R>(name: &'a str, mut work: impl FnMut() -> R + 'a) -> Contestant<'a> {
    let run = move |times| {
        let start = clock::now();
        counted::measured(|| {
            for _ in 0..times {
                std::hint::black_box(work());
            }
        });
        clock::now() - start
    };
    (name, Box::new(run))
}

/// A contestant that takes milliseconds, whose result is dropped while the clock stands still.
pub fn builder<'a, R>(name: &'a str, mut work: impl FnMut() -> R + 'a) -> Contestant<'a> {
    consumer(name, || (), move |()| work())
}

/// A contestant that takes milliseconds. What it works on is made, and its result is dropped, while the clock
/// stands still.
pub fn consumer<'a, T, R>(
    name: &'a str,
    mut make: impl FnMut() -> T + 'a,
    mut work: impl FnMut(&T) -> R + 'a,
) -> Contestant<'a> {
    let run = move |times| {
        let mut total = Duration::ZERO;
        for _ in 0..times {
            let made = make();
            let start = clock::now();
            let result = std::hint::black_box(counted::measured(|| work(&made)));
            total += clock::now() - start;
            drop((result, made));
            pause();
        }
        total
    };
    (name, Box::new(run))
}

/// Detaches for a moment, as a thread does all the time in which it runs Python code.
///
/// Free-threaded builds use the memory of large objects again only after each thread has done so. Without
/// it every contestant would write each result to new pages of the system's, and it is the time for these
/// that would be measured.
fn pause() {
    // SAFETY: called by benches, on an attached thread.
    let state = unsafe { pyo3_ffi::PyEval_SaveThread() };
    // SAFETY: the thread state that was just given up.
    unsafe { pyo3_ffi::PyEval_RestoreThread(state) };
}

/// Has the C library's `malloc` use the memory of large objects again, as it does in a process that has run
/// for a while.
///
/// glibc gives what is larger than any block freed so far to the system at once, and asks the system anew. Each
/// object a little larger than those before would be written to new pages, and what that takes, more than a
/// builder does besides, depends on who ran before.
fn recycle() {
    // Larger than what any contestant asks for, and no larger than what glibc takes for an example (32 MB).
    const LARGE: usize = 24 << 20;
    drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGE)));
}

/// Whether a case is wanted: all are, unless `BENCH_ONLY` says how those begin that are, one a line.
fn wants(case: &str) -> bool {
    let only = std::env::var("BENCH_ONLY");
    only.map_or(true, |only| {
        only.lines().any(|start| case.starts_with(start))
    })
}

/// Whether criterion measures, and does not only try each function once, as `cargo test` asks.
fn measures() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

/// A bench program: its subject, and both tokens of the one interpreter.
pub struct Bench<'py> {
    criterion: Criterion,
    subject: &'static str,
    pub py: pyptr::Python<'py>,
    pub pyo3: pyo3::Python<'py>,
}

impl Bench<'_> {
    /// Whether the contestants are only tried once, as by `cargo test`.
    pub fn only_tries(&self) -> bool {
        !measures() && !counted::counts()
    }

    /// Whether time is measured.
    pub fn takes_time(&self) -> bool {
        measures() && !counted::counts()
    }

    /// Starts the interpreter with all modules built in, and runs the benchmarks of one subject.
    pub fn main(subject: &'static str, run: impl FnOnce(&mut Bench<'_>)) {
        recycle();
        functions::register();
        pyptr::Python::initialize();
        pyo3::Python::attach(|pyo3| {
            pyptr::Python::attach(|py| {
                let criterion = Criterion::default().nresamples(1001).configure_from_args();
                let mut bench = Bench {
                    criterion,
                    subject,
                    py,
                    pyo3,
                };
                run(&mut bench);
                bench.criterion.final_summary();
            })
        });
    }

    /// Runs the contestants in turns, each of which does `elements` things, and lets criterion have the times.
    pub fn compare(&mut self, case: &str, elements: usize, mut contestants: Vec<Contestant<'_>>) {
        let case = format!("{}: {case}", self.subject);
        if !wants(&case) {
            return;
        }
        if counted::counts() {
            for (name, run) in &mut contestants {
                counted::count(&case, name, elements, || _ = run(1));
            }
            return;
        }
        let mut group = self.criterion.benchmark_group(case);
        group.throughput(Throughput::Elements(elements as u64));
        if !measures() {
            for (name, mut run) in contestants {
                group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
                    bencher.iter_custom(&mut run)
                });
            }
            return group.finish();
        }
        let samples = interleave::run(&mut contestants);
        // One call of the closure warms up: everything is measured already, and criterion only asks for it.
        group
            .sampling_mode(SamplingMode::Flat)
            .sample_size(samples[0].len())
            .warm_up_time(Duration::from_nanos(1));
        for ((name, _), samples) in contestants.iter().zip(&samples) {
            let mut samples = samples.iter().cycle();
            group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
                bencher.iter_custom(|times| {
                    let nanoseconds = samples.next().expect("at least one block");
                    Duration::from_secs_f64(nanoseconds * times as f64 / 1e9)
                })
            });
        }
        group.finish();
    }
}
