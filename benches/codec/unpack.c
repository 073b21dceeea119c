/* The decoder in C: see main.rs. */

#include "codec.h"

/* How many items a header alone makes room for. */
#define TRUSTED 1024

/* Exported by every version, declared by some. */
PyAPI_FUNC(PyObject *) _PyDict_NewPresized(Py_ssize_t);

int c_unpack_init(void)
{
    PyDateTime_IMPORT;
    return PyDateTimeAPI ? 0 : -1;
}


typedef struct {
    const unsigned char *place, *end;
} Reader;

static PyObject *wrong(const char *message)
{
    PyErr_SetString(PyExc_ValueError, message);
    return NULL;
}

/* The next bytes, so many; NULL if there are fewer. */
static inline const unsigned char *take(Reader *reader, size_t count)
{
    const unsigned char *place = reader->place;
    if (count > (size_t)(reader->end - place)) {
        wrong("truncated");
        return NULL;
    }
    reader->place += count;
    return place;
}

static inline int number(Reader *reader, int size, uint64_t *value)
{
    const unsigned char *bytes = take(reader, size);
    if (bytes == NULL) {
        return -1;
    }
    *value = 0;
    for (int i = 0; i < size; i++) {
        *value = *value << 8 | bytes[i];
    }
    return 0;
}

static inline int is_ascii(const unsigned char *bytes, size_t len)
{
    uint64_t high = 0, word;
    for (; len >= 8; len -= 8, bytes += 8) {
        memcpy(&word, bytes, 8);
        high |= word;
    }
    for (; len > 0; len--, bytes++) {
        high |= *bytes;
    }
    return (high & 0x8080808080808080) == 0;
}

static PyObject *unpack_str(Reader *reader, size_t len)
{
    const unsigned char *bytes = take(reader, len);
    if (bytes == NULL) {
        return NULL;
    }
    if (!is_ascii(bytes, len)) {
        return PyUnicode_DecodeUTF8((const char *)bytes, len, NULL);
    }
    PyObject *text = PyUnicode_New(len, 127);
    if (text != NULL && len > 0) {
        memcpy(PyUnicode_1BYTE_DATA(text), bytes, len);
    }
    return text;
}

static PyObject *unpack_bytes(Reader *reader, size_t len)
{
    const unsigned char *bytes = take(reader, len);
    return bytes == NULL ? NULL : PyBytes_FromStringAndSize((const char *)bytes, len);
}

static PyObject *unpack(Reader *reader, int depth);

static PyObject *unpack_list(Reader *reader, size_t len, int depth)
{
    if (depth == 0) {
        too_deep();
        return NULL;
    }
    Py_ssize_t trusted = len < TRUSTED ? len : TRUSTED;
    PyObject *list = PyList_New(trusted);
    if (list == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < len; i++) {
        PyObject *item = unpack(reader, depth - 1);
        if (item == NULL) {
            goto failed;
        }
        if (i < (size_t)trusted) {
            PyList_SET_ITEM(list, i, item);
        }
        else {
            int status = PyList_Append(list, item);
            Py_DECREF(item);
            if (status < 0) {
                goto failed;
            }
        }
    }
    return list;
failed:
    Py_DECREF(list);
    return NULL;
}

static PyObject *unpack_dict(Reader *reader, size_t len, int depth)
{
    if (depth == 0) {
        too_deep();
        return NULL;
    }
    PyObject *dict = _PyDict_NewPresized(len < TRUSTED ? len : TRUSTED);
    if (dict == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < len; i++) {
        PyObject *key = unpack(reader, depth - 1);
        PyObject *value = key == NULL ? NULL : unpack(reader, depth - 1);
        int status = value == NULL ? -1 : PyDict_SetItem(dict, key, value);
        Py_XDECREF(key);
        Py_XDECREF(value);
        if (status < 0) {
            Py_DECREF(dict);
            return NULL;
        }
    }
    return dict;
}

static PyObject *make_datetime(int64_t seconds, uint64_t nanoseconds)
{
    int64_t days = seconds / 86400, of_day = seconds % 86400;
    if (of_day < 0) {
        of_day += 86400;
        days--;
    }
    /* The inverse of days_before. */
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097, of_era = days - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153;
    int day = (int)(of_year - (153 * month + 2) / 5) + 1;
    month += month < 10 ? 3 : -9;
    year += era * 400 + (month <= 2);
    if (year < 1 || year > 9999 || nanoseconds > 999999999) {
        return wrong("a timestamp is out of range");
    }
    return PyDateTimeAPI->DateTime_FromDateAndTime(
        (int)year, (int)month, day, (int)(of_day / 3600), (int)(of_day / 60 % 60),
        (int)(of_day % 60), (int)(nanoseconds / 1000), PyDateTime_TimeZone_UTC,
        PyDateTimeAPI->DateTimeType);
}

static PyObject *unpack_extension(Reader *reader, size_t len)
{
    const unsigned char *type = take(reader, 1);
    uint64_t high, low;
    if (type == NULL) {
        return NULL;
    }
    if (*type != 0xff || (len != 4 && len != 8 && len != 12)) {
        return wrong("an unknown extension type");
    }
    if (len == 4) {
        return number(reader, 4, &low) < 0 ? NULL : make_datetime((int64_t)low, 0);
    }
    if (len == 8) {
        return number(reader, 8, &low) < 0 ? NULL : make_datetime(low & 0x3ffffffff, low >> 34);
    }
    if (number(reader, 4, &high) < 0 || number(reader, 8, &low) < 0) {
        return NULL;
    }
    return make_datetime((int64_t)low, high);
}

static PyObject *unpack(Reader *reader, int depth)
{
    uint64_t value;
    const unsigned char *first = take(reader, 1);
    if (first == NULL) {
        return NULL;
    }
    unsigned char tag = *first;
    if (tag < 0x80) {
        return PyLong_FromLong(tag);
    }
    if (tag < 0x90) {
        return unpack_dict(reader, tag & 15, depth);
    }
    if (tag < 0xa0) {
        return unpack_list(reader, tag & 15, depth);
    }
    if (tag < 0xc0) {
        return unpack_str(reader, tag & 31);
    }
    if (tag >= 0xe0) {
        return PyLong_FromLong((signed char)tag);
    }
#define NUMBER(size)                         \
    if (number(reader, size, &value) < 0) { \
        return NULL;                         \
    }
    switch (tag) {
    case 0xc0:
        return Py_NewRef(Py_None);
    case 0xc2:
        return Py_NewRef(Py_False);
    case 0xc3:
        return Py_NewRef(Py_True);
    case 0xc4:
        NUMBER(1) return unpack_bytes(reader, value);
    case 0xc5:
        NUMBER(2) return unpack_bytes(reader, value);
    case 0xc6:
        NUMBER(4) return unpack_bytes(reader, value);
    case 0xc7:
        NUMBER(1) return unpack_extension(reader, value);
    case 0xca: {
        float single;
        NUMBER(4)
        uint32_t bits = (uint32_t)value;
        memcpy(&single, &bits, sizeof single);
        return PyFloat_FromDouble(single);
    }
    case 0xcb: {
        double wide;
        NUMBER(8)
        memcpy(&wide, &value, sizeof wide);
        return PyFloat_FromDouble(wide);
    }
    case 0xcc:
        NUMBER(1) return PyLong_FromLong((long)value);
    case 0xcd:
        NUMBER(2) return PyLong_FromLong((long)value);
    case 0xce:
        NUMBER(4) return PyLong_FromLongLong((long long)value);
    case 0xcf:
        NUMBER(8) return PyLong_FromUnsignedLongLong(value);
    case 0xd0:
        NUMBER(1) return PyLong_FromLong((int8_t)value);
    case 0xd1:
        NUMBER(2) return PyLong_FromLong((int16_t)value);
    case 0xd2:
        NUMBER(4) return PyLong_FromLong((int32_t)value);
    case 0xd3:
        NUMBER(8) return PyLong_FromLongLong((int64_t)value);
    case 0xd6:
        return unpack_extension(reader, 4);
    case 0xd7:
        return unpack_extension(reader, 8);
    case 0xd9:
        NUMBER(1) return unpack_str(reader, value);
    case 0xda:
        NUMBER(2) return unpack_str(reader, value);
    case 0xdb:
        NUMBER(4) return unpack_str(reader, value);
    case 0xdc:
        NUMBER(2) return unpack_list(reader, value, depth);
    case 0xdd:
        NUMBER(4) return unpack_list(reader, value, depth);
    case 0xde:
        NUMBER(2) return unpack_dict(reader, value, depth);
    case 0xdf:
        NUMBER(4) return unpack_dict(reader, value, depth);
    default:
        return wrong("an unknown type");
    }
}

PyObject *c_unpack(PyObject *bytes)
{
    Reader reader = {.place = (const unsigned char *)PyBytes_AS_STRING(bytes)};
    reader.end = reader.place + PyBytes_GET_SIZE(bytes);
    PyObject *object = unpack(&reader, DEPTH);
    if (object != NULL && reader.place != reader.end) {
        Py_DECREF(object);
        return wrong("bytes are left");
    }
    return object;
}
