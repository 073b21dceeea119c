/* A small extension: two functions, an error. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *add(PyObject *module, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"a", "b", NULL};
    long long a, b;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "LL", names, &a, &b)) {
        return NULL;
    }
    return PyLong_FromLongLong((long long)((unsigned long long)a + (unsigned long long)b));
}

static PyObject *shout(PyObject *module, PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        return PyErr_Format(PyExc_TypeError, "a str is required, not %s", Py_TYPE(text)->tp_name);
    }
    if (PyUnicode_GetLength(text) == 0) {
        PyErr_SetString(PyExc_ValueError, "nothing to shout");
        return NULL;
    }
    return PyUnicode_FromFormat("%U!", text);
}

static PyMethodDef methods[] = {
    {"add", (PyCFunction)(void (*)(void))add, METH_VARARGS | METH_KEYWORDS, "Adds two ints."},
    {"shout", shout, METH_O, "Adds an exclamation mark."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "small",
    .m_methods = methods,
};

PyMODINIT_FUNC PyInit_small(void)
{
    return PyModuleDef_Init(&definition);
}
