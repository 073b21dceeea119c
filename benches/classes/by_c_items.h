// Items: a sequence of objects that does not change.

typedef struct {
    PyObject_HEAD
    Py_ssize_t count;
    PyObject **items;
} Items;

static PyObject *
items_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    if (!no_dict("Items", kwargs) || !count_is("Items", PyTuple_GET_SIZE(args), 1)) {
        return NULL;
    }
    PyObject *tuple = PyTuple_GET_ITEM(args, 0);
    if (!PyTuple_Check(tuple)) {
        PyErr_SetString(PyExc_TypeError, "Items() takes a tuple");
        return NULL;
    }
    Py_ssize_t count = PyTuple_GET_SIZE(tuple);
    PyObject **items = PyMem_New(PyObject *, count);
    if (items == NULL) {
        return PyErr_NoMemory();
    }
    Items *self = (Items *)type->tp_alloc(type, 0);
    if (self == NULL) {
        PyMem_Free(items);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        items[i] = Py_NewRef(PyTuple_GET_ITEM(tuple, i));
    }
    self->items = items;
    self->count = count;
    return (PyObject *)self;
}

static int
items_traverse(PyObject *self, visitproc visit, void *arg)
{
    Items *items = (Items *)self;
    Py_VISIT(Py_TYPE(self));
    for (Py_ssize_t i = 0; i < items->count; i++) {
        Py_VISIT(items->items[i]);
    }
    return 0;
}

static void
items_dealloc(PyObject *self)
{
    Items *items = (Items *)self;
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    for (Py_ssize_t i = 0; i < items->count; i++) {
        Py_DECREF(items->items[i]);
    }
    PyMem_Free(items->items);
    type->tp_free(self);
    Py_DECREF(type);
}

static Py_ssize_t
items_length(PyObject *self)
{
    return ((Items *)self)->count;
}

static PyObject *
items_subscript(PyObject *self, PyObject *key)
{
    Items *items = (Items *)self;
    if (!PyIndex_Check(key)) {
        PyErr_Format(PyExc_TypeError, "indices must be integers, not %s", Py_TYPE(key)->tp_name);
        return NULL;
    }
    Py_ssize_t index = PyNumber_AsSsize_t(key, PyExc_IndexError);
    if (index == -1 && PyErr_Occurred()) {
        return NULL;
    }
    if (index < 0) {
        index += items->count;
    }
    if (index < 0 || index >= items->count) {
        PyErr_SetString(PyExc_IndexError, "out of range");
        return NULL;
    }
    return Py_NewRef(items->items[index]);
}

static PyType_Slot items_slots[] = {
    {Py_tp_new, items_new},
    {Py_tp_dealloc, items_dealloc},
    {Py_tp_traverse, items_traverse},
    {Py_mp_length, items_length},
    {Py_sq_length, items_length},
    {Py_mp_subscript, items_subscript},
    {0, NULL},
};

static PyType_Spec items_spec = {
    "by_c.Items", sizeof(Items), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE, items_slots,
};
