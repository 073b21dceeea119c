//! `__pyptr_ledger__`: the ledger for Python code.
//!
//! Each module made by [`module!`](crate::module) has a function of this name, if its library was built with
//! the feature; [`add_ledger`] adds it to any other module. So Python code finds these libraries by searching `sys.modules`. The modules of one library
//! share one ledger; `id` tells ledgers apart.
//!
//! | call | returns |
//! |---|---|
//! | `f("snapshot")` | a dict: `version` of this interface, `id` of the ledger, `held` (a list of dicts: `type`, `kind`, `file`, `line`, `column`, `exact`, `where` (`at`, `after` or `inside` that line), `function`, `handed_over`, `thread`, `sequence`, `count`), `allocations` and `bytes` of Rust code, the number of `misuses` |
//! | `f("misuses")` | a list of dicts: `misuse`, `type`, `at`, `function`, `thread`, `text`, `hint` |
//! | `f("track")`, `f("untrack")` | `None`; Rust allocations made in between are tracked |
//! | `f("tracked")` | a list of dicts, for the tracked allocations that are not freed: `near`, `function`, `thread`, `size` |
//! | `f("watch adopted")`, `f("watch given")`, `f("watch all")` | `None`; see [`watch`](watch()) |
//! | `f("given")` | how many references have been given away since `f("watch given")` |
//! | `f("forget")` | `None`; lines that a watch has shown to take references which are not there are no longer made up for |
//! | `f("finish watch")` | a list of dicts: `type`, `kind`, `taken`, `given`, `function`, `references`, the address of the `object`, whether the watch before [confirms](super::Unexplained::confirmed) it, `text` |
//! | `f("objects 1:23 ..")` | a list with the object of each open record, named by its `thread` and `sequence`; `None` for one that does not exist any more, or is still under construction |
//! | `f("fields 1:23 ..")` | a dict about the references that were taken on the same lines as those records: `cycles` (see [`Cycle`](super::Cycle); a list of dicts: as in `held`, and `what`, `through`, `owner`, `path`, `hint`), `kept` in native fields of objects that themselves leak (as in `held`, and `owner`), the `allocations` of these objects (as in `tracked`), the names of their `types` |
//! | `f("fail allocation 17")` | `None`; of the allocations that exported functions make from now on, the 17th fails; with 0, none fails. Raises `NotImplementedError` on free-threaded builds |
//! | `f("finish failing")` | a dict: whether an allocation has `failed`, how many `allocations` there were, and, if none was to fail, their `places` (a list of dicts: `near`, `function`) |
//! | `f("crashes 2 11 6")` | `None`; when the process gets signal 11 or 6 from now on, a line is written to file 2 that names the exported function and the last line. Nothing happens on Windows |
//! | `f("running test_pack")` | `None`; that line also names `test_pack` |
//! | `f("settle")` | `None`, after releasing the references that were dropped on detached threads |
//!
//! Places are texts, such as `src/lib.rs:41:18`. An unknown value is `None`. No call leaves records of its own
//! in the ledger.

use std::collections::HashSet;
use std::fmt::Display;
use std::ptr;
use std::sync::Mutex;
use std::sync::PoisonError;

use super::audit::finish_watch;
use super::cycle::fields;
use super::quiet::{loud, quiet};
use super::snapshot::{Held, Key, find, open_records};
use super::stopped::Stopped;
use crate::convert::IntoPyObject;
use crate::error::{
    PyNotImplementedError, PyResult, PyValueError, check_status, install_panic_hook,
};
use crate::export::by_hand::Table;
use crate::export::expansion::{Arguments, Call, Function, Item, Signature, required, take};
use crate::export::trampoline::one;
use crate::ffi;
use crate::interpreter::drain_releases;
use crate::ledger::call::{OWN, forget};
#[cfg(unix)]
use crate::ledger::crash;
use crate::ledger::watch::{forget_wrong, given_count};
use crate::ledger::{
    Allocation, Place, Tracking, Watch, fail_alloc, heap, misuse, misuses, raw, track_allocations,
    tracked_allocations, watch,
};
use crate::refs::{Borrowed, Owned, Python};
use crate::types::{ListBuilder, PyAny, PyDict, PyModule, PyString, PyTuple};

/// The version of the results' format.
const VERSION: i64 = 1;

struct Hook;

// SAFETY: the only argument is taken first, and held.
unsafe impl Function for Hook {
    type State = ();
    const SIGNATURE: &'static Signature = &Signature::new(
        "__pyptr_ledger__",
        OWN,
        &[
            Item::Parameter {
                name: "command",
                default: None,
            },
            Item::Slash,
        ],
    );
    fn call<'a, 'py>(
        call: &Call<'a, 'py, Self>,
        arguments: &mut impl Arguments<'a, 'py>,
    ) -> PyResult<'py, Owned<'py, PyAny>> {
        let (held, plain) = take(call, arguments);
        let command = required(call, &held, plain)?;
        let result = quiet(|| run(call.py(), command));
        forget();
        result
    }
}

/// Adds the function `__pyptr_ledger__` to a module, by which `pytest --refs` finds the ledger of its library.
///
/// For modules that C or PyO3 made; those made by [`module!`](crate::module) have it. Without the feature `ledger` nothing
/// is added, so that callers need no `cfg`. The module's library has one ledger, however many of its modules get the
/// function.
///
/// Also installs the panic hook by which the exceptions that [`guarded`](crate::export::by_hand::guarded) makes of
/// panics name the line.
///
/// The guide shows it for [a module made with PyO3](crate::guide::ledger#a-module-made-with-pyo3) and for
/// [one written in C](crate::guide::ledger#a-module-written-in-c).
///
/// # Errors
/// `MemoryError`, or what setting an attribute raises.
pub fn add_ledger<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, ()> {
    install_panic_hook();
    raw::begin();
    static DEFINITION: Table<ffi::PyMethodDef, 1> = Table::methods([ffi::PyMethodDef {
        ml_name: OWN.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer {
            PyCFunction: one::<Hook>,
        },
        ml_flags: ffi::METH_O,
        ml_doc: c"__pyptr_ledger__(command, /)\n--\n\nThe references that this library holds."
            .as_ptr(),
    }]);
    let definition = DEFINITION.as_ptr();
    // SAFETY: a static definition, which is not written to; NULL for the module and for its name.
    let function = unsafe { ffi::PyCFunction_NewEx(definition, ptr::null_mut(), ptr::null_mut()) };
    // SAFETY: a new reference, or NULL with an exception set.
    let function: Owned<'_, PyAny> =
        unsafe { Owned::from_new_ptr_or_raised(module.py(), function)? };
    let name = c"__pyptr_ledger__".as_ptr();
    // SAFETY: a live module, a NUL-terminated name, and a value that is borrowed for the call.
    let status = unsafe { ffi::PyModule_AddObjectRef(module.as_ptr(), name, function.as_ptr()) };
    check_status(module.py(), status)
}

/// The tracking that the command `track` began.
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
            return list(py, tracked_allocations(), fill_allocation);
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
                dict.number("object", found.object as u64)?;
                dict.set("confirmed", found.confirmed)?;
                dict.text("text", &found)
            });
        }
        "watch adopted" => watch(Watch::Adopted),
        "watch all" => watch(Watch::All),
        "watch given" => watch(Watch::Given),
        "given" => return given_count().into_py_object(py),
        "forget" => forget_wrong(),
        "track" => set_tracking(Some(track_allocations())),
        "untrack" => set_tracking(None),
        "finish failing" => return finish_failing(py),
        "settle" => loud(|| drain_releases(py)),
        other if other.starts_with("running ") => running(&other["running ".len()..]),
        other => match other.strip_prefix("fail allocation ").map(str::parse) {
            Some(Ok(number)) => fail_allocation(py, number)?,
            _ => return run_with_records(py, other),
        },
    }
    ().into_py_object(py)
}

/// Commands that name records, each by its thread and sequence: `objects 1:23 1:40`.
fn run_with_records<'py>(py: Python<'py>, command: &str) -> PyResult<'py, Owned<'py, PyAny>> {
    let mut words = command.split(' ');
    let name = words.next().unwrap_or_default();
    let records: Option<Vec<(u32, u64)>> = words
        .map(|word| {
            let (thread, sequence) = word.split_once(':')?;
            Some((thread.parse().ok()?, sequence.parse().ok()?))
        })
        .collect();
    match (name, records) {
        ("objects", Some(records)) => objects(py, &records),
        ("fields", Some(records)) => native_fields(py, &records),
        _ if name == "crashes" => handle_crashes(py, command),
        _ => Err(py.raise::<PyValueError>(format_args!("no such command: {command:?}"))),
    }
}

/// Notes what is running, for the line that a crash leaves.
fn running(_name: &str) {
    #[cfg(unix)]
    crash::running(_name);
}

fn handle_crashes<'py>(py: Python<'py>, command: &str) -> PyResult<'py, Owned<'py, PyAny>> {
    #[cfg(unix)]
    {
        let numbers = command.split(' ').skip(1).map(str::parse);
        let numbers: Result<Vec<std::ffi::c_int>, _> = numbers.collect();
        match numbers.as_deref() {
            Ok([file, signals @ ..]) => crash::handle(*file, signals),
            _ => return Err(py.raise::<PyValueError>(format_args!("no numbers: {command:?}"))),
        }
    }
    let _ = command;
    ().into_py_object(py)
}

fn objects<'py>(py: Python<'py>, records: &[(u32, u64)]) -> PyResult<'py, Owned<'py, PyAny>> {
    let mut list = ListBuilder::with_capacity(py, records.len())?;
    for object in whole_objects(py, records) {
        list.push(object.unwrap_or_else(|| py.none().new_ref().into_any()))?;
    }
    Ok(list.finish().into_any())
}

/// New references to the objects that other code may see.
fn whole_objects<'py>(py: Python<'py>, records: &[(u32, u64)]) -> Vec<Option<Owned<'py, PyAny>>> {
    // Where a thread can be stopped, it is not making an object, unless it is for a builder.
    let _stopped = Stopped::new(py);
    let whole = |&(thread, sequence): &(u32, u64)| {
        let object = find(thread, sequence)?.1?;
        // SAFETY: the open record's reference keeps the object alive, and no code runs before there is one more.
        let object: &Borrowed<'_, PyAny> = unsafe { Borrowed::from_ptr(py, object.as_ptr()) };
        // Code that calls the raw C API may still fill a tuple.
        let is_whole = match object.cast::<PyTuple>() {
            Ok(tuple) => (0..tuple.len()).all(|index| tuple.get(index).is_some()),
            Err(_) => true,
        };
        is_whole.then(|| object.new_ref())
    };
    records.iter().map(whole).collect()
}

fn native_fields<'py>(py: Python<'py>, records: &[(u32, u64)]) -> PyResult<'py, Owned<'py, PyAny>> {
    let found = records
        .iter()
        .filter_map(|&(thread, sequence)| find(thread, sequence));
    let keys: HashSet<Key> = found.map(|(key, _)| key).collect();
    let fields = fields(py, |held| keys.contains(&held.key()));
    let cycles = list(py, fields.cycles, |dict, cycle| {
        fill_group(dict, &cycle.held)?;
        dict.text("what", cycle.what())?;
        dict.text("through", cycle.through.name())?;
        dict.text("owner", cycle.owner)?;
        dict.set("path", cycle.path.clone())?;
        dict.text("hint", cycle.hint())
    })?;
    let kept = list(py, fields.kept, |dict, (held, owner)| {
        fill_group(dict, &held)?;
        dict.text("owner", owner)
    })?;
    let dict = Dict(PyDict::new(py)?);
    dict.set("cycles", cycles)?;
    dict.set("kept", kept)?;
    dict.set(
        "allocations",
        list(py, fields.allocations, fill_allocation)?,
    )?;
    dict.set("types", fields.types)?;
    Ok(dict.0.into_any())
}

fn fill_allocation<'py>(dict: &Dict<'py>, allocation: Allocation) -> PyResult<'py, ()> {
    dict.opt("near", allocation.near)?;
    dict.opt("function", allocation.function)?;
    dict.number("thread", allocation.thread)?;
    dict.number("size", allocation.size as u64)
}

fn fill_group<'py>(dict: &Dict<'py>, held: &Held) -> PyResult<'py, ()> {
    dict.text("type", held.type_name)?;
    dict.text("kind", held.kind.name())?;
    dict.text("file", held.place.file)?;
    dict.number("line", held.place.line)?;
    dict.number("column", held.place.column)?;
    dict.set("exact", held.exact)?;
    dict.text("where", held.preposition())?;
    dict.number("count", held.count as u64)
}

fn fail_allocation<'py>(py: Python<'py>, number: usize) -> PyResult<'py, ()> {
    if let Some(reason) = fail_alloc::UNAVAILABLE {
        return Err(py.raise::<PyNotImplementedError>(reason));
    }
    // SAFETY: attached, as the token says.
    unsafe { fail_alloc::arm(fail_alloc::Scope::Functions, number) };
    Ok(())
}

fn finish_failing(py: Python<'_>) -> PyResult<'_, Owned<'_, PyAny>> {
    // Before this function itself allocates.
    // SAFETY: attached, as the token says.
    let outcome = unsafe { fail_alloc::disarm() };
    let places = list(py, outcome.places, |dict, (near, function)| {
        dict.opt("near", near)?;
        dict.opt("function", function)
    })?;
    let dict = Dict(PyDict::new(py)?);
    dict.set("failed", outcome.failed)?;
    dict.number("allocations", outcome.allocations as u64)?;
    dict.set("places", places)?;
    Ok(dict.0.into_any())
}

fn snapshot(py: Python<'_>) -> PyResult<'_, Owned<'_, PyAny>> {
    // Before this function itself takes references.
    let (held, misuses, heap) = (open_records(), misuse::count(), heap());
    let held = list(py, held, |dict, held| {
        fill_group(dict, &held)?;
        dict.opt("function", held.function)?;
        dict.opt("handed_over", held.handed)?;
        dict.number("thread", held.thread)?;
        dict.number("sequence", held.sequence)
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
