//! The figures of the codec: results/codec.md, results/codec.svg, and the table in the README.

use std::fmt::Write;

use crate::data::{Interpreter, geometric_mean, median};
use crate::plot::{Mark, Plot};
use crate::tables::{header, short};

const SUBJECT: &str = "codec: ";
const CONTESTANTS: [&str; 4] = ["C", "pyo3-ffi", "PyO3", "pyptr"];
/// What pyptr is compared with, and how the tables name it.
const OTHERS: [(&str, &str); 3] = [("pyo3-ffi", "raw `pyo3-ffi`"), ("C", "C"), ("PyO3", "PyO3")];

/// The cases of all interpreters, in the order of the first that has most.
pub fn cases(interpreters: &[Interpreter]) -> Vec<String> {
    let all = interpreters.iter().map(|python| python.cases_of(SUBJECT));
    all.max_by_key(Vec::len).unwrap_or_default()
}

/// A ratio of pyptr on an interpreter, in a case.
type Ratio = fn(&Interpreter, &str, &str) -> Option<f64>;

const INSTRUCTIONS: Ratio = |python, case, to| python.instruction_ratio(case, "pyptr", to);
const TIME: Ratio = |python, case, to| python.ratio(case, "pyptr", to);

fn row(text: &mut String, first: &str, cells: impl Iterator<Item = Option<String>>) {
    let _ = write!(text, "| {first} |");
    for cell in cells {
        let _ = match cell {
            Some(cell) => write!(text, " {cell} |"),
            None => write!(text, " |"),
        };
    }
    text.push('\n');
}

fn names(interpreters: &[Interpreter]) -> Vec<&str> {
    interpreters
        .iter()
        .map(|python| python.name.as_str())
        .collect()
}

/// Geometric means and the worst cases: a row for each of the other contestants.
pub fn summary(interpreters: &[Interpreter]) -> String {
    let cases = cases(interpreters);
    let mut columns = vec!["to"];
    columns.extend(names(interpreters));
    let mut text = header("a MessagePack codec, as a ratio", &columns);
    for (what, ratio) in [("instructions", INSTRUCTIONS), ("time", TIME)] {
        for (to, name) in OTHERS {
            let all = |python: &Interpreter| -> Vec<f64> {
                cases
                    .iter()
                    .filter_map(|case| ratio(python, case, to))
                    .collect()
            };
            let cells = interpreters.iter().map(|python| {
                let ratios = all(python);
                let worst = ratios.iter().copied().fold(f64::NAN, f64::max);
                let mean = geometric_mean(&ratios);
                (!ratios.is_empty()).then(|| format!("{} (worst {})", short(mean), short(worst)))
            });
            row(&mut text, &format!("{what} | {name}"), cells);
        }
    }
    text + &threads(interpreters)
}

/// What the README shows.
pub fn for_readme(machine: &str, summary: &str) -> String {
    format!(
        "{summary}\n![The codec's ratios to raw pyo3-ffi](benches/results/codec.svg)\n\n\
         {machine} All figures: [`benches/results/codec.md`](benches/results/codec.md).\n\n"
    )
}

/// How much more two threads do than one: rows of the same table.
fn threads(interpreters: &[Interpreter]) -> String {
    let mut text = String::new();
    if interpreters.iter().all(|python| python.threads.is_empty()) {
        return text;
    }
    let shapes = shapes(interpreters);
    for contestant in CONTESTANTS {
        let cells = interpreters.iter().map(|python| {
            let own = python
                .threads
                .iter()
                .filter(|(_, name, _)| name == contestant);
            let rates: Vec<String> = own.map(|(_, _, ratio)| short(*ratio)).collect();
            (!rates.is_empty()).then(|| rates.join(", "))
        });
        row(
            &mut text,
            &format!("rate of two threads ({shapes}) | {contestant}, one thread"),
            cells,
        );
    }
    text
}

/// The ratios of pyptr to another contestant, in all cases on all interpreters.
fn ratios(interpreters: &[Interpreter], ratio: Ratio, to: &str) -> String {
    let mut text = header("", &names(interpreters));
    for case in cases(interpreters) {
        let cells = interpreters
            .iter()
            .map(|python| ratio(python, &case, to).map(short));
        row(&mut text, case.trim_start_matches(SUBJECT), cells);
    }
    let mean = |python: &Interpreter| {
        let cases = python.cases_of(SUBJECT);
        let ratios: Vec<f64> = cases
            .iter()
            .filter_map(|case| ratio(python, case, to))
            .collect();
        (!ratios.is_empty()).then(|| format!("**{}**", short(geometric_mean(&ratios))))
    };
    row(
        &mut text,
        "**geometric mean**",
        interpreters.iter().map(mean),
    );
    text
}

/// What was measured on one interpreter.
fn details(python: &Interpreter) -> String {
    let columns = [
        "instructions: C",
        "pyo3-ffi",
        "PyO3",
        "pyptr",
        "ns: C",
        "pyo3-ffi",
        "PyO3",
        "pyptr",
        "pyptr, half of the blocks",
        "to pyo3-ffi",
        "lowest to highest round",
    ];
    let mut text = header("", &columns);
    for case in python.cases_of(SUBJECT) {
        let counts = CONTESTANTS.map(|name| python.instructions(&case, name).map(short));
        let times = CONTESTANTS.map(|name| python.nanoseconds(&case, name).map(short));
        let half = python.quartiles(&case, "pyptr");
        let half = half.map(|(low, high)| format!("{} to {}", short(low), short(high)));
        let rounds = python.ratios(&case, "pyptr", "pyo3-ffi");
        let ratio = rounds.clone().map(|rounds| short(median(rounds)));
        let range = rounds.map(|r| format!("{} to {}", short(r[0]), short(r[r.len() - 1])));
        let cells = counts.into_iter().chain(times).chain([half, ratio, range]);
        row(&mut text, case.trim_start_matches(SUBJECT), cells);
    }
    text
}

/// results/codec.md.
pub fn results(machine: &str, interpreters: &[Interpreter]) -> String {
    let rounds = interpreters
        .iter()
        .map(Interpreter::rounds)
        .max()
        .unwrap_or(0);
    let mut text = format!(
        "# A MessagePack codec, four times\n\n\
         Written by `benches/run`. {machine}\n\n\
         `codec/` has an encoder and a decoder with the same algorithm in C, on raw `pyo3-ffi`, in PyO3, and in pyptr \
         without `unsafe`. Ratios below 1 mean that pyptr takes less. Instructions are counted by callgrind, for one \
         scalar of the document, and do not depend on what else the machine does; an atomic instruction counts as one. \
         Times are medians of {rounds} rounds, processor time of the thread; all contestants pack the same objects in \
         turns. The objects that are unpacked are dropped while nothing is measured, and Python's collector of cycles \
         is off. \"Of another thread\": the objects were made by a thread that still runs.\n\n\
         C and raw code borrow items from lists and dicts, and would crash if a `utcoffset` written in Python removed \
         them. PyO3 and pyptr cannot.\n\n\
         Two threads pack a document each, which a third and a fourth one have made: {}. Only blocks of 2 ms count in which \
         both ran, and the system gave their processors to nothing else. Two processors that are threads of one core do less \
         than twice as much as one, whatever runs on them.\n\n\
         ![The ratios to raw pyo3-ffi](codec.svg)\n\n{}",
        shapes(interpreters),
        summary(interpreters),
    );
    for (what, ratio) in [("Instructions", INSTRUCTIONS), ("Time", TIME)] {
        for (to, name) in OTHERS {
            let table = ratios(interpreters, ratio, to);
            let _ = write!(text, "\n## {what}: pyptr to {name}\n\n{table}");
        }
    }
    for python in interpreters {
        let load = crate::tables::load(std::slice::from_ref(python));
        let _ = write!(
            text,
            "\n## CPython {}{load}\n\n{}",
            python.name,
            details(python)
        );
    }
    text
}

/// The shapes that threads pack.
fn shapes(interpreters: &[Interpreter]) -> String {
    let threads = interpreters.iter().flat_map(|python| &python.threads);
    let of_pyptr = threads.filter(|(_, name, _)| name == "pyptr");
    let mut shapes: Vec<&str> = of_pyptr.map(|(shape, _, _)| shape.as_str()).collect();
    shapes.dedup();
    shapes.join(", ")
}

/// results/codec.svg.
pub fn svg(interpreters: &[Interpreter]) -> String {
    let instructions = |contestant, label, colour| Mark {
        label,
        colour,
        radius: 4.5,
        ratio: Box::new(move |python, case| python.instruction_ratio(case, contestant, "pyo3-ffi")),
    };
    let time = Mark {
        label: "pyptr, time",
        colour: "#9fd0f0",
        radius: 4.5,
        ratio: Box::new(|python, case| TIME(python, case, "pyo3-ffi")),
    };
    let marks = [
        instructions("PyO3", "PyO3", "#d9822b"),
        instructions("C", "C", "#9aa5b1"),
        time,
        instructions("pyptr", "pyptr", "#2779bd"),
    ];
    let cases = cases(interpreters);
    let plot = Plot {
        title: "MessagePack: instructions (and pyptr's time) as a ratio to raw pyo3-ffi (left of the line: faster)",
        cases: &cases,
        marks: &marks,
        lines: &[0.25, 0.5, 1.0, 2.0, 4.0],
    };
    plot.svg(interpreters)
}
