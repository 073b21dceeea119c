# cython: language_level=3, freethreading_compatible=True
"""The classes in Cython."""

cimport cython


cdef class Empty:
    cdef long long value

    def __cinit__(self):
        self.value = 0


cdef class Num:
    cdef readonly long long value

    def __cinit__(self, long long value, /):
        self.value = value

    def touch(self):
        if self.value < 0:
            raise ValueError("negative")

    def plus(self, long long other, /):
        return self.value + other

    def __eq__(self, other):
        if not isinstance(other, Num):
            return NotImplemented
        return self.value == (<Num>other).value

    def __add__(self, other):
        if not isinstance(self, Num) or not isinstance(other, Num):
            return NotImplemented
        return Num(self.value + (<Num>other).value)

    def __hash__(self):
        return <Py_hash_t>self.value

    def __bool__(self):
        return self.value != 0


cdef class Node:
    cdef object left
    cdef public object any
    cdef object __weakref__

    def __cinit__(self, left, any, /):
        self.left = left
        self.any = any


@cython.final
cdef class Counter:
    cdef long long next, end

    def __iter__(self):
        return self

    def __next__(self):
        if self.next >= self.end:
            raise StopIteration
        self.next += 1
        return self.next - 1


cdef class Upto:
    cdef long long end

    def __cinit__(self, long long end, /):
        self.end = end

    def __iter__(self):
        cdef Counter counter = Counter.__new__(Counter)
        counter.next, counter.end = 0, self.end
        return counter


cdef class Items:
    cdef tuple items

    def __cinit__(self, tuple items not None, /):
        self.items = items

    def __len__(self):
        return len(self.items)

    def __getitem__(self, Py_ssize_t index):
        return self.items[index]
