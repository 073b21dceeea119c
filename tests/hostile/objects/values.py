# Single objects: of every kind there is, each with something that is seldom true of it.

# Asks itself the same again.
class Endless:
    def __repr__(self):
        return repr(self)
    def __eq__(self, other):
        return self == other
    def __hash__(self):
        return hash(self)
    def __getattr__(self, name):
        return getattr(self, name + 'x')
    def __call__(self):
        return self()


@factory
def endless():
    return Endless()


@factory
def generator():
    yield 1
    strike()
    yield strike
    raise Error


@factory
def iterator_of_a_cleared_list():
    made = [1, 2, 3]
    found = iter(made)
    next(found)
    made.clear()
    return found


@factory
def iterator_of_a_changed_dict():
    made = {1: 2, 3: 4}
    found = iter(made.items())
    made[5] = 6
    return found


@factory
def iterator_of_calls():
    return iter([3, 2, 1].pop, 1)


@factory
def none():
    return None


@factory
def ellipsis():
    return ...


@factory
def not_implemented():
    return NotImplemented


@factory
def true():
    return True


@factory
def most_negative():
    return -2**70


# Too large for an `i64`. Without powers, which would take for ever.
class Large(int):
    __slots__ = ()
    __pow__ = __rpow__ = __ipow__ = raises


@factory
def largest():
    return Large(2**63)


@factory
def nan():
    return float('nan')


@factory
def infinite():
    return float('-inf')


@factory
def surrogate():
    return 'text \ud800'


@factory
def nul():
    return 'a\0b' * 2


@factory
def wide():
    return '\U0001f40d' * 3


@factory
def empty_text():
    return ''


@factory
def bytes_with_nul():
    return b'a\0b' * 2


@factory
def a_range():
    return range(-2**70, 2**70, 2**69)


@factory
def function():
    def called(*arguments, **names):
        strike()
        return arguments
    return called


@factory
def bound_method():
    return Plain().__init__


@factory
def builtin():
    return [].append


@factory
def builtin_of_a_class():
    return io.StringIO().getvalue


# Methods that get their class: `PyCMethod`.
@factory
def method_with_class():
    import _queue
    return _queue.SimpleQueue().get_nowait


@factory
def code():
    return compile('text', 'file', 'eval')


@factory
def frame():
    return sys._getframe()


@factory
def traceback():
    try:
        raise Error
    except Error as error:
        return error.__traceback__


@factory
def cell():
    return types.CellType()


@factory
def full_cell():
    return types.CellType(Ends())


@factory
def capsule():
    return datetime.datetime_CAPI


@factory
def context():
    return contextvars.Context()


@factory
def context_variable():
    return contextvars.ContextVar('name', default=1)


@factory
def context_token():
    # In a context of its own: that of the thread would keep it.
    return contextvars.Context().run(contextvars.ContextVar('name').set, 1)


@factory
def memory():
    return memoryview(bytearray(b'bytes'))


# No memoryview that is released: CPython's `iter` of one returns an iterator and sets an exception.


@factory
def strided_memory():
    return memoryview(b'some bytes')[::-2]


@factory
def proxy():
    return types.MappingProxyType({1: 2, 'text': 3})


# Of a mapping that is none any more.
@factory
def proxy_of_a_liar():
    return types.MappingProxyType(type('Mapping', (), namespace(raises))())


@factory
def weak_reference():
    return weakref.ref(Plain())


@factory
def weak_reference_with_callback():
    return weakref.ref(Plain, lambda found: strike())


class KeepsNothing:
    __slots__ = ("__weakref__",)


KEEPS_NOTHING = KeepsNothing()


@factory
def weak_proxy():
    # Of an object that lives: with a dead one, CPython 3.14 loses a reference to the other operand. It keeps nothing.
    return weakref.proxy(KEEPS_NOTHING)


# An exception that is its own cause.
@factory
def own_cause():
    made = Error()
    made.__cause__ = made.__context__ = made
    return made


@factory
def raised_error():
    try:
        raise Error(strike)
    except Error as error:
        return error


# A constructor that makes something else.
class Other(Exception):
    def __new__(kind, *arguments):
        return [kind]


@factory
def class_of_others():
    return Other


# An exception without what its class has.
@factory
def unmade_error():
    return UnicodeDecodeError.__new__(UnicodeDecodeError)


@factory
def module_without_name():
    made = types.ModuleType('module')
    del made.__name__
    return made


@factory
def unmade_module():
    return types.ModuleType.__new__(types.ModuleType)


@factory
def class_without_module():
    made = type('Name', (), {})
    made.__module__ = 7
    return made


@factory
def abstract_class():
    return type('Name', (list,), {'__slots__': ('a', 'b')})
