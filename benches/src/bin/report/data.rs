//! What criterion has measured, read back.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The cases in the order of the benches.
pub const CASES: [&str; 21] = [
    "refcount: clone and drop",
    "refcount: clone and drop, None",
    "call: no argument",
    "call: one argument",
    "call: two arguments",
    "call: keyword argument",
    "call: returns the argument",
    "call: int to new int",
    "call: str to new str",
    "call: two ints to new int",
    "append: 10,000 pieces",
    "append: 1,000,000 pieces",
    "containers: list of 1,000,000 ints, built",
    "containers: list of 1,000,000 ints, summed",
    "containers: dict of 100,000 strs, built",
    "containers: dict of 100,000 strs, looked up",
    "containers: dict of 100,000 strs, iterated",
    "containers: dict of 100,000 strs, iterated, new references",
    "errors: raised and caught natively",
    "errors: raised by Python, caught natively",
    "errors: raised natively, caught by Python",
];

/// The medians of all rounds on one interpreter, in nanoseconds for one thing done.
pub struct Interpreter {
    /// As `3.14.0t`.
    pub name: String,
    medians: BTreeMap<(String, String), BTreeMap<u32, f64>>,
}

impl Interpreter {
    pub fn read(root: &Path, name: String) -> Interpreter {
        let mut medians: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        let criterion = root.join("target/benches").join(&name).join("criterion");
        for group in entries(&criterion) {
            for contestant in entries(&group) {
                for directory in entries(&contestant) {
                    let Some(round) = round_of(&directory) else {
                        continue;
                    };
                    let benchmark = json(&directory.join("benchmark.json"));
                    let estimates = json(&directory.join("estimates.json"));
                    let text = |key: &str| benchmark[key].as_str().expect("a text").to_owned();
                    let elements = benchmark["throughput"]["Elements"]
                        .as_f64()
                        .expect("a number");
                    let median = estimates["median"]["point_estimate"]
                        .as_f64()
                        .expect("a number");
                    medians
                        .entry((text("group_id"), text("value_str")))
                        .or_default()
                        .insert(round, median / elements);
                }
            }
        }
        Interpreter { name, medians }
    }

    pub fn is_free_threaded(&self) -> bool {
        self.name.ends_with('t')
    }

    /// Whether C's own pair of counts stalls: 3.12 and 3.13 with the GIL.
    pub fn has_slow_counts(&self) -> bool {
        !self.is_free_threaded()
            && (self.name.starts_with("3.12.") || self.name.starts_with("3.13."))
    }

    pub fn rounds(&self) -> usize {
        self.medians.values().map(BTreeMap::len).max().unwrap_or(0)
    }

    /// The median of the rounds' medians.
    pub fn nanoseconds(&self, case: &str, contestant: &str) -> Option<f64> {
        let rounds = self.rounds_of(case, contestant)?;
        Some(median(rounds.values().copied().collect()))
    }

    /// The ratio of two contestants within each round, ascending.
    pub fn ratios(&self, case: &str, contestant: &str, to: &str) -> Option<Vec<f64>> {
        let (own, other) = (self.rounds_of(case, contestant)?, self.rounds_of(case, to)?);
        let ratio = |(round, time): (&u32, &f64)| Some(time / other.get(round)?);
        let mut ratios: Vec<f64> = own.iter().filter_map(ratio).collect();
        ratios.sort_by(f64::total_cmp);
        Some(ratios).filter(|ratios| !ratios.is_empty())
    }

    /// The median of [`ratios`](Interpreter::ratios).
    pub fn ratio(&self, case: &str, contestant: &str, to: &str) -> Option<f64> {
        self.ratios(case, contestant, to).map(median)
    }

    fn rounds_of(&self, case: &str, contestant: &str) -> Option<&BTreeMap<u32, f64>> {
        self.medians.get(&(case.to_owned(), contestant.to_owned()))
    }
}

/// A line of size/measure: seconds, seconds of the processor, bytes.
pub struct Size {
    pub name: String,
    pub seconds: f64,
    pub processor: f64,
    pub bytes: f64,
}

/// What size/measure printed; empty if it was not run.
fn size_text(root: &Path) -> String {
    fs::read_to_string(root.join("target/benches/size.txt")).unwrap_or_default()
}

/// When size/measure ran, and at which commit.
pub fn sizes_measured(root: &Path) -> Option<String> {
    let text = size_text(root);
    let when = text.lines().find_map(|line| line.strip_prefix("measured "));
    when.map(str::to_owned)
}

/// The contestants of size/measure; empty if it was not run.
pub fn sizes(root: &Path) -> Vec<Size> {
    let text = size_text(root);
    let size = |line: &str| {
        let mut words = line.split_whitespace();
        let name = words.next()?.to_owned();
        let mut number = || words.next()?.parse().ok();
        let (seconds, processor, bytes) = (number()?, number()?, number()?);
        Some(Size {
            name,
            seconds,
            processor,
            bytes,
        })
    };
    text.lines().filter_map(size).collect()
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() % 2 {
        0 => (values[middle - 1] + values[middle]) / 2.0,
        _ => values[middle],
    }
}

pub fn geometric_mean(values: &[f64]) -> f64 {
    (values.iter().map(|value| value.ln()).sum::<f64>() / values.len() as f64).exp()
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).collect()
}

fn round_of(directory: &Path) -> Option<u32> {
    directory
        .file_name()?
        .to_str()?
        .strip_prefix("round")?
        .parse()
        .ok()
}

fn json(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}
