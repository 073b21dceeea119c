//! Attaching and detaching.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;

use pyptr::error::{PyKeyError, PyValueError};
use pyptr::types::PyString;
use pyptr::{Python, Raised};

use crate::common::{Smuggled, attached, fresh_str, repeated};
use crate::errors::is_set;

#[test]
fn nested_attach_saves_and_restores_the_indicator() {
    attached(|py| {
        let raised = py.raise::<PyValueError>("outer");
        Python::attach(|py| {
            assert!(!is_set(py), "starts clear");
            drop(py.raise::<PyKeyError>("inner"));
            // Also what is left set, without a token.
            std::mem::forget(py.raise::<PyKeyError>("left"));
        });
        assert!(raised.is::<PyValueError>());
        drop(raised);
        Python::attach(|py| std::mem::forget(py.raise::<PyKeyError>("left")));
        assert!(!is_set(py), "nothing comes out");
        let raised = py.raise::<PyValueError>("outer");
        let panicked = catch_unwind(|| {
            Python::attach(|py| {
                let _raised = py.raise::<PyKeyError>("inner");
                panic!("with an exception set");
            })
        });
        assert!(panicked.is_err() && raised.is::<PyValueError>());
    });
}

#[test]
fn detach_lets_others_in_and_attaches_again() {
    attached(|py| {
        let text = fresh_str(py, "usable afterwards");
        let (send, receive) = mpsc::channel();
        py.detach(move || {
            // On a build with a GIL this deadlocks unless `detach` released it.
            let other = thread::spawn(move || {
                Python::attach(|py| {
                    send.send(PyString::new(py, "there").unwrap().len())
                        .unwrap()
                })
            });
            assert_eq!(receive.recv().unwrap(), 5);
            other.join().unwrap();
            // This thread may attach again itself.
            assert_eq!(Python::attach(|py| py.detach(|| 1)), 1);
        });
        assert_eq!(text.to_str().unwrap(), "usable afterwards");
    });
}

#[test]
fn detach_attaches_again_after_a_panic() {
    attached(|py| {
        let text = fresh_str(py, "after a panic");
        let panicked = catch_unwind(AssertUnwindSafe(|| py.detach(|| panic!("detached"))));
        assert!(panicked.is_err());
        assert_eq!(
            text.concat_str("!").unwrap().to_str().unwrap(),
            "after a panic!"
        );
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            py.detach(|| Python::attach(|_| panic!("attached")))
        }));
        assert!(panicked.is_err());
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn an_exception_stays_set_through_detach() {
    attached(|py| {
        let raised = py.raise::<PyValueError>("through");
        py.detach(|| Python::attach(|py| drop(py.raise::<PyKeyError>("within"))));
        assert!(raised.is::<PyValueError>());
        assert!(Raised::occurred(py).is_some_and(|raised| raised.is::<PyValueError>()));
    });
}

#[test]
fn a_panic_in_attach_detaches() {
    repeated(|| {
        let panicked = catch_unwind(|| Python::attach(|_| panic!("attached")));
        assert!(panicked.is_err());
        // Otherwise this deadlocks where there is a GIL.
        let other =
            thread::spawn(|| Python::attach(|py| PyString::new(py, "there").unwrap().len()));
        assert_eq!(other.join().unwrap(), 5);
    });
}

#[test]
#[cfg(debug_assertions)]
fn a_smuggled_token_panics_at_its_first_use() {
    attached(|py| {
        let token = Smuggled(py);
        let message = |result: thread::Result<()>| *result.unwrap_err().downcast::<&str>().unwrap();
        let expected =
            "a `Python` token is used on a thread that is not attached to the interpreter";
        let used = catch_unwind(AssertUnwindSafe(|| {
            py.detach(|| drop(PyString::new(token.get(), "never made")))
        }));
        assert_eq!(message(used), expected);
        let used = catch_unwind(AssertUnwindSafe(|| py.detach(|| token.get().detach(|| ()))));
        assert_eq!(message(used), expected);
        let used = catch_unwind(AssertUnwindSafe(|| {
            py.detach(|| drop(token.get().none().new_ref()))
        }));
        assert_eq!(message(used), expected);
        let shared = fresh_str(py, "bound").into_shared();
        let used = catch_unwind(AssertUnwindSafe(|| {
            py.detach(|| drop(shared.bind(token.get()).new_ref()))
        }));
        assert_eq!(message(used), expected);
    });
}
