//! Objects in statics, and locks of objects.

mod guarded;
mod once_objects;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use pyptr::error::{
    PyAttributeError, PyModuleNotFoundError, PyRuntimeError, PyTypeError, PyValueError,
};
use pyptr::sync::{Interned, OnceObject, with_critical_section, with_critical_section2};
use pyptr::types::{PyAny, PyList, PyString};
use pyptr::{Python, intern};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, exec, namespace};

#[test]
fn it_is_made_once() {
    attached(|py| {
        let cell = OnceObject::new();
        assert!(cell.get(py).is_none());
        let text = fresh_str(py, "text");
        let made = cell.get_or_try_init(py, |_| Ok(text.to_owned())).unwrap();
        assert!(made.is(&text));
        assert_eq!(text.refcount(), 2);
        let again = cell.get_or_try_init(py, |_| panic!("made twice")).unwrap();
        assert!(again.is(&text) && cell.get(py).unwrap().is(&text));
        assert_eq!(delta_after_drop(&text, || cell.get(py).is_some()), 0);
        drop(cell);
        assert_eq!(text.refcount(), 1);
    });
}

#[test]
fn a_failure_leaves_it_empty() {
    attached(|py| {
        let cell: OnceObject<PyString> = OnceObject::default();
        let failed = cell.get_or_try_init(py, |py| Err(py.raise::<PyValueError>("no")));
        assert!(failed.unwrap_err().is::<PyValueError>());
        let panicking = || drop(cell.get_or_try_init(py, |_| panic!("no")));
        assert!(catch_unwind(AssertUnwindSafe(panicking)).is_err());
        assert!(cell.get(py).is_none());
        assert!(
            cell.get_or_try_init(py, |py| PyString::new(py, "text"))
                .is_ok()
        );
    });
}

#[test]
fn making_it_out_of_itself_is_an_error() {
    attached(|py| {
        let cell: OnceObject<PyString> = OnceObject::new();
        let result = cell.get_or_try_init(py, |py| {
            cell.get_or_try_init(py, |_| panic!())
                .map(|text| text.to_owned())
        });
        assert!(result.unwrap_err().is::<PyRuntimeError>());
        assert!(cell.get(py).is_none());
    });
}

/// The one that makes it detaches on the way, so that the others come to wait: attached they would keep
/// it from ever coming back.
#[test]
fn others_wait_detached() {
    attached(|_| ());
    let cell = Arc::new(OnceObject::<PyString>::new());
    let (calls, barrier) = (Arc::new(AtomicUsize::new(0)), Arc::new(Barrier::new(4)));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let (cell, calls, barrier) = (cell.clone(), calls.clone(), barrier.clone());
            thread::spawn(move || {
                barrier.wait();
                Python::attach(|py| {
                    let made = cell.get_or_try_init(py, |py| {
                        calls.fetch_add(1, Ordering::Relaxed);
                        for _ in 0..100 {
                            py.detach(thread::yield_now);
                        }
                        PyString::new(py, "made by one")
                    });
                    made.unwrap().as_ptr() as usize
                })
            })
        })
        .collect();
    let addresses: Vec<usize> = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .collect();
    assert!(addresses.iter().all(|&address| address == addresses[0]));
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

#[test]
fn imports() {
    attached(|py| {
        static SEP: OnceObject<PyString> = OnceObject::new();
        let sep = SEP.get_or_import(py, c"os", c"sep").unwrap();
        assert!(sep.is(&py.import(c"os").unwrap().getattr(c"sep").unwrap()));
        let cell: OnceObject<PyAny> = OnceObject::new();
        assert!(
            cell.get_or_import(py, c"pyptr_no_such_module", c"x")
                .unwrap_err()
                .is::<PyModuleNotFoundError>()
        );
        assert!(
            cell.get_or_import(py, c"os", c"no_such_name")
                .unwrap_err()
                .is::<PyAttributeError>()
        );
        let wrong: OnceObject<PyString> = OnceObject::new();
        assert!(
            wrong
                .get_or_import(py, c"os", c"path")
                .unwrap_err()
                .is::<PyTypeError>()
        );
        assert_eq!(format!("{wrong:?}"), "OnceObject(None)");
    });
}

#[test]
fn interned_names() {
    attached(|py| {
        static NAME: Interned = Interned::new("pyptr_test_name");
        let at = || intern!(py, "pyptr_test_name");
        assert!(at().is(at()) && at().is(NAME.get(py)));
        assert!(at().is(&PyString::intern(py, c"pyptr_test_name").unwrap()));
        assert!(intern!(py, "grün").eq_str("grün"));
        assert_eq!(format!("{NAME:?}"), r#"Interned("pyptr_test_name")"#);
    });
}

#[test]
fn critical_sections_return_nest_and_unwind() {
    attached(|py| {
        let (first, second) = (PyList::empty(py).unwrap(), PyList::empty(py).unwrap());
        let both = with_critical_section(&first, || {
            with_critical_section2(&first, &second, || first.len() + second.len())
        });
        assert_eq!(both, 0);
        assert_eq!(with_critical_section2(&first, &first, || 3), 3);
        let panicking = || with_critical_section(&first, || -> () { panic!("inside") });
        assert!(catch_unwind(AssertUnwindSafe(panicking)).is_err());
        with_critical_section(&first, || first.append(py.none())).unwrap();
        assert_eq!((first.refcount(), first.len()), (1, 1));
    });
}

/// Test and change are one step for other threads.
#[test]
fn a_critical_section_keeps_others_out() {
    attached(|_| ());
    let list = Python::attach(|py| PyList::empty(py).unwrap().into_shared());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                Python::attach(|py| {
                    let list = list.bind(py);
                    for _ in 0..500 {
                        with_critical_section(list, || {
                            if list.is_empty() {
                                list.append(py.none()).unwrap();
                            }
                        });
                    }
                });
            });
        }
    });
    Python::attach(|py| {
        assert_eq!(list.bind(py).len(), 1);
        list.release(py);
    });
}

#[test]
fn an_object_that_is_imported_once() {
    const CODE: &str = "
import sys
Module = type(sys)
module = Module('pyptr_test_once')
module.value = Module('of no meaning')
sys.modules['pyptr_test_once'] = module
";
    attached(|py| {
        let ns = namespace(py);
        exec(&ns, CODE);
        let value = eval(&ns, "module.value");
        let once = || {
            let cell: OnceObject<PyAny> = OnceObject::new();
            let wrong = cell.get_or_import(py, c"pyptr_test_once", c"missing");
            assert!(wrong.is_err());
            drop(wrong);
            for _ in 0..2 {
                let found = cell.get_or_import(py, c"pyptr_test_once", c"value");
                assert!(found.unwrap().is(&value));
            }
            cell
        };
        assert_eq!(
            (
                delta_while_held(&value, once),
                delta_after_drop(&value, once)
            ),
            (1, 0)
        );
        exec(&ns, "del sys.modules['pyptr_test_once']");
    });
}
