//! The tables, in Markdown.

use std::fmt::Write;
use std::fs;
use std::process::Command;

use crate::bars::Bar;
use crate::data::{CASES, Interpreter, Size, median};

const CONTESTANTS: [&str; 7] = [
    "pyo3-ffi",
    "PyO3",
    "pyptr",
    "pyptr append_str",
    "pyptr StringBuilder",
    "pyptr iter_loaded",
    "pyptr iter_borrowed",
];

/// Where, with what and when.
pub fn machine(interpreters: &[Interpreter]) -> String {
    let names: Vec<&str> = interpreters
        .iter()
        .map(|python| python.name.as_str())
        .collect();
    let lock = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.lock"));
    let version = |package: &str| {
        let start = format!("name = \"{package}\"\nversion = \"");
        let rest = lock.split_once(&start).expect("a locked package").1;
        rest.split('"').next().expect("a version").to_owned()
    };
    format!(
        "{}, {}; CPython {}; {}, {}; pyptr {}, PyO3 {}, pyo3-ffi {}; {}.",
        processor(),
        first_line("uname", &["-sm"]),
        names.join(", "),
        first_line("rustc", &["--version"]),
        first_line("cc", &["--version"]),
        version("pyptr"),
        version("pyo3"),
        version("pyo3-ffi"),
        first_line("date", &["-u", "+%Y-%m-%d"]),
    )
}

fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find(|line| line.starts_with("model name"));
    let model = model
        .and_then(|line| line.split(": ").nth(1))
        .unwrap_or("unknown processor");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{model}, {cores} cores")
}

fn first_line(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    text.unwrap_or_default()
        .lines()
        .next()
        .unwrap_or("?")
        .to_owned()
}

/// Numbers with three digits that count.
fn short(value: f64) -> String {
    match value {
        value if value < 0.1 => format!("{value:.3}"),
        value if value < 10.0 => format!("{value:.2}"),
        value => format!("{value:.1}"),
    }
}

fn header(first: &str, columns: &[&str]) -> String {
    let rule = "---:|".repeat(columns.len());
    format!("| {first} | {} |\n|---|{rule}\n", columns.join(" | "))
}

/// The bars: what is missed is bold.
pub fn bars(bars: &[Bar], interpreters: &[Interpreter]) -> String {
    let names: Vec<&str> = interpreters
        .iter()
        .map(|python| python.name.as_str())
        .collect();
    let mut columns = vec!["at most"];
    columns.extend(&names);
    let mut text = header("ratio to C, or as said", &columns);
    for bar in bars {
        let limits = bar.cells.iter().flatten().map(|(limit, _)| *limit);
        let mut limits: Vec<f64> = limits.collect();
        limits.sort_by(f64::total_cmp);
        limits.dedup();
        let limits: Vec<String> = limits.into_iter().map(short).collect();
        let _ = write!(text, "| {} | {} |", bar.what, limits.join(" or "));
        let missed: Vec<usize> = bar.missed().collect();
        let width = if bar.for_all { 1 } else { interpreters.len() };
        for index in 0..width {
            let _ = match bar.cells[index] {
                None => write!(text, " |"),
                Some((_, value)) if missed.contains(&index) => {
                    write!(text, " **{}** |", short(value))
                }
                Some((_, value)) => write!(text, " {} |", short(value)),
            };
        }
        text.push_str(&" |".repeat(interpreters.len() - width));
        text.push('\n');
    }
    text
}

/// What is missed, in words.
fn missed(bars: &[Bar], interpreters: &[Interpreter]) -> String {
    let mut text = String::new();
    for bar in bars {
        let names: Vec<String> = bar
            .missed()
            .map(|index| {
                let (limit, value) = bar.cells[index].expect("missed");
                let figures = format!("{} for {}", short(value), short(limit));
                match bar.for_all {
                    true => figures,
                    false => format!("{}: {figures}", interpreters[index].name),
                }
            })
            .collect();
        if !names.is_empty() {
            let _ = writeln!(text, "- {} ({})", bar.what, names.join("; "));
        }
    }
    match text.is_empty() {
        true => "No bar is missed.\n".to_owned(),
        false => format!("Missed, in bold above:\n\n{text}"),
    }
}

/// What the README shows.
pub fn for_readme(machine: &str, all: &[Bar], interpreters: &[Interpreter]) -> String {
    format!(
        "{machine}\n\n![The ratios of all benchmarks](benches/results/results.svg)\n\n{}\n{}\n",
        bars(all, interpreters),
        missed(all, interpreters),
    )
}

/// results.md.
pub fn results(machine: &str, all: &[Bar], interpreters: &[Interpreter], sizes: &[Size]) -> String {
    let rounds = interpreters
        .iter()
        .map(Interpreter::rounds)
        .max()
        .unwrap_or(0);
    let mut text = format!(
        "# Measured\n\n\
         Written by `benches/run`. {machine}\n\n\
         Ratios of medians to a hand-written C extension. All contestants run in one process on the same data, \
         in turns of half a millisecond or of one execution, 21 to 301 turns each, in {rounds} rounds; the ratio of \
         two medians is taken within a round, and its median over the rounds is shown. Time is processor time of the thread, \
         because the machine has other things to do. Large results are dropped while it stands still, and their \
         memory is used again: in a process that has freed nothing larger, `StringBuilder` writes each text of \
         6 MB to new pages of the system's, and takes 0.1 of C's time. {}

\
         ![The ratios](results.svg)\n\n## Bars\n\n{}\n{}\n",
        noise(interpreters),
        bars(all, interpreters),
        missed(all, interpreters),
    );
    for python in interpreters {
        let _ = write!(text, "\n## CPython {}\n\n{}", python.name, cases(python));
    }
    text.push_str(&size_table(sizes));
    text
}

fn cases(python: &Interpreter) -> String {
    let mut text = header(
        "",
        &[
            "C, ns",
            "pyo3-ffi",
            "PyO3",
            "pyptr",
            "lowest to highest",
            "append_str",
            "StringBuilder",
            "iter_loaded",
            "iter_borrowed",
        ],
    );
    for case in CASES {
        let Some(nanoseconds) = python.nanoseconds(case, "C") else {
            continue;
        };
        let _ = write!(text, "| {case} | {} |", short(nanoseconds));
        for contestant in CONTESTANTS {
            match python.ratios(case, contestant, "C") {
                None => text.push_str(" |"),
                Some(ratios) => {
                    let _ = write!(text, " {} |", short(median(ratios.clone())));
                    if contestant == "pyptr" {
                        let (lowest, highest) = (ratios[0], ratios[ratios.len() - 1]);
                        let _ = write!(text, " {} to {} |", short(lowest), short(highest));
                    }
                }
            }
        }
        text.push('\n');
    }
    text
}

/// How far apart the rounds are.
fn noise(interpreters: &[Interpreter]) -> String {
    let mut spreads = Vec::new();
    for python in interpreters {
        for case in CASES {
            for contestant in CONTESTANTS {
                if let Some(ratios) = python.ratios(case, contestant, "C") {
                    let width = ratios[ratios.len() - 1] - ratios[0];
                    spreads.push(100.0 * width / median(ratios));
                }
            }
        }
    }
    if spreads.is_empty() {
        return String::new();
    }
    spreads.sort_by(f64::total_cmp);
    let at = |part: f64| spreads[(part * (spreads.len() - 1) as f64) as usize];
    format!(
        "Noise: from the lowest to the highest round a ratio varies by {:.0} % in the median, by {:.0} % \
         in one case out of ten.",
        at(0.5),
        at(0.9)
    )
}

fn size_table(sizes: &[Size]) -> String {
    if sizes.is_empty() {
        return String::new();
    }
    let columns = ["seconds", "of the processor", "bytes, stripped"];
    let mut text = format!(
        "\n## A small extension\n\nTwo functions and an error (`size/`): a clean release build with all its \
         dependencies (the least of three), and the library. `bare` is a Rust library that does nothing but catch \
         a panic.\n\n{}",
        header("", &columns)
    );
    for size in sizes {
        let Size {
            name,
            seconds,
            processor,
            bytes,
        } = size;
        let _ = writeln!(text, "| {name} | {seconds:.1} | {processor:.1} | {bytes} |");
    }
    text
}
