//! Two threads that pack a document each, and one that packs one: on free-threaded builds.
//!
//! Measured on the clock, in short blocks. Blocks in which the system gave a thread's processor to something else, or in which
//! the two threads did not run at the same time, are not counted.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use pyptr::types::PyList;
use pyptr::{PyErr, Python};
use pyptr_benches::OtherThread;

use crate::Shapes;
use crate::four::{Contestant, FOUR};

const BLOCK: Duration = Duration::from_millis(2);
/// How many pairs of blocks are enough, and how many are tried at most.
const ENOUGH: usize = 41;
const TRIED: usize = 250;

/// A document for each of the two, made by a thread of its own: those of one thread may lie between each other, in the same lines
/// of the cache. Their classes are the same.
type Documents = [OtherThread<PyList>; 2];

/// What a thread did.
struct Block {
    start: Instant,
    end: Instant,
    rate: f64,
    interrupted: bool,
}

fn block(four: &Contestant, documents: &OtherThread<PyList>, barrier: &Barrier) -> Block {
    Python::attach(|py| {
        py.detach(|| barrier.wait());
        let (documents, before, start) = (documents.object(py), interruptions(), Instant::now());
        let mut count = 0;
        while start.elapsed() < BLOCK {
            for document in documents.iter() {
                (four.pack)(&document, false).expect("packed");
            }
            count += 1;
        }
        let end = Instant::now();
        Block {
            start,
            end,
            rate: f64::from(count) / (end - start).as_secs_f64(),
            interrupted: interruptions() != before,
        }
    })
}

/// How often the system has taken the processor from this thread, which did not wait for anything.
#[cfg(target_os = "linux")]
fn interruptions() -> i64 {
    // SAFETY: numbers, of which all may be 0.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: a place for the answer.
    let status = unsafe { libc::getrusage(libc::RUSAGE_THREAD, &mut usage) };
    assert_eq!(status, 0, "this system does not tell a thread's usage");
    usage.ru_nivcsw
}

#[cfg(not(target_os = "linux"))]
fn interruptions() -> i64 {
    0
}

/// Packs per second of so many threads together, unless something came between.
fn rate(py: Python<'_>, four: &Contestant, documents: &Documents, threads: usize) -> Option<f64> {
    let barrier = &Barrier::new(threads);
    let blocks: Vec<Block> = py.detach(|| {
        thread::scope(|scope| {
            let spawn = |documents| scope.spawn(move || block(four, documents, barrier));
            let threads: Vec<_> = documents[..threads].iter().map(spawn).collect();
            let join = |thread: thread::ScopedJoinHandle<'_, _>| thread.join().expect("no panic");
            threads.into_iter().map(join).collect()
        })
    });
    let start = blocks.iter().map(|block| block.start).max()?;
    let end = blocks.iter().map(|block| block.end).min()?;
    let together = end.saturating_duration_since(start) > BLOCK.mul_f64(0.9);
    let undisturbed = blocks.iter().all(|block| !block.interrupted);
    (together && undisturbed).then(|| blocks.iter().map(|block| block.rate).sum())
}

/// Prints the rate of two threads to that of one, for each contestant, and how often it was measured. Both are taken within
/// milliseconds, because processors change their speed.
pub fn compare<'py>(py: Python<'py>, shapes: &Shapes<'py>) -> Result<(), PyErr> {
    for row in shapes.table("THREADS")? {
        let documents = [
            shapes.made_elsewhere(&row.method)?,
            shapes.made_elsewhere(&row.method)?,
        ];
        for four in &FOUR {
            let mut ratios = Vec::new();
            for _ in 0..TRIED {
                let [one, two] = [1, 2].map(|threads| rate(py, four, &documents, threads));
                ratios.extend(two.zip(one).map(|(two, one)| two / one));
                if ratios.len() == ENOUGH {
                    break;
                }
            }
            ratios.sort_by(f64::total_cmp);
            if let (5.., Some(median)) = (ratios.len(), ratios.get(ratios.len() / 2)) {
                let count = ratios.len();
                println!("threads\t{}\t{}\t{median}\t{count}", row.name, four.name);
            }
        }
    }
    Ok(())
}
