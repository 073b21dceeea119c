//! The plot: a row for each case, a panel for each interpreter, a mark for each contestant at its ratio to
//! C, on a logarithmic scale.

use std::fmt::Write;

use crate::data::{CASES, Interpreter};

/// Contestant, label, colour, radius; the last one lies on top.
const MARKS: [(&str, &str, &str, f64); 6] = [
    ("PyO3", "PyO3", "#d9822b", 4.5),
    ("pyo3-ffi", "raw pyo3-ffi", "#9aa5b1", 4.0),
    ("pyptr append_str", "pyptr, append_str", "#6fb7e9", 4.5),
    (
        "pyptr StringBuilder",
        "pyptr, StringBuilder",
        "#1b4f9c",
        4.5,
    ),
    (
        "pyptr for_each_loaded",
        "pyptr, for_each_loaded",
        "#5b4fb5",
        4.5,
    ),
    ("pyptr", "pyptr", "#2779bd", 4.5),
];

const LABELS: f64 = 285.0;
const PANEL: f64 = 230.0;
const GAP: f64 = 18.0;
const ROW: f64 = 20.0;
const TOP: f64 = 80.0;

/// The scale's ends, and its lines.
const LEAST: f64 = 0.02;
const MOST: f64 = 20.0;
const LINES: [f64; 9] = [0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 20.0];

fn place(ratio: f64) -> f64 {
    (ratio.clamp(LEAST, MOST) / LEAST).ln() / (MOST / LEAST).ln() * PANEL
}

pub fn svg(interpreters: &[Interpreter]) -> String {
    let width = LABELS + interpreters.len() as f64 * (PANEL + GAP) + GAP;
    let bottom = TOP + CASES.len() as f64 * ROW;
    let height = bottom + 34.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#222\">\n\
         <title>Time as a ratio to hand-written C: left of 1 is faster</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
    );
    let _ = writeln!(
        svg,
        "<text x=\"10\" y=\"20\" font-size=\"13\" font-weight=\"bold\">Time as a ratio to hand-written C \
         (left of the line: faster)</text>"
    );
    let mut x = 16.0;
    for (_, label, colour, radius) in MARKS {
        let _ = writeln!(
            svg,
            "<circle cx=\"{x}\" cy=\"38\" r=\"{radius}\" fill=\"{colour}\"/><text x=\"{:.0}\" \
             y=\"42\">{label}</text>",
            x + 8.0
        );
        x += 30.0 + 6.2 * label.len() as f64;
    }
    for (row, case) in CASES.iter().enumerate() {
        let y = TOP + (row as f64 + 0.5) * ROW;
        if row % 2 == 0 {
            let _ = writeln!(
                svg,
                "<rect x=\"0\" y=\"{:.1}\" width=\"{width}\" height=\"{ROW}\" fill=\"#f4f6f8\"/>",
                y - ROW / 2.0
            );
        }
        let _ = writeln!(svg, "<text x=\"10\" y=\"{:.1}\">{case}</text>", y + 4.0);
    }
    for (index, python) in interpreters.iter().enumerate() {
        let left = LABELS + index as f64 * (PANEL + GAP);
        panel(&mut svg, python, left, bottom);
    }
    svg.push_str("</svg>\n");
    svg
}

fn panel(svg: &mut String, python: &Interpreter, left: f64, bottom: f64) {
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-weight=\"bold\">CPython {}</text>",
        left + PANEL / 2.0,
        TOP - 10.0,
        python.name
    );
    for ratio in LINES {
        let x = left + place(ratio);
        let (colour, width) = if ratio == 1.0 {
            ("#444", 1.2)
        } else {
            ("#d5dbe1", 0.8)
        };
        let _ = writeln!(
            svg,
            "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom}\" stroke=\"{colour}\" \
             stroke-width=\"{width}\"/><text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\" \
             font-size=\"9\">{ratio}</text>",
            bottom + 14.0
        );
    }
    for (row, case) in CASES.iter().enumerate() {
        let y = TOP + (row as f64 + 0.5) * ROW;
        for (contestant, label, colour, radius) in MARKS {
            let Some(ratio) = python.ratio(case, contestant, "C") else {
                continue;
            };
            let _ = writeln!(
                svg,
                "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"{radius}\" fill=\"{colour}\" \
                 fill-opacity=\"0.9\"><title>{label}: {ratio:.3}</title></circle>",
                left + place(ratio)
            );
        }
    }
}
