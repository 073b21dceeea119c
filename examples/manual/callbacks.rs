//! Functions that call Python functions, which may fail or change anything.

use pyptr::ffi;
use pyptr::manual::Ptr;
use pyptr::types::{PyList, PyTuple};

use super::containers::pack;
use super::{Any, new};

/// A dict of lists: the items for each `key(item)`.
pub(super) unsafe fn group_by(items: Ptr<PyTuple>, key: Any) -> Option<Any> {
    let groups = new(ffi::PyDict_New())?; // takes groups
    for index in 0..ffi::PyTuple_Size(items.as_ptr()) {
        let item = ffi::PyTuple_GetItem(items.as_ptr(), index);
        let called = new(ffi::PyObject_CallOneArg(key.as_ptr(), item)); // takes group key
        let Some(group_key) = called else {
            groups.decref(); // ends groups
            return None;
        };
        let status = add_to_group(groups, group_key, item);
        group_key.decref(); // ends group key
        if status.is_none() {
            groups.decref(); // ends groups
            return None;
        }
    }
    Some(groups)
}

unsafe fn add_to_group(groups: Any, key: Any, item: *mut ffi::PyObject) -> Option<()> {
    let known = ffi::PyDict_GetItemWithError(groups.as_ptr(), key.as_ptr());
    let group = match Any::from_ptr(known) {
        Some(group) => {
            group.incref(); // takes group
            group
        }
        None if !ffi::PyErr_Occurred().is_null() => return None,
        None => {
            let group = new(ffi::PyList_New(0))?; // takes group
            if ffi::PyDict_SetItem(groups.as_ptr(), key.as_ptr(), group.as_ptr()) < 0 {
                group.decref(); // ends group
                return None;
            }
            group
        }
    };
    let status = ffi::PyList_Append(group.as_ptr(), item);
    group.decref(); // ends group
    (status == 0).then_some(())
}

/// `[function(item) for item in items]`, for a list that may shrink meanwhile.
pub(super) unsafe fn apply(function: Any, items: Ptr<PyList>) -> Option<Any> {
    let results = new(ffi::PyList_New(0))?; // takes results
    let mut index = 0;
    while index < ffi::PyList_Size(items.as_ptr()) {
        let item = Any::from_ptr(ffi::PyList_GetItem(items.as_ptr(), index))?;
        // The function may remove it from the list.
        item.incref(); // takes item
        let result = new(ffi::PyObject_CallOneArg(function.as_ptr(), item.as_ptr())); // takes result
        item.decref(); // ends item
        let Some(result) = result else {
            results.decref(); // ends results
            return None;
        };
        if ffi::PyList_Append(results.as_ptr(), result.as_ptr()) < 0 {
            result.decref(); // ends result
            results.decref(); // ends results
            return None;
        }
        result.decref(); // ends result
        index += 1;
    }
    Some(results)
}

/// The item whose key is the greatest, or `None`.
pub(super) unsafe fn max_by(items: Ptr<PyTuple>, key: Any) -> Option<Any> {
    let mut best: Option<(Any, Any)> = None;
    for index in 0..ffi::PyTuple_Size(items.as_ptr()) {
        let item = Any::from_ptr(ffi::PyTuple_GetItem(items.as_ptr(), index))?;
        item.incref(); // takes item
        let rank = new(ffi::PyObject_CallOneArg(key.as_ptr(), item.as_ptr())); // takes rank
        let Some(rank) = rank else {
            item.decref(); // ends item
            if let Some((best, best_rank)) = best {
                best_rank.decref(); // ends rank
                best.decref(); // ends item
            }
            return None;
        };
        let greater = match best {
            Some((_, than)) => {
                ffi::PyObject_RichCompareBool(rank.as_ptr(), than.as_ptr(), ffi::Py_GT)
            }
            None => 1,
        };
        let loser = match greater {
            1 => best.replace((item, rank)),
            _ => Some((item, rank)),
        };
        if let Some((item, rank)) = loser {
            rank.decref(); // ends rank
            item.decref(); // ends item
        }
        if greater < 0 {
            let (best, rank) = best?;
            rank.decref(); // ends rank
            best.decref(); // ends item
            return None;
        }
    }
    let Some((best, rank)) = best else {
        let none = Any::from_ptr(ffi::Py_None())?;
        return Some(none.new_ref()); // takes none
    };
    rank.decref(); // ends rank
    Some(best)
}

/// `[function(l, r) for l, r in zip(left, right)]`, by way of tuples of arguments.
pub(super) unsafe fn zip_with(
    left: Ptr<PyTuple>,
    right: Ptr<PyTuple>,
    function: Any,
) -> Option<Any> {
    let results = new(ffi::PyList_New(0))?; // takes results
    let length = ffi::PyTuple_Size(left.as_ptr()).min(ffi::PyTuple_Size(right.as_ptr()));
    for index in 0..length {
        let l = Any::from_ptr(ffi::PyTuple_GetItem(left.as_ptr(), index))?;
        let r = Any::from_ptr(ffi::PyTuple_GetItem(right.as_ptr(), index))?;
        let Some(arguments) = pack(l, r) else {
            results.decref(); // ends results
            return None;
        };
        let call = ffi::PyObject_CallObject(function.as_ptr(), arguments.as_ptr());
        let result = new(call); // takes result
        arguments.decref(); // ends pair
        let Some(result) = result else {
            results.decref(); // ends results
            return None;
        };
        let _result = result.defer_decref(); // ends result
        if ffi::PyList_Append(results.as_ptr(), result.as_ptr()) < 0 {
            results.decref(); // ends results
            return None;
        }
    }
    Some(results)
}

/// `(those for which the predicate is true, the others)`.
pub(super) unsafe fn partition(items: Ptr<PyTuple>, predicate: Any) -> Option<Any> {
    let yes = new(ffi::PyList_New(0))?; // takes yes
    let _yes = yes.defer_decref(); // ends yes
    let no = new(ffi::PyList_New(0))?; // takes no
    let _no = no.defer_decref(); // ends no
    for index in 0..ffi::PyTuple_Size(items.as_ptr()) {
        let item = ffi::PyTuple_GetItem(items.as_ptr(), index);
        let answer = new(ffi::PyObject_CallOneArg(predicate.as_ptr(), item))?; // takes answer
        let is_true = ffi::PyObject_IsTrue(answer.as_ptr());
        answer.decref(); // ends answer
        let list = match is_true {
            0 => no,
            1 => yes,
            _ => return None,
        };
        if ffi::PyList_Append(list.as_ptr(), item) < 0 {
            return None;
        }
    }
    pack(yes, no)
}

/// The first of what is iterated, or the default.
pub(super) unsafe fn first_of(iterable: Any, default: Any) -> Option<Any> {
    let iterator = new(ffi::PyObject_GetIter(iterable.as_ptr()))?; // takes iterator
    let first = new(ffi::PyIter_Next(iterator.as_ptr()));
    iterator.decref(); // ends iterator
    if first.is_none() && ffi::PyErr_Occurred().is_null() {
        return Some(default.new_ref()); // takes default
    }
    first
}

/// Raises an exception of the given type, with a note.
pub(super) unsafe fn raise_with(kind: Any, message: Any, note: Any) -> Option<Any> {
    let error = new(ffi::PyObject_CallOneArg(kind.as_ptr(), message.as_ptr()))?; // takes error
    let name = c"note".as_ptr();
    if ffi::PyObject_SetAttrString(error.as_ptr(), name, note.as_ptr()) < 0 {
        error.decref(); // ends error
        return None;
    }
    let class = ffi::Py_TYPE(error.as_ptr()).cast();
    ffi::PyErr_SetObject(class, error.as_ptr());
    error.decref(); // ends error
    None
}
