//! Detaching.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;

use pyptr::error::{PyKeyError, PyValueError};
use pyptr::types::PyString;
use pyptr::{Python, Raised};

use crate::common::{Smuggled, attached, fresh_str};

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
