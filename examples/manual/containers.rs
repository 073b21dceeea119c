//! What a function does with lists, tuples, dicts and strs.

use pyptr::ffi;
use pyptr::manual::Ptr;
use pyptr::types::{PyList, PyString};

use super::{Any, new};

/// `(left, right)`.
pub(super) unsafe fn pack(left: Any, right: Any) -> Option<Any> {
    let pair = new(ffi::PyTuple_New(2))?; // takes pair
    left.incref(); // takes left
    ffi::PyTuple_SetItem(pair.as_ptr(), 0, left.give()); // ends left
    right.incref(); // takes right
    ffi::PyTuple_SetItem(pair.as_ptr(), 1, right.give()); // ends right
    Some(pair)
}

/// Swaps two items of a list, in place, and returns it.
pub(super) unsafe fn swap(list: Ptr<PyList>, left: isize, right: isize) -> Option<Any> {
    let first = Any::from_ptr(ffi::PyList_GetItem(list.as_ptr(), left))?;
    first.incref(); // takes first
    let Some(second) = Any::from_ptr(ffi::PyList_GetItem(list.as_ptr(), right)) else {
        first.decref(); // ends first
        return None;
    };
    second.incref(); // takes second
    // Both steal, also on failure, and these indices are good.
    ffi::PyList_SetItem(list.as_ptr(), left, second.give()); // ends second
    ffi::PyList_SetItem(list.as_ptr(), right, first.give()); // ends first
    Some(list.new_ref().as_any()) // takes list
}

/// `separator.join(parts)`.
pub(super) unsafe fn join(parts: Ptr<PyList>, separator: Ptr<PyString>) -> Option<Any> {
    let mut text = Ptr::new_str("")?; // takes text
    for index in 0..ffi::PyList_Size(parts.as_ptr()) {
        let part = Any::from_ptr(ffi::PyList_GetItem(parts.as_ptr(), index))?;
        let Some(part) = part.cast::<PyString>() else {
            text.decref(); // ends text
            return None;
        };
        if index > 0 {
            // Takes over the reference of its left side, also on failure.
            text = text.append(separator)?; // ends text, takes text
        }
        text = text.append(part)?; // ends text, takes text
    }
    Some(text.as_any())
}

/// How often each word is in the text, times a weight: a dict.
pub(super) unsafe fn count_words(text: Ptr<PyString>, weight: i64) -> Option<Any> {
    let whitespace = std::ptr::null_mut();
    let words = new(ffi::PyUnicode_Split(text.as_ptr(), whitespace, -1))?; // takes words
    let _words = words.defer_decref(); // ends words
    let counts = new(ffi::PyDict_New())?; // takes counts
    for index in 0..ffi::PyList_Size(words.as_ptr()) {
        let word = ffi::PyList_GetItem(words.as_ptr(), index);
        let known = Any::from_ptr(ffi::PyDict_GetItemWithError(counts.as_ptr(), word));
        let count = known.map_or(0, |known| ffi::PyLong_AsLongLong(known.as_ptr()));
        let count = new(ffi::PyLong_FromLongLong(count + weight)); // takes count
        let Some(count) = count else {
            counts.decref(); // ends counts
            return None;
        };
        let status = ffi::PyDict_SetItem(counts.as_ptr(), word, count.as_ptr());
        count.decref(); // ends count
        if status < 0 {
            counts.decref(); // ends counts
            return None;
        }
    }
    Some(counts)
}

/// The ints that the strs of a list stand for: a list.
pub(super) unsafe fn parse_ints(texts: Ptr<PyList>) -> Option<Any> {
    let ints = new(ffi::PyList_New(0))?; // takes ints
    for index in 0..ffi::PyList_Size(texts.as_ptr()) {
        let text = ffi::PyList_GetItem(texts.as_ptr(), index);
        let int = new(ffi::PyNumber_Long(text)); // takes int
        let Some(int) = int else {
            ints.decref(); // ends ints
            return None;
        };
        let status = ffi::PyList_Append(ints.as_ptr(), int.as_ptr());
        int.decref(); // ends int
        if status < 0 {
            ints.decref(); // ends ints
            return None;
        }
    }
    Some(ints)
}

/// `(((leaf,),),)`, so many tuples deep.
pub(super) unsafe fn nested(leaf: Any, depth: usize) -> Option<Any> {
    let mut inner = leaf.new_ref(); // takes inner
    for _ in 0..depth {
        let outer = new(ffi::PyTuple_New(1)); // takes inner
        let Some(outer) = outer else {
            inner.decref(); // ends inner
            return None;
        };
        ffi::PyTuple_SetItem(outer.as_ptr(), 0, inner.give()); // ends inner
        inner = outer;
    }
    Some(inner)
}

/// All items of a list of lists, in one.
pub(super) unsafe fn chain(lists: Ptr<PyList>) -> Option<Any> {
    let mut all = new(ffi::PyList_New(0))?; // takes all
    for index in 0..ffi::PyList_Size(lists.as_ptr()) {
        let list = ffi::PyList_GetItem(lists.as_ptr(), index);
        // As a rule the same list, with one more reference.
        let longer = new(ffi::PySequence_InPlaceConcat(all.as_ptr(), list)); // takes all
        let Some(longer) = longer else {
            all.decref(); // ends all
            return None;
        };
        all.decref(); // ends all
        all = longer;
    }
    Some(all)
}

/// Puts the value in the place of each `None` in a list, and returns it.
pub(super) unsafe fn replace_none(list: Ptr<PyList>, value: Any) -> Option<Any> {
    for index in 0..ffi::PyList_Size(list.as_ptr()) {
        if ffi::Py_IsNone(ffi::PyList_GetItem(list.as_ptr(), index)) != 0 {
            value.incref(); // takes value
            ffi::PyList_SetItem(list.as_ptr(), index, value.give()); // ends value
        }
    }
    Some(list.new_ref().as_any()) // takes list
}

/// `f"{type(object).__name__} {object!r}"`.
pub(super) unsafe fn describe(object: Any) -> Option<Any> {
    let class = Any::from_ptr(ffi::Py_TYPE(object.as_ptr()).cast())?;
    let name = ffi::PyObject_GetAttrString(class.as_ptr(), c"__name__".as_ptr());
    let name = new(name)?; // takes name
    let name = name.cast_unchecked::<PyString>();
    let start = name.concat_str(" "); // takes start
    name.decref(); // ends name
    let start = start?;
    let repr = new(ffi::PyObject_Repr(object.as_ptr())); // takes repr
    let Some(repr) = repr else {
        start.decref(); // ends start
        return None;
    };
    let whole = start.append(repr.cast_unchecked()); // ends start, takes whole
    repr.decref(); // ends repr
    Some(whole?.as_any())
}
