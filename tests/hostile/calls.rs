//! Writes a call of each public function: what it takes is made by its type.

use std::collections::BTreeSet;
use std::fmt::Write;

use crate::signature::{closing, of_self, parts, split};
use crate::wrappers::{Wrapper, wrappers};

/// Not of the safe API: what the macros expand to, the ledger, what runs in other tests' processes. Of classes, what takes
/// objects is for those that a program declares: tests/it/class has hostile code for these. How an interpreter starts and ends
/// is for programs without one: tests/process.
const OTHER: &[&str] = &[
    "class/",
    "export/",
    "ledger/",
    "manual/",
    "testing",
    "ffi/",
    "interpreter/at_exit",
    "interpreter/config",
    "interpreter/status",
];

/// What is not called, and why.
const EXCEPTIONS: &[(&str, &str)] = include!("exceptions.rs");

/// What free-threaded builds have not.
const OF_GIL_BUILDS: &[&str] = &["buffer/content.rs: cells", "buffer/content.rs: cells_mut"];

/// What there is to call, as text.
pub struct Calls {
    pub program: String,
    pub count: usize,
    /// What cannot be called: neither is its parameter known, nor is it an exception.
    pub unknown: Vec<String>,
}

/// A call in the making.
#[derive(Default)]
struct Call {
    /// The kinds of the objects it takes.
    kinds: Vec<String>,
}

impl Call {
    /// The next object, of this kind.
    fn object(&mut self, kind: &str) -> usize {
        self.kinds.push(kind.to_owned());
        self.kinds.len() - 1
    }

    /// An expression for a parameter of this type; `None` if the type is not known.
    fn value(&mut self, kind: &str) -> Option<String> {
        let kind = kind.trim();
        let inside = |start: &str, end: &str| kind.strip_prefix(start)?.strip_suffix(end);
        if let Some(kind) = inside("&Borrowed<", ">") {
            let at = self.object(kind);
            return Some(format!("c.lent::<{kind}>({at})"));
        }
        if let Some(kind) = inside("Option<&Borrowed<", ">>") {
            let at = self.object(kind);
            return Some(format!("c.maybe::<{kind}>({at})"));
        }
        if let Some(kind) = inside("Owned<", ">") {
            let at = self.object(kind);
            return Some(format!("c.given::<{kind}>({at})"));
        }
        if let Some(kind) = inside("Option<Owned<", ">>") {
            let at = self.object(kind);
            return Some(format!("c.maybe_given::<{kind}>({at})"));
        }
        if let Some((item, _)) = inside("[", "]").and_then(|array| array.split_once("; ")) {
            if item.starts_with('u') {
                return Some("[1; _]".replace('_', &kind[kind.len() - 2..kind.len() - 1]));
            }
            return Some(format!("[{}, {}]", self.value(item)?, self.value(item)?));
        }
        if kind == "&[u8]" {
            return Some("c.pick()".into());
        }
        if let Some(item) = inside("&[", "]") {
            return Some(format!("&[{}, {}]", self.value(item)?, self.value(item)?));
        }
        if let Some(item) = kind
            .strip_prefix("impl IntoIterator<Item = ")
            .and_then(|rest| rest.strip_suffix('>'))
        {
            return Some(format!("[{}, {}]", self.value(item)?, self.value(item)?));
        }
        if kind == "impl AttributeName" {
            return self.value("&Borrowed<PyString>");
        }
        if kind.starts_with("impl FnOnce(Raised") {
            return Some("|raised| raised".into());
        }
        // What is called may change what the function works on.
        if let Some(signature) = kind.strip_prefix("impl ").filter(|k| k.starts_with("Fn")) {
            let end = closing(&signature[signature.find('(')?..]);
            let arguments = &signature[signature.find('(')? + 1..signature.find('(')? + end];
            let names = vec!["_"; split(arguments).len()].join(", ");
            let result = signature
                .split_once("-> ")
                .map_or("()", |(_, result)| result);
            let made = match result {
                "PyResult<Owned<PyAny>>" => format!("Ok({})", self.value("Owned<PyAny>")?),
                "PyResult<()>" | "PyResult<R>" => "Ok(())".into(),
                "Result<(), E>" => "Ok::<(), Raised<'_>>(())".into(),
                _ => "()".into(),
            };
            return Some(format!("|{names}| {{ c.strike(); {made} }}"));
        }
        let known = match kind {
            "Python" => "c.py",
            "impl Display" => "\"hostile\"",
            "&mut [u8]" => "&mut [0; 9]",
            "fmt::Arguments" => "format_args!(\"hostile {}\", 1)",
            "std::ops::Range<usize>" => "0..2",
            "&io::Error" => "&std::io::Error::from_raw_os_error(2)",
            "SliceIndices" => "SliceIndices { start: 0, stop: 1, step: 1, len: 1 }",
            _ => "",
        };
        if !known.is_empty() {
            return Some(known.into());
        }
        if let Some(kind) = kind.strip_prefix("&mut ") {
            return Some(format!("&mut {}", self.value(kind)?));
        }
        const PLAIN: &[&str] = &[
            "usize",
            "isize",
            "u8",
            "u16",
            "u32",
            "u64",
            "u128",
            "i32",
            "i64",
            "i128",
            "f64",
            "bool",
            "char",
            "c_int",
            "c_ulong",
            "&str",
            "&CStr",
            "CompareOp",
            "ByteOrder",
            "CompileMode",
            "Option<&CStr>",
            "Option<&str>",
            "*mut ffi::PyModuleDef",
            "*mut c_void",
        ];
        if PLAIN.contains(&kind) || kind.starts_with("(u") {
            return Some("c.pick()".into());
        }
        if kind.starts_with('&') && !kind.starts_with("&[") {
            return Some(format!("&{}", self.value(&kind[1..])?));
        }
        self.holder(kind)
    }

    /// What holds an object, and is made of one. The call is left out where that fails.
    fn holder(&mut self, kind: &str) -> Option<String> {
        let mut made =
            |of: &str, how: &str| Some(how.replace('@', &self.value(of).expect("known")));
        match kind {
            "PyErr" => made("Owned<PyBaseException>", "PyErr::new(@)"),
            "Raised" => made("Owned<PyBaseException>", "@.raise()"),
            "Shared<PyAny>" => made("Owned<PyAny>", "@.into_shared()"),
            "PyBuffer" => made("&Borrowed<PyAny>", "or_end!(c, @.buffer())"),
            "FastSequence" => made(
                "&Borrowed<PyAny>",
                "or_end!(c, @.to_fast(c\"no sequence\"))",
            ),
            "OwnedStr" => made("Owned<PyString>", "or_end!(c, OwnedStr::new(@))"),
            "OwnedBytes" => made("Owned<PyBytes>", "OwnedBytes::new(@)"),
            "TypeAddr" => made("&Borrowed<PyAny>", "@.type_addr()"),
            "CodeUnits" => made("&Borrowed<PyString>", "or_end!(c, @.code_units())"),
            "ListBuilder" => Some("or_end!(c, ListBuilder::with_capacity(c.py, 1))".into()),
            "TupleBuilder" => Some("or_end!(c, TupleBuilder::with_len(c.py, 1))".into()),
            "DateTimeApi" => Some("or_end!(c, DateTimeApi::get(c.py))".into()),
            // SAFETY: nothing is read on the strength of an object being of this kind.
            "ClassOf<PyAny>" => made("Owned<PyType>", "unsafe { ClassOf::<PyAny>::new(@) }"),
            _ if kind.starts_with("OnceObject<") => Some(format!("<{kind}>::new()")),
            "OnceObjects<2>" => {
                Some("OnceObjects::<2>::new(c\"sys\", [c\"path\", c\"meta_path\"])".into())
            }
            // Whatever it guards.
            "T" => Some("0_u64".into()),
            "Guarded<T>" => Some("Guarded::new(0_u64)".into()),
            "StringBuilder" => Some("StringBuilder::new(c.py)".into()),
            "BytesBuilder" => Some("BytesBuilder::new(c.py)".into()),
            _ => {
                let other = kind
                    .strip_prefix("CastIntoError<PyAny, ")?
                    .strip_suffix('>')?;
                let how = format!(
                    "match @.cast_into::<{other}>() {{ Err(error) => error, _ => return }}"
                );
                made("Owned<PyAny>", &how)
            }
        }
    }
}

/// The text without lifetimes: `&'a Borrowed<'py, T>` is `&Borrowed<T>`.
fn without_lifetimes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\'') {
        let end = |char: char| !char.is_alphanumeric() && char != '_';
        out.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let after = &after[after.find(end).unwrap_or(after.len())..];
        rest = after
            .strip_prefix(", ")
            .unwrap_or(after.trim_start_matches(' '));
    }
    out.push_str(rest);
    out.replace("<>", "")
        .replace("crate::markers::", "")
        .replace("crate::", "")
}

/// The parameters `T: Bound` of a list, with the types that each stands for; `_` where the compiler finds them.
fn stand_ins(
    generics: &str,
    conditions: &str,
    parameters: &str,
) -> Vec<(String, Vec<&'static str>)> {
    let generics = split(generics).into_iter().filter(|g| !g.starts_with('\''));
    let found = generics.map(|generic| {
        let (name, bound) = generic.split_once(':').unwrap_or((generic, ""));
        let name = name.trim_start_matches("const ").trim();
        let also = split(conditions)
            .into_iter()
            .filter_map(|condition| condition.split_once(':'));
        let also = also
            .filter(|(of, _)| of.trim() == name)
            .map(|(_, bound)| bound);
        let bound = std::iter::once(bound)
            .chain(also)
            .collect::<Vec<_>>()
            .join(" + ");
        let is = |start: &str| bound.contains(start);
        let types: &[&'static str] = if is("FromPyObject") {
            &[
                "bool",
                "u8",
                "i64",
                "u64",
                "i128",
                "u128",
                "usize",
                "f32",
                "f64",
                "char",
                "&str",
                "String",
                "&[u8]",
                "Option<i8>",
                "Vec<i32>",
                "Vec<Vec<String>>",
                "[Owned<'_, PyAny>; 2]",
                "(i64, Owned<'_, PyAny>)",
                "HashMap<i64, String>",
                "HashMap<String, Owned<'_, PyAny>>",
                "&Borrowed<'_, PyList>",
                "Owned<'_, PyIterator>",
                "Shared<PyString>",
            ]
        } else if is("Exception") {
            &["PyBaseException"]
        } else if is("TypeObject") || is("TypeCheck") || name == "U" {
            &["PyBool", "PyIterator", "PyList", "PyAny"]
        } else if is("Subtype") {
            &["PyString", "PyBool"]
        } else if is("BufferElement") {
            &["u8", "f64"]
        } else if is("Object") {
            &["PyAny"]
        } else if is("'static") {
            &["u64"]
        } else if generic.starts_with("const ") && !parameters.contains(&format!("; {name}]")) {
            &["2"]
        } else {
            &["_"]
        };
        (name.to_owned(), types.to_vec())
    });
    found.collect()
}

/// All choices of one type for each parameter.
fn choices(of: &[(String, Vec<&'static str>)]) -> Vec<Vec<(String, &'static str)>> {
    of.iter().fold(vec![Vec::new()], |before, (name, types)| {
        let with = |chosen: &Vec<(String, &'static str)>| {
            let each = types
                .iter()
                .map(|kind| [&chosen[..], &[(name.clone(), *kind)]].concat());
            each.collect::<Vec<_>>()
        };
        before.iter().flat_map(with).collect()
    })
}

/// `text` with types in place of the parameters.
fn substitute(text: &str, chosen: &[(String, &'static str)]) -> String {
    let mut out = String::new();
    let mut word = String::new();
    for char in text.chars().chain([' ']) {
        if char.is_alphanumeric() || char == '_' {
            word.push(char);
            continue;
        }
        let stands = chosen
            .iter()
            .find(|(name, kind)| *name == word && *kind != "_");
        out.push_str(stands.map_or(&*word, |(_, kind)| kind));
        word.clear();
        out.push(char);
    }
    out.trim_end().to_owned()
}

/// The calls of all public safe functions that have to do with objects.
pub fn calls() -> Calls {
    let (mut functions, mut table) = (String::new(), String::new());
    let (mut unknown, mut count) = (Vec::new(), 0);
    let mut seen = BTreeSet::new();
    for wrapper in wrappers() {
        let place = wrapper.place.trim_start_matches("src/").replace('\\', "/");
        let safe = wrapper.signature.starts_with("pub fn ")
            || wrapper.signature.starts_with("pub const fn ");
        if !safe || OTHER.iter().any(|other| place.starts_with(other)) {
            continue;
        }
        // The type is not in builds for older versions.
        if place.starts_with("types/frozen_dict") && !cfg!(Py_3_15) {
            continue;
        }
        let name = format!("{place}: {}", wrapper.name);
        if cfg!(Py_GIL_DISABLED) && OF_GIL_BUILDS.contains(&&*name) {
            continue;
        }
        if EXCEPTIONS.iter().any(|(exception, _)| *exception == name) {
            seen.insert(name);
            continue;
        }
        if !seen.insert(format!("{name} {}", wrapper.owner)) {
            continue;
        }
        match calls_of(&wrapper) {
            Ok(made) => {
                for (kinds, expression) in made {
                    if kinds.is_empty() {
                        continue;
                    }
                    let panics = wrapper.docs.iter().any(|line| line.trim() == "# Panics");
                    let _ = write!(
                        functions,
                        "\n/// {name}\nfn call_{count}<'py>(c: &Arguments<'py>) {{\n    c.done({expression})\n}}\n"
                    );
                    let kinds: Vec<String> = kinds
                        .iter()
                        .map(|kind| format!("Kind({kind:?}, {kind}::is_type_of)"))
                        .collect();
                    let _ = writeln!(
                        table,
                        "    Call {{ name: {name:?}, kinds: &[{}], panics: {panics}, run: call_{count} }},",
                        kinds.join(", ")
                    );
                    count += 1;
                }
            }
            Err(what) => unknown.push(format!("{name}: {what}")),
        }
    }
    for (exception, reason) in EXCEPTIONS {
        if !seen.contains(*exception) || reason.len() < 10 {
            unknown.push(format!("{exception} is an exception for nothing"));
        }
    }
    let program = format!("{functions}\nconst CALLS: &[Call] = &[\n{table}];\n");
    Calls {
        program,
        count,
        unknown,
    }
}

/// The kinds of the objects and the expression of each call of one function; or the type that is not known.
fn calls_of(wrapper: &Wrapper) -> Result<Vec<(Vec<String>, String)>, String> {
    let (generics, parameters, _) = parts(&wrapper.signature);
    let condition = |text: &str| {
        text.split_once(" where ")
            .map_or("", |(_, rest)| rest)
            .to_owned()
    };
    let conditions = format!(
        "{}, {}",
        condition(&wrapper.signature),
        condition(&wrapper.owner)
    );
    let of_owner = wrapper.owner.strip_prefix("impl<").map_or("", |rest| {
        &rest[..closing(&wrapper.owner["impl".len()..]) - 1]
    });
    let owner = without_lifetimes(&of_self("self", &wrapper.owner));
    let (own, of_function) = (
        stand_ins(of_owner, &conditions, parameters),
        stand_ins(generics, &conditions, parameters),
    );
    let all = [own.clone(), of_function.clone()].concat();
    let mut made = Vec::new();
    for chosen in choices(&all) {
        let mut call = Call::default();
        let mut values = Vec::new();
        for parameter in split(parameters) {
            let kind = match parameter.split_once(": ") {
                Some((_, kind)) => kind.to_owned(),
                None if parameter.contains("&mut") => {
                    format!("&mut {}", of_self("self", &wrapper.owner))
                }
                None => of_self(parameter, &wrapper.owner),
            };
            // A closure, declared as `F: FnMut(..)`.
            let bound = crate::signature::bounds(&kind, generics, &wrapper.signature);
            let kind = bound
                .filter(|bound| bound.starts_with("impl Fn"))
                .unwrap_or(kind);
            let kind = substitute(&without_lifetimes(&kind), &chosen);
            values.push(call.value(&kind).ok_or(kind)?);
        }
        let turbofish: Vec<&str> = chosen[own.len()..].iter().map(|(_, kind)| *kind).collect();
        // Those of constants are inferred since 1.89 only if they are not written.
        let turbofish = match turbofish.iter().all(|kind| *kind == "_") {
            true => String::new(),
            false => format!("::<{}>", turbofish.join(", ")),
        };
        let path = match owner.is_empty() {
            true => String::new(),
            false => format!("<{}>::", substitute(&owner, &chosen)),
        };
        let expression = format!("{path}{}{turbofish}({})", wrapper.name, values.join(", "));
        made.push((call.kinds, expression));
    }
    Ok(made)
}
