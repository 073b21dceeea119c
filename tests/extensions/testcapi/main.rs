//! The functions that CPython's tests of its C API call, written with pyptr.
//!
//! CPython tests `PyList_Append` and the others by a module of C, `_testlimitedcapi`, which has a function
//! for each of them and checks nothing. This module has the same functions for list, tuple, dict, set, bytes,
//! bytearray and float, written with the typed methods as any extension would. `tests/referee.rs` has it take the place
//! of CPython's module while CPython's own tests run.
//!
//! What the C functions report at run time, types exclude at compile time. So that the tests can see it:
//!
//! - an argument of the wrong type, of which C says `SystemError`, is a cast that fails: [`arg`] says it
//!   then. Where C says `TypeError`, the error of the cast passes on with `?`;
//! - a negative size is no `usize`: [`size`] says `SystemError`, as C does;
//! - what cannot be said with types at all is [`not_expressible`], and the referee asks CPython instead.

#![forbid(unsafe_code)]

mod bytearray;
mod bytes;
mod dict;
mod float;
#[cfg(Py_3_15)]
mod frozen;
mod list;
mod set;
mod tuple;

use pyptr::error::PySystemError;
use pyptr::types::{
    PyAny, PyAnySet, PyByteArray, PyBytes, PyDict, PyFloat, PyFrozenSet, PyList, PySet, PyTuple,
};
use pyptr::{Borrowed, Owned, PyResult, Python, Raised, TypeCheck};

type Any<'py> = Borrowed<'py, PyAny>;

fn is<T: TypeCheck>(object: &Any<'_>) -> bool {
    object.cast::<T>().is_ok()
}

fn is_exact<T: TypeCheck>(object: &Any<'_>) -> bool {
    object.cast_exact::<T>().is_ok()
}

/// What C reports of an argument that it cannot work with.
fn bad_argument(py: Python<'_>) -> Raised<'_> {
    py.raise::<PySystemError>("bad argument to internal function")
}

/// The argument as one of kind `T`.
fn arg<'a, 'py, T: TypeCheck>(object: &'a Any<'py>) -> PyResult<'py, &'a Borrowed<'py, T>> {
    object.cast().map_err(|_| bad_argument(object.py()))
}

/// A number of items.
fn size(py: Python<'_>, size: isize) -> PyResult<'_, usize> {
    usize::try_from(size).map_err(|_| bad_argument(py))
}

/// A bound of a slice, where C takes negative ones for 0.
fn bound(index: isize) -> usize {
    index.max(0).unsigned_abs()
}

/// The result of a call that pyptr's types rule out.
fn not_expressible(py: Python<'_>) -> Owned<'_, PyAny> {
    py.not_implemented().new_ref().into_any()
}

/// What the functions of C return that do something.
fn zero<'py>(result: PyResult<'py, ()>) -> PyResult<'py, i32> {
    result.map(|()| 0)
}

pyptr::module! {
    /// Typed counterparts of the functions in `_testcapi` and `_testlimitedcapi`.
    mod testcapi {
        gil: not_used;

        fn list_check(object, /) = is::<PyList>;
        fn list_check_exact(object, /) = is_exact::<PyList>;
        fn list_new(py: Python, len, /) = list::new;
        fn list_size(list, /) = list::size;
        fn list_get_size(list, /) = list::size;
        fn list_getitem(list, index, /) = list::getitem;
        fn list_get_item(list, index, /) = list::getitem;
        fn list_get_item_ref(list, index, /) = list::get_item_ref;
        fn list_setitem(list, index, item, /) = list::setitem;
        fn list_set_item(list, index, item, /) = list::setitem;
        fn list_insert(list, index, item, /) = list::insert;
        fn list_append(list, item, /) = list::append;
        fn list_getslice(list, low, high, /) = list::getslice;
        fn list_setslice(list, low, high, items, /) = list::setslice;
        fn list_sort(list, /) = list::sort;
        fn list_reverse(list, /) = list::reverse;
        fn list_astuple(list, /) = list::astuple;
        fn list_clear(list, /) = list::clear;
        fn list_extend(list, items, /) = list::extend;

        fn tuple_check(object, /) = is::<PyTuple>;
        fn tuple_checkexact(object, /) = is_exact::<PyTuple>;
        fn tuple_new(py: Python, len, /) = tuple::new;
        #[cfg(Py_3_15)]
        fn tuple_fromarray(tuple, len = None, /) = tuple::fromarray;
        fn tuple_pack(py: Python, len, first = None, second = None, /) = tuple::pack;
        fn tuple_size(tuple, /) = tuple::size;
        fn tuple_get_size(tuple, /) = tuple::size;
        fn tuple_getitem(tuple, index, /) = tuple::getitem;
        fn tuple_get_item(tuple, index, /) = tuple::getitem;
        fn tuple_getslice(tuple, low, high, /) = tuple::getslice;
        fn tuple_setitem(tuple, index, item, /) = tuple::setitem;
        fn tuple_set_item(tuple, index, item, /) = tuple::set_item;
        fn _check_tuple_item_is_NULL(tuple, index, /) = tuple::is_null;

        fn dict_check(object, /) = is::<PyDict>;
        fn dict_checkexact(object, /) = is_exact::<PyDict>;
        #[cfg(Py_3_15)]
        fn anydict_check(object, /) = frozen::is_any;
        #[cfg(Py_3_15)]
        fn anydict_checkexact(object, /) = frozen::is_exactly_any;
        #[cfg(Py_3_15)]
        fn frozendict_check(object, /) = is::<pyptr::types::PyFrozenDict>;
        #[cfg(Py_3_15)]
        fn frozendict_checkexact(object, /) = is_exact::<pyptr::types::PyFrozenDict>;
        #[cfg(Py_3_15)]
        fn frozendict_new(py: Python, items = None, /) = frozen::new;
        fn dict_new(py: Python) = dict::new;
        fn dictproxy_new(mapping, /) = dict::proxy;
        fn dict_copy(dict, /) = dict::copy;
        fn dict_clear(dict, /) = dict::clear;
        fn dict_size(dict, /) = dict::size;
        fn dict_getitem(dict, key, /) = dict::getitem;
        fn dict_getitemstring(dict, key, /) = dict::getitemstring;
        fn dict_getitemref(dict, key, /) = dict::getitemref;
        fn dict_getitemwitherror(dict, key, /) = dict::getitemref;
        fn dict_getitemstringref(dict, key, /) = dict::getitemstringref;
        fn dict_contains(dict, key, /) = dict::contains;
        fn dict_containsstring(dict, key, /) = dict::containsstring;
        fn dict_setitem(dict, key, value, /) = dict::setitem;
        fn dict_setitemstring(dict, key, value, /) = dict::setitemstring;
        fn dict_delitem(dict, key, /) = dict::delitem;
        fn dict_delitemstring(dict, key, /) = dict::delitemstring;
        fn dict_setdefault(dict, key, default, /) = dict::setdefault;
        fn dict_setdefaultref(dict, key, default, /) = dict::setdefault;
        fn dict_keys(dict, /) = dict::keys;
        fn dict_values(dict, /) = dict::values;
        fn dict_items(dict, /) = dict::items;
        fn dict_next(dict, position, /) = dict::next;
        fn dict_update(dict, other, /) = dict::update;
        fn dict_merge(dict, other, replace, /) = dict::merge;
        fn dict_mergefromseq2(dict, pairs, replace, /) = dict::merge_pairs;
        fn dict_pop(dict, key, /) = dict::pop;
        fn dict_pop_null(dict, key, /) = dict::pop_null;
        fn dict_popstring(dict, key, /) = dict::popstring;
        fn dict_popstring_null(dict, key, /) = dict::popstring_null;

        fn set_check(object, /) = is::<PySet>;
        fn set_checkexact(object, /) = is_exact::<PySet>;
        fn frozenset_check(object, /) = is::<PyFrozenSet>;
        fn frozenset_checkexact(object, /) = is_exact::<PyFrozenSet>;
        fn anyset_check(object, /) = is::<PyAnySet>;
        fn anyset_checkexact(object, /) = is_exact::<PyAnySet>;
        fn set_new(py: Python, items = None, /) = set::new;
        fn frozenset_new(py: Python, items = None, /) = set::new_frozen;
        fn set_size(set, /) = set::size;
        fn set_get_size(set, /) = set::size;
        fn set_contains(set, item, /) = set::contains;
        fn set_add(set, item, /) = set::add;
        fn set_discard(set, item, /) = set::discard;
        fn set_pop(set, /) = set::pop;
        fn set_clear(set, /) = set::clear;

        fn bytes_check(object, /) = is::<PyBytes>;
        fn bytes_checkexact(object, /) = is_exact::<PyBytes>;
        fn bytes_fromstringandsize(py: Python, bytes, len = None, /) = bytes::from_string_and_size;
        fn bytes_fromstring(py: Python, bytes, /) = bytes::from_string;
        fn bytes_fromobject(object, /) = bytes::from_object;
        fn bytes_size(bytes, /) = bytes::size;
        fn bytes_asstring(bytes, len, /) = bytes::as_string;
        fn bytes_asstringandsize(bytes, len, /) = bytes::as_string_and_size;
        fn bytes_asstringandsize_null(bytes, len, /) = bytes::as_string_and_no_size;
        fn bytes_repr(bytes, smart_quotes, /) = bytes::repr;
        fn bytes_concat(left, right, unique = false, /) = bytes::concat;
        fn bytes_concatanddel(left, right, unique = false, /) = bytes::concat_and_del;
        fn bytes_decodeescape(py: Python, text, errors = None, len = None, /) = bytes::decode_escape;
        fn bytes_join(separator, items, /) = bytes::join;
        fn bytes_resize(bytes, len, unique, /, compute_hash = false) = bytes::resize;

        fn bytearray_check(object, /) = is::<PyByteArray>;
        fn bytearray_checkexact(object, /) = is_exact::<PyByteArray>;
        fn bytearray_fromstringandsize(py: Python, bytes, len = None, /) = bytearray::from_string_and_size;
        fn bytearray_fromobject(object, /) = bytearray::from_object;
        fn bytearray_size(bytearray, /) = bytearray::size;
        fn bytearray_concat(left, right, /) = bytearray::concat;
        fn bytearray_resize(bytearray, len, /) = bytearray::resize;

        fn float_check(object, /) = is::<PyFloat>;
        fn float_checkexact(object, /) = is_exact::<PyFloat>;
        fn float_fromstring(text, /) = float::from_string;
        fn float_fromdouble(py: Python, value, /) = float::from_double;
        fn float_asdouble(object, /) = float::as_double;
        fn float_getinfo(py: Python) = float::info;
        fn float_getmax() = float::max;
        fn float_getmin() = float::min;
        fn float_pack(py: Python, size, value, little_endian, /) = float::pack;
        fn float_unpack(py: Python, bytes, little_endian, /) = float::unpack;
    }
}
