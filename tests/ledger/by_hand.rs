//! Entry points written by hand, in a module that nothing of this crate made: the hook, the functions' names, and
//! allocations that fail in them.

use std::mem;

use pyptr::export::by_hand::{self, Table, guarded, guarded_void, named};
use pyptr::types::{PyAny, PyBytes, PyModule};
use pyptr::{Borrowed, Owned, Python, Returned, ffi};

use crate::{attached, held, hook};

type Any<'py> = Borrowed<'py, PyAny>;

extern "C" fn forgotten<'py>(module: &Any<'py>, _: Option<&Any<'py>>) -> Returned<'py, PyAny> {
    guarded(module.py(), c"forgotten", || {
        mem::forget(PyBytes::new(module.py(), b"forgotten by hand")?);
        Ok(module.py().none().new_ref().into_any())
    })
}

fn line_of_leak() -> u32 {
    line!() - 6
}

/// The first one is lost if there is no memory for the second one.
extern "C" fn on_the_way_out<'py>(
    module: &Any<'py>,
    _: Option<&Any<'py>>,
) -> Returned<'py, PyBytes> {
    guarded(module.py(), c"on_the_way_out", || {
        let first = mem::ManuallyDrop::new(PyBytes::new(module.py(), b"the first one")?);
        let second = PyBytes::new(module.py(), b"the second one")?;
        drop(mem::ManuallyDrop::into_inner(first));
        Ok(second)
    })
}

unsafe extern "C" fn destroyed(_capsule: *mut ffi::PyObject) {
    // SAFETY: objects are destroyed on attached threads.
    let py = unsafe { Python::assume_attached() };
    guarded_void(py, c"destroyed", || {
        drop(PyBytes::new(py, b"while it is destroyed"))
    });
}

extern "C" fn capsule<'py>(module: &Any<'py>, _: Option<&Any<'py>>) -> Returned<'py, PyAny> {
    guarded(module.py(), c"capsule", || {
        // SAFETY: attached; the pointer is not NULL.
        let capsule = unsafe {
            ffi::PyCapsule_New(std::ptr::dangling_mut(), std::ptr::null(), Some(destroyed))
        };
        // SAFETY: a new reference, or NULL with an exception set.
        unsafe { Owned::<PyAny>::from_owned_ptr_or_raised(module.py(), capsule) }
    })
}

static METHODS: Table<ffi::PyMethodDef, 3> = Table::methods([
    // SAFETY: as below.
    unsafe { by_hand::meth_noargs(c"capsule", capsule, c"") },
    // SAFETY: no argument is used after other code has run that could release it.
    unsafe { by_hand::meth_noargs(c"forgotten", forgotten, c"") },
    // SAFETY: as above.
    unsafe { by_hand::meth_noargs(c"on_the_way_out", on_the_way_out, c"") },
]);

/// Runs code with the module `foreign`, as C or PyO3 would make it.
fn run(code: &str) {
    attached(|py| {
        let module = PyModule::new(py, c"foreign").unwrap();
        // SAFETY: a live module, and a table that lives for ever.
        let status = unsafe { ffi::PyModule_AddFunctions(module.as_ptr(), METHODS.as_ptr()) };
        assert_eq!(status, 0);
        pyptr::add_ledger(&module).unwrap();
        // Once more is no harm.
        pyptr::add_ledger(&module).unwrap();
        let names = py.import(c"sys").unwrap().getattr(c"modules").unwrap();
        names.set_item_str(c"foreign", &module).unwrap();
    });
    hook::run(&std::ffi::CString::new(code).unwrap());
}

#[test]
fn any_module_can_have_the_ledger() {
    run(r#"
import foreign, leaking
one, other = foreign.__pyptr_ledger__("snapshot"), leaking.__pyptr_ledger__("snapshot")
assert one["id"] == other["id"]
foreign.forgotten()
"#);
    let line = line_of_leak();
    let found = held(file!(), line..=line);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].function, Some("forgotten"));
}

#[test]
#[cfg(not(Py_GIL_DISABLED))]
fn allocations_fail_in_guarded_functions() {
    run(r#"
import foreign, sys
ledger = foreign.__pyptr_ledger__
def lost():
    return sum(held["count"] for held in ledger("snapshot")["held"] if held["function"] == "on_the_way_out")
# Allocations of other tests, on their threads, count as well.
interval = sys.getswitchinterval()
sys.setswitchinterval(10)
ledger("fail allocation 0")
foreign.on_the_way_out()
places = ledger("finish failing")["places"]
assert [place["function"] for place in places].count("on_the_way_out") >= 2, places
before = lost()
ledger("fail allocation 2")
try:
    foreign.on_the_way_out()
except MemoryError:
    pass
else:
    raise AssertionError("it had memory")
finally:
    ledger("finish failing")
    sys.setswitchinterval(interval)
assert lost() == before + 1
"#);
}

/// A collection must not see an object that is being destroyed.
#[test]
#[cfg(not(Py_GIL_DISABLED))]
fn nothing_is_collected_while_an_object_is_destroyed() {
    run(r#"
import foreign, gc
ledger = foreign.__pyptr_ledger__
seen = []
kept = foreign.capsule()
gc.collect()
gc.callbacks.append(lambda phase, info: seen.append(phase))
ledger("fail allocation 0")
del kept
before = len(seen)
foreign.capsule()
gc.callbacks.pop()
places = ledger("finish failing")["places"]
assert before == 0 and seen, (before, seen)
assert "destroyed" in [place["function"] for place in places], places
"#);
}

#[test]
fn what_cannot_raise_has_a_name_too() {
    attached(|py: Python<'_>| {
        let line = line!() + 1;
        let lost = |py| mem::forget(PyBytes::new(py, b"lost by hand").unwrap());
        named(py, c"a_part", || lost(py));
        assert_eq!(held(file!(), line..=line)[0].function, Some("a_part"));
        guarded_void(py, c"a_destructor", || lost(py));
        assert_eq!(held(file!(), line..=line)[0].function, Some("a_destructor"));
    });
}
