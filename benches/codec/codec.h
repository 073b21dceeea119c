/* What packing and unpacking in C share. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <datetime.h>
#include <stdint.h>
#include <string.h>

/* How deep containers may be nested. */
#define DEPTH 512

static inline void too_deep(void)
{
    PyErr_SetString(PyExc_RecursionError, "nested too deeply");
}
