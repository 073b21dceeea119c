//! `__pyptr_ledger__`, from Python, and the names of exported functions in records.

use std::mem;
use std::sync::Once;

use pyptr::types::{
    BytesBuilder, ListBuilder, PyAny, PyBytes, PyCapsule, PyString, PyTuple, TupleBuilder,
};
use pyptr::{Borrowed, Owned, PyResult, Python};

use crate::held;

fn leak<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    mem::forget(PyBytes::new(py, b"leaked by an exported function")?);
    Ok(())
}

fn line_of_leak() -> u32 {
    line!() - 5
}

/// For tests/ledger/check.rs.
fn leak_too<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    mem::forget(PyBytes::new(py, b"leaked by an exported function")?);
    Ok(())
}

fn keep<'py>(object: Owned<'py, PyAny>) {
    mem::forget(object);
}

/// What it holds is forgotten with it.
fn forget_capsule<'py>(py: Python<'py>) -> PyResult<'py, ()> {
    let held = PyBytes::new(py, b"held by a capsule")?.into_shared();
    mem::forget(PyCapsule::new(py, c"tests.forgotten", held)?);
    Ok(())
}

fn allocate() {
    mem::forget(vec![0_u8; 23_456]);
}

/// Clean: nothing is left behind by its arguments and result.
fn same<'py>(object: Owned<'py, PyString>) -> Owned<'py, PyString> {
    object
}

/// Calls another exported function: the name is that of the innermost.
fn call<'py>(function: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyAny>> {
    let before = PyBytes::new(function.py(), b"taken before")?;
    function.call0()?;
    mem::forget(PyBytes::new(function.py(), b"taken afterwards")?);
    drop(before);
    Ok(function.py().none().new_ref().into_any())
}

/// Calls the function while an object of each builder is under construction, and then with it complete.
fn build<'py>(function: &Borrowed<'py, PyAny>) -> PyResult<'py, ()> {
    let py = function.py();
    let call = |kind: &str, complete: bool| -> PyResult<'py, ()> {
        let kind = PyString::new(py, kind)?;
        function.call([&kind, py.bool(complete)])?;
        Ok(())
    };
    let mut tuple = TupleBuilder::with_len(py, 2)?;
    tuple.push(PyString::new(py, "pushed")?.into_any());
    call("tuple", false)?;
    tuple.push(PyString::new(py, "pushed")?.into_any());
    let tuple = tuple.finish()?;
    call("tuple", true)?;
    drop(tuple);
    let mut list = ListBuilder::with_capacity(py, 2)?;
    list.push(PyString::new(py, "pushed")?.into_any())?;
    call("list", false)?;
    let list = list.finish();
    call("list", true)?;
    drop(list);
    let mut bytes = BytesBuilder::with_capacity(py, 100);
    call("bytes", false)?;
    // The object is another one now.
    bytes.extend_from_slice(&[b'x'; 1000]);
    call("bytes", false)?;
    let bytes = bytes.finish()?;
    call("bytes", true)?;
    drop(bytes);
    let bytes = PyBytes::new_with(py, 10, |bytes| {
        bytes.fill(b'x');
        call("bytes", false)
    })?;
    call("bytes", true)?;
    drop(bytes);
    Ok(())
}

pyptr::module! {
    mod leaking {
        const VALUE = "a constant";
        fn leak(py: Python);
        fn leak_too(py: Python);
        fn keep(object, /);
        fn forget_capsule(py: Python);
        fn allocate();
        fn same(object, /);
        fn call(function, /);
        fn build(function, /);
    }
}

/// Registers the module and starts the interpreter.
pub(crate) fn start() {
    static START: Once = Once::new();
    START.call_once(|| {
        leaking().append_to_inittab();
        crate::cycles::append_to_inittab();
        Python::initialize();
    });
}

pub(crate) fn run(code: &std::ffi::CStr) {
    start();
    Python::attach(|py| {
        let module = pyptr::types::PyModule::new(py, c"namespace").unwrap();
        let result = py.run(code, Some(&module.dict()), None);
        if let Err(raised) = result {
            raised.print();
            panic!("the Python code failed");
        }
    });
}

#[test]
fn snapshots_from_python() {
    let code = format!(
        r#"
import leaking, sys
ledger = leaking.__pyptr_ledger__
assert leaking in [m for m in list(sys.modules.values()) if "__pyptr_ledger__" in getattr(m, "__dict__", ())]

def held(kind, function):
    snapshot = ledger("snapshot")
    assert snapshot["version"] == 1 and type(snapshot["id"]) is int
    assert snapshot["allocations"] > 0 and snapshot["bytes"] > 0 and snapshot["misuses"] >= 0
    return [h for h in snapshot["held"] if h["type"] == kind and h["function"] == function]

before = held("bytes", "leak")
assert before == [], before
leaking.leak()
leaking.leak()
[found] = held("bytes", "leak")
assert found["file"] == {file:?} and found["line"] == {line} and found["exact"]
assert found["kind"] == "new" and found["count"] == 2 and found["handed_over"] is None
assert found["column"] > 0 and found["thread"] > 0 and found["sequence"] > 0

leaking.keep(["a list"])
[kept] = held("list", "keep")
assert kept["kind"] == "to_owned" and kept["file"] == {file:?}, kept

for _ in range(10):
    leaking.same("a text of its own")
assert held("str", "same") == []

leaking.call(leaking.same.__class__ and (lambda: leaking.leak()))
[found] = held("bytes", "call")
assert found["count"] == 1
[found] = held("bytes", "leak")
assert found["count"] == 3
"#,
        file = file!(),
        line = line_of_leak()
    );
    run(&std::ffi::CString::new(code).unwrap());
    // Other tests of this file run meanwhile, and take references outside of functions.
    let line = line_of_leak();
    assert!(
        held(file!(), line..=line)
            .iter()
            .all(|held| held.function.is_some())
    );
}

#[test]
fn the_other_commands() {
    run(cr#"
import leaking
ledger = leaking.__pyptr_ledger__

ledger("track")
leaking.allocate()
found = [a for a in ledger("tracked") if a["size"] == 23456]
ledger("untrack")
assert len(found) == 1 and found[0]["function"] == "allocate", found

assert type(ledger("misuses")) is list
assert ledger("settle") is None
assert ledger("watch adopted") is None
assert type(ledger("finish watch")) is list

class Kept:
    pass
kept = Kept()
leaking.keep(kept)
[held] = [h for h in ledger("snapshot")["held"] if h["type"] == "Kept"]
name = f"{held['thread']}:{held['sequence']}"
found = ledger(f"objects {name} {held['thread']}:0")
assert found == [kept, None], found
fields = ledger(f"fields {name}")
assert (fields["cycles"], fields["kept"], fields["allocations"]) == ([], [], []), fields
assert fields["types"] == ["Kept"], fields
ledger("track")
leaking.forget_capsule()
held = [h for h in ledger("snapshot")["held"] if h["function"] == "forget_capsule"]
fields = ledger(" ".join(["fields", *(f"{h['thread']}:{h['sequence']}" for h in held)]))
ledger("untrack")
assert fields["cycles"] == [] and sorted(fields["types"]) == ["PyCapsule", "bytes"], fields
[kept] = fields["kept"]
assert (kept["type"], kept["owner"], kept["count"]) == ("bytes", "PyCapsule", 1), kept
[box] = fields["allocations"]
assert box["function"] == "forget_capsule", box

for wrong in ("objects x", "objects 1:2:3", "fields -1:2"):
    try:
        ledger(wrong)
    except ValueError:
        pass
    else:
        raise AssertionError(wrong)

try:
    ledger("dance")
except ValueError as error:
    assert str(error) == 'no such command: "dance"'
else:
    raise AssertionError
assert ledger.__doc__.startswith("The references")
"#);
}

/// A builder writes into the object, which no other code may see.
#[test]
fn what_is_under_construction_stays_with_its_builder() {
    run(cr#"
import leaking
ledger = leaking.__pyptr_ledger__
calls = []

def check(kind, complete):
    held = [h for h in ledger("snapshot")["held"] if (h["type"], h["function"]) == (kind, "build")]
    assert len(held) == 1, held
    [found] = ledger(f"objects {held[0]['thread']}:{held[0]['sequence']}")
    assert type(found).__name__ == (kind if complete else "NoneType"), (kind, complete, type(found))
    calls.append(complete)

leaking.build(check)
assert calls == [False, True, False, True, False, False, True, False, True], calls
"#);
}

/// The raw C API has no builders: a slot that is empty tells.
#[test]
fn tuples_with_an_empty_slot_stay_where_they_are() {
    start();
    Python::attach(|py| {
        // SAFETY: attached; a new reference.
        let raw = unsafe { pyptr::ffi::PyTuple_New(2) };
        // SAFETY: as above.
        let tuple: Owned<'_, PyTuple> = unsafe { Owned::from_owned_ptr(py, raw) };
        let module = pyptr::types::PyModule::new(py, c"namespace").unwrap();
        let code = cr#"
import leaking
ledger = leaking.__pyptr_ledger__
held = [h for h in ledger("snapshot")["held"] if h["type"] == "tuple" and h["file"].endswith("hook.rs")]
result = [type(o).__name__ for h in held for o in ledger(f"objects {h['thread']}:{h['sequence']}")]
"#;
        py.run(code, Some(&module.dict()), None).unwrap();
        let result = module.getattr(c"result").unwrap();
        drop(tuple);
        assert_eq!(result.repr().unwrap().to_str().unwrap(), "['NoneType']");
    });
}
