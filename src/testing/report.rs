//! [`Report`]: what a check found, as text and as JSON.

use std::fmt;

use super::audit::Unexplained;
use super::cycle::Cycle;
use super::json::{self, Json};
use super::snapshot::Held;
use super::words::{count, in_function};
use crate::ledger::{Kind, Misuse, Place};

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// Nothing leaks.
    Clean,
    /// A reference or memory leaks, or a reference was misused.
    Leak,
    /// The check cannot tell: see [`Report::notes`]. Never treat it as clean.
    Inconclusive,
}

/// References that every run leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Leak {
    /// The references that all counted runs left behind.
    pub held: Held,
    /// How many references per run, rounded up.
    pub per_run: usize,
}

/// Rust allocations that every run leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HeapLeak {
    /// The line of the last call of this crate before the allocations.
    pub near: Option<Place>,
    /// The exported function that was running.
    pub function: Option<&'static str>,
    /// How many allocations per run, rounded up.
    pub per_run: usize,
    /// How many bytes per run, rounded up.
    pub bytes_per_run: usize,
}

/// What a check found. Displays as text, with one paragraph for each finding.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// The result.
    pub verdict: Verdict,
    /// How many runs were counted.
    pub runs: usize,
    /// References that leak.
    pub leaks: Vec<Leak>,
    /// The leaks that native fields of their own objects hold.
    pub cycles: Vec<Cycle>,
    /// Rust allocations that leak.
    pub heap: Vec<HeapLeak>,
    /// Misuses of references.
    pub misuses: Vec<Misuse>,
    /// References that neither containers nor the ledger explain. Searched for only if the interpreter's memory
    /// grows and nothing else explains that.
    pub unexplained: Vec<Unexplained>,
    /// Further remarks.
    pub notes: Vec<String>,
}

impl Leak {
    /// One line about the probable mistake.
    pub fn hint(&self) -> &'static str {
        match self.held.kind {
            Kind::New if self.held.handed.is_some() => {
                "it is kept by something that grows with every run, or that was forgotten"
            }
            Kind::New => "nothing releases the result: forgotten, or kept by something that grows",
            Kind::NewRef | Kind::ToOwned | Kind::Clone | Kind::FromBorrowed => {
                "one more reference is taken than released: forgotten, or kept by something that grows"
            }
            Kind::Adopted => "the reference that the raw call returned is never released",
            Kind::Incref => {
                "an `incref` whose `decref` is missing, or is missing on one of the ways out"
            }
            Kind::Borrowed => "the raw call returned a new reference: adopt it with `Owned`",
            Kind::Buffer => "a `PyBuffer_Release` is missing, or is missing on one of the ways out",
            Kind::RawIncref => {
                "a `Py_DECREF` is missing, or the reference is kept by something that grows"
            }
            Kind::RawDecref => "a `Py_DECREF` too many",
            Kind::Fetched => "a part of the fetched exception is never released",
            Kind::Replaced => {
                "the macro does not release what was there: use the function of the same name"
            }
            Kind::Argument => "the function takes a reference that it never releases",
        }
    }
}

/// `leaked 1 reference per run to bytes, taken at src/lib.rs:41:18 (new) in pack(), last handed over at ..`
impl fmt::Display for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let held = &self.held;
        write!(
            f,
            "leaked {} per run to {}, ",
            count(self.per_run, "reference"),
            match held.type_name {
                "NoneType" => "None",
                name => name,
            }
        )?;
        let (place, kind) = (held.place, held.kind.name());
        write!(f, "taken {} {place} ({kind})", held.preposition())?;
        in_function(f, held.function)?;
        match held.handed {
            Some(handed) => write!(f, ", last handed over at {handed}"),
            None => Ok(()),
        }
    }
}

/// `leaked 1 Rust allocation (100 bytes) per run in pack(), after src/lib.rs:41:18`
impl fmt::Display for HeapLeak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let allocations = count(self.per_run, "Rust allocation");
        write!(
            f,
            "leaked {allocations} ({} bytes) per run",
            self.bytes_per_run
        )?;
        in_function(f, self.function)?;
        match self.near {
            Some(near) => write!(f, ", after {near}"),
            None => Ok(()),
        }
    }
}

/// `1 unexplained reference to str, first taken at src/lib.rs:41:18 (new), given away at src/lib.rs:43:9`
impl fmt::Display for Unexplained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let references = count(self.references, "unexplained reference");
        let (taken, kind) = (self.taken, self.kind.name());
        write!(
            f,
            "{references} to {}, first taken at {taken} ({kind})",
            self.type_name
        )?;
        in_function(f, self.function)?;
        match self.given.last() {
            Some(given) => write!(
                f,
                ", handed over at {given}, where the callee may not have taken it"
            ),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.verdict {
            Verdict::Clean => return write!(f, "clean after {}", count(self.runs, "counted run")),
            Verdict::Leak => {}
            Verdict::Inconclusive => writeln!(f, "inconclusive:")?,
        }
        for leak in &self.leaks {
            let mut cycles = self.cycles.iter();
            match cycles.find(|cycle| cycle.held.key() == leak.held.key()) {
                Some(cycle) => writeln!(f, "{}: {leak}\n    {}", cycle.what(), cycle.hint())?,
                None => writeln!(f, "{leak}\n    {}", leak.hint())?,
            }
        }
        for leak in &self.heap {
            writeln!(f, "{leak}")?;
        }
        for misuse in &self.misuses {
            writeln!(f, "{misuse}\n    {}", misuse.kind.hint())?;
        }
        for unexplained in &self.unexplained {
            writeln!(f, "{unexplained}")?;
        }
        for note in &self.notes {
            writeln!(f, "{note}")?;
        }
        write!(f, "({})", count(self.runs, "counted run"))
    }
}

impl Held {
    /// The group as a JSON object.
    pub fn to_json(&self) -> String {
        Json::object(|json| {
            json.text("type", Some(self.type_name));
            json.text("kind", Some(self.kind.name()));
            json.place("taken", Some(self.place));
            json.raw("exact", self.exact);
            json.text("function", self.function);
            json.place("handed_over", self.handed);
            json.raw("thread", self.thread);
            json.raw("sequence", self.sequence);
            json.raw("count", self.count);
        })
    }
}

impl Misuse {
    /// The misuse as a JSON object.
    pub fn to_json(&self) -> String {
        Json::object(|json| {
            json.text("misuse", Some(self.kind.name()));
            json.text("type", Some(self.type_name));
            json.place("at", self.place);
            json.text("function", self.function);
            json.raw("thread", self.thread);
            json.text("text", Some(&self.to_string()));
            json.text("hint", Some(self.kind.hint()));
        })
    }
}

impl Unexplained {
    /// The finding as a JSON object.
    pub fn to_json(&self) -> String {
        Json::object(|json| {
            json.text("type", Some(self.type_name));
            json.text("kind", Some(self.kind.name()));
            json.place("taken", Some(self.taken));
            json.text("function", self.function);
            json.array("given", self.given.iter().copied().map(json::of_place));
            json.raw("references", self.references);
            json.text("text", Some(&self.to_string()));
        })
    }
}

impl Report {
    /// The report as a JSON object: `verdict`, `runs`, and an array for each kind of finding.
    pub fn to_json(&self) -> String {
        Json::object(|json| {
            json.text(
                "verdict",
                Some(match self.verdict {
                    Verdict::Clean => "clean",
                    Verdict::Leak => "leak",
                    Verdict::Inconclusive => "inconclusive",
                }),
            );
            json.raw("runs", self.runs);
            json.array("leaks", self.leaks.iter().map(leak_to_json));
            json.array("cycles", self.cycles.iter().map(Cycle::to_json));
            json.array("heap", self.heap.iter().map(heap_to_json));
            json.array("misuses", self.misuses.iter().map(Misuse::to_json));
            json.array(
                "unexplained",
                self.unexplained.iter().map(Unexplained::to_json),
            );
            let notes = self.notes.iter();
            json.array(
                "notes",
                notes.map(|note| Json::object(|json| json.text("text", Some(note)))),
            );
        })
    }
}

fn leak_to_json(leak: &Leak) -> String {
    Json::object(|json| {
        json.raw("per_run", leak.per_run);
        json.raw("references", leak.held.to_json());
        json.text("text", Some(&leak.to_string()));
        json.text("hint", Some(leak.hint()));
    })
}

fn heap_to_json(leak: &HeapLeak) -> String {
    Json::object(|json| {
        json.raw("per_run", leak.per_run);
        json.raw("bytes_per_run", leak.bytes_per_run);
        json.text("function", leak.function);
        json.place("near", leak.near);
        json.text("text", Some(&leak.to_string()));
    })
}
