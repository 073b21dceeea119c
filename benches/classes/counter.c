// Calls a function. Callgrind counts what happens in it: see measure.
#include <Python.h>

PyObject *
classes_counted(PyObject *function, PyObject *times)
{
    return PyObject_CallOneArg(function, times);
}

static PyObject *
counted(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    return classes_counted(args[0], args[1]);
}

static PyMethodDef methods[] = {
    {"counted", (PyCFunction)(void (*)(void))counted, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "counter", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC
PyInit_counter(void)
{
    return PyModuleDef_Init(&module);
}
