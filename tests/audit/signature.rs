//! What a signature says about references.

use crate::wrappers::Wrapper;

/// What a function does with one of its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// `&Borrowed`, or an `Option` of one: the caller keeps the reference.
    Borrowed,
    /// `Owned` by value: the caller gives the reference away.
    Taken,
    /// Any number of borrowed ones.
    ManyBorrowed,
    /// Any number that are given away, by an array, an iterator or a closure that makes them.
    ManyTaken,
    /// Something that may stand for an object, borrowed or taken: a type parameter, a wrapper of a pointer.
    Open,
    /// Something that may stand for a borrowed object: text that it is made of, a builder that holds it.
    OpenBorrowed,
}

/// What a function's parameters are, `self` included, those left out that are no objects.
pub fn modes(wrapper: &Wrapper) -> Vec<(String, Mode)> {
    let (generics, parameters, _) = parts(&wrapper.signature);
    let mut modes = Vec::new();
    for parameter in split(parameters) {
        let (name, kind) = match parameter.split_once(": ") {
            Some((name, kind)) => (name.trim_start_matches("mut "), kind.to_owned()),
            None => ("self", of_self(parameter, &wrapper.owner)),
        };
        // `F`, declared as `F: FnMut(..)`, is what it is declared as.
        let bounds = bounds(&kind, generics, &wrapper.signature);
        if let Some(mode) = mode(bounds.as_deref().unwrap_or(&kind)) {
            modes.push((name.to_owned(), mode));
        }
    }
    // A type that is named, as in `raise::<PyTypeError>`.
    for generic in split(generics) {
        let name = generic.split(':').next().unwrap_or("").trim();
        if is_type(name) && !parameters.contains(&format!(": {name}")) {
            modes.push((name.to_owned(), Mode::Open));
        }
    }
    modes
}

fn is_type(name: &str) -> bool {
    name.starts_with(char::is_uppercase)
}

/// The parts of a signature: type parameters, parameters, result.
pub fn parts(signature: &str) -> (&str, &str, &str) {
    let start = signature.find("fn ").map_or(0, |start| start + 3);
    let rest = &signature[start..];
    let generic = rest
        .find('<')
        .filter(|at| *at < rest.find('(').unwrap_or(0));
    let (generics, rest) = match generic {
        Some(at) => {
            let end = at + closing(&rest[at..]);
            (&rest[at + 1..end], &rest[end + 1..])
        }
        None => ("", &rest[rest.find('(').unwrap_or(0)..]),
    };
    let end = closing(rest);
    let parameters = rest.get(1..end).unwrap_or("");
    let result = rest.get(end + 1..).unwrap_or("");
    let result = result.split(" where ").next().unwrap_or("");
    (
        generics,
        parameters,
        result.trim().trim_start_matches("-> "),
    )
}

/// Where the bracket closes that the text begins with.
pub fn closing(text: &str) -> usize {
    let mut depth = 0;
    for (index, char) in text.char_indices() {
        match char {
            '<' | '(' | '[' => depth += 1,
            '>' if text[..index].ends_with('-') => {}
            '>' | ')' | ']' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index;
        }
    }
    text.len()
}

/// The parts between the commas that stand in no bracket.
pub fn split(list: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (index, char) in list.char_indices() {
        match char {
            '<' | '(' | '[' => depth += 1,
            '>' if list[..index].ends_with('-') => {}
            '>' | ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(list[start..index].trim());
                start = index + 1;
            }
            _ => {}
        }
    }
    parts.push(list[start..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}

/// What a type parameter has to be, from its declaration or from the `where` clause.
pub fn bounds(kind: &str, generics: &str, signature: &str) -> Option<String> {
    let declared = format!("{kind}:");
    let of = |list: &str| {
        let found = split(list)
            .into_iter()
            .find(|part| part.starts_with(&declared))?;
        Some(format!("impl {}", found[declared.len()..].trim()))
    };
    let conditions = signature.split_once(" where ").map_or("", |(_, rest)| rest);
    let own = (split(generics).contains(&kind)).then(|| "impl Any".to_owned());
    of(generics).or_else(|| of(conditions)).or(own)
}

/// The type of `self`, by the header of its `impl`.
pub fn of_self(parameter: &str, owner: &str) -> String {
    let owner = owner.split(" where ").next().unwrap_or("");
    let kind = match owner.split_once(" for ") {
        Some((_, kind)) => kind,
        None if owner.contains("trait ") => "impl Trait",
        None => {
            let rest = owner.trim_start_matches("impl");
            match rest.starts_with('<') {
                true => rest[closing(rest) + 1..].trim(),
                false => rest.trim(),
            }
        }
    };
    match parameter.contains('&') && !kind.starts_with('&') {
        true => format!("&{kind}"),
        false => kind.to_owned(),
    }
}

/// Wrappers of pointers: what the C function gets is what they hold.
const HOLDERS: &[&str] = &[
    "Iter<",
    "FastSequence<",
    "Sent<",
    "Entered<",
    "Guard<",
    "PyErr",
    "Raised",
    "Slot<",
    "Shared<",
    "ModuleRef<",
    "OwnedStr",
    "OwnedBytes",
    "OnceObject",
    "TypeAddr",
    "PyBuffer",
    "DateTimeApi",
    "$name",
    "$view",
];

/// What, behind a reference, is made into an object for C, or holds one that C borrows.
const BORROWING: &[&str] = &["Builder<", "CodeUnits", "str", "CStr"];

fn mode(kind: &str) -> Option<Mode> {
    let kind = kind.trim();
    // `'a`, in front of a type.
    let kind = match kind.strip_prefix("&'") {
        Some(rest) => format!("&{}", rest.split_once(' ').map_or("", |(_, kind)| kind)),
        None => kind.to_owned(),
    };
    let inner = kind
        .strip_prefix("Option<")
        .and_then(|kind| kind.strip_suffix('>'))
        .unwrap_or(&kind);
    if inner.starts_with("&'") {
        return mode(inner);
    }
    if inner.starts_with("impl Fn") {
        // What it makes is given away; what it is called with is not.
        let made = inner.rsplit_once("-> ").map_or("", |(_, made)| made);
        return made.contains("Owned<").then_some(Mode::ManyTaken);
    }
    if inner.starts_with("impl IntoIterator") || inner.starts_with('[') {
        return match (inner.contains("Owned<"), inner.contains("Borrowed<")) {
            (true, _) => Some(Mode::ManyTaken),
            (false, true) => Some(Mode::ManyBorrowed),
            (false, false) => None,
        };
    }
    let starts = |with: &[&str]| with.iter().any(|start| inner.starts_with(start));
    if starts(&["Owned<"]) {
        Some(Mode::Taken)
    } else if starts(&["&Borrowed<", "&Owned<", "&mut Owned<", "Ref<"]) {
        Some(Mode::Borrowed)
    } else if starts(&["&[&", "&[Ref<", "&[(&"]) {
        Some(Mode::ManyBorrowed)
    } else if starts(&["impl "]) {
        Some(Mode::Open)
    } else {
        let contains = |one: &[&str]| one.iter().any(|holder| inner.contains(holder));
        if contains(BORROWING) && inner.starts_with('&') {
            Some(Mode::OpenBorrowed)
        } else {
            (contains(HOLDERS) || contains(BORROWING)).then_some(Mode::Open)
        }
    }
}
