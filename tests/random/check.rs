//! The model: what each object's count of references has to be. It is the number of handles to it, and of the
//! references to it in the objects that can be reached from handles, as their types' `tp_traverse` shows them.
//! Nothing of the crate takes part.

use std::collections::HashMap;

use pyptr::{Python, ffi};

use crate::ops;
use crate::program::Instruction;
use crate::referents::{Address, traverse, type_of};
use crate::world::World;

/// Runs a program. Panics if a count is wrong after one of its instructions, or if an instance of the classes is left
/// at the end.
pub fn run(world: &World<'_>, program: &[Instruction]) {
    world.run(program, |world, position| {
        if let Some(wrong) = wrong_counts(world) {
            let name = ops::name(program[position]);
            panic!("after instruction {position}, {name}: {wrong}");
        }
    });
    if World::alive() != 0 {
        // What was dropped while detached, and what is in cycles.
        Python::attach(|_| ());
        collect();
        assert_eq!(World::alive(), 0, "instances are left");
    }
}

/// What is wrong between two instructions, if anything.
fn wrong_counts(world: &World<'_>) -> Option<String> {
    // What other threads dropped is released by attaching.
    Python::attach(|_| ());
    let found = compare(world)?;
    // References from garbage count, and the collector knows of that.
    collect();
    Python::attach(|_| ());
    compare(world).map(|left| format!("{left} (before a collection: {found})"))
}

/// Collects, though it is disabled.
pub fn collect() {
    // SAFETY: attached.
    unsafe { ffi::PyGC_Enable() };
    // SAFETY: attached.
    unsafe { ffi::PyGC_Collect() };
    // SAFETY: attached.
    unsafe { ffi::PyGC_Disable() };
}

fn compare(world: &World<'_>) -> Option<String> {
    // Frames of generators refer to these, and so do functions.
    // SAFETY: attached; borrowed, and the interpreter keeps it.
    let builtins = unsafe { ffi::PyEval_GetBuiltins() };
    let counts = |object| object != world.classes.as_ptr() && object != builtins && counts(object);
    let mut expected: HashMap<Address, isize> = HashMap::new();
    let mut todo: Vec<Address> = Vec::new();
    for address in world.addresses() {
        let count = expected.entry(address).or_insert_with(|| {
            todo.push(address);
            0
        });
        *count += 1;
    }
    let mut referents: Vec<Address> = Vec::new();
    while let Some(object) = todo.pop() {
        if !counts(object) {
            continue;
        }
        referents.clear();
        traverse(object, &mut referents);
        for &referent in &referents {
            let count = expected.entry(referent).or_insert_with(|| {
                todo.push(referent);
                0
            });
            *count += 1;
        }
    }
    expected.into_iter().find_map(|(object, expected)| {
        // SAFETY: an object that a handle, or another live object, refers to.
        let actual = unsafe { ffi::Py_REFCNT(object) };
        let wrong = counts(object) && actual != expected;
        wrong.then(|| {
            format!(
                "{}: {actual} references, and {expected} are known",
                name(object)
            )
        })
    })
}

/// The name of an object's type.
pub fn name(object: Address) -> String {
    // SAFETY: a live type, whose name is NUL-terminated.
    let name = unsafe { (*type_of(object)).tp_name };
    // SAFETY: as above.
    unsafe { std::ffi::CStr::from_ptr(name) }
        .to_string_lossy()
        .into_owned()
}

/// Whether all references to this object are the program's: not those of modules and classes, and not of values
/// that CPython shares.
fn counts(object: Address) -> bool {
    let kind = type_of(object);
    // SAFETY: a live object.
    let immortal = unsafe { ffi::Py_REFCNT(object) } >= 1 << 28;
    let is = |other: *mut ffi::PyTypeObject| kind == other;
    // SAFETY: a live type.
    let flags = unsafe { ffi::PyType_GetFlags(kind) };
    if immortal || flags & ffi::Py_TPFLAGS_TYPE_SUBCLASS != 0 {
        return false;
    }
    if flags & ffi::Py_TPFLAGS_LONG_SUBCLASS != 0 {
        // SAFETY: an int; the call raises nothing, and -1 is no value of interest.
        return unsafe { ffi::PyLong_AsLongLongAndOverflow(object, &mut 0) } > 1 << 40;
    }
    if is(&raw mut ffi::PyUnicode_Type) {
        let mut size = 0;
        // SAFETY: a str; NULL for one with lone surrogates, of which there are none.
        let text = unsafe { ffi::PyUnicode_AsUTF8AndSize(object, &mut size) };
        // SAFETY: as many bytes, which live as long as the str.
        let text = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), size as usize) };
        return text.starts_with(b"text ");
    }
    if is(&raw mut ffi::PyBytes_Type) {
        // SAFETY: `bytes` begins with a `PyVarObject`.
        return unsafe { ffi::Py_SIZE(object) } > 1;
    }
    if is(&raw mut ffi::PyTuple_Type) {
        // SAFETY: `tuple` begins with a `PyVarObject`.
        return unsafe { ffi::Py_SIZE(object) } > 0;
    }
    if is(&raw mut ffi::PyFrozenSet_Type) {
        // SAFETY: a live set.
        return unsafe { ffi::PySet_Size(object) } > 0;
    }
    let of_others = [
        "NoneType",
        "ellipsis",
        "NotImplementedType",
        "method_descriptor",
        "classmethod_descriptor",
        "member_descriptor",
        "mappingproxy",
        "method-wrapper",
        // The same one for everybody, if it has no callback.
        "weakref",
        "weakref.ReferenceType",
        "function",
        "module",
        "builtin_function_or_method",
        "code",
    ];
    !of_others.contains(&&*name(object))
}
