//! `__pyptr_ledger__`: the ledger for Python code.
//!
//! Every module made by [`module!`](crate::module) in a library with the feature has a function of this
//! name, so that a Python process finds each such library: by looking through `sys.modules`. The modules
//! of one library share one ledger; `id` tells them apart.
//!
//! | call | returns |
//! |---|---|
//! | `f("snapshot")` | a dict: `version` of this interface, `id` of the ledger, `held` (a list of dicts: `type`, `kind`, `file`, `line`, `column`, `exact`, `function`, `handed_over`, `thread`, `sequence`, `count`), `allocations` and `bytes` of Rust code, the number of `misuses` |
//! | `f("misuses")` | a list of dicts: `misuse`, `type`, `at`, `function`, `thread`, `text`, `hint` |
//! | `f("track")`, `f("untrack")` | `None`; Rust allocations made in between are remembered |
//! | `f("tracked")` | a list of dicts, of those that are not freed: `near`, `function`, `thread`, `size` |
//! | `f("watch adopted")`, `f("watch all")` | `None`; see [`watch`](super::watch) |
//! | `f("finish watch")` | a list of dicts: `type`, `kind`, `taken`, `given`, `function`, `references`, `text` |
//! | `f("settle")` | `None`, after releasing what detached threads have dropped |
//!
//! Places are texts, as `src/lib.rs:41:18`. What is not known is `None`. None of the calls leaves anything
//! behind in the ledger.

use std::fmt::Display;
use std::ptr;
use std::sync::Mutex;
use std::sync::PoisonError;

use super::{Place, Tracking, Watch, harness};
use super::{
    finish_watch, heap, misuses, open_records, track_allocations, tracked_allocations, watch,
};
use crate::convert::IntoPyObject;
use crate::error::{PyResult, PyValueError, check_status};
use crate::export::expansion::{Arguments, Call, Function, Item, MethodDef, Signature, required};
use crate::ffi;
use crate::python::Python;
use crate::refs::{Borrowed, Owned};
use crate::sync::Interned;
use crate::types::{ListBuilder, PyAny, PyDict, PyModule, PyString};

/// The version of what the calls return.
const VERSION: i64 = 1;

struct Hook;

impl Function for Hook {
    type State = ();
    const SIGNATURE: &'static Signature = &Signature::new(
        "__pyptr_ledger__",
        &[
            Item::Parameter {
                name: "command",
                default: None,
            },
            Item::Slash,
        ],
    );
    const DOC: &'static [u8] =
        b"__pyptr_ledger__(command, /)\n--\n\nThe references that this library holds.\0";
    const NAME: &'static [u8] = b"__pyptr_ledger__\0";

    fn names() -> &'static [Interned] {
        &[]
    }

    fn call<'a, 'py>(
        call: &Call<'a, 'py, ()>,
        arguments: &mut impl Arguments<'a, 'py>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        let command = required(call, arguments)?;
        harness::quiet(|| run(call.py(), command))
    }
}

/// Adds the function to a module.
pub(crate) fn install<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, ()> {
    const DEFINITION: &MethodDef<()> = &MethodDef::new::<Hook, 1>();
    let definition = ptr::from_ref(DEFINITION)
        .cast::<ffi::PyMethodDef>()
        .cast_mut();
    // SAFETY: a definition that lives for ever, which is not written to; no module, and no name of one.
    let function = unsafe { ffi::PyCFunction_NewEx(definition, ptr::null_mut(), ptr::null_mut()) };
    // SAFETY: a new reference, or NULL with an exception set.
    let function: Owned<'_, PyAny> =
        unsafe { Owned::from_new_ptr_or_raised(module.py(), function)? };
    let name = c"__pyptr_ledger__".as_ptr();
    // SAFETY: a live module, a NUL-terminated name, and a value that is borrowed for the call.
    let status = unsafe { ffi::PyModule_AddObjectRef(module.as_ptr(), name, function.as_ptr()) };
    check_status(module.py(), status)
}

/// What `track` began.
static TRACKING: Mutex<Option<Tracking>> = Mutex::new(None);

fn set_tracking(tracking: Option<Tracking>) {
    let old = {
        let mut place = TRACKING.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *place, tracking)
    };
    drop(old);
}

fn run<'py>(py: Python<'py>, command: &str) -> PyResult<'py, Owned<'py, PyAny>> {
    match command {
        "snapshot" => return snapshot(py),
        "misuses" => {
            return list(py, misuses(), |dict, misuse| {
                dict.text("misuse", misuse.kind.name())?;
                dict.text("type", misuse.type_name)?;
                dict.opt("at", misuse.place)?;
                dict.opt("function", misuse.function)?;
                dict.number("thread", misuse.thread)?;
                dict.text("text", &misuse)?;
                dict.text("hint", misuse.kind.hint())
            });
        }
        "tracked" => {
            return list(py, tracked_allocations(), |dict, allocation| {
                dict.opt("near", allocation.near)?;
                dict.opt("function", allocation.function)?;
                dict.number("thread", allocation.thread)?;
                dict.number("size", allocation.size as u64)
            });
        }
        "finish watch" => {
            return list(py, finish_watch(py), |dict, found| {
                dict.text("type", found.type_name)?;
                dict.text("kind", found.kind.name())?;
                dict.text("taken", found.taken)?;
                dict.set(
                    "given",
                    found.given.iter().map(Place::to_string).collect::<Vec<_>>(),
                )?;
                dict.opt("function", found.function)?;
                dict.number("references", found.references as u64)?;
                dict.text("text", &found)
            });
        }
        "watch adopted" => watch(Watch::Adopted),
        "watch all" => watch(Watch::All),
        "track" => set_tracking(Some(track_allocations())),
        "untrack" => set_tracking(None),
        "settle" => harness::loud(|| crate::refs::drain_releases(py)),
        other => return Err(py.raise::<PyValueError>(format_args!("no such command: {other:?}"))),
    }
    ().into_py_object(py)
}

fn snapshot(py: Python<'_>) -> PyResult<'_, Owned<'_, PyAny>> {
    // Before anything is made here.
    let (held, misuses, heap) = (open_records(), harness::misuse_count(), heap());
    let held = list(py, held, |dict, held| {
        dict.text("type", held.type_name)?;
        dict.text("kind", held.kind.name())?;
        dict.text("file", held.place.file)?;
        dict.number("line", held.place.line)?;
        dict.number("column", held.place.column)?;
        dict.set("exact", held.exact)?;
        dict.opt("function", held.function)?;
        dict.opt("handed_over", held.handed)?;
        dict.number("thread", held.thread)?;
        dict.number("sequence", held.sequence)?;
        dict.number("count", held.count as u64)
    })?;
    let dict = Dict(PyDict::new(py)?);
    dict.set("version", VERSION)?;
    dict.set("id", ptr::from_ref(&TRACKING).addr())?;
    dict.set("held", held)?;
    dict.set("allocations", heap.allocations)?;
    dict.set("bytes", heap.bytes)?;
    dict.number("misuses", misuses as u64)?;
    Ok(dict.0.into_any())
}

struct Dict<'py>(Owned<'py, PyDict>);

impl<'py> Dict<'py> {
    fn set(&self, key: &str, value: impl IntoPyObject<'py>) -> PyResult<'py, ()> {
        let py = self.0.py();
        let key = PyString::new(py, key)?;
        self.0
            .insert_owned(key.into_any(), value.into_py_object(py)?)
    }

    fn number(&self, key: &str, value: impl Into<u64>) -> PyResult<'py, ()> {
        self.set(key, value.into())
    }

    fn text(&self, key: &str, value: impl Display) -> PyResult<'py, ()> {
        self.set(key, value.to_string())
    }

    fn opt(&self, key: &str, value: Option<impl Display>) -> PyResult<'py, ()> {
        self.set(key, value.map(|value| value.to_string()))
    }
}

/// A list with a dict for each item.
fn list<'py, T>(
    py: Python<'py>,
    items: Vec<T>,
    fill: impl Fn(&Dict<'py>, T) -> PyResult<'py, ()>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    let mut list = ListBuilder::with_capacity(py, items.len())?;
    for item in items {
        let dict = Dict(PyDict::new(py)?);
        fill(&dict, item)?;
        list.push(dict.0.into_any())?;
    }
    Ok(list.finish().into_any())
}
