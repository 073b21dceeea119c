// The classes in C, by the book: heap types of a module with multi-phase initialisation, immutable, `tp_vectorcall` beside
// `tp_new`, METH_NOARGS and METH_O. `Num` can be subclassed, so that its operators find its type by the module.
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

typedef struct {
    PyTypeObject *empty, *num, *node, *upto, *counter, *items;
} State;

static struct PyModuleDef module;

// An instance of a class that cannot be subclassed, whose type is therefore the module's.
static inline State *
state_of(PyObject *self)
{
    return PyType_GetModuleState(Py_TYPE(self));
}

// The state of the module whose class an object is of, or NULL without an exception.
static inline State *
state_by_def(PyObject *object)
{
    PyObject *found = PyType_GetModuleByDef(Py_TYPE(object), &module);
    if (found == NULL) {
        PyErr_Clear();
        return NULL;
    }
    return PyModule_GetState(found);
}

static int
no_names(const char *name, PyObject *names)
{
    if (names != NULL && PyTuple_GET_SIZE(names) != 0) {
        PyErr_Format(PyExc_TypeError, "%s() takes no keyword arguments", name);
        return 0;
    }
    return 1;
}

static int
count_is(const char *name, Py_ssize_t count, Py_ssize_t wanted)
{
    if (count != wanted) {
        PyErr_Format(PyExc_TypeError, "%s() takes %zd arguments (%zd given)", name, wanted, count);
        return 0;
    }
    return 1;
}

static int
no_dict(const char *name, PyObject *dict)
{
    if (dict != NULL && PyDict_GET_SIZE(dict) != 0) {
        PyErr_Format(PyExc_TypeError, "%s() takes no keyword arguments", name);
        return 0;
    }
    return 1;
}

// For a class that the collector does not know, and that has nothing to release.
static void
plain_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}

// Empty

typedef struct {
    PyObject_HEAD
    long long value;
} Empty;

static PyObject *
empty_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (!no_dict("Empty", kwargs) || !count_is("Empty", PyTuple_GET_SIZE(args), 0)) {
        return NULL;
    }
    return type->tp_alloc(type, 0);
}

static PyObject *
empty_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *names)
{
    if (!no_names("Empty", names) || !count_is("Empty", PyVectorcall_NARGS(nargsf), 0)) {
        return NULL;
    }
    return ((PyTypeObject *)type)->tp_alloc((PyTypeObject *)type, 0);
}

static PyType_Slot empty_slots[] = {
    {Py_tp_new, empty_new},
    {Py_tp_dealloc, plain_dealloc},
    {0, NULL},
};

static PyType_Spec empty_spec = {
    "by_c.Empty", sizeof(Empty), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, empty_slots,
};

// Num

typedef struct {
    PyObject_HEAD
    long long value;
} Num;

static inline PyObject *
num_make(PyTypeObject *type, long long value)
{
    Num *self = (Num *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->value = value;
    }
    return (PyObject *)self;
}

static inline PyObject *
num_of(PyTypeObject *type, PyObject *object)
{
    long long value = PyLong_AsLongLong(object);
    if (value == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return num_make(type, value);
}

static PyObject *
num_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (!no_dict("Num", kwargs) || !count_is("Num", PyTuple_GET_SIZE(args), 1)) {
        return NULL;
    }
    return num_of(type, PyTuple_GET_ITEM(args, 0));
}

static PyObject *
num_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *names)
{
    if (!no_names("Num", names) || !count_is("Num", PyVectorcall_NARGS(nargsf), 1)) {
        return NULL;
    }
    return num_of((PyTypeObject *)type, args[0]);
}

static PyObject *
num_touch(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    if (((Num *)self)->value < 0) {
        PyErr_SetString(PyExc_ValueError, "negative");
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *
num_plus(PyObject *self, PyObject *object)
{
    long long other = PyLong_AsLongLong(object);
    if (other == -1 && PyErr_Occurred()) {
        return NULL;
    }
    return PyLong_FromLongLong((long long)((unsigned long long)((Num *)self)->value + (unsigned long long)other));
}

static PyObject *
num_get_value(PyObject *self, void *Py_UNUSED(closure))
{
    return PyLong_FromLongLong(((Num *)self)->value);
}

static PyObject *
num_compare(PyObject *self, PyObject *other, int op)
{
    State *state = state_by_def(self);
    if (state == NULL || (op != Py_EQ && op != Py_NE) || !PyObject_TypeCheck(other, state->num)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    int equal = ((Num *)self)->value == ((Num *)other)->value;
    return PyBool_FromLong(equal == (op == Py_EQ));
}

static PyObject *
num_add(PyObject *left, PyObject *right)
{
    State *state = state_by_def(left);
    if (state == NULL) {
        state = state_by_def(right);
    }
    if (state == NULL || !PyObject_TypeCheck(left, state->num) || !PyObject_TypeCheck(right, state->num)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    unsigned long long sum = (unsigned long long)((Num *)left)->value + (unsigned long long)((Num *)right)->value;
    return num_make(state->num, (long long)sum);
}

static Py_hash_t
num_hash(PyObject *self)
{
    Py_hash_t hash = (Py_hash_t)((Num *)self)->value;
    return hash == -1 ? -2 : hash;
}

static int
num_bool(PyObject *self)
{
    return ((Num *)self)->value != 0;
}

static PyMethodDef num_methods[] = {
    {"touch", num_touch, METH_NOARGS, NULL},
    {"plus", num_plus, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyGetSetDef num_getset[] = {
    {"value", num_get_value, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyType_Slot num_slots[] = {
    {Py_tp_new, num_new},
    {Py_tp_dealloc, plain_dealloc},
    {Py_tp_methods, num_methods},
    {Py_tp_getset, num_getset},
    {Py_tp_richcompare, num_compare},
    {Py_tp_hash, num_hash},
    {Py_nb_add, num_add},
    {Py_nb_bool, num_bool},
    {0, NULL},
};

static PyType_Spec num_spec = {
    "by_c.Num", sizeof(Num), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_IMMUTABLETYPE, num_slots,
};

// Node

typedef struct {
    PyObject_HEAD
    PyObject *left;
    PyObject *any;
    PyObject *weak;
} Node;

static PyObject *
node_make(PyTypeObject *type, PyObject *left, PyObject *any)
{
    Node *self = (Node *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->left = Py_NewRef(left);
        self->any = Py_NewRef(any);
    }
    return (PyObject *)self;
}

static PyObject *
node_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (!no_dict("Node", kwargs) || !count_is("Node", PyTuple_GET_SIZE(args), 2)) {
        return NULL;
    }
    return node_make(type, PyTuple_GET_ITEM(args, 0), PyTuple_GET_ITEM(args, 1));
}

static PyObject *
node_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *names)
{
    if (!no_names("Node", names) || !count_is("Node", PyVectorcall_NARGS(nargsf), 2)) {
        return NULL;
    }
    return node_make((PyTypeObject *)type, args[0], args[1]);
}

static int
node_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(((Node *)self)->left);
    Py_VISIT(((Node *)self)->any);
    return 0;
}

static int
node_clear(PyObject *self)
{
    Py_CLEAR(((Node *)self)->left);
    Py_CLEAR(((Node *)self)->any);
    return 0;
}

static void
node_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    if (((Node *)self)->weak != NULL) {
        PyObject_ClearWeakRefs(self);
    }
    Py_XDECREF(((Node *)self)->left);
    Py_XDECREF(((Node *)self)->any);
    type->tp_free(self);
    Py_DECREF(type);
}

#ifdef Py_GIL_DISABLED
#define BEGIN(object) Py_BEGIN_CRITICAL_SECTION(object)
#define END() Py_END_CRITICAL_SECTION()
#else
#define BEGIN(object) {
#define END() }
#endif

static PyObject *
node_get_any(PyObject *self, void *Py_UNUSED(closure))
{
    PyObject *result;
    BEGIN(self);
    result = Py_XNewRef(((Node *)self)->any);
    END();
    if (result == NULL) {
        Py_RETURN_NONE;
    }
    return result;
}

static int
node_set_any(PyObject *self, PyObject *value, void *Py_UNUSED(closure))
{
    PyObject *old;
    if (value == NULL) {
        PyErr_SetString(PyExc_AttributeError, "cannot delete any");
        return -1;
    }
    BEGIN(self);
    old = ((Node *)self)->any;
    ((Node *)self)->any = Py_NewRef(value);
    END();
    Py_XDECREF(old);
    return 0;
}

static PyGetSetDef node_getset[] = {
    {"any", node_get_any, node_set_any, NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL},
};

static PyMemberDef node_members[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(Node, weak), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot node_slots[] = {
    {Py_tp_new, node_new},
    {Py_tp_dealloc, node_dealloc},
    {Py_tp_traverse, node_traverse},
    {Py_tp_clear, node_clear},
    {Py_tp_getset, node_getset},
    {Py_tp_members, node_members},
    {0, NULL},
};

static PyType_Spec node_spec = {
    "by_c.Node", sizeof(Node), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE, node_slots,
};

// Upto and Counter

typedef struct {
    PyObject_HEAD
    long long end;
} Upto;

typedef struct {
    PyObject_HEAD
    long long next, end;
} Counter;

static PyObject *
upto_of(PyTypeObject *type, PyObject *object)
{
    long long end = PyLong_AsLongLong(object);
    if (end == -1 && PyErr_Occurred()) {
        return NULL;
    }
    Upto *self = (Upto *)type->tp_alloc(type, 0);
    if (self != NULL) {
        self->end = end;
    }
    return (PyObject *)self;
}

static PyObject *
upto_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (!no_dict("Upto", kwargs) || !count_is("Upto", PyTuple_GET_SIZE(args), 1)) {
        return NULL;
    }
    return upto_of(type, PyTuple_GET_ITEM(args, 0));
}

static PyObject *
upto_iter(PyObject *self)
{
    State *state = state_of(self);
    if (state == NULL) {
        return NULL;
    }
    Counter *counter = (Counter *)state->counter->tp_alloc(state->counter, 0);
    if (counter != NULL) {
        counter->end = ((Upto *)self)->end;
    }
    return (PyObject *)counter;
}

static PyType_Slot upto_slots[] = {
    {Py_tp_new, upto_new},
    {Py_tp_dealloc, plain_dealloc},
    {Py_tp_iter, upto_iter},
    {0, NULL},
};

static PyType_Spec upto_spec = {
    "by_c.Upto", sizeof(Upto), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, upto_slots,
};

static PyObject *
counter_next(PyObject *self)
{
    Counter *counter = (Counter *)self;
    // Relaxed: a plain load and store.
    long long next = __atomic_load_n(&counter->next, __ATOMIC_RELAXED);
    if (next >= counter->end) {
        return NULL;
    }
    __atomic_store_n(&counter->next, next + 1, __ATOMIC_RELAXED);
    return PyLong_FromLongLong(next);
}

static PyType_Slot counter_slots[] = {
    {Py_tp_dealloc, plain_dealloc},
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, counter_next},
    {0, NULL},
};

static PyType_Spec counter_spec = {
    "by_c.Counter", sizeof(Counter), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION, counter_slots,
};

#include "by_c_items.h"

static int
add(PyObject *self, PyType_Spec *spec, vectorcallfunc vectorcall, PyTypeObject **place)
{
    PyTypeObject *type = (PyTypeObject *)PyType_FromModuleAndSpec(self, spec, NULL);
    if (type == NULL) {
        return -1;
    }
    type->tp_vectorcall = vectorcall;
    *place = type;
    return PyModule_AddType(self, type);
}

static int
exec(PyObject *self)
{
    State *state = PyModule_GetState(self);
    if (add(self, &empty_spec, empty_vectorcall, &state->empty) < 0
        || add(self, &num_spec, num_vectorcall, &state->num) < 0
        || add(self, &node_spec, node_vectorcall, &state->node) < 0
        || add(self, &upto_spec, NULL, &state->upto) < 0
        || add(self, &counter_spec, NULL, &state->counter) < 0
        || add(self, &items_spec, NULL, &state->items) < 0) {
        return -1;
    }
    return 0;
}

static int
traverse(PyObject *self, visitproc visit, void *arg)
{
    State *state = PyModule_GetState(self);
    Py_VISIT(state->empty);
    Py_VISIT(state->num);
    Py_VISIT(state->node);
    Py_VISIT(state->upto);
    Py_VISIT(state->counter);
    Py_VISIT(state->items);
    return 0;
}

static int
clear(PyObject *self)
{
    State *state = PyModule_GetState(self);
    Py_CLEAR(state->empty);
    Py_CLEAR(state->num);
    Py_CLEAR(state->node);
    Py_CLEAR(state->upto);
    Py_CLEAR(state->counter);
    Py_CLEAR(state->items);
    return 0;
}

static void
free_module(void *self)
{
    clear(self);
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "by_c", NULL, sizeof(State), NULL, slots, traverse, clear, free_module,
};

PyMODINIT_FUNC
PyInit_by_c(void)
{
    return PyModuleDef_Init(&module);
}
