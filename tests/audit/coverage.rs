//! How much is wrapped, and that the rest is left out on purpose.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::{env, fs};

use crate::table::{Row, listed, rows};
use crate::wrappers::{manual_wrappers, read, root, wrappers};

/// Wrapped functions and all of them.
#[derive(Clone, Copy, Default)]
struct Count(usize, usize);

impl Count {
    fn add(&mut self, wrapped: bool) {
        self.0 += usize::from(wrapped);
        self.1 += 1;
    }
}

/// All functions, those that projects call, those that steal, replace or lend.
#[derive(Clone, Copy, Default)]
struct Counts {
    all: Count,
    called: Count,
    delicate: Count,
}

impl Counts {
    fn add(&mut self, row: &Row, wrapped: bool) {
        self.all.add(wrapped);
        if row.projects > 0 {
            self.called.add(wrapped);
        }
        if row.stolen > 0 || row.lends || row.returns == "borrowed" {
            self.delicate.add(wrapped);
        }
    }

    fn line(&self, name: &str) -> String {
        let Counts {
            all,
            called,
            delicate,
        } = self;
        format!(
            "{name:28} {:>4}/{:<4} {:>4}/{:<4} {:>4}/{:<4}",
            all.0, all.1, called.0, called.1, delicate.0, delicate.1
        )
    }
}

fn covered() -> BTreeSet<String> {
    wrappers()
        .into_iter()
        .chain(manual_wrappers())
        .flat_map(|wrapper| wrapper.aliases)
        .collect()
}

/// By header, then all of them.
fn counts(rows: &[Row], covered: &BTreeSet<String>) -> (BTreeMap<String, Counts>, Counts) {
    let (mut headers, mut total) = (BTreeMap::<String, Counts>::new(), Counts::default());
    for row in rows {
        let wrapped = covered.contains(&row.function);
        let header = row.header.trim_end_matches(".rs");
        headers
            .entry(header.to_owned())
            .or_default()
            .add(row, wrapped);
        total.add(row, wrapped);
    }
    (headers, total)
}

#[test]
fn coverage() {
    let (headers, total) = counts(&rows(), &covered());
    let mut table = format!(
        "{:28} {:>9} {:>9} {:>9}\n",
        "header", "wrapped", "called", "delicate"
    );
    for (header, counts) in &headers {
        writeln!(table, "{}", counts.line(header)).expect("a string");
    }
    println!("{table}{}", total.line("all"));
    println!(
        "called: by one of 14 projects at least; delicate: steals, replaces or lends a reference"
    );
}

/// `PyX_*` in `omitted.txt` stands for all that begins so.
fn omitted_by<'a>(omitted: &'a BTreeMap<String, String>, function: &str) -> Option<&'a str> {
    let family = |name: &&String| {
        let family = name.strip_suffix('*');
        family.is_some_and(|start| function.starts_with(start))
    };
    match omitted.get_key_value(function) {
        Some((name, _)) => Some(name),
        None => omitted.keys().find(family).map(String::as_str),
    }
}

#[test]
fn what_is_not_wrapped_is_left_out_on_purpose() {
    let (rows, omitted, covered) = (rows(), listed("omitted.txt"), covered());
    let (mut missing, mut both, mut used) = (Vec::new(), Vec::new(), BTreeSet::new());
    for row in &rows {
        let by = omitted_by(&omitted, &row.function);
        // What projects call, or what is delicate, wants a reason of its own.
        let by = by.filter(|name| !name.ends_with('*') || !row.is_needed());
        match (covered.contains(&row.function), by) {
            (true, Some(name)) if !name.ends_with('*') => both.push(&row.function),
            (false, None) if row.is_omitted_as_such() => {}
            (false, None) => missing.push(&row.function),
            (false, Some(name)) => drop(used.insert(name)),
            (true, _) => {}
        }
    }
    assert!(
        missing.is_empty(),
        "neither wrapped nor in omitted.txt: {missing:?}"
    );
    assert!(both.is_empty(), "wrapped, and in omitted.txt: {both:?}");
    let unused = omitted.keys().filter(|name| !used.contains(name.as_str()));
    let unused: Vec<_> = unused.collect();
    assert!(
        unused.is_empty(),
        "omitted.txt has what is no function, or none that is not wrapped: {unused:?}"
    );
}

impl Row {
    /// Deprecated or private: left out without being listed.
    fn is_omitted_as_such(&self) -> bool {
        self.deprecated || self.function.starts_with('_')
    }
}

const BEGIN: &str = "<!-- tests/audit: begin -->\n";
const END: &str = "<!-- tests/audit: end -->";

#[test]
fn the_readme_quotes_the_coverage() {
    let (_, total) = counts(&rows(), &covered());
    let Counts {
        all,
        called,
        delicate,
    } = total;
    let text = format!(
        "pyptr wraps {} of the {} functions of the C API that take or return objects: {} of the {} that at least one of 14 real \
         extensions calls,\nand {} of the {} that steal, replace or lend a reference. \
         [`tests/audit/omitted.txt`](tests/audit/omitted.txt) lists the others with reasons, but not\nthe deprecated \
         and private ones. `cargo test --test audit -- --nocapture coverage` prints the numbers by header.\n",
        all.0, all.1, called.0, called.1, delicate.0, delicate.1
    );
    let path = root().join("README.md");
    let readme = read(&path);
    let quoted = readme.split_once(BEGIN).and_then(|(before, rest)| {
        let (quoted, after) = rest.split_once(END)?;
        Some((before, quoted, after))
    });
    let (before, quoted, after) = quoted.expect("the README has a place for the coverage");
    if env::var_os("PYPTR_BLESS").is_some() {
        fs::write(path, format!("{before}{BEGIN}{text}{END}{after}")).expect("the README");
    } else {
        assert_eq!(
            quoted, text,
            "stale; `PYPTR_BLESS=1 cargo test --test audit` brings it up to date"
        );
    }
}
