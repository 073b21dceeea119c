//! Runs contestants in turn, a short block each, over and over.
//!
//! A machine's speed changes from one second to the next, by a quarter where others share its processors. What is measured
//! one after the other therefore differs without reason. Blocks that follow each other within milliseconds meet the same
//! machine, and the median over many of them forgets those in which it changed.

use std::time::Duration;

use crate::Contestant;

/// How long a block should take at least: much longer than reading the clock.
const BLOCK: Duration = Duration::from_micros(500);
/// How long all contestants of a case should take, if that makes enough blocks.
const ALL: Duration = Duration::from_millis(700);
/// How many blocks each contestant has, at least and at most.
const BLOCKS: (usize, usize) = (21, 301);

/// The nanoseconds that one execution took, in each block of each contestant.
pub fn run(contestants: &mut [Contestant<'_>]) -> Vec<Vec<f64>> {
    let sized: Vec<(u64, Duration)> = contestants.iter_mut().map(size).collect();
    let total: Duration = sized.iter().map(|(_, time)| *time).sum();
    let blocks = (ALL.as_secs_f64() / total.as_secs_f64()) as usize;
    let blocks = blocks.clamp(BLOCKS.0, BLOCKS.1);
    let mut order: Vec<usize> = (0..contestants.len()).collect();
    let mut samples = vec![Vec::with_capacity(blocks); contestants.len()];
    for block in 0..blocks {
        // Who comes after whom changes: the one before leaves its caches and its heap.
        order.rotate_left(1);
        if block % 2 == 1 {
            order.reverse();
        }
        for &index in &order {
            let times = sized[index].0;
            let time = contestants[index].1(times);
            samples[index].push(time.as_secs_f64() * 1e9 / times as f64);
        }
    }
    samples
}

/// How many executions make a block, and the time that it takes. Warms up.
fn size((_, run): &mut Contestant<'_>) -> (u64, Duration) {
    let mut times = 1;
    loop {
        let time = run(times);
        if time >= BLOCK {
            return (times, time);
        }
        times *= 2;
    }
}
