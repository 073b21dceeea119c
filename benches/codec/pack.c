/* The encoder in C, as an extension module would have it: see main.rs.
 *
 * Items are borrowed from their containers, as released codecs do: a tzinfo that empties the list in which its datetime is
 * would crash it. On free-threaded builds a container is locked for the whole loop. */

#include "codec.h"

#ifndef Py_BEGIN_CRITICAL_SECTION
#define Py_BEGIN_CRITICAL_SECTION(object) {
#define Py_END_CRITICAL_SECTION() }
#endif

static PyObject *name_fields, *name_slots, *name_dict, *name_utcoffset;

int c_pack_init(void)
{
    PyDateTime_IMPORT;
    name_fields = PyUnicode_InternFromString("__dataclass_fields__");
    name_slots = PyUnicode_InternFromString("__slots__");
    name_dict = PyUnicode_InternFromString("__dict__");
    name_utcoffset = PyUnicode_InternFromString("utcoffset");
    return PyDateTimeAPI && name_fields && name_slots && name_dict && name_utcoffset ? 0 : -1;
}

typedef struct {
    PyObject *bytes;
    Py_ssize_t len, capacity;
    int sorted;
} Writer;

static int grow(Writer *writer, Py_ssize_t more)
{
    if (more > PY_SSIZE_T_MAX / 4 - writer->len) {
        PyErr_NoMemory();
        return -1;
    }
    Py_ssize_t capacity = Py_MAX(writer->capacity * 2, writer->len + more);
    if (_PyBytes_Resize(&writer->bytes, capacity) < 0) {
        return -1;
    }
    writer->capacity = capacity;
    return 0;
}

/* Where the next bytes go, with room for so many; NULL without memory. */
static inline unsigned char *room(Writer *writer, Py_ssize_t more)
{
    if (writer->capacity - writer->len < more && grow(writer, more) < 0) {
        return NULL;
    }
    return (unsigned char *)PyBytes_AS_STRING(writer->bytes) + writer->len;
}

static inline unsigned char *big_endian(unsigned char *place, uint64_t value, int size)
{
    for (int i = size - 1; i >= 0; i--) {
        *place++ = (unsigned char)(value >> (8 * i));
    }
    return place;
}

static inline int put(Writer *writer, unsigned char tag, uint64_t value, int size)
{
    unsigned char *place = room(writer, 9);
    if (place == NULL) {
        return -1;
    }
    *place++ = tag;
    big_endian(place, value, size);
    writer->len += 1 + size;
    return 0;
}

static int too_large(const char *what)
{
    PyErr_Format(PyExc_OverflowError, "%s is too large", what);
    return -1;
}

static int put_container(Writer *writer, Py_ssize_t len, int small, int tag)
{
    if (len < 16) {
        return put(writer, small | (unsigned char)len, 0, 0);
    }
    if (len > 0xffffffff) {
        return too_large("a container");
    }
    return len <= 0xffff ? put(writer, tag, len, 2) : put(writer, tag + 1, len, 4);
}

static inline int put_text(Writer *writer, const char *text, Py_ssize_t len)
{
    if (len > 0xffffffff) {
        return too_large("a str");
    }
    unsigned char *place = room(writer, len + 5);
    if (place == NULL) {
        return -1;
    }
    unsigned char *start = place;
    if (len < 32) {
        *place++ = 0xa0 | (unsigned char)len;
    }
    else if (len <= 0xff) {
        *place++ = 0xd9;
        *place++ = (unsigned char)len;
    }
    else if (len <= 0xffff) {
        *place++ = 0xda;
        place = big_endian(place, len, 2);
    }
    else {
        *place++ = 0xdb;
        place = big_endian(place, len, 4);
    }
    memcpy(place, text, len);
    writer->len += place - start + len;
    return 0;
}

static inline const char *utf8(PyObject *text, Py_ssize_t *len)
{
    if (PyUnicode_IS_COMPACT_ASCII(text)) {
        *len = PyUnicode_GET_LENGTH(text);
        return (const char *)PyUnicode_1BYTE_DATA(text);
    }
    return PyUnicode_AsUTF8AndSize(text, len);
}

static inline int pack_str(Writer *writer, PyObject *object)
{
    Py_ssize_t len;
    const char *text = utf8(object, &len);
    return text == NULL ? -1 : put_text(writer, text, len);
}

static int pack_bytes(Writer *writer, PyObject *object)
{
    Py_ssize_t len = PyBytes_GET_SIZE(object);
    if (len > 0xffffffff) {
        return too_large("a bytes");
    }
    unsigned char *place = room(writer, len + 5), *start = place;
    if (place == NULL) {
        return -1;
    }
    int size = len <= 0xff ? 1 : len <= 0xffff ? 2 : 4;
    *place++ = 0xc4 + size / 2;
    place = big_endian(place, len, size);
    memcpy(place, PyBytes_AS_STRING(object), len);
    writer->len += place - start + len;
    return 0;
}

static int put_int(Writer *writer, int64_t value)
{
    if (value >= 0) {
        if (value < 0x80) {
            return put(writer, (unsigned char)value, 0, 0);
        }
        if (value <= 0xff) {
            return put(writer, 0xcc, value, 1);
        }
        if (value <= 0xffff) {
            return put(writer, 0xcd, value, 2);
        }
        return value <= 0xffffffff ? put(writer, 0xce, value, 4) : put(writer, 0xcf, value, 8);
    }
    if (value >= -32) {
        return put(writer, (unsigned char)value, 0, 0);
    }
    if (value >= INT8_MIN) {
        return put(writer, 0xd0, value, 1);
    }
    if (value >= INT16_MIN) {
        return put(writer, 0xd1, value, 2);
    }
    return value >= INT32_MIN ? put(writer, 0xd2, value, 4) : put(writer, 0xd3, value, 8);
}

static int pack_int(Writer *writer, PyObject *object)
{
#if PY_VERSION_HEX >= 0x030c0000
    if (PyUnstable_Long_IsCompact((PyLongObject *)object)) {
        return put_int(writer, PyUnstable_Long_CompactValue((PyLongObject *)object));
    }
#endif
    int overflow;
    long long value = PyLong_AsLongLongAndOverflow(object, &overflow);
    if (overflow == 0) {
        return put_int(writer, value);
    }
    if (overflow < 0) {
        return too_large("an int");
    }
    unsigned long long above = PyLong_AsUnsignedLongLong(object);
    if (above == (unsigned long long)-1 && PyErr_Occurred()) {
        return -1;
    }
    return put(writer, 0xcf, above, 8);
}

static int pack_float(Writer *writer, PyObject *object)
{
    double value = PyFloat_AS_DOUBLE(object);
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return put(writer, 0xcb, bits, 8);
}

static int pack(Writer *writer, PyObject *object, int depth);

static int changed(const char *what)
{
    PyErr_Format(PyExc_RuntimeError, "%s changed size while it was packed", what);
    return -1;
}

static int pack_list(Writer *writer, PyObject *list, int depth)
{
    Py_ssize_t len = PyList_GET_SIZE(list);
    int status = put_container(writer, len, 0x90, 0xdc);
    for (Py_ssize_t i = 0; status == 0 && i < len; i++) {
        if (PyList_GET_SIZE(list) != len) {
            return changed("list");
        }
        status = pack(writer, PyList_GET_ITEM(list, i), depth);
    }
    return status;
}

static int pack_tuple(Writer *writer, PyObject *tuple, int depth)
{
    Py_ssize_t len = PyTuple_GET_SIZE(tuple);
    int status = put_container(writer, len, 0x90, 0xdc);
    for (Py_ssize_t i = 0; status == 0 && i < len; i++) {
        status = pack(writer, PyTuple_GET_ITEM(tuple, i), depth);
    }
    return status;
}

static int pack_dict(Writer *writer, PyObject *dict, int depth)
{
    Py_ssize_t len = PyDict_GET_SIZE(dict), position = 0, count = 0;
    PyObject *key, *value;
    if (put_container(writer, len, 0x80, 0xde) < 0) {
        return -1;
    }
    while (PyDict_Next(dict, &position, &key, &value)) {
        if (count++ == len) {
            break;
        }
        int status = PyUnicode_CheckExact(key) ? pack_str(writer, key) : pack(writer, key, depth);
        if (status < 0 || pack(writer, value, depth) < 0) {
            return -1;
        }
    }
    return count == len ? 0 : changed("dict");
}

typedef struct {
    const char *text;
    Py_ssize_t len;
    PyObject *value;
} Item;

static int compare(const void *one, const void *other)
{
    const Item *a = one, *b = other;
    int order = memcmp(a->text, b->text, a->len < b->len ? a->len : b->len);
    return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

static int pack_sorted(Writer *writer, PyObject *dict, int depth)
{
    Py_ssize_t len = PyDict_GET_SIZE(dict), position = 0, count = 0;
    PyObject *key, *value;
    Item few[16], *items = few;
    if (put_container(writer, len, 0x80, 0xde) < 0) {
        return -1;
    }
    if (len > 16 && (items = PyMem_New(Item, len)) == NULL) {
        return PyErr_NoMemory(), -1;
    }
    int status = -1;
    while (count < len && PyDict_Next(dict, &position, &key, &value)) {
        if (!PyUnicode_CheckExact(key)) {
            PyErr_SetString(PyExc_TypeError, "only keys of type str can be sorted");
            goto done;
        }
        items[count].value = value;
        items[count].text = utf8(key, &items[count].len);
        if (items[count].text == NULL) {
            goto done;
        }
        count++;
    }
    if (count != len) {
        changed("dict");
        goto done;
    }
    qsort(items, len, sizeof(Item), compare);
    for (count = 0; count < len; count++) {
        if (put_text(writer, items[count].text, items[count].len) < 0 ||
            pack(writer, items[count].value, depth) < 0) {
            goto done;
        }
    }
    status = 0;
done:
    if (items != few) {
        PyMem_Free(items);
    }
    return status;
}

static int pack_any_dict(Writer *writer, PyObject *dict, int depth)
{
    int status;
    Py_BEGIN_CRITICAL_SECTION(dict);
    status = writer->sorted ? pack_sorted(writer, dict, depth) : pack_dict(writer, dict, depth);
    Py_END_CRITICAL_SECTION();
    return status;
}

static int pack_fields(Writer *writer, PyObject *object, PyObject *fields, int depth)
{
    Py_ssize_t position = 0;
    PyObject *name, *field;
    if (put_container(writer, PyDict_GET_SIZE(fields), 0x80, 0xde) < 0) {
        return -1;
    }
    while (PyDict_Next(fields, &position, &name, &field)) {
        PyObject *value = PyObject_GetAttr(object, name);
        if (value == NULL) {
            return -1;
        }
        int status = pack_str(writer, name) < 0 ? -1 : pack(writer, value, depth);
        Py_DECREF(value);
        if (status < 0) {
            return -1;
        }
    }
    return 0;
}

static int pack_dataclass(Writer *writer, PyObject *object, PyObject *namespace, int depth)
{
    int status, slots = PyDict_Contains(namespace, name_slots);
    if (slots < 0) {
        return -1;
    }
    if (!slots) {
        PyObject *dict = PyObject_GetAttr(object, name_dict);
        if (dict == NULL) {
            return -1;
        }
        status = pack_any_dict(writer, dict, depth);
        Py_DECREF(dict);
        return status;
    }
    PyObject *fields = PyObject_GetAttr((PyObject *)Py_TYPE(object), name_fields);
    if (fields == NULL) {
        return -1;
    }
    Py_BEGIN_CRITICAL_SECTION(fields);
    status = pack_fields(writer, object, fields, depth);
    Py_END_CRITICAL_SECTION();
    Py_DECREF(fields);
    return status;
}

static int64_t days_before(int64_t year, int month, int day)
{
    /* Years begin in March, so that the leap day is the last one; 719468 days from there to 1970. */
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int pack_datetime(Writer *writer, PyObject *object)
{
    int64_t seconds = days_before(PyDateTime_GET_YEAR(object), PyDateTime_GET_MONTH(object),
                                  PyDateTime_GET_DAY(object)) * 86400
                      + PyDateTime_DATE_GET_HOUR(object) * 3600
                      + PyDateTime_DATE_GET_MINUTE(object) * 60 + PyDateTime_DATE_GET_SECOND(object);
    int64_t microseconds = PyDateTime_DATE_GET_MICROSECOND(object);
    PyObject *zone = PyDateTime_DATE_GET_TZINFO(object);
    if (zone != Py_None && zone != PyDateTime_TimeZone_UTC) {
        PyObject *offset = PyObject_CallMethodOneArg(zone, name_utcoffset, object);
        if (offset == NULL) {
            return -1;
        }
        if (PyDelta_Check(offset)) {
            seconds -= PyDateTime_DELTA_GET_DAYS(offset) * (int64_t)86400
                       + PyDateTime_DELTA_GET_SECONDS(offset);
            microseconds -= PyDateTime_DELTA_GET_MICROSECONDS(offset);
        }
        Py_DECREF(offset);
        if (microseconds < 0) {
            microseconds += 1000000;
            seconds--;
        }
    }
    uint64_t nanoseconds = (uint64_t)microseconds * 1000;
    unsigned char *place = room(writer, 15), *start = place;
    if (place == NULL) {
        return -1;
    }
    if (seconds >> 34 != 0) {
        *place++ = 0xc7;
        *place++ = 12;
        *place++ = 0xff;
        place = big_endian(big_endian(place, nanoseconds, 4), seconds, 8);
    }
    else if (nanoseconds != 0 || seconds >> 32 != 0) {
        *place++ = 0xd7;
        *place++ = 0xff;
        place = big_endian(place, nanoseconds << 34 | seconds, 8);
    }
    else {
        *place++ = 0xd6;
        *place++ = 0xff;
        place = big_endian(place, seconds, 4);
    }
    writer->len += place - start;
    return 0;
}

static int pack_other(Writer *writer, PyObject *object, int depth)
{
    PyTypeObject *type = Py_TYPE(object);
    if (PyDateTime_CheckExact(object)) {
        return pack_datetime(writer, object);
    }
    /* Types that C code made are no dataclasses, and from 3.12 on some have no namespace here. */
    if (PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE)) {
        int is_dataclass = PyDict_Contains(type->tp_dict, name_fields);
        if (is_dataclass != 0) {
            return is_dataclass < 0 ? -1 : pack_dataclass(writer, object, type->tp_dict, depth);
        }
    }
    PyErr_Format(PyExc_TypeError, "cannot pack %s", type->tp_name);
    return -1;
}

static int pack(Writer *writer, PyObject *object, int depth)
{
    PyTypeObject *type = Py_TYPE(object);
    if (type == &PyUnicode_Type) {
        return pack_str(writer, object);
    }
    if (type == &PyLong_Type) {
        return pack_int(writer, object);
    }
    if (type == &PyBool_Type) {
        return put(writer, object == Py_True ? 0xc3 : 0xc2, 0, 0);
    }
    if (object == Py_None) {
        return put(writer, 0xc0, 0, 0);
    }
    if (type == &PyFloat_Type) {
        return pack_float(writer, object);
    }
    if (type == &PyBytes_Type) {
        return pack_bytes(writer, object);
    }
    if (depth == 0) {
        too_deep();
        return -1;
    }
    if (type == &PyList_Type) {
        int status;
        Py_BEGIN_CRITICAL_SECTION(object);
        status = pack_list(writer, object, depth - 1);
        Py_END_CRITICAL_SECTION();
        return status;
    }
    if (type == &PyDict_Type) {
        return pack_any_dict(writer, object, depth - 1);
    }
    return type == &PyTuple_Type ? pack_tuple(writer, object, depth - 1)
                                 : pack_other(writer, object, depth - 1);
}

PyObject *c_pack(PyObject *object, int sorted)
{
    Writer writer = {.capacity = 1024, .sorted = sorted};
    writer.bytes = PyBytes_FromStringAndSize(NULL, writer.capacity);
    if (writer.bytes == NULL) {
        return NULL;
    }
    if (pack(&writer, object, DEPTH) < 0) {
        Py_XDECREF(writer.bytes);
        return NULL;
    }
    _PyBytes_Resize(&writer.bytes, writer.len);
    return writer.bytes;
}
