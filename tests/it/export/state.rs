//! Typed module state, slots, and imports that fail.

use std::ffi::CStr;
use std::sync::atomic::Ordering;

use super::modules::{MADE, STATES};
use crate::common::{attached, fresh_str};
use crate::python::{collect, namespace};
use pyptr::error::{PySystemError, PyValueError};
use pyptr::export::Slot;
use pyptr::types::PyString;
use pyptr::{Python, TypeCheck};

#[track_caller]
fn run(py: Python<'_>, code: &CStr) {
    if let Err(raised) = py.run(code, Some(&namespace(py)), None) {
        panic!("{}", pyptr::PyErr::from(raised).display(py));
    }
}

#[test]
fn each_module_object_has_a_state_of_its_own_which_is_dropped_with_it() {
    attached(|py| {
        run(
            py,
            c"import counters, importlib.util\n\
              spec = importlib.util.find_spec('counters')\n\
              first = importlib.util.module_from_spec(spec)\n\
              spec.loader.exec_module(first)\n\
              second = importlib.util.module_from_spec(spec)\n\
              spec.loader.exec_module(second)\n\
              assert first is not second\n\
              assert [first.count(), first.count(by=4), second.count(2)] == [1, 5, 2]\n\
              assert first.own_name() == 'counters'\n\
              spec.loader.exec_module(first)\n\
              assert first.count(0) == 5, 'executing again changes nothing'\n",
        );
        // The namespace is gone, and with it both modules; the imported one stays.
        collect(py);
        assert_eq!(STATES.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn a_module_that_is_being_executed_is_not_executed_again() {
    attached(|py| {
        run(
            py,
            c"import executing_itself\nassert executing_itself.made() == 'made'",
        );
        assert_eq!(MADE.load(Ordering::SeqCst), 1);
    });
}

#[test]
fn a_slot_holds_one_reference() {
    attached(|py| {
        run(
            py,
            c"import counters, sys\n\
              fresh = object()\n\
              before = sys.getrefcount(fresh)\n\
              assert counters.remember(fresh) is None\n\
              assert sys.getrefcount(fresh) == before + 1\n\
              assert counters.recall() is fresh\n\
              assert sys.getrefcount(fresh) == before + 1\n\
              assert counters.remember('other') is fresh\n\
              assert sys.getrefcount(fresh) == before\n\
              assert counters.forget() == 'other'\n\
              assert counters.recall() is None\n\
              assert counters.kept_by_state() is counters.kept\n",
        );
    });
}

#[test]
fn functions_without_a_state_and_failing_imports_are_errors() {
    attached(|py| {
        let raised = py.import(c"broken_state").unwrap_err();
        assert!(raised.is::<PyValueError>());
        drop(raised);
        // Python code got hold of the module: its functions still find no state.
        let modules = py.import(c"sys").unwrap().getattr(c"modules").unwrap();
        let module = modules
            .get_item(&PyString::intern(py, c"broken_state_seen").unwrap())
            .unwrap();
        let error = module.getattr(c"error_without_state").unwrap();
        assert!(PySystemError::is_type_of(&error));
        let raised = module.getattr(c"count").unwrap().call0().unwrap_err();
        assert!(raised.is::<PySystemError>());
    });
}

#[test]
fn a_state_is_made_by_a_function_with_any_result_that_functions_have() {
    attached(|py| {
        run(
            py,
            c"import plain_state\n\
              assert plain_state.made() == 'plain'\n\
              assert plain_state.with_number.number() == 41\n\
              assert plain_state.with_result.text_of_error() == 'kept'\n\
              for name, error in {\n\
                  'fails_by_ones_own': KeyError(\"of one's own\"),\n\
                  'fails_by_std': ValueError('invalid digit found in string'),\n\
                  'fails_by_io': FileNotFoundError(2, 'No such file or directory'),\n\
                  'fails_by_stored': ModuleNotFoundError(\"No module named 'no_such_module'\"),\n\
              }.items():\n\
              \x20   try:\n\
              \x20       __import__(name)\n\
              \x20   except Exception as raised:\n\
              \x20       assert type(raised) is type(error) and raised.args[0] == error.args[0], repr(raised)\n\
              \x20   else:\n\
              \x20       assert False, name\n",
        );
    });
}

#[test]
fn a_panic_during_import_is_an_exception() {
    attached(|py| {
        let raised = py.import(c"panicking_state").unwrap_err();
        let text = pyptr::PyErr::from(raised).display(py);
        assert!(text.ends_with("no import today"), "{text}");
    });
}

#[test]
fn a_slot_is_filled_once() {
    attached(|py| {
        let slot: Slot<PyString> = Slot::new();
        let text = fresh_str(py, "made once");

        // A failure leaves it empty.
        let failed = slot.get_or_try_init(py, |py| Err(py.raise::<PyValueError>("not today")));
        assert!(failed.unwrap_err().is::<PyValueError>());
        assert!(slot.get(py).is_none());

        let first = slot.get_or_try_init(py, |_| Ok(text.new_ref())).unwrap();
        assert!(first.is(&text));
        drop(first);
        assert_eq!(text.refcount(), 2);
        let again = slot
            .get_or_try_init(py, |_| unreachable!("filled already"))
            .unwrap();
        assert!(again.is(&text));
        drop(again);

        // What was filled meanwhile stays, and what was made is released.
        let racing: Slot<PyString> = Slot::default();
        let late = fresh_str(py, "made too late");
        let winner = racing
            .get_or_try_init(py, |_| {
                assert!(racing.set(text.new_ref()).is_none());
                Ok(late.new_ref())
            })
            .unwrap();
        assert!(winner.is(&text));
        assert_eq!(late.refcount(), 1);
        drop(winner);
        assert_eq!(text.refcount(), 3);

        assert!(racing.take(py).unwrap().is(&text));
        drop(slot);
        assert_eq!(text.refcount(), 1);
    });
}

/// What makes a slot's content may run any code, also such that uses the slot: no lock is held meanwhile.
#[test]
fn a_slot_may_be_used_by_what_fills_it() {
    attached(|py| {
        let slot: Slot<PyString> = Slot::new();
        let (own, theirs) = (fresh_str(py, "made here"), fresh_str(py, "made meanwhile"));
        let got = slot.get_or_try_init(py, |py| {
            assert!(slot.get(py).is_none());
            // Another thread, while this one is detached.
            let other = theirs.new_ref().into_shared();
            let slot = &slot;
            py.detach(|| {
                std::thread::scope(|scope| {
                    scope.spawn(|| {
                        Python::attach(|py| assert!(slot.set(other.into_owned(py)).is_none()))
                    });
                })
            });
            Ok(own.new_ref())
        });
        assert!(got.unwrap().is(&theirs));
        assert_eq!((own.refcount(), theirs.refcount()), (1, 2));
        drop(slot);
        assert_eq!(theirs.refcount(), 1);
    });
}
