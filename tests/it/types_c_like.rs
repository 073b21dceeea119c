//! What code carried over from C asks for: arguments unpacked, struct sequences field by field, modules by
//! their definition, code run as a module, values as bytes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use pyptr::error::{PySystemError, PyTypeError, PyValueError, PyZeroDivisionError};
use pyptr::types::{CompileMode, PyAny, PyCode, PyDict, PyModule, PyTuple, PyType};
use pyptr::{Borrowed, Owned, PyErr, PyResult, Python, Raised, ffi};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, given, namespace, shown};

fn message(raised: Raised<'_>) -> String {
    let py = raised.py();
    PyErr::from(raised).display(py).to_string()
}

fn collect(py: Python<'_>) {
    eval(&namespace(py), "__import__('gc').collect()");
}

#[test]
fn unpacking_lends() {
    attached(|py| {
        let text = fresh_str(py, "item");
        let args = PyTuple::from_owned(py, [given(&text), given(&text)]).unwrap();
        let unpack = || {
            let [first, second, third] = args.unpack(None, 1).unwrap();
            assert!(first.unwrap().is(&text) && second.unwrap().is(&text) && third.is_none());
            assert_eq!(text.refcount(), 3);
        };
        assert_eq!(delta_after_drop(&text, unpack), 0);
        assert_eq!(delta_after_drop(&args, unpack), 0);
        let [] = PyTuple::empty(py).unpack::<0>(None, 0).unwrap();
        let fail = || {
            assert!(args.unpack::<1>(None, 0).unwrap_err().is::<PyTypeError>());
            assert!(args.unpack::<3>(None, 3).unwrap_err().is::<PyTypeError>());
        };
        assert_eq!(delta_after_drop(&args, fail), 0);
        assert_eq!(text.refcount(), 3);
        let nonsense = || drop(args.unpack::<1>(None, 2));
        assert!(catch_unwind(AssertUnwindSafe(nonsense)).is_err());
    });
}

/// C's own function, with as many places as any of these asks for.
fn unpack_by_c<'py>(
    args: &Borrowed<'py, PyTuple>,
    name: Option<&std::ffi::CStr>,
    (min, max): (usize, usize),
) -> PyResult<'py, ()> {
    let name = name.map_or(ptr::null(), std::ffi::CStr::as_ptr);
    let mut places = [ptr::null_mut::<ffi::PyObject>(); 3];
    let [a, b, c] = places.each_mut();
    let (min, max) = (min as ffi::Py_ssize_t, max as ffi::Py_ssize_t);
    let (a, b, c) = (ptr::from_mut(a), ptr::from_mut(b), ptr::from_mut(c));
    // SAFETY: a live tuple; three places, of which `max` are at most 3.
    match unsafe { ffi::PyArg_UnpackTuple(args.as_ptr(), name, min, max, a, b, c) } {
        0 => Err(Raised::occurred(args.py()).expect("an exception is set")),
        _ => Ok(()),
    }
}

#[test]
fn unpacking_says_what_c_says() {
    attached(|py| {
        let ns = namespace(py);
        for len in 0..5 {
            let args = eval(&ns, &format!("('x',) * {len}")).cast_into::<PyTuple>();
            let args = args.unwrap();
            let same = |ours: PyResult<'_, ()>, name, bounds| {
                let (ours, theirs) = (ours.map_err(message), unpack_by_c(&args, name, bounds));
                assert_eq!(ours, theirs.map_err(message));
            };
            for name in [None, Some(c"f")] {
                let text = name.map(|_| "f");
                same(args.unpack::<1>(text, 1).map(drop), name, (1, 1));
                same(args.unpack::<1>(text, 0).map(drop), name, (0, 1));
                same(args.unpack::<2>(text, 2).map(drop), name, (2, 2));
                same(args.unpack::<3>(text, 1).map(drop), name, (1, 3));
                same(args.unpack::<3>(text, 2).map(drop), name, (2, 3));
                same(args.unpack::<0>(text, 0).map(drop), name, (0, 0));
            }
        }
    });
}

/// With two visible fields and a hidden one.
fn pairs(py: Python<'_>) -> Owned<'_, PyType> {
    let fields = &[(c"a", c"One."), (c"b", c"Two."), (c"hidden", c"Three.")];
    PyType::new_struct_sequence(py, c"here.Pair", c"Two.", fields, 2).unwrap()
}

#[test]
fn struct_sequences_take_their_fields_over() {
    attached(|py| {
        let kind = pairs(py);
        let (item, hidden) = (fresh_str(py, "item"), fresh_str(py, "hidden"));
        let make = || {
            let fields = [given(&item), given(&item), given(&hidden)];
            // SAFETY: a type of three fields.
            unsafe { kind.struct_sequence_from_owned(fields) }.unwrap()
        };
        assert_eq!(
            (delta_while_held(&item, make), delta_after_drop(&item, make)),
            (2, 0)
        );
        assert_eq!(delta_while_held(&hidden, make), 1);
        let pair = make();
        assert_eq!((pair.len(), pair.refcount()), (2, 1));
        assert!(pair.is_gc_tracked() && pair.has_exact_type(&kind));
        assert_eq!(shown(&pair), "here.Pair(a='item', b='item')");
        // SAFETY: three fields.
        let field = |index| unsafe { pair.struct_sequence_field(index) }.unwrap();
        let read = || {
            assert!(field(0).is(&item) && field(1).is(&item) && field(2).is(&hidden));
            assert_eq!((item.refcount(), hidden.refcount()), (3, 2));
        };
        assert_eq!(delta_after_drop(&pair, read), 0);
        assert_eq!(delta_after_drop(&hidden, read), 0);
        // By a call the same comes out.
        let fields = [given(&item), given(&item), given(&hidden)];
        let called = kind.call1(&PyTuple::from_owned(py, fields).unwrap());
        assert!(called.unwrap().eq(&pair).unwrap());
        // Of one of C's.
        let status = eval(&namespace(py), "__import__('os').stat('.')");
        let status = status.cast::<PyTuple>().unwrap();
        // SAFETY: more than ten fields on every system.
        let first = unsafe { status.struct_sequence_field(0) }.unwrap();
        assert!(first.is(status.get(0).unwrap()));
    });
}

/// A cycle through a field is found by the collector, which does not look at what C makes.
#[test]
fn struct_sequences_are_collected() {
    attached(|py| {
        let kind = pairs(py);
        let held = fresh_str(py, "held");
        let list = eval(&namespace(py), "[]");
        let list = list.cast_into::<pyptr::types::PyList>().unwrap();
        let fields = [list.to_owned().into_any(), given(&held), given(&held)];
        // SAFETY: a type of three fields.
        let pair = unsafe { kind.struct_sequence_from_owned(fields) }.unwrap();
        list.append(&pair).unwrap();
        assert_eq!(held.refcount(), 3);
        drop((pair, list));
        collect(py);
        assert_eq!(held.refcount(), 1);
    });
}

fn definition(slots: Option<&'static mut [ffi::PyModuleDef_Slot]>) -> *mut ffi::PyModuleDef {
    Box::leak(Box::new(ffi::PyModuleDef {
        m_base: ffi::PyModuleDef_HEAD_INIT,
        m_name: c"pyptr_test_found".as_ptr(),
        m_doc: ptr::null(),
        m_size: 0,
        m_methods: ptr::null_mut(),
        m_slots: slots.map_or(ptr::null_mut(), <[_]>::as_mut_ptr),
        m_traverse: None,
        m_clear: None,
        m_free: None,
    }))
}

#[test]
fn modules_are_found_by_their_definition() {
    static DEFINITION: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    let address = *DEFINITION.get_or_init(|| definition(None).expose_provenance());
    attached(|py| {
        let definition = ptr::with_exposed_provenance_mut(address);
        // SAFETY: a definition of nothing, which lives for ever.
        let module = unsafe { PyModule::from_definition(py, definition) }.unwrap();
        // SAFETY: as above; the module was made now, and is not the definition's yet.
        let add = || unsafe { module.add_to_interpreter(definition) }.unwrap();
        assert_eq!(delta_after_drop(&module, add), 1);
        // SAFETY: as above.
        let find = || unsafe { PyModule::of_definition(py, definition) }.unwrap();
        assert!(find().is(&module));
        assert_eq!(
            (
                delta_while_held(&module, find),
                delta_after_drop(&module, find)
            ),
            (1, 0)
        );
        // Another one takes its place, and the reference goes.
        // SAFETY: as above.
        let other = unsafe { PyModule::from_definition(py, definition) }.unwrap();
        // SAFETY: as above.
        let add = || unsafe { other.add_to_interpreter(definition) }.unwrap();
        assert_eq!(delta_after_drop(&module, add), -1);
        assert!(find().is(&other));
    });
}

#[test]
fn modules_of_several_phases_are_not_found() {
    attached(|py| {
        let end = ffi::PyModuleDef_Slot {
            slot: 0,
            value: ptr::null_mut(),
        };
        let definition = definition(Some(Box::leak(Box::new([end]))));
        // SAFETY: a definition, which lives for ever.
        assert!(unsafe { PyModule::of_definition(py, definition) }.is_none());
        assert!(Raised::occurred(py).is_none());
        let module = PyModule::new(py, c"pyptr_test_phases").unwrap();
        let fail = || {
            // SAFETY: as above; C refuses it for its slots.
            let result = unsafe { module.add_to_interpreter(definition) };
            assert!(result.unwrap_err().is::<PySystemError>());
        };
        assert_eq!(delta_after_drop(&module, fail), 0);
    });
}

#[test]
fn code_runs_as_a_module() {
    attached(|py| {
        let modules = eval(&namespace(py), "__import__('sys').modules");
        let modules = modules.cast_into::<PyDict>().unwrap();
        let name = fresh_str(py, "pyptr_test_generated");
        let [path, cached] = ["/no/where.py", "/no/where.pyc"].map(|path| fresh_str(py, path));
        let code = PyCode::compile(py, c"answer = 42", c"<test>", CompileMode::File).unwrap();
        let run = || {
            let module = code.exec_as_module(&name, Some(&path), Some(&cached));
            let module = module.unwrap();
            assert!(modules.get(&name).unwrap().unwrap().is(&module));
            assert!(module.getattr(c"__file__").unwrap().is(&path));
            assert!(module.getattr(c"__cached__").unwrap().is(&cached));
            assert_eq!(shown(&module.getattr(c"answer").unwrap()), "42");
            drop((modules.pop(&name).unwrap(), module));
            // Where modules are released in their own way, without a GIL.
            collect(py);
        };
        for object in [&name, &path, &cached] {
            assert_eq!(delta_after_drop(object, run), 0);
        }
        assert_eq!(delta_after_drop(&code, run), 0);

        let wrong = PyCode::compile(py, c"1 // 0", c"<test>", CompileMode::File).unwrap();
        let fail = || {
            let raised = wrong.exec_as_module(&name, None, None).unwrap_err();
            assert!(raised.is::<PyZeroDivisionError>());
            drop(raised);
            collect(py);
        };
        assert_eq!(delta_after_drop(&name, fail), 0);
        assert_eq!(delta_after_drop(&wrong, fail), 0);
        assert!(modules.get(&name).unwrap().is_none());
        let inner = "(lambda x: lambda: x)(1).__code__";
        let open = eval(&namespace(py), inner).cast_into::<PyCode>().unwrap();
        let fail = || {
            let raised = open.exec_as_module(&name, None, None).unwrap_err();
            assert!(raised.is::<PyTypeError>());
        };
        assert_eq!(delta_after_drop(&open, fail), 0);
        assert_eq!(name.refcount(), 1);
    });
}

#[test]
fn values_as_bytes() {
    attached(|py| {
        let text = fresh_str(py, "in the list");
        let ns = namespace(py);
        let list: Owned<'_, PyAny> = eval(&ns, "[1, 2.5, b'bytes', None, (), {}]");
        list.cast::<pyptr::types::PyList>()
            .unwrap()
            .append(&text)
            .unwrap();
        for version in [2, 4] {
            let there_and_back = || {
                let bytes = list.marshal(version).unwrap();
                // SAFETY: just made.
                let again = unsafe { py.unmarshal(bytes.as_bytes()) }.unwrap();
                assert!(again.eq(&list).unwrap() && !again.is(&list));
            };
            assert_eq!(delta_after_drop(&list, there_and_back), 0);
            assert_eq!(text.refcount(), 2);
        }
        let odd = eval(&ns, "[object()]");
        let fail = || assert!(odd.marshal(4).unwrap_err().is::<PyValueError>());
        assert_eq!(delta_after_drop(&odd, fail), 0);
        let bytes = list.marshal(4).unwrap();
        let cut = &bytes.as_bytes()[..9];
        // SAFETY: the beginning of what was just made.
        let fail = || assert!(unsafe { py.unmarshal(cut) }.is_err());
        assert_eq!(delta_after_drop(&bytes, fail), 0);
        // SAFETY: nothing at all.
        assert!(unsafe { py.unmarshal(b"") }.is_err());
    });
}
