//! Cycles through memory that the collector does not see, in a program without the counting allocator.

#![cfg(feature = "ledger")]

use std::collections::HashMap;
use std::ffi::{c_int, c_uint, c_void};
use std::sync::{Arc, Mutex, OnceLock};
use std::{mem, ptr};

use pyptr::sync::OnceObject;
use pyptr::testing::{Report, Through, Verdict, find_leaks};
use pyptr::types::{PyAny, PyCapsule, PyList, PyType};
use pyptr::{Borrowed, Owned, Python, Shared, ffi};

/// What an instance keeps.
type Field = Box<dyn std::any::Any + Send>;

#[repr(C)]
struct Instance {
    base: ffi::PyObject,
    /// `tp_traverse` forgets it.
    field: Option<Field>,
}

fn field(instance: *mut ffi::PyObject) -> *mut Option<Field> {
    instance
        .wrapping_byte_add(mem::offset_of!(Instance, field))
        .cast()
}

static NODE: OnceObject<PyType> = OnceObject::new();

/// A new instance of a heap type that takes part in collections.
fn node<'py>(py: Python<'py>, value: impl Send + 'static) -> Owned<'py, PyAny> {
    let kind = NODE.get_or_try_init(py, |py| {
        let slot = |slot, pfunc| ffi::PyType_Slot { slot, pfunc };
        let mut slots = [
            slot(
                ffi::Py_tp_traverse,
                traverse as ffi::traverseproc as *mut c_void,
            ),
            slot(
                ffi::Py_tp_dealloc,
                dealloc as ffi::destructor as *mut c_void,
            ),
            slot(0, ptr::null_mut()),
        ];
        let mut spec = ffi::PyType_Spec {
            name: c"tests.Node".as_ptr(),
            basicsize: mem::size_of::<Instance>() as c_int,
            itemsize: 0,
            flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_HAVE_GC) as c_uint,
            slots: slots.as_mut_ptr(),
        };
        // SAFETY: the slots are those of this layout; the name is static.
        unsafe { PyType::from_spec(py, None, &raw mut spec, None) }
    });
    // SAFETY: a live heap type.
    let instance = unsafe { ffi::PyType_GenericAlloc(kind.unwrap().as_ptr().cast(), 0) };
    // SAFETY: a new instance of this layout, zeroed.
    unsafe { field(instance).write(Some(Box::new(value))) };
    // SAFETY: a new reference.
    unsafe { Owned::from_owned_ptr_or_raised(py, instance) }.unwrap()
}

unsafe extern "C" fn traverse(
    this: *mut ffi::PyObject,
    visit: ffi::visitproc,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: a live instance.
    let kind = unsafe { ffi::Py_TYPE(this) };
    // SAFETY: the collector's function, for an object that the instance refers to.
    unsafe { visit(kind.cast(), arg) }
}

unsafe extern "C" fn dealloc(this: *mut ffi::PyObject) {
    // SAFETY: an instance that is being freed.
    let kind = unsafe { ffi::Py_TYPE(this) };
    // SAFETY: as above.
    unsafe { ffi::PyObject_GC_UnTrack(this.cast()) }
    // SAFETY: of this layout, and dropped once.
    unsafe { ptr::drop_in_place(field(this)) }
    // SAFETY: an object of the collector's.
    unsafe { ffi::PyObject_GC_Del(this.cast()) }
    // SAFETY: the instance's reference to its type.
    unsafe { ffi::Py_DECREF(kind.cast()) }
}

/// A reference to the list, taken on the caller's line.
#[track_caller]
fn held(list: &Borrowed<'_, PyList>) -> Shared<PyAny> {
    list.new_ref().into_any().into_shared()
}

/// A list with what `make` makes of it: the report has one leak.
fn list_with(
    make: impl for<'py> Fn(Python<'py>, &Borrowed<'py, PyList>) -> Owned<'py, PyAny>,
) -> Report {
    Python::initialize();
    let report = find_leaks(|py| {
        let list = PyList::empty(py).unwrap();
        list.append_owned(make(py, &list)).unwrap();
    });
    assert_eq!(report.verdict, Verdict::Leak, "{report}");
    assert_eq!(report.leaks.len(), 1, "{report}");
    report
}

fn is_cycle(through: Through, owner: &str, report: Report) {
    // Elsewhere nobody can tell how large an allocation is.
    if !cfg!(all(
        target_os = "linux",
        target_env = "gnu",
        target_pointer_width = "64"
    )) {
        assert_eq!(report.cycles, [], "{report}");
        return;
    }
    let [cycle] = report.cycles.as_slice() else {
        panic!("{report}");
    };
    assert_eq!((cycle.through, cycle.owner), (through, owner), "{report}");
    assert_eq!(cycle.path, ["list", owner], "{report}");
    assert_eq!(cycle.held.place, report.leaks[0].held.place, "{report}");
    assert_eq!(cycle.held.place.file, file!(), "{report}");
}

/// One at a time: each has a line of its own.
#[test]
fn cycles_through_allocations() {
    let is_node = |report| is_cycle(Through::NotVisited, "tests.Node", report);
    is_node(list_with(|py, list| node(py, held(list))));
    is_node(list_with(|py, list| {
        node(py, (1_u8, vec![Box::new(held(list))]))
    }));
    is_node(list_with(|py, list| {
        node(py, Arc::new(Mutex::new(Some(held(list)))))
    }));
    // The pointer is to what is behind the allocation's start.
    is_node(list_with(|py, list| {
        node(py, HashMap::from([("key", held(list))]))
    }));
    is_node(list_with(|py, list| {
        let mut many: HashMap<_, _> = (0..500).map(|key| (key, None)).collect();
        many.insert(500, Some(held(list)));
        node(py, many)
    }));
    // Too large for the heap: mapped on its own.
    is_node(list_with(|py, list| {
        let mut many: Vec<_> = (0..20_000).map(|_| None).collect();
        many[10_000] = Some(held(list));
        node(py, many)
    }));
    let is_capsule = |report| is_cycle(Through::Capsule, "PyCapsule", report);
    is_capsule(list_with(|py, list| capsule(py, held(list))));
    is_capsule(list_with(|py, list| {
        capsule(py, vec![Box::new(held(list))])
    }));
    what_is_no_cycle();
}

fn capsule<'py, T: Send + Sync + 'static>(py: Python<'py>, value: T) -> Owned<'py, PyAny> {
    let capsule = PyCapsule::new(py, c"tests.capsule", value);
    capsule.unwrap().into_any()
}

fn what_is_no_cycle() {
    // All instances know one registry, and so does a static, which is what keeps the reference.
    static REGISTRY: OnceLock<Arc<Mutex<Vec<Shared<PyAny>>>>> = OnceLock::new();
    let registry = REGISTRY.get_or_init(Arc::default);
    let report = list_with(|py, list| {
        registry.lock().unwrap().push(held(list));
        node(py, Arc::clone(registry))
    });
    assert_eq!(report.cycles, [], "{report}");
    // The memory of a static is not an instance's.
    static PARTS: Mutex<Vec<Shared<PyAny>>> = Mutex::new(Vec::new());
    let report = list_with(|py, list| {
        PARTS.lock().unwrap().push(held(list));
        node(py, &PARTS)
    });
    assert_eq!(report.cycles, [], "{report}");
    // What is forgotten, beside an instance.
    let report = list_with(|py, list| {
        mem::forget(held(list));
        node(py, vec![Box::new(1_u8)])
    });
    assert_eq!(report.cycles, [], "{report}");
    // Nothing leaks: what holds the list is not in it.
    let report = find_leaks(|py| {
        let list = PyList::empty(py).unwrap();
        let beside = node(py, vec![held(&list)]);
        list.append(&list).unwrap();
        drop((list, beside));
    });
    assert_eq!(report.verdict, Verdict::Clean, "{report}");
}
