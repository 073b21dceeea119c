//! A type written by hand, with all that its deallocation has to do.
//!
//! Its functions are C in all but syntax.
#![allow(clippy::multiple_unsafe_ops_per_block)]

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::ptr;

use pyptr::manual::Ptr;
use pyptr::types::{PyAny, PyList, PyString, PyType, PyWeakref};
use pyptr::{Owned, Python, ffi};

use super::{count, owned};
use crate::common::{attached, delta_after_drop, fresh_str};
use crate::python::{bind, eval, exec, namespace};

/// An instance: a reference, a list of weak references, and where the finaliser leaves the object.
#[repr(C)]
struct Holder {
    head: ffi::PyObject,
    held: Option<Ptr<PyString>>,
    weak_refs: *mut ffi::PyObject,
}

thread_local! {
    /// Where the finaliser keeps the object, if it is to.
    static RESCUE: Cell<Option<Ptr<PyList>>> = const { Cell::new(None) };
    /// What `tp_finalize` and `tp_dealloc` did.
    static DONE: Cell<(u32, u32)> = const { Cell::new((0, 0)) };
}

unsafe extern "C" fn finalize(object: *mut ffi::PyObject) {
    DONE.set((DONE.get().0 + 1, DONE.get().1));
    if let Some(list) = RESCUE.get() {
        // SAFETY: two live objects; the list takes a reference.
        unsafe { ffi::PyList_Append(list.as_ptr(), object) };
    }
}

unsafe extern "C" fn traverse(
    object: *mut ffi::PyObject,
    visit: ffi::visitproc,
    argument: *mut c_void,
) -> c_int {
    // SAFETY: an instance of a heap type.
    unsafe { visit(ffi::Py_TYPE(object).cast(), argument) }
}

unsafe extern "C" fn dealloc(object: *mut ffi::PyObject) {
    // SAFETY: the object that is to be freed, whose fields nobody else uses; each step as C wants it.
    unsafe {
        let kind = ffi::Py_TYPE(object);
        let this = Ptr::<PyAny>::from_ptr(object).expect("an object");
        if this.finalize_from_dealloc() {
            return;
        }
        DONE.set((DONE.get().0, DONE.get().1 + 1));
        ffi::PyObject_GC_UnTrack(object.cast());
        let holder = object.cast::<Holder>();
        if !(*holder).weak_refs.is_null() {
            this.clear_weak_refs();
        }
        Ptr::clear(&mut (*holder).held);
        Ptr::clear(&mut (*holder).held); // Of an empty place: nothing.
        ffi::PyObject_GC_Del(object.cast());
        ffi::Py_DECREF(kind.cast());
    }
}

fn kind(py: Python<'_>) -> Owned<'_, PyType> {
    let slot = |slot, pfunc: *mut c_void| ffi::PyType_Slot { slot, pfunc };
    let offset = std::mem::offset_of!(Holder, weak_refs) as ffi::Py_ssize_t;
    let end = (ptr::null(), 0);
    let members = [(c"__weaklistoffset__".as_ptr(), offset), end];
    let members = members.map(|(name, offset)| ffi::PyMemberDef {
        name,
        type_code: ffi::Py_T_PYSSIZET,
        offset,
        flags: ffi::Py_READONLY,
        doc: ptr::null(),
    });
    let members = Box::leak(Box::new(members));
    let mut slots = [
        slot(ffi::Py_tp_dealloc, dealloc as *mut c_void),
        slot(ffi::Py_tp_traverse, traverse as *mut c_void),
        slot(ffi::Py_tp_finalize, finalize as *mut c_void),
        slot(ffi::Py_tp_members, members.as_mut_ptr().cast()),
        slot(0, ptr::null_mut()),
    ];
    let mut spec = ffi::PyType_Spec {
        name: c"here.Holder".as_ptr(),
        basicsize: size_of::<Holder>() as c_int,
        itemsize: 0,
        flags: (ffi::Py_TPFLAGS_DEFAULT | ffi::Py_TPFLAGS_HAVE_GC) as _,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: a description as CPython wants it; the members live for ever.
    unsafe { PyType::from_spec(py, None, &mut spec, None) }.unwrap()
}

/// A new instance, which takes the reference over.
fn holder<'py>(kind: &Owned<'py, PyType>, held: Owned<'py, PyString>) -> Owned<'py, PyAny> {
    let py = kind.py();
    // SAFETY: a type with instances like these, which is alive.
    let new: Option<Ptr<PyAny>> = unsafe { Ptr::gc_new(Ptr::from_borrowed(kind)) };
    let new = owned(py, new);
    assert_eq!(new.refcount(), 1);
    assert!(!new.is_gc_tracked());
    let this = new.as_ptr().cast::<Holder>();
    // SAFETY: memory for a holder, which nobody has seen; filled in before the collector knows it.
    unsafe {
        (&raw mut (*this).held).write(Some(Ptr::from_owned(held)));
        (&raw mut (*this).weak_refs).write(ptr::null_mut());
        ffi::PyObject_GC_Track(new.as_ptr().cast());
    }
    new
}

#[test]
fn a_holder_releases_what_it_has() {
    attached(|py| {
        DONE.set((0, 0));
        let (kind, text) = (kind(py), fresh_str(py, "held"));
        let make = || holder(&kind, text.to_owned());
        {
            let one = make();
            assert_eq!((text.refcount(), one.refcount()), (2, 1));
            assert!(one.is_gc_tracked());
        }
        assert_eq!((text.refcount(), DONE.get()), (1, (1, 1)));
        assert_eq!(delta_after_drop(&text, make), 0);
        // Free-threaded builds count the references of instances to their type in their own way.
        if !cfg!(Py_GIL_DISABLED) {
            assert_eq!(delta_after_drop(&kind, make), 0);
        }
    });
}

#[test]
fn weak_references_are_emptied_and_call_back() {
    attached(|py| {
        let (kind, text) = (kind(py), fresh_str(py, "weak"));
        let ns = namespace(py);
        exec(&ns, "called = []");
        let callback = eval(&ns, "called.append");
        let one = holder(&kind, text.to_owned());
        let weak = PyWeakref::new(&one, Some(&callback)).unwrap();
        assert!(weak.upgrade().is_some());
        drop(one);
        assert!(weak.upgrade().is_none());
        assert_eq!(text.refcount(), 1);
        bind(&ns, "weak", &weak);
        assert!(eval(&ns, "called == [weak]").is(py.bool(true)));
        exec(&ns, "called.clear(); del weak");
    });
}

#[test]
fn a_finaliser_may_keep_the_object() {
    attached(|py| {
        DONE.set((0, 0));
        let (kind, text) = (kind(py), fresh_str(py, "rescued"));
        let list = eval(&namespace(py), "[]").cast_into::<PyList>().unwrap();
        let one = holder(&kind, text.to_owned());
        RESCUE.set(Some(Ptr::from_borrowed(&list)));
        drop(one);
        RESCUE.set(None);
        // Finalised, and not freed: the list has it, with all it holds.
        assert_eq!((DONE.get(), list.len(), text.refcount()), ((1, 0), 1, 2));
        assert_eq!(list.get(0).unwrap().refcount(), 2);
        list.clear().unwrap();
        // Freed, and not finalised again.
        assert_eq!((DONE.get(), text.refcount()), ((1, 1), 1));
    });
}

#[test]
fn a_place_is_empty_before_its_reference_goes() {
    attached(|py| {
        let text = fresh_str(py, "place");
        let mut place = Some(Ptr::from_owned(text.to_owned()));
        assert_eq!(place.map(count), Some(2));
        // SAFETY: the reference is the place's own.
        unsafe { Ptr::clear(&mut place) };
        assert!(place.is_none());
        // SAFETY: nothing is there.
        unsafe { Ptr::clear(&mut place) };
        assert_eq!(text.refcount(), 1);
    });
}
