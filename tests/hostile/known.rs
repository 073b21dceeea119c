// Calls at which CPython ends the process by itself: the function, the objects by the end of their names, on which builds, and
// why. Before each kind is a Python program that ends in the same way.
{
    // Assertions of a debug build of 3.11.
    const OF_3_11: bool = cfg!(all(
        Py_3_11,
        not(Py_3_12),
        any(py_sys_config = "Py_DEBUG", py_sys_config = "Py_REF_DEBUG")
    ));
    &[
    // Notes without a length leave an exception set:
    //     class Notes:
    //         def __getitem__(self, index): raise IndexError
    //     error = Exception()
    //     error.__notes__ = Notes()
    //     sys.excepthook(Exception, error, None)
    ("error/pyerr.rs: print", "_returns_self", OF_3_11, "notes without a length"),
    ("error/raised.rs: print", "_returns_self", OF_3_11, "notes without a length"),
    ("types/exception.rs: print", "_returns_self", OF_3_11, "notes without a length"),
    // A key that is no str gets into a table for strs, if an `__eq__` has emptied the dict before:
    //     class Key:
    //         def __hash__(self): return 1
    //         def __eq__(self, other):
    //             keys.clear()
    //             return False
    //     keys = {Key(): 1}
    //     keys[1] = 2
    //     keys.update(a=1, b=2, c=3, d=4, e=5, f=6)
    ("types/dict/basics.rs: update", "dict_of_keys", OF_3_11, "a dict that is emptied while an item is set"),
    ("types/dict/merging.rs: merge", "dict_of_keys", OF_3_11, "a dict that is emptied while an item is set"),
    ]
}
