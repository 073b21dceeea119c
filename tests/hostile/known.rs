// Calls at which CPython ends the process by itself: the function, the objects by the end of their names, on which builds, and
// why.
&[
    // A Python program for it:
    //     class Notes:
    //         def __getitem__(self, index): raise IndexError
    //     error = Exception()
    //     error.__notes__ = Notes()
    //     sys.excepthook(Exception, error, None)
    (
        "error/pyerr.rs: print",
        "_returns_self",
        cfg!(all(Py_3_11, not(Py_3_12), any(py_sys_config = "Py_DEBUG", py_sys_config = "Py_REF_DEBUG"))),
        "an assertion: notes without a length leave an exception set",
    ),
    (
        "error/raised.rs: print",
        "_returns_self",
        cfg!(all(Py_3_11, not(Py_3_12), any(py_sys_config = "Py_DEBUG", py_sys_config = "Py_REF_DEBUG"))),
        "the same",
    ),
]
