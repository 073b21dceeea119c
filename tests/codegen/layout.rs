//! The program for which `Borrowed` has its `UnsafeCell` as a field: with the cell inside `PhantomData`
//! rustc told LLVM that nothing writes through `&Borrowed`, and at -O3 the delta came out as 0.
//!
//! tests/codegen.rs compiles and runs it in release mode.

use std::mem;

use pyptr::types::PyString;
use pyptr::{Borrowed, Object, Python};

/// Reads the count, takes a reference and reads the count again.
#[inline(never)]
fn delta<T: Object>(object: &Borrowed<'_, T>) -> isize {
    let before = object.refcount();
    mem::forget(object.new_ref());
    object.refcount() - before
}

/// The same by hand.
#[inline(never)]
fn delta_by_hand<T: Object>(object: &Borrowed<'_, T>) -> isize {
    let before = object.refcount();
    // SAFETY: released at once.
    unsafe { object.incref() };
    let after = object.refcount();
    // SAFETY: the reference taken above.
    unsafe { object.decref() };
    after - before
}

/// Two references to one place: what is written through one is read through the other.
#[inline(never)]
fn delta_through_alias<T: Object>(read: &Borrowed<'_, T>, written: &Borrowed<'_, T>) -> isize {
    let before = read.refcount();
    mem::forget(written.new_ref());
    read.refcount() - before
}

fn main() {
    Python::initialize();
    Python::attach(|py| {
        let text = PyString::new(py, "a str of its own").expect("memory for a short str");
        let deltas = [
            delta(&text),
            delta_by_hand(&text),
            delta_through_alias(&text, &text),
        ];
        assert_eq!(deltas, [1, 1, 1]);
        println!("{deltas:?}");
    });
}
