//! Wrong counts of objects that live on: what `pytest --refs` says about them is in
//! `tests/python/test_slips.py`, which finds each line by its `// slip:` comment.

use pyptr::ledger::CountingAllocator;
use pyptr::manual::Ptr;
use pyptr::sync::OnceObject;
use pyptr::types::{PyAny, PyBytes, PyDict, PyList, PyTuple};
use pyptr::{Borrowed, Owned, PyResult, ffi};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

/// Releases a reference that is somebody else's.
fn drops(object: &Borrowed<'_, PyAny>) -> bool {
    // SAFETY: there is none: the caller's reference is taken for one's own.
    let own: Owned<'_, PyAny> = unsafe { Owned::from_owned_ptr(object.py(), object.as_ptr()) }; // slip: drops
    own.is_none()
}

/// Returns a reference that is somebody else's.
fn returns<'py>(object: &Borrowed<'py, PyAny>) -> Owned<'py, PyAny> {
    // SAFETY: there is none: the caller's reference is taken for one's own.
    unsafe { Owned::from_owned_ptr(object.py(), object.as_ptr()) } // slip: returns
}

/// The value in a dict, as `PyDict_GetItem` lends it.
fn value<'py>(
    dict: &Borrowed<'py, PyDict>,
    key: &Borrowed<'py, PyAny>,
) -> Option<Owned<'py, PyAny>> {
    // SAFETY: a dict and an object.
    let value = unsafe { ffi::PyDict_GetItem(dict.as_ptr(), key.as_ptr()) };
    // SAFETY: there is none: the dict's reference is taken for one's own.
    unsafe { Owned::from_owned_ptr_or_opt(dict.py(), value) } // slip: value
}

/// The same, counted by hand.
fn by_hand<'py>(object: &Borrowed<'py, PyAny>) -> Option<Owned<'py, PyAny>> {
    let py = object.py();
    // SAFETY: there is none: the caller's reference is taken for one's own.
    let ptr = unsafe { Ptr::<PyAny>::from_owned_ptr(object.as_ptr()) }; // slip: by hand
    // SAFETY: as above.
    ptr.map(|ptr| unsafe { ptr.into_owned(py) })
}

/// Puts an object into a list by a function that steals a reference.
fn steals<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyList>> {
    let py = object.py();
    let list = PyList::empty(py)?;
    list.append(py.none().as_any())?;
    // SAFETY: there is none: the caller's reference is taken for one's own.
    let own: Owned<'_, PyAny> = unsafe { Owned::from_owned_ptr(py, object.as_ptr()) }; // slip: steals
    // SAFETY: a list with one item, and a reference that is stolen.
    unsafe { ffi::PyList_SetItem(list.as_ptr(), 0, own.into_ptr()) };
    Ok(list)
}

static KEPT: OnceObject<PyAny> = OnceObject::new();

/// Keeps a reference that is somebody else's.
fn keeps<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, bool> {
    let kept = KEPT.get_or_try_init(object.py(), |py| {
        // SAFETY: there is none: the caller's reference is taken for one's own.
        Ok(unsafe { Owned::from_owned_ptr(py, object.as_ptr()) }) // slip: keeps
    })?;
    Ok(kept.is_none())
}

/// `PyList_Append` takes a reference of its own.
fn appends(list: &Borrowed<'_, PyList>) -> bool {
    let item = PyBytes::new(list.py(), b"given, and not taken");
    // SAFETY: a list and an object; the reference that is given is lost.
    item.is_ok_and(|item| unsafe { ffi::PyList_Append(list.as_ptr(), item.into_ptr()) } == 0) // slip: appends
}

/// Uses the first item after the list has let it go.
fn popped<'py>(list: &Borrowed<'py, PyList>) -> PyResult<'py, Owned<'py, PyAny>> {
    // SAFETY: a list with an item, which holds the item.
    let item = unsafe { ffi::PyList_GetItem(list.as_ptr(), 0) };
    // SAFETY: there is none: the item may die below.
    let item: &Borrowed<'py, PyAny> = unsafe { Borrowed::from_ptr(list.py(), item) };
    // SAFETY: a list; NULL deletes.
    unsafe { ffi::PyList_SetSlice(list.as_ptr(), 0, 1, std::ptr::null_mut()) };
    Ok(item.new_ref()) // slip: popped
}

/// The same, counted by hand.
fn popped_by_hand(list: &Borrowed<'_, PyList>) -> bool {
    // SAFETY: a list with an item, which holds the item.
    let item = unsafe { ffi::PyList_GetItem(list.as_ptr(), 0) };
    let item = Ptr::<PyAny>::from_ptr(item);
    // SAFETY: a list; NULL deletes.
    unsafe { ffi::PyList_SetSlice(list.as_ptr(), 0, 1, std::ptr::null_mut()) };
    // SAFETY: there is none: the item has died.
    item.map(|item| unsafe { item.incref() }).is_some() // slip: popped by hand
}

/// Looks at an object that its caller holds: correct.
fn looks(object: &Borrowed<'_, PyAny>) -> bool {
    // SAFETY: the caller's reference keeps the object alive, and no other code runs.
    let object: &Borrowed<'_, PyAny> = unsafe { Borrowed::from_ptr(object.py(), object.as_ptr()) };
    object.is_none()
}

/// Reads an object where there is none.
fn crashes(object: &Borrowed<'_, PyAny>, now: bool) -> bool {
    let own = object.new_ref(); // slip: crashes
    // SAFETY: there is none.
    now && unsafe { std::ptr::without_provenance::<u8>(8).read_volatile() } == 0 || own.is_none()
}

/// The same as the last three, correct: the reference is there.
fn gives<'py>(object: &Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyTuple>> {
    let py = object.py();
    // SAFETY: room for two objects.
    let tuple = unsafe { ffi::PyTuple_New(2) };
    // SAFETY: a new reference, or NULL with an exception set.
    let tuple: Owned<'_, PyTuple> = unsafe { Owned::from_owned_ptr_or_raised(py, tuple)? };
    for index in 0..2 {
        // SAFETY: a live object.
        let own = unsafe { ffi::Py_NewRef(object.as_ptr()) };
        // SAFETY: the reference from above.
        let own: Owned<'_, PyAny> = unsafe { Owned::from_owned_ptr(py, own) };
        // SAFETY: a place in a tuple that nobody else has seen; the reference is the tuple's from here on.
        unsafe { ffi::PyTuple_SET_ITEM(tuple.as_ptr(), index, own.as_ptr()) };
        // Given away after the fact.
        let _ = own.into_ptr();
    }
    Ok(tuple)
}

/// The same, correct.
fn takes(object: &Borrowed<'_, PyAny>) -> bool {
    // SAFETY: a live object.
    let own: Owned<'_, PyAny> = unsafe { Owned::from_borrowed_ptr(object.py(), object.as_ptr()) };
    // SAFETY: a reference that is ours, given away here and taken back.
    let own: Owned<'_, PyAny> = unsafe { Owned::from_owned_ptr(object.py(), own.into_ptr()) };
    own.is_none()
}

pyptr::module! {
    /// Slips.
    mod slips {
        gil: not_used;
        fn drops(object, /);
        fn returns(object, /);
        fn value(dict, key, /);
        fn by_hand(object, /);
        fn steals(object, /);
        fn keeps(object, /);
        fn appends(list, /);
        fn popped(list, /);
        fn popped_by_hand(list, /);
        fn looks(object, /);
        fn crashes(object, now, /);
        fn takes(object, /);
        fn gives(object, /);
    }
}
