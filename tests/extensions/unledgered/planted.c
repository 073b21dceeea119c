/* An extension written in C, without a ledger, with planted bugs. What `pytest --refs-memory` says about it is in
   tests/python/test_any_module.py. */

#include <Python.h>

/* A reference to a new object that nobody releases. */
static PyObject *forgotten(PyObject *module, PyObject *number)
{
    PyObject *sum = PyNumber_Add(number, number);
    if (sum == NULL)
        return NULL;
    Py_RETURN_NONE;
}

/* The reference to the argument is the caller's. */
static PyObject *released(PyObject *module, PyObject *object)
{
    Py_DECREF(object);
    Py_RETURN_NONE;
}

/* A reference to an object that lives on, and that nobody releases. */
static PyObject *taken(PyObject *module, PyObject *object)
{
    Py_INCREF(object);
    Py_RETURN_NONE;
}

/* Memory that the interpreter does not count. */
static PyObject *allocated(PyObject *module, PyObject *Py_UNUSED(ignored))
{
    if (PyMem_RawMalloc(1000) == NULL)
        return PyErr_NoMemory();
    Py_RETURN_NONE;
}

/* Correct. */
static PyObject *pair(PyObject *module, PyObject *object)
{
    return PyTuple_Pack(2, object, object);
}

static PyMethodDef methods[] = {
    {"forgotten", forgotten, METH_O, NULL},
    {"released", released, METH_O, NULL},
    {"taken", taken, METH_O, NULL},
    {"allocated", allocated, METH_NOARGS, NULL},
    {"pair", pair, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "planted", NULL, 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_planted(void)
{
    return PyModuleDef_Init(&definition);
}
