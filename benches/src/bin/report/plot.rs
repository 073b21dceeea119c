//! Plots: a row for each case, a panel for each interpreter, a mark for each contestant at its ratio, on a logarithmic scale.

use std::fmt::Write;

use crate::data::{CASES, Interpreter};

/// A ratio on an interpreter in a case.
type Ratio = Box<dyn Fn(&Interpreter, &str) -> Option<f64>>;

/// A contestant's dot, and its ratio on an interpreter in a case.
pub struct Mark {
    pub label: &'static str,
    pub colour: &'static str,
    pub radius: f64,
    pub ratio: Ratio,
}

/// What a plot shows. The last mark lies on top.
pub struct Plot<'a> {
    pub title: &'a str,
    pub cases: &'a [String],
    pub marks: &'a [Mark],
    /// The lines; the first and the last are the ends of the scale.
    pub lines: &'a [f64],
}

/// All cases of results.md, to C.
pub fn of_results(interpreters: &[Interpreter]) -> String {
    let mark = |contestant, label, colour, radius| Mark {
        label,
        colour,
        radius,
        ratio: Box::new(move |python, case| python.ratio(case, contestant, "C")),
    };
    let marks = [
        mark("PyO3", "PyO3", "#d9822b", 4.5),
        mark("pyo3-ffi", "raw pyo3-ffi", "#9aa5b1", 4.0),
        mark("pyptr append_str", "pyptr, append_str", "#6fb7e9", 4.5),
        mark(
            "pyptr StringBuilder",
            "pyptr, StringBuilder",
            "#1b4f9c",
            4.5,
        ),
        mark(
            "pyptr for_each_loaded",
            "pyptr, for_each_loaded",
            "#5b4fb5",
            4.5,
        ),
        mark("pyptr", "pyptr", "#2779bd", 4.5),
    ];
    let plot = Plot {
        title: "Time as a ratio to hand-written C (left of the line: faster)",
        cases: &CASES.map(str::to_owned),
        marks: &marks,
        lines: &[0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 20.0],
    };
    plot.svg(interpreters)
}

const LABELS: f64 = 285.0;
const PANEL: f64 = 230.0;
const GAP: f64 = 18.0;
const ROW: f64 = 20.0;
const TOP: f64 = 80.0;

impl Plot<'_> {
    fn place(&self, ratio: f64) -> f64 {
        let (least, most) = (self.lines[0], self.lines[self.lines.len() - 1]);
        (ratio.clamp(least, most) / least).ln() / (most / least).ln() * PANEL
    }

    pub fn svg(&self, interpreters: &[Interpreter]) -> String {
        let width = LABELS + interpreters.len() as f64 * (PANEL + GAP) + GAP;
        let bottom = TOP + self.cases.len() as f64 * ROW;
        let height = bottom + 34.0;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#222\">\n\
         <title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
            title = self.title
        );
        let _ = writeln!(
            svg,
            "<text x=\"10\" y=\"20\" font-size=\"13\" font-weight=\"bold\">{}</text>",
            self.title
        );
        let mut x = 16.0;
        for Mark {
            label,
            colour,
            radius,
            ..
        } in self.marks
        {
            let _ = writeln!(
                svg,
                "<circle cx=\"{x}\" cy=\"38\" r=\"{radius}\" fill=\"{colour}\"/><text x=\"{:.0}\" \
             y=\"42\">{label}</text>",
                x + 8.0
            );
            x += 30.0 + 6.2 * label.len() as f64;
        }
        for (row, case) in self.cases.iter().enumerate() {
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
            self.panel(&mut svg, python, left, bottom);
        }
        svg.push_str("</svg>\n");
        svg
    }

    fn panel(&self, svg: &mut String, python: &Interpreter, left: f64, bottom: f64) {
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\" font-weight=\"bold\">CPython {}</text>",
            left + PANEL / 2.0,
            TOP - 10.0,
            python.name
        );
        for &ratio in self.lines {
            let x = left + self.place(ratio);
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
        for (row, case) in self.cases.iter().enumerate() {
            let y = TOP + (row as f64 + 0.5) * ROW;
            for Mark {
                label,
                colour,
                radius,
                ratio,
            } in self.marks
            {
                let Some(ratio) = ratio(python, case) else {
                    continue;
                };
                let _ = writeln!(
                    svg,
                    "<circle cx=\"{:.1}\" cy=\"{y:.1}\" r=\"{radius}\" fill=\"{colour}\" \
                 fill-opacity=\"0.9\"><title>{label}: {ratio:.3}</title></circle>",
                    left + self.place(ratio)
                );
            }
        }
    }
}
