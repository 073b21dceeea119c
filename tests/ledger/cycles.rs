//! Uncollectable cycles through native fields, and what is none.

use std::cell::Cell;

use pyptr::export::{ModuleRef, Slot};
use pyptr::ledger::track_allocations;
use pyptr::manual::Ptr;
use pyptr::testing::{Cycle, Through, Verdict, cycles};
use pyptr::types::{PyAny, PyCapsule, PyList, PyModule};
use pyptr::{Borrowed, Owned, PyResult, Python, Shared};

use crate::{attached, hook};

/// The cycles whose reference was taken on a line of this file.
fn found(py: Python<'_>, line: u32) -> Vec<Cycle> {
    let mut found = cycles(py);
    found.retain(|cycle| cycle.held.place.file == file!() && cycle.held.place.line == line);
    found
}

fn capsule<'py, T: Send + Sync + 'static>(py: Python<'py>, value: T) -> Owned<'py, PyAny> {
    PyCapsule::new(py, c"tests.capsule", value)
        .unwrap()
        .into_any()
}

fn list<'py>(py: Python<'py>) -> Owned<'py, PyList> {
    PyList::empty(py).unwrap()
}

#[test]
fn a_cycle_through_a_capsule_is_found_once_nothing_else_holds_it() {
    attached(|py| {
        let _tracking = track_allocations();
        let list = list(py);
        let held: Shared<PyAny> = list.new_ref().into_any().into_shared();
        let line = line!() - 1;
        list.append_owned(capsule(py, held)).unwrap();
        // This function holds it, too.
        assert_eq!(found(py, line), []);
        drop(list);
        let cycle = found(py, line).pop().expect("a cycle");
        assert_eq!(
            (cycle.through, cycle.owner),
            (Through::Capsule, "PyCapsule")
        );
        assert_eq!(
            (cycle.path.as_slice(), cycle.held.count),
            (&["list", "PyCapsule"][..], 1)
        );
        let text = cycle.to_string();
        let expected = format!(
            "uncollectable cycle through a capsule (list -> PyCapsule -> list), whose reference to list was \
             taken at {}:{line}:",
            file!()
        );
        assert!(text.starts_with(&expected), "{text}");
    });
}

#[test]
fn a_cycle_of_several_objects_through_a_vec_of_boxes() {
    attached(|py| {
        let _tracking = track_allocations();
        let (inner, outer) = (list(py), list(py));
        inner.append(&outer).unwrap();
        let held = vec![Box::new(inner.new_ref().into_any().into_shared())];
        let line = line!() - 1;
        outer.append_owned(capsule(py, (1_u8, held))).unwrap();
        drop((inner, outer));
        let cycle = found(py, line).pop().expect("a cycle");
        assert_eq!(cycle.path, ["list", "list", "PyCapsule"]);
    });
}

#[test]
fn a_reference_counted_by_hand() {
    /// Manual pointers are not `Send`.
    struct Field(usize);
    attached(|py| {
        let _tracking = track_allocations();
        let list = list(py);
        // SAFETY: alive; the reference is held by the capsule, which never releases it.
        let held = unsafe { Ptr::from_borrowed(&list).new_ref() };
        let line = line!() - 1;
        let field = Field(held.as_ptr().expose_provenance());
        assert_ne!(field.0, 0);
        list.append_owned(capsule(py, field)).unwrap();
        assert_eq!(found(py, line), []);
        drop(list);
        assert_eq!(found(py, line).len(), 1);
    });
}

struct State(Slot<PyAny>);

fn new_state<'py>(_module: &Borrowed<'py, PyModule>) -> PyResult<'py, State> {
    Ok(State(Slot::new()))
}

fn keep_in_state<'py>(module: ModuleRef<'_, 'py, State>, object: &Borrowed<'py, PyAny>) {
    let kept = object.new_ref();
    drop(module.state().0.set(kept));
}

const LINE_OF_KEEP: u32 = line!() - 4;

pyptr::module! {
    mod stateful {
        state: State = new_state;
        fn keep_in_state(self, object, /);
    }
}

pub(crate) fn append_to_inittab() {
    stateful().append_to_inittab();
}

#[test]
fn a_module_in_its_own_state() {
    hook::run(
        cr#"
import importlib.machinery
spec = importlib.machinery.BuiltinImporter.find_spec("stateful")
module = importlib.machinery.BuiltinImporter.create_module(spec)
importlib.machinery.BuiltinImporter.exec_module(module)
module.keep_in_state([module])
"#,
    );
    attached(|py| {
        let found = found(py, LINE_OF_KEEP);
        // There the counts of modules are deferred, and do not tell who refers to them.
        if cfg!(Py_GIL_DISABLED) {
            assert_eq!(found, []);
            return;
        }
        let [cycle] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!((cycle.through, cycle.owner), (Through::Module, "module"));
        assert_eq!(cycle.held.function, Some("keep_in_state"));
        assert!(cycle.to_string().contains("through the state of a module"));
    });
}

#[test]
fn what_is_forgotten_or_collectable_is_no_cycle() {
    attached(|py| {
        let _tracking = track_allocations();
        let list = list(py);
        list.append(&list).unwrap();
        let forgotten = list.new_ref();
        let line = line!() - 1;
        std::mem::forget(forgotten);
        let kept = PyList::empty(py).unwrap();
        let entry = kept.new_ref().into_any().into_shared();
        // A capsule beside the list, and not in it.
        let beside = capsule(py, entry);
        drop((list, kept));
        assert_eq!(found(py, line), []);
        assert_eq!(found(py, line + 3), []);
        drop(beside);
    });
}

#[test]
fn a_check_tells_cycles_and_counts_no_boxes_besides() {
    let line = Cell::new(0);
    hook::start();
    let report = pyptr::testing::find_leaks(|py| {
        let list = list(py);
        let held = list.new_ref().into_any().into_shared();
        line.set(line!() - 1);
        list.append_owned(capsule(py, vec![held])).unwrap();
    });
    assert_eq!(report.verdict, Verdict::Leak, "{report}");
    assert_eq!(
        (report.leaks.len(), report.cycles.len(), report.heap.len()),
        (1, 1, 0),
        "{report}"
    );
    assert_eq!(report.cycles[0].held.place.line, line.get(), "{report}");
    let text = report.to_string();
    assert!(
        text.starts_with(
            "uncollectable cycle through a capsule (list -> PyCapsule -> list): leaked 1"
        ),
        "{text}"
    );
    let json = report.to_json();
    assert!(
        json.contains(r#""through":"capsule","owner":"PyCapsule","path":["list","PyCapsule"],"what":"uncollectable cycle through a capsule ("#),
        "{json}"
    );
}
