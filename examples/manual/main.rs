//! An extension module in manual mode: references are counted by hand, as in C.
//!
//! It is how a C extension looks when it is carried over to Rust a function at a time: arguments are borrowed, a
//! result is a new reference, `None` means that an exception is set.
//!
//! Each line that takes or ends a reference says which one, for `tests/mutation.py`: it deletes, doubles or moves each
//! of these operations, and looks whether `pytest --refs` finds it. The tests of the functions are in
//! `tests/python/test_manual.py`.
//!
//! ```console
//! $ cargo build --release --example manual
//! $ cp target/release/examples/libmanual.so manual.so        # libmanual.dylib on macOS
//! $ python3 -c 'import manual; print(manual.group_by(("a", "bb", "cc"), len))'
//! {1: ['a'], 2: ['bb', 'cc']}
//! ```

// As in C: one premise holds for the whole of each function, that the thread is attached, and the arguments
// are alive and of the kinds that they are said to be. The comments say which reference a line is about.
#![allow(
    unsafe_op_in_unsafe_fn,
    clippy::missing_safety_doc,
    clippy::multiple_unsafe_ops_per_block
)]

mod callbacks;
mod containers;
mod keeping;

use std::sync::atomic::AtomicPtr;

use pyptr::export::ModuleRef;
use pyptr::manual::Ptr;
use pyptr::types::{PyAny, PyDict, PyList, PyModule, PyString, PyTuple};
use pyptr::{Borrowed, Owned, PyResult, Shared, ffi};

/// All of them.
mod by_hand {
    pub(super) use super::{callbacks::*, containers::*, keeping::*};
}

type Any = Ptr<PyAny>;

/// A new reference that a raw call returned.
#[cfg_attr(feature = "ledger", track_caller)]
unsafe fn new(result: *mut ffi::PyObject) -> Option<Any> {
    Ptr::from_owned_ptr(result)
}

/// What the module keeps.
struct State {
    cache: Shared<PyDict>,
    /// A reference that is counted by hand, or NULL.
    last: AtomicPtr<ffi::PyObject>,
}

fn new_state<'py>(module: &Borrowed<'py, PyModule>) -> PyResult<'py, State> {
    Ok(State {
        cache: PyDict::new(module.py())?.into_shared(),
        last: AtomicPtr::default(),
    })
}

/// The function for Python: what it is given is held by its caller during the call.
macro_rules! export {
    ($name:ident($first:ident: $first_kind:ident $(, $object:ident: $kind:ident)* $(; $($plain:ident: $type:ty),+)?)) => {
        fn $name<'py>(
            $first: &Borrowed<'py, $first_kind>
            $(, $object: &Borrowed<'py, $kind>)*
            $($(, $plain: $type)+)?
        ) -> PyResult<'py, Owned<'py, PyAny>> {
            let py = $first.py();
            let $first = Ptr::from_borrowed($first);
            $(let $object = Ptr::from_borrowed($object);)*
            // SAFETY: attached, and the arguments are held by the caller.
            let result = unsafe { by_hand::$name($first $(, $object)* $($(, $plain)+)?) };
            // SAFETY: the result is a new reference, or `None` with an exception set.
            unsafe { Ptr::into_result(py, result) }
        }
    };
}

export!(pack(left: PyAny, right: PyAny)); // ends pair
export!(swap(list: PyList; left: isize, right: isize)); // ends list
export!(join(parts: PyList, separator: PyString)); // ends text
export!(count_words(text: PyString; weight: i64)); // ends counts
export!(group_by(items: PyTuple, key: PyAny)); // ends groups
export!(parse_ints(texts: PyList)); // ends ints
export!(nested(leaf: PyAny; depth: usize)); // ends inner
export!(apply(function: PyAny, items: PyList)); // ends results
export!(swap_attributes(object: PyAny, left: PyAny, right: PyAny)); // ends object
export!(first_of(iterable: PyAny, default: PyAny)); // ends first, default
export!(chain(lists: PyList)); // ends all
export!(max_by(items: PyTuple, key: PyAny)); // ends item, none
export!(zip_with(left: PyTuple, right: PyTuple, function: PyAny)); // ends results
export!(partition(items: PyTuple, predicate: PyAny)); // ends pair
export!(set_default(dict: PyDict, key: PyAny, make: PyAny)); // ends known, made
export!(raise_with(kind: PyAny, message: PyAny, note: PyAny));
export!(describe(object: PyAny)); // ends whole
export!(replace_none(list: PyList, value: PyAny)); // ends list
export!(attributes(object: PyAny, names: PyTuple)); // ends found

fn cached<'py>(
    module: ModuleRef<'_, 'py, State>,
    key: &Borrowed<'py, PyAny>,
    make: &Borrowed<'py, PyAny>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    let py = key.py();
    let cache = Ptr::from_borrowed(module.state().cache.bind(py));
    let key = Ptr::from_borrowed(key);
    let make = Ptr::from_borrowed(make);
    // SAFETY: attached; the arguments are held by the caller, and the cache by the module.
    let result = unsafe { by_hand::cached(cache, key, make) };
    // SAFETY: the result is a new reference.
    unsafe { Ptr::into_result(py, result) } // ends known, made
}

fn exchange<'py>(
    module: ModuleRef<'_, 'py, State>,
    object: &Borrowed<'py, PyAny>,
) -> PyResult<'py, Owned<'py, PyAny>> {
    let py = object.py();
    let object = Ptr::from_borrowed(object);
    // SAFETY: attached; the argument is held by the caller, and what is kept by its own reference.
    let result = unsafe { by_hand::exchange(&module.state().last, object) };
    // SAFETY: the result is a new reference.
    unsafe { Ptr::into_result(py, result) } // ends kept, none
}

fn forget(module: ModuleRef<'_, '_, State>) {
    // SAFETY: attached; what is kept is alive by its own reference.
    unsafe { by_hand::forget(&module.state().last) }
}

pyptr::module! {
    /// References counted by hand.
    mod manual {
        state: State = new_state;

        /// `(left, right)`.
        fn pack(left, right, /);
        /// Swaps two items of a list, in place, and returns it.
        fn swap(list, left, right, /);
        /// `separator.join(parts)`.
        fn join(parts, separator, /);
        /// How often each word is in the text, times a weight: a dict.
        fn count_words(text, weight, /);
        /// A dict of lists: the items for each `key(item)`.
        fn group_by(items, key, /);
        /// The ints that the strs of a list stand for: a list.
        fn parse_ints(texts, /);
        /// `(((leaf,),),)`, so many tuples deep.
        fn nested(leaf, depth, /);
        /// `[function(item) for item in items]`, for a list that may shrink meanwhile.
        fn apply(function, items, /);
        /// Swaps the values of two attributes of an object, and returns it.
        fn swap_attributes(object, left, right, /);
        /// The first of what is iterated, or the default.
        fn first_of(iterable, default, /);
        /// All items of a list of lists, in one.
        fn chain(lists, /);
        /// The item whose key is the greatest, or `None`.
        fn max_by(items, key, /);
        /// `[function(l, r) for l, r in zip(left, right)]`, by way of tuples of arguments.
        fn zip_with(left, right, function, /);
        /// `(those for which the predicate is true, the others)`.
        fn partition(items, predicate, /);
        /// `dict.setdefault(key, make())`, where `make` is called only if it has to be.
        fn set_default(dict, key, make, /);
        /// Raises an exception of the given type, with a note.
        fn raise_with(kind, message, note, /);
        /// `f"{type(object).__name__} {object!r}"`.
        fn describe(object, /);
        /// Puts the value in the place of each `None` in a list, and returns it.
        fn replace_none(list, value, /);
        /// A dict of the attributes that an object has, of those in a tuple of names.
        fn attributes(object, names, /);
        /// What the cache has for the key, or what `make()` returns, which is kept.
        fn cached(self, key, make, /);
        /// Keeps the object, and returns the one that was kept before.
        fn exchange(self, object, /);
        /// Forgets what is kept.
        fn forget(self);
    }
}
