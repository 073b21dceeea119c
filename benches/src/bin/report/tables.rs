//! The tables, in Markdown.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::bars::Bar;
use crate::data::{CASES, Interpreter, Size, median, sizes_measured};

const CONTESTANTS: [&str; 7] = [
    "pyo3-ffi",
    "PyO3",
    "pyptr",
    "pyptr append_str",
    "pyptr StringBuilder",
    "pyptr for_each_loaded",
    "pyptr iter_borrowed",
];

/// The bars that the README shows, as it names them: the figure, and what it is a ratio to.
const IN_README: [(&str, &str, &str); 5] = [
    (
        "reference pair",
        "`Py_INCREF` and `Py_DECREF` of one object",
        "C",
    ),
    (
        "calls from Python, geometric mean",
        "call of a native function, geometric mean of eight",
        "C",
    ),
    (
        "calls from Python, geometric mean, to PyO3",
        "call of a native function, geometric mean of eight",
        "PyO3",
    ),
    (
        "list of 1,000,000 ints, summed",
        "sum of a list of 1,000,000 ints",
        "C",
    ),
    (
        "clean release build, processor time, to PyO3",
        "clean release build of a small extension, processor time",
        "PyO3",
    ),
];

/// When, where and with what.
pub fn machine(root: &Path, interpreters: &[Interpreter]) -> String {
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
    let builds = sizes_measured(root);
    let builds = builds.map(|when| format!(" Clean builds were measured on {when}."));
    let root = root.to_str().expect("a path in UTF-8");
    format!(
        "Measured on {}, commit {}: {}, {}; CPython {}; {}, {}; pyptr {}, PyO3 {}, pyo3-ffi {}{}.{}",
        first_line("date", &["-u", "+%Y-%m-%d"]),
        first_line("git", &["-C", root, "rev-parse", "--short", "HEAD"]),
        processor(),
        first_line("uname", &["-sm"]),
        names.join(", "),
        first_line("rustc", &["--version"]),
        first_line("cc", &["--version"]),
        version("pyptr"),
        version("pyo3"),
        version("pyo3-ffi"),
        load(interpreters),
        builds.unwrap_or_default(),
    )
}

/// The load of the machine in all rounds: how many processes wanted a processor on average.
pub fn load(interpreters: &[Interpreter]) -> String {
    let loads = interpreters.iter().flat_map(|python| &python.loads);
    let mut loads: Vec<f64> = loads.copied().collect();
    loads.sort_by(f64::total_cmp);
    match (loads.first(), loads.last()) {
        (Some(least), Some(most)) => format!("; load average {least:.1} to {most:.1}"),
        _ => String::new(),
    }
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
pub fn short(value: f64) -> String {
    match value {
        value if value < 0.1 => format!("{value:.3}"),
        value if value < 10.0 => format!("{value:.2}"),
        value => format!("{value:.1}"),
    }
}

pub fn header(first: &str, columns: &[&str]) -> String {
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

/// What the README shows: some of the bars without their limits, and the plot of all cases.
pub fn for_readme(machine: &str, all: &[Bar], interpreters: &[Interpreter]) -> String {
    let mut columns = vec!["to"];
    columns.extend(interpreters.iter().map(|python| python.name.as_str()));
    let mut text = header("time, as a ratio", &columns);
    for (bar, shown, to) in IN_README {
        if let Some(bar) = all.iter().find(|one| one.what == bar) {
            let _ = write!(text, "| {shown} | {to} |");
            for index in 0..interpreters.len() {
                let _ = match bar.cells.get(index).copied().flatten() {
                    None => write!(text, " |"),
                    Some((_, value)) => write!(text, " {} |", short(value)),
                };
            }
            text.push('\n');
        }
    }
    format!(
        "{text}\n![The ratios of all benchmarks](benches/results/results.svg)\n\n\
         {machine} All figures: [`benches/results/results.md`](benches/results/results.md).\n\n"
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
         two medians is taken within a round, and its median over the rounds is shown. Time is processor time of the \
         thread, because the machine has other things to do. Large results are dropped while the clock is stopped, \
         and the allocator uses their memory again; in a process that has freed no such memory, `StringBuilder` gets \
         new pages from the system for each text of 6 MB, and its ratio is 0.1. {}\n\n\
         ![The ratios](results.svg)\n\n## Bars\n\n\
         A bar is the highest ratio that is accepted. For the reference pair it is 0.20 on 3.12 and 3.13 with the GIL, \
         and 1.03 elsewhere.\n\n{}\n{}\n{}",
        noise(interpreters),
        bars(all, interpreters),
        missed(all, interpreters),
        iterated(interpreters),
    );
    for python in interpreters {
        let _ = write!(text, "\n## CPython {}\n\n{}", python.name, cases(python));
    }
    text.push_str(&size_table(sizes));
    text
}

/// Why there are two cases of an iterated dict, and how the second one compares with the C code of the first.
fn iterated(interpreters: &[Interpreter]) -> String {
    let (lent, owned) = (
        "containers: dict of 100,000 strs, iterated",
        "containers: dict of 100,000 strs, iterated, new references",
    );
    let ratio = |python: &Interpreter| {
        let (own, c) = (
            python.nanoseconds(owned, "pyptr")?,
            python.nanoseconds(lent, "C")?,
        );
        Some(own / c)
    };
    let mut ratios: Vec<f64> = interpreters.iter().filter_map(ratio).collect();
    ratios.sort_by(f64::total_cmp);
    let (Some(lowest), Some(highest)) = (ratios.first(), ratios.last()) else {
        return String::new();
    };
    format!(
        "Two cases iterate over a dict. In the first one, `dict.try_for_each` lends each item, and C uses the borrowed \
         references that `PyDict_Next` returns. In the second one, a `for` loop over `dict.iter()` returns new \
         references, and the C code takes a new reference to each item, too. A `for` loop of pyptr compared with the C \
         code that borrows has a ratio of {} to {}.\n",
        short(*lowest),
        short(*highest)
    )
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
            "for_each_loaded",
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
         dependencies (the least of seven), and the library. `bare` is a Rust library that does nothing but catch \
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
