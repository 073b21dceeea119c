//! What is wrong with a wrapper, by the table.

use crate::signature::{Mode, modes, parts};
use crate::table::Row;
use crate::wrappers::Wrapper;

/// What keeps a reference of its own.
const OWNERS: &[&str] = &[
    "Owned<",
    "Owned",
    "Sent<",
    "FastSequence<",
    "PyBuffer<",
    "OwnedStr<",
    "Raised<",
    "Builder<",
    "Self",
];

/// What is wrong with a wrapper, if anything.
pub fn contradiction(row: &Row, wrapper: &Wrapper) -> Option<String> {
    if wrapper.signature.is_empty() {
        return None; // A type, for its check or its type object.
    }
    result(row, wrapper)
        .or_else(|| null(row, wrapper))
        .or_else(|| arguments(row, wrapper))
}

fn result(row: &Row, wrapper: &Wrapper) -> Option<String> {
    let (_, _, result) = parts(&wrapper.signature);
    let owner = OWNERS.iter().any(|owner| result.contains(owner));
    let borrow = result.contains("Borrowed<");
    // What lives as long as the interpreter may be lent for 'py.
    let immortal = result.contains("&'py Borrowed<");
    let gives = row.returns == "new" || row.gives;
    if gives && !owner && !immortal {
        Some("a new reference does not come back as an owner".into())
    } else if row.returns == "borrowed" && !owner && !borrow {
        Some("a lent reference comes back as neither owner nor borrow".into())
    } else if row.returns == "borrowed-immortal" && !owner && !immortal {
        Some("a singleton is not lent for 'py".into())
    } else {
        None
    }
}

/// What NULL means is what the result says.
fn null(row: &Row, wrapper: &Wrapper) -> Option<String> {
    if !["new", "borrowed"].contains(&row.returns.as_str()) {
        return None;
    }
    let (_, _, result) = parts(&wrapper.signature);
    let fails = result.contains("Result<") || result.contains("Raised<");
    let absent = result.contains("Option<");
    match row.null.as_str() {
        "err" if !fails => Some("NULL is an error, which the result cannot be".into()),
        "opt" if !absent => Some("NULL is no error, and the result has no `Option`".into()),
        "opt|err" if !fails || !absent => {
            Some("NULL may be an error or not, and the result does not tell".into())
        }
        _ => None,
    }
}

fn arguments(row: &Row, wrapper: &Wrapper) -> Option<String> {
    let modes = modes(wrapper);
    let count = |wanted| modes.iter().filter(|(_, mode)| *mode == wanted).count();
    let (borrowed, taken, open) = (count(Mode::Borrowed), count(Mode::Taken), count(Mode::Open));
    let many_taken = count(Mode::ManyTaken) > 0;
    let many = many_taken || count(Mode::ManyBorrowed) > 0;
    // By the crate's convention the name says it.
    let says_so = wrapper.name.contains("owned") || wrapper.name == "try_from_fn";
    // A token or a view holds one; a place that is changed (`&mut self`) is replaced.
    let builder = wrapper.owner.contains("Builder<");
    let replaced = usize::from(wrapper.signature.contains("&mut self") && !builder);
    if taken + open + replaced < row.stolen && !many_taken {
        return Some(format!(
            "C takes {} over, the wrapper {taken}",
            references(row.stolen)
        ));
    }
    if taken > row.stolen && !says_so || many_taken && row.stolen == 0 && !says_so {
        return Some("a borrowed argument is taken over".into());
    }
    let (known, wanted) = (borrowed + taken, row.borrowed + row.stolen);
    if known > wanted && !row.many || known + open + count(Mode::OpenBorrowed) < wanted && !many {
        return Some(format!(
            "C takes {}, the wrapper {known} and {open} that may be one",
            objects(wanted)
        ));
    }
    None
}

fn references(count: usize) -> String {
    format!("{count} reference{}", if count == 1 { "" } else { "s" })
}

fn objects(count: usize) -> String {
    format!("{count} object{}", if count == 1 { "" } else { "s" })
}
