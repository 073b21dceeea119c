"""What CPython's own functions still do while pyptr's take their place, and why.

A name that is used and stands in none of these tables fails the run, as does one that is never used.
"""

# Functions of CPython's module that have no counterpart at all.
WHOLLY = {
    "_tuple_resize": "resizes a tuple that others may hold, and leaves NULL slots; TupleBuilder and get_slice make new ones",
    "bytearray_asstring": "reads the NUL behind the content by a pointer; to_vec copies the content",
}

# Functions that pyptr's types rule out for some arguments; their counterparts say so themselves.
PARTLY = {
    "bytearray_resize": "a negative size: it is no usize",
    "bytes_decodeescape": "a length beyond the bytes given: a slice knows its length",
    "dict_getitem": "a failure, which C drops or reports as unraisable: get returns it",
    "dict_getitemstring": "a failure, which C drops or reports as unraisable: get_str returns it",
    "list_new": "a list whose slots are NULL: ListBuilder finishes with the items pushed",
    "tuple_new": "a tuple whose slots are NULL: TupleBuilder finishes when all are filled",
    "tuple_set_item": "an item of a tuple that others hold, changed in place",
}

# Functions that change a dict: of a frozendict, C says that it cannot be changed, where pyptr has no such method.
CHANGING_A_DICT = {
    "dict_delitem",
    "dict_delitemstring",
    "dict_merge",
    "dict_mergefromseq2",
    "dict_pop",
    "dict_popstring",
    "dict_setdefault",
    "dict_setdefaultref",
    "dict_setitem",
    "dict_setitemstring",
    "dict_update",
}
PARTLY.update(dict.fromkeys(CHANGING_A_DICT, "a frozendict, of which C says that it cannot be changed: it has no such method"))

# Those of them that the tests of some versions alone use so.
PARTLY_IN_SOME_VERSIONS = {"bytearray_resize", "list_new"} | CHANGING_A_DICT

# Functions that the tests call with NULL, which is no reference in pyptr. (They pass None for it.)
NULL = {
    "bytes_concat",
    "bytes_concatanddel",
    "bytes_fromobject",
    "bytes_join",
    "dict_copy",
    "dict_merge",
    "dict_pop",
    "dict_size",
    "dict_update",
    "float_asdouble",
    "frozendict_new",
    "list_append",
    "list_astuple",
    "list_new",
    "list_reverse",
    "list_sort",
    "tuple_fromarray",
    "tuple_set_item",
    "tuple_setitem",
}

# Functions of pyptr's that NULL has a counterpart for.
NULL_HAS_COUNTERPART = {
    "bytearray_fromstringandsize": "resize of an empty bytearray",
    "bytes_decodeescape": "an empty slice; no handler of errors",
    "bytes_fromstringandsize": "PyBytes::new_with",
    "list_setslice": "del_slice",
}

# With these the tests take the memory away and give it back: in between nothing can be counted.
WITHOUT_MEMORY = ["set_nomemory", "remove_mem_hooks"]

# What the tests take from CPython's modules that is no function of the C API under test.
OTHER = {
    "PY_SSIZE_T_MAX": "a constant",
    "PY_SSIZE_T_MIN": "a constant",
    "PyBytesWriter": "a class of CPython's tests; BytesBuilder has methods of its own",
    "PyBytesWriter_small_buffer": "a constant",
    "byteswriter_abc": "a program in C; BytesBuilder has methods of its own",
    "byteswriter_highlevel": "a program in C; BytesBuilder has methods of its own",
    "byteswriter_resize": "a program in C; BytesBuilder has methods of its own",
    "call_with_nomemory": "calls a function while there is no memory",
}
