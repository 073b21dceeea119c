/* The hand-written C that everything else is measured against: what an extension of today contains that
   was written for speed, on public functions only. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* -- Counting ------------------------------------------------------------------------------------ */

/* Keeps the pointer in a register, and everything else from being optimised away. */
#define KEEP(object) __asm__ volatile("" : "+r"(object) : : "memory")

#define PAIR(object) do { Py_INCREF(object); KEEP(object); Py_DECREF(object); } while (0)

#define TAKE(object) do { Py_INCREF(object); KEEP(object); } while (0)

/* `times` times eight pairs. */
void c_pairs(PyObject *object, long times)
{
    for (long i = 0; i < times; i++) {
        PAIR(object); PAIR(object); PAIR(object); PAIR(object);
        PAIR(object); PAIR(object); PAIR(object); PAIR(object);
    }
}

/* As many references are taken as c_pairs takes and releases. */
void c_increfs(PyObject *object, long times)
{
    for (long i = 0; i < times; i++) {
        TAKE(object); TAKE(object); TAKE(object); TAKE(object);
        TAKE(object); TAKE(object); TAKE(object); TAKE(object);
    }
}

PyObject *c_list_append(PyObject *object, long times)
{
    PyObject *list = PyList_New(0);
    for (long i = 0; list != NULL && i < times; i++) {
        if (PyList_Append(list, object) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}

void c_none_pairs(long times)
{
    PyObject *none = Py_None;
    for (long i = 0; i < times; i++) {
        PAIR(none); PAIR(none); PAIR(none); PAIR(none);
        PAIR(none); PAIR(none); PAIR(none); PAIR(none);
    }
}

/* -- Appending ----------------------------------------------------------------------------------- */

PyObject *c_append(const char *piece, Py_ssize_t size, long times)
{
    PyObject *text = PyUnicode_FromStringAndSize(NULL, 0);
    for (long i = 0; i < times && text != NULL; i++) {
        PyObject *right = PyUnicode_FromStringAndSize(piece, size);
        if (right == NULL) {
            Py_DECREF(text);
            return NULL;
        }
        PyUnicode_AppendAndDel(&text, right);
    }
    return text;
}

/* -- Containers ---------------------------------------------------------------------------------- */

PyObject *c_list_build(Py_ssize_t count)
{
    PyObject *list = PyList_New(count);
    if (list == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = PyLong_FromSsize_t(i);
        if (item == NULL) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i, item);
    }
    return list;
}

/* Borrowed items where the GIL protects them; on free-threaded builds the strong references that
   CPython's documentation asks for. */
long long c_list_sum(PyObject *list)
{
    long long sum = 0;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
#ifdef Py_GIL_DISABLED
        PyObject *item = PyList_GetItemRef(list, i);
        if (item == NULL) {
            return -1;
        }
#else
        PyObject *item = PyList_GET_ITEM(list, i);
#endif
        long long value = PyLong_Check(item) ? PyLong_AsLongLong(item) : -1;
#ifdef Py_GIL_DISABLED
        Py_DECREF(item);
#endif
        if (value == -1) {
            if (!PyErr_Occurred()) {
                PyErr_SetString(PyExc_TypeError, "an int is required");
            }
            return -1;
        }
        sum += value;
    }
    return sum;
}

struct text {
    const char *data;
    Py_ssize_t size;
};

PyObject *c_dict_build(const struct text *texts, Py_ssize_t count)
{
    PyObject *dict = PyDict_New();
    if (dict == NULL) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *key = PyUnicode_FromStringAndSize(texts[i].data, texts[i].size);
        PyObject *value = PyUnicode_FromStringAndSize(texts[i].data, texts[i].size);
        if (key == NULL || value == NULL || PyDict_SetItem(dict, key, value) < 0) {
            Py_XDECREF(key);
            Py_XDECREF(value);
            Py_DECREF(dict);
            return NULL;
        }
        Py_DECREF(key);
        Py_DECREF(value);
    }
    return dict;
}

/* The lengths of the values of all keys. */
Py_ssize_t c_dict_lookup(PyObject *dict, PyObject *const *keys, Py_ssize_t count)
{
    Py_ssize_t sum = 0;
    for (Py_ssize_t i = 0; i < count; i++) {
#ifdef Py_GIL_DISABLED
        PyObject *value;
        if (PyDict_GetItemRef(dict, keys[i], &value) < 0) {
            return -1;
        }
#else
        PyObject *value = PyDict_GetItemWithError(dict, keys[i]);
        if (value == NULL && PyErr_Occurred()) {
            return -1;
        }
#endif
        if (value != NULL) {
            sum += PyUnicode_Check(value) ? PyUnicode_GET_LENGTH(value) : 0;
#ifdef Py_GIL_DISABLED
            Py_DECREF(value);
#endif
        }
    }
    return sum;
}

/* The lengths of all keys and values. */
Py_ssize_t c_dict_iterate(PyObject *dict)
{
    Py_ssize_t sum = 0, position = 0;
    PyObject *key, *value;
#ifdef Py_GIL_DISABLED
    Py_BEGIN_CRITICAL_SECTION(dict);
#endif
    while (PyDict_Next(dict, &position, &key, &value)) {
        sum += PyUnicode_Check(key) ? PyUnicode_GET_LENGTH(key) : 0;
        sum += PyUnicode_Check(value) ? PyUnicode_GET_LENGTH(value) : 0;
    }
#ifdef Py_GIL_DISABLED
    Py_END_CRITICAL_SECTION();
#endif
    return sum;
}

/* The same where anything may run between two steps, and take the item in hand out of the dict. */
Py_ssize_t c_dict_iterate_new_references(PyObject *dict)
{
    Py_ssize_t sum = 0, position = 0;
    PyObject *key, *value;
#ifdef Py_GIL_DISABLED
    Py_BEGIN_CRITICAL_SECTION(dict);
#endif
    while (PyDict_Next(dict, &position, &key, &value)) {
        Py_INCREF(key);
        Py_INCREF(value);
        sum += PyUnicode_Check(key) ? PyUnicode_GET_LENGTH(key) : 0;
        sum += PyUnicode_Check(value) ? PyUnicode_GET_LENGTH(value) : 0;
        Py_DECREF(value);
        Py_DECREF(key);
    }
#ifdef Py_GIL_DISABLED
    Py_END_CRITICAL_SECTION();
#endif
    return sum;
}

/* -- Errors -------------------------------------------------------------------------------------- */

__attribute__((noinline)) static PyObject *fail(void)
{
    PyErr_SetString(PyExc_ValueError, "a message of some length");
    return NULL;
}

/* Raises and catches here; how many were caught. */
long c_raise_and_catch(long times)
{
    long caught = 0;
    for (long i = 0; i < times; i++) {
        if (fail() == NULL && PyErr_ExceptionMatches(PyExc_ValueError)) {
            PyErr_Clear();
            caught++;
        }
    }
    return caught;
}

/* Catches what a function of Python raises; how many were caught. */
long c_call_and_catch(PyObject *function, long times)
{
    long caught = 0;
    for (long i = 0; i < times; i++) {
        PyObject *result = PyObject_CallNoArgs(function);
        if (result != NULL) {
            Py_DECREF(result);
        }
        else if (PyErr_ExceptionMatches(PyExc_ValueError)) {
            PyErr_Clear();
            caught++;
        }
    }
    return caught;
}

/* -- Functions called from Python ---------------------------------------------------------------- */

static PyObject *no_arguments(PyObject *module, PyObject *unused)
{
    Py_RETURN_NONE;
}

static PyObject *one_argument(PyObject *module, PyObject *a)
{
    Py_RETURN_NONE;
}

static int check_count(const char *name, Py_ssize_t count, Py_ssize_t expected)
{
    if (count != expected) {
        PyErr_Format(PyExc_TypeError, "%s() takes %zd arguments (%zd given)", name, expected, count);
        return -1;
    }
    return 0;
}

static PyObject *two_arguments(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (check_count("two_arguments", count, 2) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

/* What Argument Clinic would generate, written by hand: names are compared by address first. */
static const char *const names[2] = {"a", "b"};
static PyObject *interned[2];

static int find(PyObject *name)
{
    for (int i = 0; i < 2; i++) {
        if (name == interned[i]) {
            return i;
        }
    }
    for (int i = 0; i < 2; i++) {
        if (PyUnicode_CompareWithASCIIString(name, names[i]) == 0) {
            return i;
        }
    }
    return -1;
}

static PyObject *by_keyword(PyObject *module, PyObject *const *args, Py_ssize_t count,
                            PyObject *keywords)
{
    PyObject *values[2] = {NULL, NULL};
    if (count > 2) {
        check_count("by_keyword", count, 2);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        values[i] = args[i];
    }
    if (keywords != NULL) {
        for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(keywords); i++) {
            PyObject *name = PyTuple_GET_ITEM(keywords, i);
            int index = find(name);
            if (index < 0) {
                PyErr_Format(PyExc_TypeError, "by_keyword() got an unexpected keyword argument %R",
                             name);
                return NULL;
            }
            if (values[index] != NULL) {
                PyErr_Format(PyExc_TypeError, "by_keyword() got argument %R twice", name);
                return NULL;
            }
            values[index] = args[count + i];
        }
    }
    for (int i = 0; i < 2; i++) {
        if (values[i] == NULL) {
            PyErr_Format(PyExc_TypeError, "by_keyword() misses argument '%s'", names[i]);
            return NULL;
        }
    }
    Py_RETURN_NONE;
}

static PyObject *same(PyObject *module, PyObject *a)
{
    return Py_NewRef(a);
}

static PyObject *new_int(PyObject *module, PyObject *a)
{
    long long value = PyLong_AsLongLong(a);
    if (value == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromLongLong(value + 1);
}

static PyObject *new_str(PyObject *module, PyObject *a)
{
    Py_ssize_t size;
    const char *text = PyUnicode_AsUTF8AndSize(a, &size);
    if (text == NULL) {
        return NULL;
    }
    return PyUnicode_FromStringAndSize(text, size);
}

static PyObject *add(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (check_count("add", count, 2) < 0) {
        return NULL;
    }
    long long a = PyLong_AsLongLong(args[0]);
    if (a == -1 && PyErr_Occurred()) {
        return NULL;
    }
    long long b = PyLong_AsLongLong(args[1]);
    if (b == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromLongLong(a + b);
}

static PyObject *raises(PyObject *module, PyObject *unused)
{
    return fail();
}

static PyMethodDef methods[] = {
    {"no_arguments", no_arguments, METH_NOARGS, NULL},
    {"one_argument", one_argument, METH_O, NULL},
    {"two_arguments", (PyCFunction)(void (*)(void))two_arguments, METH_FASTCALL, NULL},
    {"by_keyword", (PyCFunction)(void (*)(void))by_keyword, METH_FASTCALL | METH_KEYWORDS, NULL},
    {"same", same, METH_O, NULL},
    {"new_int", new_int, METH_O, NULL},
    {"new_str", new_str, METH_O, NULL},
    {"add", (PyCFunction)(void (*)(void))add, METH_FASTCALL, NULL},
    {"raises", raises, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static int execute(PyObject *module)
{
    for (int i = 0; i < 2; i++) {
        interned[i] = PyUnicode_InternFromString(names[i]);
        if (interned[i] == NULL) {
            return -1;
        }
    }
    return 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "c_functions",
    .m_methods = methods,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit_c_functions(void)
{
    return PyModuleDef_Init(&definition);
}
