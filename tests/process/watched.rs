//! Watchers of dicts: that there are no more than eight, and that a dict keeps one that it gets while it changes.

use std::ffi::{c_int, c_uint};
use std::sync::atomic::{AtomicI32, AtomicIsize, AtomicUsize, Ordering};

use pyptr::error::PyTypeError;
use pyptr::types::PyDict;
use pyptr::{Borrowed, Owned, PyResult, Python, ffi};

use crate::python::{exec, namespace};

type Callback = unsafe extern "C" fn(
    c_uint,
    *mut ffi::PyObject,
    *mut ffi::PyObject,
    *mut ffi::PyObject,
) -> c_int;

libpython! {
    fn PyDict_AddWatcher(callback: Option<Callback>) -> c_int;
}

static WATCHER: AtomicI32 = AtomicI32::new(-1);
static CHANGES: AtomicUsize = AtomicUsize::new(0);

unsafe extern "C" fn count(
    _event: c_uint,
    _dict: *mut ffi::PyObject,
    _key: *mut ffi::PyObject,
    _new_value: *mut ffi::PyObject,
) -> c_int {
    CHANGES.fetch_add(1, Ordering::Relaxed);
    0
}

/// Registers a watcher, if there is room for one.
fn add(py: Python<'_>) -> Option<c_int> {
    // SAFETY: attached; the function is there as long as the process.
    let watcher = unsafe { PyDict_AddWatcher(Some(count)) };
    if watcher < 0 {
        // SAFETY: attached.
        unsafe { ffi::PyErr_Clear() };
    }
    let _attached = py;
    (watcher >= 0).then_some(watcher)
}

fn clear(watcher: c_int) {
    // SAFETY: attached, as the caller is; a watcher that is registered.
    let status = unsafe { ffi::PyDict_ClearWatcher(watcher) };
    assert_eq!(status, 0);
}

fn many(py: Python<'_>) -> Owned<'_, PyDict> {
    let names = namespace(py);
    exec(&names, "d = {'key %d' % i: object() for i in range(200)}");
    names.get_str("d").unwrap().unwrap().cast_into().unwrap()
}

/// The references that there are to the first value, besides the dict's, during a loop.
fn counted(dict: &Borrowed<'_, PyDict>) -> isize {
    let (mut counted, mut steps) = (0, 0);
    dict.try_for_each(|_, value| {
        counted = value.refcount() - 1;
        steps += 1;
        PyResult::Ok(())
    })
    .unwrap();
    assert_eq!(steps, 200);
    counted
}

/// Where others have all watchers, loops count, and leave an exception alone that is set.
pub fn when_there_is_no_room() {
    Python::initialize();
    Python::attach(|py| {
        let mut others: Vec<c_int> = std::iter::from_fn(|| add(py)).collect();
        assert!(!others.is_empty());
        let dict = many(py);
        assert_eq!(counted(&dict), 1);
        let raised = py.raise::<PyTypeError>("set before");
        assert_eq!(counted(&dict), 1);
        assert!(raised.is::<PyTypeError>());
        drop(raised);

        clear(others.pop().unwrap());
        // Free-threaded builds do not ask again.
        assert_eq!(counted(&dict), isize::from(cfg!(Py_GIL_DISABLED)));
        for other in others {
            clear(other);
        }
    });
}

/// Loops in loops, deeper than there are places for: the innermost count, and what all have in hand is safe.
pub fn more_loops_than_places() {
    fn descend(dict: &Borrowed<'_, PyDict>, depth: usize, counts: &mut Vec<isize>) {
        let mut steps = 0;
        let ended = dict.try_for_each(|key, value| {
            steps += 1;
            if steps > 1 {
                return Ok(());
            }
            counts.push(value.refcount());
            match depth {
                0 => dict.clear(),
                _ => descend(dict, depth - 1, counts),
            }
            // The dict's reference has gone; each of the loops on the way here has one.
            assert_eq!(value.refcount(), 30 - depth as isize);
            assert_eq!(key.refcount(), 30 - depth as isize);
            PyResult::Ok(())
        });
        assert!(ended.is_err(), "the dict is empty");
        assert_eq!(steps, 1);
    }
    Python::initialize();
    Python::attach(|py| {
        let dict = many(py);
        let mut counts = Vec::new();
        descend(&dict, 29, &mut counts);
        let expected: Vec<isize> = (0..30).map(|depth| 1 + (depth - 15).max(0)).collect();
        assert_eq!(counts, expected);
        assert_eq!(counted(&many(py)), 0, "the places are free again");
    });
}

/// With a GIL there is a watcher only while there are loops.
pub fn room_for_others() {
    Python::initialize();
    Python::attach(|py| {
        let free = |py| {
            let others: Vec<c_int> = std::iter::from_fn(|| add(py)).collect();
            others.iter().for_each(|other| clear(*other));
            others.len()
        };
        let before = free(py);
        let dict = many(py);
        assert_eq!(counted(&dict), 0);
        let mut during = 0;
        dict.try_for_each(|_, _| {
            during = free(py);
            PyResult::Ok(())
        })
        .unwrap();
        assert_eq!(during, before - 1);
        assert_eq!(free(py), before - usize::from(cfg!(Py_GIL_DISABLED)));
        assert_eq!(counted(&dict), 0);
    });
}

pyptr::module! {
    mod watching {
        /// Has the dict watched.
        fn watch(dict);
        /// Goes through the dict.
        fn visit(dict);
    }
}

/// What `visit` has found, or -1.
static VISITED: AtomicIsize = AtomicIsize::new(-1);

fn visit<'py>(dict: &Borrowed<'py, PyDict>) -> PyResult<'py, ()> {
    VISITED.store(counted(dict), Ordering::Relaxed);
    Ok(())
}

const AT_THE_END: &str = "
import sys, watching
class Item:
    def __del__(self, visit=watching.visit, d={'key %d' % i: object() for i in range(200)}):
        visit(d)
item = Item()
item.__del__()
sys.kept = item
";

/// Destructors go through dicts, too, while the interpreter forgets its watchers.
pub fn at_the_end() {
    watching().append_to_inittab();
    Python::initialize();
    Python::attach(|py| {
        exec(&namespace(py), AT_THE_END);
        assert_eq!(VISITED.swap(-1, Ordering::Relaxed), 0);
    });
    // SAFETY: on the thread that initialised, and nothing of the interpreter is used afterwards.
    assert!(unsafe { Python::finalize() });
    assert_eq!(VISITED.load(Ordering::Relaxed), 1, "counted");
}

fn watch<'py>(dict: &Borrowed<'py, PyDict>) -> PyResult<'py, ()> {
    // SAFETY: a live dict, and a watcher that is registered.
    let status = unsafe { ffi::PyDict_Watch(WATCHER.load(Ordering::Relaxed), dict.as_ptr()) };
    assert_eq!(status, 0);
    Ok(())
}

const PRELUDE: &str = "
import watching
class Item:
    def __del__(self):
        watching.watch(d)
class Instance: pass
def filled(place):
    for i in range(200):
        setattr(place, 'a%d' % i, Item())
    return place
def store(place): place.a7 = None
p = Instance()
d = {}
for other in [filled(Instance()) for _ in range(40)]: store(other)
del other
";

/// A loop that begins in a destructor, while the dict that it is over is being changed, is as safe as any other.
pub fn a_dict_keeps_a_watcher_that_it_gets_while_it_changes() {
    watching().append_to_inittab();
    Python::initialize();
    Python::attach(|py| {
        WATCHER.store(add(py).unwrap(), Ordering::Relaxed);
        let names = namespace(py);
        exec(&names, PRELUDE);
        for change in [
            "d['a7'] = None",
            "del d['a7']",
            "d.pop('a7'); None",
            "d.popitem(); None",
            "d.clear()",
            "d.update(a7=None)",
            "p.a7 = None",
            "del p.a7",
            "store(p)",
            "exec('a7 = None', {}, d)",
            "exec('global a7; a7 = None', d)",
        ] {
            exec(&names, "p = filled(Instance()); d = p.__dict__");
            exec(&names, change);
            CHANGES.store(0, Ordering::Relaxed);
            exec(&names, "d['more'] = 1");
            assert_eq!(CHANGES.load(Ordering::Relaxed), 1, "{change}");
        }
        // Nothing is left that would call back.
        exec(&names, "Item.__del__ = lambda self: None");
    });
}
