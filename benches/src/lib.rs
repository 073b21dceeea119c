//! What the benchmarks share: the four modules, the interpreter, and how contestants are run side by
//! side.
//!
//! Everything is linked into one program, so that all contestants run on the same interpreter, on the same
//! data, one after the other within a second. Each bench is run several times (see `run`), and a ratio
//! is taken within one of these rounds.

pub mod c;
pub mod functions;

use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};

/// The contestants, in the order of the table.
pub const C: &str = "C";
pub const FFI: &str = "pyo3-ffi";
pub const PYO3: &str = "PyO3";
pub const PYPTR: &str = "pyptr";

/// One way of doing the same thing: runs it once, and says how long it took.
pub type Contestant<'a> = (&'a str, Box<dyn FnMut() -> Duration + 'a>);

/// A contestant whose result is dropped after the clock has stopped.
pub fn contestant<'a, R>(name: &'a str, mut work: impl FnMut() -> R + 'a) -> Contestant<'a> {
    let run = move || {
        let start = Instant::now();
        let result = work();
        let elapsed = start.elapsed();
        drop(std::hint::black_box(result));
        elapsed
    };
    (name, Box::new(run))
}

/// A bench program: its subject, and both tokens of the one interpreter.
pub struct Bench<'py> {
    criterion: Criterion,
    subject: &'static str,
    pub py: pyptr::Python<'py>,
    pub pyo3: pyo3::Python<'py>,
}

impl Bench<'_> {
    /// Starts the interpreter with all modules built in, and runs the benchmarks of one subject.
    pub fn main(subject: &'static str, run: impl FnOnce(&mut Bench<'_>)) {
        functions::register();
        pyptr::Python::initialize();
        pyo3::Python::attach(|pyo3| {
            pyptr::Python::attach(|py| {
                let criterion = Criterion::default()
                    .sample_size(10)
                    .nresamples(1001)
                    .warm_up_time(Duration::from_millis(50))
                    .measurement_time(Duration::from_millis(150))
                    .configure_from_args();
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

    /// Runs the contestants one after the other, each of which does `elements` things.
    pub fn compare(&mut self, case: &str, elements: usize, contestants: Vec<Contestant<'_>>) {
        let mut group = self
            .criterion
            .benchmark_group(format!("{}: {case}", self.subject));
        group.throughput(Throughput::Elements(elements as u64));
        group.sampling_mode(SamplingMode::Flat);
        for (name, mut run) in contestants {
            group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
                bencher.iter_custom(|times| (0..times).map(|_| run()).sum())
            });
        }
        group.finish();
    }
}
