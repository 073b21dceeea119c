//! Two threads that pack a document each, and one that packs one: on free-threaded builds.
//!
//! Each rate is the best of many short blocks, because what else the machine does can only lower it.

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use pyptr::types::PyList;
use pyptr::{PyErr, Python, Shared};

use crate::Shapes;
use crate::four::{Contestant, FOUR};

const BLOCK: Duration = Duration::from_millis(5);
const BLOCKS: usize = 60;

/// Documents that this thread has made.
type Documents = [Shared<PyList>; 2];

/// Packs per second of so many threads together.
fn rate(py: Python<'_>, four: &Contestant, documents: &Documents, threads: usize) -> f64 {
    let barrier = Barrier::new(threads);
    let work = |documents: &Shared<PyList>| {
        Python::attach(|py| {
            py.detach(|| barrier.wait());
            let (documents, start) = (documents.bind(py), Instant::now());
            let mut count = 0;
            while start.elapsed() < BLOCK {
                for document in documents.iter() {
                    (four.pack)(&document, false).expect("packed");
                }
                count += 1;
            }
            f64::from(count) / start.elapsed().as_secs_f64()
        })
    };
    py.detach(|| {
        thread::scope(|scope| {
            let work = &work;
            let spawn = |documents| scope.spawn(move || work(documents));
            let threads: Vec<_> = documents[..threads].iter().map(spawn).collect();
            let rates = threads
                .into_iter()
                .map(|thread| thread.join().expect("no panic"));
            rates.sum()
        })
    })
}

/// Prints the rate of two threads to that of one, for each contestant.
pub fn compare<'py>(py: Python<'py>, shapes: &Shapes<'py>) -> Result<(), PyErr> {
    for row in shapes.table("THREADS")? {
        let make = || Ok::<_, PyErr>(shapes.make(&row.method)?.0.into_shared());
        let documents = [make()?, make()?];
        let mut best = [[0.0_f64; 2]; FOUR.len()];
        for _ in 0..BLOCKS {
            for (four, best) in FOUR.iter().zip(&mut best) {
                for (index, best) in best.iter_mut().enumerate() {
                    *best = best.max(rate(py, four, &documents, index + 1));
                }
            }
        }
        for (four, [one, two]) in FOUR.iter().zip(best) {
            println!("threads\t{}\t{}\t{}", row.name, four.name, two / one);
        }
    }
    Ok(())
}
