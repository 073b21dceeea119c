//! What criterion has measured, read back.

use std::collections::{BTreeMap, BTreeSet};
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

/// What was measured on one interpreter.
pub struct Interpreter {
    /// As `3.14.0t`.
    pub name: String,
    /// The medians of all rounds, in nanoseconds for one thing done.
    medians: BTreeMap<(String, String), BTreeMap<u32, f64>>,
    /// Between which times half of all blocks lie.
    quartiles: BTreeMap<(String, String), (f64, f64)>,
    /// Instructions for one thing done, in the order in which they were counted.
    counts: Vec<(String, String, f64)>,
    /// The rate of two threads to that of one: the shape, the contestant, the ratio.
    pub threads: Vec<(String, String, f64)>,
    /// The load averages of the machine while it was measured.
    pub loads: Vec<f64>,
}

impl Interpreter {
    pub fn read(root: &Path, name: String) -> Interpreter {
        let target = root.join("target/benches").join(&name);
        let mut medians: BTreeMap<_, BTreeMap<_, _>> = BTreeMap::new();
        let mut blocks: BTreeMap<_, Vec<f64>> = BTreeMap::new();
        for group in entries(&target.join("criterion")) {
            for contestant in entries(&group) {
                for directory in entries(&contestant) {
                    let Some(round) = round_of(&directory) else {
                        continue;
                    };
                    let benchmark = json(&directory.join("benchmark.json"));
                    let estimates = json(&directory.join("estimates.json"));
                    let sample = json(&directory.join("sample.json"));
                    let text = |key: &str| benchmark[key].as_str().expect("a text").to_owned();
                    let elements = number(&benchmark["throughput"]["Elements"]);
                    let median = number(&estimates["median"]["point_estimate"]);
                    let key = (text("group_id"), text("value_str"));
                    let runs = numbers(&sample["times"]).zip(numbers(&sample["iters"]));
                    let times = runs.map(|(time, times)| time / times / elements);
                    blocks.entry(key.clone()).or_default().extend(times);
                    let rounds = medians.entry(key).or_default();
                    rounds.insert(round, median / elements);
                }
            }
        }
        let quartiles = blocks.into_iter().map(|(key, mut times)| {
            times.sort_by(f64::total_cmp);
            let at = |quarter: usize| times[(times.len() - 1) * quarter / 4];
            (key, (at(1), at(3)))
        });
        let columns = |file: &str| -> Vec<Vec<String>> {
            let text = fs::read_to_string(target.join(file)).unwrap_or_default();
            let columns = |line: &str| line.split('\t').map(str::to_owned).collect();
            text.lines().map(columns).collect()
        };
        let float = |text: &String| text.parse::<f64>().expect("a number");
        let counts = columns("callgrind/codec.counts");
        let counts = counts.iter().map(|row| {
            (
                row[0].clone(),
                row[1].clone(),
                float(&row[2]) / float(&row[3]),
            )
        });
        let threads = columns("threads.txt");
        let threads = threads
            .iter()
            .map(|row| (row[1].clone(), row[2].clone(), float(&row[3])));
        Interpreter {
            medians,
            quartiles: quartiles.collect(),
            counts: counts.collect(),
            threads: threads.collect(),
            loads: columns("load.txt")
                .iter()
                .map(|row| float(&row[0]))
                .collect(),
            name,
        }
    }

    /// The cases of a subject, in the order in which their instructions were counted, or else in alphabetical order.
    pub fn cases_of(&self, subject: &str) -> Vec<String> {
        let mut cases: Vec<String> = self
            .counts
            .iter()
            .map(|(case, _, _)| case.clone())
            .collect();
        cases.extend(self.medians.keys().map(|(case, _)| case.clone()));
        let mut seen = BTreeSet::new();
        cases.retain(|case| case.starts_with(subject) && seen.insert(case.clone()));
        cases
    }

    /// Instructions for one thing done.
    pub fn instructions(&self, case: &str, contestant: &str) -> Option<f64> {
        let mut counts = self.counts.iter();
        let found = counts.find(|(one, name, _)| one == case && name == contestant)?;
        Some(found.2)
    }

    /// The ratio of the instructions of two contestants.
    pub fn instruction_ratio(&self, case: &str, contestant: &str, to: &str) -> Option<f64> {
        Some(self.instructions(case, contestant)? / self.instructions(case, to)?)
    }

    /// Between which times, in nanoseconds for one thing done, half of all blocks lie.
    pub fn quartiles(&self, case: &str, contestant: &str) -> Option<(f64, f64)> {
        let key = (case.to_owned(), contestant.to_owned());
        self.quartiles.get(&key).copied()
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

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn numbers(values: &Value) -> impl Iterator<Item = f64> {
    values.as_array().expect("an array").iter().map(number)
}

fn json(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path:?}: {error}"))
}
