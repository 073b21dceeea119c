//! Compares every wrapper's signature with what the C function does to references.
//!
//! `tests/audit/capi_ownership.csv` has a line for each function of the C API that takes or returns
//! objects. From the source each `#[doc(alias = "PyX_Y")]` is read with the signature that follows it:
//!
//! - a new reference comes back as an owner, a borrowed one as an owner or a borrow;
//! - NULL that is an error comes back as a `PyResult`, NULL that is none as an `Option`;
//! - a stolen or replaced argument is an `Owned` by value, and where C steals nothing, nothing is `Owned`;
//! - there are as many objects among the parameters as C takes, `self` included;
//! - each function is wrapped, or stands in `tests/audit/omitted.txt` with a reason: one that real projects
//!   call, or that steals, replaces or lends, with a reason of its own.
//!
//! Manual mode says by words what the types say elsewhere: see `by_hand.rs`. Where the kind of a result comes from, of a
//! `PyList` for example, is in `results.txt`: see `results.rs`.
//!
//! `tests/audit/excused.txt` lists the wrappers that differ on purpose, with reasons.
//! `cargo test --test audit -- --nocapture coverage` prints the coverage; the README quotes it, and
//! `PYPTR_BLESS=1 cargo test --test audit` brings it up to date there.

#[path = "../source_text/mod.rs"]
mod source_text;

mod by_hand;
mod check;
mod coverage;
mod results;
mod self_test;
mod signature;
mod table;
mod wrappers;

use std::collections::{BTreeMap, BTreeSet};

use check::contradiction;
use table::{Row, listed, rows};
use wrappers::wrappers;

#[test]
fn wrappers_agree_with_what_c_does() {
    let (rows, excused) = (rows(), listed("excused.txt"));
    let rows: BTreeMap<&str, &Row> = rows
        .iter()
        .map(|row| (row.function.as_str(), row))
        .collect();
    let (mut wrong, mut used, mut checked) = (Vec::new(), BTreeSet::new(), 0);
    for wrapper in &wrappers() {
        for function in &wrapper.aliases {
            let Some(row) = rows.get(function.as_str()) else {
                continue;
            };
            checked += 1;
            let Some(why) = contradiction(row, wrapper) else {
                continue;
            };
            let key = format!("{function}:{}", wrapper.name);
            match excused.contains_key(&key) {
                true => drop(used.insert(key)),
                false => wrong.push(format!(
                    "{key} in {}: {why}: {} {}",
                    wrapper.place, wrapper.owner, wrapper.signature
                )),
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} contradictions:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    let stale: Vec<_> = excused.keys().filter(|key| !used.contains(*key)).collect();
    assert!(stale.is_empty(), "excused without need: {stale:?}");
    assert!(checked > 600, "only {checked} wrappers were read");
}
