//! Manual mode: its pointers have no owner that the signature could show, so that the documentation has to
//! say who releases what, and every function is `unsafe`.

use crate::signature::parts;
use crate::table::{Row, rows_by_name};
use crate::wrappers::{Wrapper, manual_wrappers};

/// These compare addresses, and read nothing.
const READING_NOTHING: &[&str] = &["is"];

/// What is wrong with a function of manual mode, if anything.
fn contradiction(row: &Row, wrapper: &Wrapper) -> Option<&'static str> {
    let docs = wrapper.docs.join(" ");
    let (_, parameters, result) = parts(&wrapper.signature);
    if !wrapper.signature.contains("unsafe fn") && !READING_NOTHING.contains(&wrapper.name.as_str())
    {
        return Some("it touches an object, and is safe");
    }
    let gives = ["new", "pointer"].contains(&row.returns.as_str()) && result.contains("Ptr<");
    if row.returns == "new" && !gives {
        return Some("a new reference does not come back as a pointer");
    }
    if gives && row.null == "err" && !result.contains("Option<Ptr<") {
        return Some("NULL is an error, which the result cannot be");
    }
    if gives && !docs.contains("new reference") {
        return Some("the documentation does not say that the reference is new");
    }
    let replaces = row.stolen > 0;
    let says_so = docs.contains("steals the reference") || docs.contains("goes down by one");
    if replaces != says_so {
        return Some("the documentation differs about what happens to the argument's reference");
    }
    let pointers = parameters.matches("Ptr<").count() + usize::from(parameters.contains("self"));
    // Text stands for an object that is made of it.
    let pointers = pointers + parameters.matches(": &str").count();
    let wanted = row.borrowed + row.stolen;
    if pointers < wanted {
        return Some("there are fewer objects among the parameters than C takes");
    }
    None
}

#[test]
fn manual_functions_agree_with_what_c_does() {
    let rows = rows_by_name();
    let (mut checked, mut wrong) = (0, Vec::new());
    for wrapper in manual_wrappers() {
        for function in &wrapper.aliases {
            let Some(row) = rows.get(function) else {
                continue;
            };
            checked += 1;
            if let Some(why) = contradiction(row, &wrapper) {
                wrong.push(format!("{function}:{}: {why}", wrapper.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(checked > 12, "only {checked} functions were read");
}

/// Each of them, changed so that it contradicts the table.
#[test]
fn changed_manual_functions_are_found() {
    let rows = rows_by_name();
    let mut changed = 0;
    for wrapper in manual_wrappers() {
        for row in wrapper.aliases.iter().filter_map(|name| rows.get(name)) {
            if READING_NOTHING.contains(&wrapper.name.as_str()) {
                continue;
            }
            let mut changes = vec![Wrapper {
                signature: wrapper.signature.replace("unsafe fn", "fn"),
                ..wrapper.clone()
            }];
            if row.stolen > 0 || row.returns == "new" {
                changes.push(Wrapper {
                    docs: Vec::new(),
                    ..wrapper.clone()
                });
            }
            if row.returns == "new" && row.null == "err" {
                changes.push(Wrapper {
                    signature: wrapper.signature.replace("Option<", "Box<"),
                    ..wrapper.clone()
                });
            }
            for change in changes {
                changed += 1;
                assert!(contradiction(row, &change).is_some(), "{}", change.name);
            }
        }
    }
    assert!(changed > 20, "only {changed} changes");
}
