//! What was promised, and what was measured.

use crate::data::{CASES, Interpreter, Size, geometric_mean};

const C: &str = "C";
const PYO3: &str = "PyO3";
const PYPTR: &str = "pyptr";
const LOADED: &str = "pyptr for_each_loaded";

/// One promise: at most so much, on each interpreter.
pub struct Bar {
    pub what: String,
    /// The limit and the figure, for each interpreter.
    pub cells: Vec<Option<(f64, f64)>>,
    /// Whether there is one figure for all.
    pub for_all: bool,
}

impl Bar {
    /// The interpreters where it is missed, by index.
    pub fn missed(&self) -> impl Iterator<Item = usize> {
        let cells = self.cells.iter().enumerate();
        cells.filter_map(|(index, cell)| cell.filter(|(limit, value)| value > limit).map(|_| index))
    }
}

pub fn all(interpreters: &[Interpreter], sizes: &[Size]) -> Vec<Bar> {
    let mut bars = Vec::new();
    let mut bar = |what: &str, figure: &dyn Fn(&Interpreter) -> Option<(f64, f64)>| {
        bars.push(Bar {
            what: what.to_owned(),
            cells: interpreters.iter().map(figure).collect(),
            for_all: false,
        });
    };

    let pair = CASES[0];
    bar("reference pair", &|python| {
        let limit = if python.has_slow_counts() { 0.2 } else { 1.03 };
        Some((limit, python.ratio(pair, PYPTR, C)?))
    });
    bar("reference pair, free-threaded, to PyO3", &|python| {
        let ratio = python.ratio(pair, PYPTR, PYO3)?;
        python.is_free_threaded().then_some((0.4, ratio))
    });

    let calls = |python: &Interpreter, to| -> Option<Vec<f64>> {
        let cases = CASES.iter().filter(|case| case.starts_with("call: "));
        cases.map(|case| python.ratio(case, PYPTR, to)).collect()
    };
    bar("calls from Python, geometric mean", &|python| {
        Some((0.95, geometric_mean(&calls(python, C)?)))
    });
    bar("calls from Python, the worst", &|python| {
        Some((1.08, calls(python, C)?.into_iter().fold(0.0, f64::max)))
    });
    bar("calls from Python, geometric mean, to PyO3", &|python| {
        Some((0.75, geometric_mean(&calls(python, PYO3)?)))
    });

    for case in CASES.iter().filter(|case| case.starts_with("append: ")) {
        let ways = [
            ("append", PYPTR, 1.05),
            ("append_str", "pyptr append_str", 0.5),
            ("StringBuilder", "pyptr StringBuilder", 0.05),
        ];
        for (way, contestant, limit) in ways {
            bar(
                &format!("{way}, {}", case.trim_start_matches("append: ")),
                &|python| Some((limit, python.ratio(case, contestant, C)?)),
            );
        }
    }
    for subject in ["containers: ", "errors: "] {
        for case in CASES.iter().filter(|case| case.starts_with(subject)) {
            bar(case.trim_start_matches(subject), &|python| {
                Some((1.05, python.ratio(case, PYPTR, C)?))
            });
            if any_has(interpreters, case, LOADED) {
                let what = format!("{}, for_each_loaded", case.trim_start_matches(subject));
                bar(&what, &|python| {
                    Some((1.05, python.ratio(case, LOADED, C)?))
                });
            }
        }
    }

    let size = |name: &str| sizes.iter().find(|size| size.name == name);
    if let (Some(pyptr), Some(pyo3), Some(bare)) = (size("pyptr"), size("pyo3"), size("bare")) {
        let mut once = |what: &str, limit, value| {
            bars.push(Bar {
                what: what.to_owned(),
                cells: vec![Some((limit, value))],
                for_all: true,
            });
        };
        once(
            "clean release build, processor time, to PyO3",
            0.30,
            pyptr.processor / pyo3.processor,
        );
        once(
            "clean release build, time on the clock, to PyO3",
            0.30,
            pyptr.seconds / pyo3.seconds,
        );
        once(
            "stripped library, to one that catches a panic",
            1.15,
            pyptr.bytes / bare.bytes,
        );
    }
    bars
}

fn any_has(interpreters: &[Interpreter], case: &str, contestant: &str) -> bool {
    let mut interpreters = interpreters.iter();
    interpreters.any(|python| python.nanoseconds(case, contestant).is_some())
}
