//! Counting across threads, on immortal objects, and down to the end.

use std::ffi::CStr;
use std::thread;

use pyptr::types::{PyAny, PyList, PyString};
use pyptr::{Owned, Python, Shared};

use crate::common::{attached, fresh_str, repeated};
use crate::python::namespace;

#[test]
fn immortal_objects_are_left_alone() {
    attached(|py| {
        let mut objects: Vec<Owned<'_, PyAny>> = vec![py.none().new_ref().into_any()];
        objects.push(PyString::new(py, "").unwrap().into_any());
        objects.push(py.bool(true).new_ref().into_any());
        for object in objects {
            // Older versions count these objects, as other threads do meanwhile: what is certain is that
            // they stay.
            let before = object.refcount();
            let many: Vec<_> = (0..1000).map(|_| object.new_ref()).collect();
            if cfg!(Py_3_12) {
                assert_eq!(object.refcount(), before);
            }
            drop(many);
            assert!(object.repr().is_ok());
        }
    });
}

/// A fresh instance of a class, and the list to which its finaliser adds.
fn noisy(py: Python<'_>) -> (Owned<'_, PyAny>, Owned<'_, PyList>) {
    const CODE: &CStr = c"
class Noisy:
    def __del__(self):
        log.append(1)
log = []
noisy = Noisy()
";
    let names = namespace(py);
    py.run(CODE, Some(&names), None).unwrap();
    let name = |name| PyString::new(py, name).unwrap();
    let noisy = names.get(&name("noisy")).unwrap().unwrap();
    let log = names.get(&name("log")).unwrap().unwrap();
    names.del(&name("noisy")).unwrap();
    (noisy, log.cast_into().unwrap())
}

#[test]
fn the_last_reference_destroys_once() {
    attached(|py| {
        let (object, log) = noisy(py);
        let second = object.new_ref();
        drop(object);
        assert_eq!(log.len(), 0);
        drop(second);
        assert_eq!(log.len(), 1);
    });
}

/// On free-threaded builds, when other threads release what the owner has counted, the two counts are added
/// up by the owner, when it next runs Python; until then it holds one reference more.
fn settle(py: Python<'_>) {
    py.run(c"for _ in range(100): pass", None, None).unwrap();
}

/// Takes `times` references and releases them, leaving the count as it was.
fn pairs(object: &Shared<PyAny>, times: usize) {
    Python::attach(|py| {
        for _ in 0..times {
            let held = object.bind(py).new_ref();
            let second = held.new_ref();
            drop(held);
            drop(second);
        }
    });
}

#[test]
fn other_threads_count_on_objects_of_this_one() {
    repeated(count_across_threads);
}

fn count_across_threads() {
    let (object, text, log) = Python::attach(|py| {
        let (object, log) = noisy(py);
        let text = fresh_str(py, "counted by four threads").into_any();
        (object.into_shared(), text.into_shared(), log.into_shared())
    });
    // All at once, the one that made the objects among them.
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| pairs(&object, 2000));
            scope.spawn(|| pairs(&text, 2000));
        }
        pairs(&object, 2000);
        pairs(&text, 2000);
    });
    Python::attach(|py| {
        assert_eq!(text.bind(py).refcount(), 1);
        assert_eq!(object.bind(py).refcount(), 1);
        assert_eq!(log.bind(py).len(), 0);
    });
    // The last reference is released by a thread that did not make the object.
    thread::spawn(move || Python::attach(|py| object.release(py)))
        .join()
        .unwrap();
    Python::attach(|py| {
        settle(py);
        assert_eq!(log.bind(py).len(), 1);
    });
}

#[test]
fn references_taken_on_one_thread_are_released_on_another() {
    repeated(take_and_release_across_threads);
}

fn take_and_release_across_threads() {
    let (object, log) = Python::attach(|py| {
        let (object, log) = noisy(py);
        (object.into_shared(), log.into_shared())
    });
    // Taken here, released there, and the other way round.
    let taken: Vec<Shared<PyAny>> =
        Python::attach(|py| (0..100).map(|_| object.clone_ref(py)).collect());
    let returned: Vec<Shared<PyAny>> = thread::scope(|scope| {
        let other = scope.spawn(|| {
            Python::attach(|py| {
                let returned = (0..50).map(|_| object.clone_ref(py)).collect();
                for reference in taken {
                    reference.release(py);
                }
                returned
            })
        });
        other.join().unwrap()
    });
    Python::attach(|py| {
        settle(py);
        assert_eq!(object.bind(py).refcount(), 51);
        for reference in returned {
            reference.release(py);
        }
        assert_eq!((object.bind(py).refcount(), log.bind(py).len()), (1, 0));
        object.release(py);
        assert_eq!(log.bind(py).len(), 1);
    });
}
