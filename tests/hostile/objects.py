# Objects that misbehave. Each entry of `factories` makes one; the test passes each to every method that takes
# an object of its kind, so that whatever is added here is passed to all of them.

import contextvars, datetime, functools, gc, io, sys, types, weakref

# All arguments of the call that runs.
others = []
# What hostile code has kept beyond the call.
kept = []
factories = []


def factory(make):
    factories.append((make.__name__, make))
    return make


# Empties whatever the call works on, which drops the last reference to the items.
def strike():
    for other in others:
        for kind in list, dict, set, bytearray:
            if isinstance(other, kind):
                try:
                    kind.clear(other)
                except BufferError:
                    pass
    return None


class Error(Exception):
    pass


# What a method may do: each is a function of `self` and of the first argument.
def returns_none(self, *arguments):
    return None


def returns_negative(self, *arguments):
    return -1


def returns_huge(self, *arguments):
    return 2**70


# The largest size that C takes, which no memory has.
def returns_size(self, *arguments):
    return sys.maxsize


def returns_text(self, *arguments):
    return 'not \ud800 UTF-8'


def returns_self(self, *arguments):
    return self


# A tuple of other lengths and kinds than any protocol has.
def returns_tuple(self, *arguments):
    return (self, 1, None)


def returns_not_implemented(self, *arguments):
    return NotImplemented


# A subclass where C wants the exact type.
def returns_subclass(self, *arguments):
    return TextOfOne('a')


def raises(self, *arguments):
    raise Error(self, arguments)


# Raises what is not an `Exception`, and what C takes for an end.
def raises_stop(self, *arguments):
    raise StopIteration(self)


def raises_exit(self, *arguments):
    raise SystemExit(self)


# Empties the arguments, then goes on as if nothing had happened.
def strikes(self, *arguments):
    strike()
    return 1


# Empties the arguments, and says that it is the same as anything.
def strikes_true(self, *arguments):
    strike()
    return True


# Keeps the argument alive.
def keeps(self, *arguments):
    kept.append((self, arguments))
    return 0


class TextOfOne(str):
    pass


BEHAVIOURS = (
    returns_none, returns_negative, returns_huge, returns_size, returns_text, returns_self, returns_tuple,
    returns_not_implemented, returns_subclass, raises, raises_stop, raises_exit, strikes, strikes_true, keeps,
)

METHODS = '''
__repr__ __str__ __bytes__ __format__ __lt__ __le__ __eq__ __ne__ __gt__ __ge__ __hash__ __bool__
__getattr__ __dir__ __call__ __len__ __length_hint__ __setitem__ __delitem__ __missing__ __iter__
__reversed__ __contains__ __add__ __sub__ __mul__ __matmul__ __truediv__ __floordiv__ __mod__ __divmod__
__pow__ __lshift__ __rshift__ __and__ __xor__ __or__ __radd__ __rsub__ __rmul__ __rmatmul__ __rtruediv__
__rfloordiv__ __rmod__ __rdivmod__ __rpow__ __rlshift__ __rrshift__ __rand__ __rxor__ __ror__ __iadd__
__isub__ __imul__ __imatmul__ __itruediv__ __ifloordiv__ __imod__ __ipow__ __ilshift__ __irshift__
__iand__ __ixor__ __ior__ __neg__ __pos__ __abs__ __invert__ __complex__ __int__ __float__ __index__
__round__ __enter__ __exit__ __await__ __aiter__ __anext__ __instancecheck__ __subclasscheck__ __fspath__
__get__ __buffer__ __mro_entries__ keys values items get write readline fileno flush send close throw
utcoffset dst tzname fromutc encode decode
'''.split()


# A namespace in which every method behaves so. What C calls again and again comes to an end.
def namespace(behaviour):
    def method(self, *arguments, **names):
        return behaviour(self, *arguments)

    def next_item(self):
        kept_count[0] += 1
        if kept_count[0] % 4 == 0:
            raise StopIteration
        return behaviour(self)

    def get_item(self, key):
        if isinstance(key, int) and not 0 <= key < 4:
            raise IndexError
        return behaviour(self, key)

    found = dict.fromkeys(METHODS, method)
    if behaviour in (returns_self, returns_tuple):
        # C loses the reference to a hash that is no int.
        found['__hash__'] = returns_negative
    found.update(__next__=next_item, __getitem__=get_item, __module__='hostile')
    return found


kept_count = [0]


class Plain:
    def __init__(self):
        self.item = 'item'


BASES = {
    object: (), list: ([3, 1, 2],), dict: ({'text': 1, 2: 3},), str: ('text',), bytes: (b'bytes',), int: (7,),
    tuple: ((1, 2),), float: (1.5,), set: ((1, 2),), frozenset: ((1, 2),), bytearray: (b'array',),
    complex: (1j,), BaseException: ('text',), ValueError: (1, 2), datetime.tzinfo: (), datetime.date: (2000, 1, 1),
    datetime.datetime: (2000, 1, 1), datetime.time: (1, 2), datetime.timedelta: (1, 2), types.ModuleType: ('module',),
    UnicodeDecodeError: ('utf-8', b'bytes', 1, 2, 'reason'), UnicodeEncodeError: ('utf-8', 'text', 1, 2, 'reason'),
    io.StringIO: ('line\n',),
}


# Each builtin type with each behaviour.
for base, arguments in BASES.items():
    for behaviour in BEHAVIOURS:
        slots = {} if base is object else {'__slots__': ()}
        kind = type(f'{base.__name__}_{behaviour.__name__}', (base,), {**namespace(behaviour), **slots})
        factories.append((kind.__name__, functools.partial(base.__new__, kind, *arguments)))
        if base in (list, set, bytearray):
            # These are filled by `__init__`.
            def filled(kind=kind, base=base, arguments=arguments):
                made = base.__new__(kind)
                base.__init__(made, *arguments)
                return made
            factories[-1] = (kind.__name__, filled)
    # The plain one.
    factories.append((f'plain_{base.__name__}', functools.partial(base, *arguments)))

for behaviour in BEHAVIOURS:
    # A class whose metaclass behaves so.
    meta = type(f'meta_{behaviour.__name__}', (type,), {
        **namespace(behaviour), '__hash__': type.__hash__, '__getattr__': raises, '__get__': returns_self})
    factories.append((meta.__name__, functools.partial(type.__new__, meta, 'Hostile', (), {})))

    # Containers, the items of which behave so.
    item = type(f'item_{behaviour.__name__}', (), namespace(behaviour))
    def list_of(item=item):
        return [item(), item(), item()]
    def tuple_of(item=item):
        return (item(), item())
    def dict_of(item=item):
        return {1: item(), 'text': item()}
    def slice_of(item=item):
        return slice(item(), item(), item())
    def iterator_of(item=item):
        return iter([item(), item()])
    # Without `__parameters__`, at which CPython's own `list[item][key]` crashes.
    alias_item = type('AliasItem', (), {
        name: method for name, method in namespace(behaviour).items() if name != '__getattr__'})
    def alias_of(item=alias_item):
        return types.GenericAlias(list, (item(),))
    for make in list_of, tuple_of, dict_of, slice_of, iterator_of, alias_of:
        factories.append((f'{make.__name__}_{behaviour.__name__}', make))

    # `__class__` is what the method says.
    liar = type(f'liar_{behaviour.__name__}', (), {'__class__': property(behaviour)})
    factories.append((liar.__name__, liar))

    # Every attribute is what the method says.
    anything = type(f'attributes_{behaviour.__name__}', (), {'__getattribute__': behaviour})
    factories.append((anything.__name__, anything))


# Says that it is of another class.
for claimed in list, str, int, tuple, dict, type, BaseException:
    liar = type(f'claims_{claimed.__name__}', (), {'__class__': claimed})
    factories.append((liar.__name__, liar))


# Its hash changes, and its equality empties the container that it is a key of.
class Key:
    def __init__(self, place):
        self.place = place
    def __hash__(self):
        return 1
    def __eq__(self, other):
        self.place.clear()
        strike()
        return False


@factory
def dict_of_keys():
    made = {}
    for _ in range(3):
        dict.__setitem__(made, Key([]), 1)
    for key in made:
        key.place = made
    return made


@factory
def set_of_keys():
    made = {Key([]), Key([])}
    for key in made:
        key.place = made
    return made


# Items that are gone when one of them is looked at.
class Item:
    def __init__(self, place):
        self.place = place
    def look(self, *arguments):
        self.place.clear()
        return True
    __eq__ = __lt__ = __gt__ = __bool__ = look
    __hash__ = None
    def __index__(self):
        self.place.clear()
        return 1
    def __repr__(self):
        self.place.clear()
        return 'item'
    def __iter__(self):
        self.place.clear()
        return iter((1, 2))
    def __del__(self):
        self.place.append(1)


@factory
def list_of_items():
    made = []
    made.extend((Item(made), Item(made), Item(made)))
    return made


# Comes back to life, for a while.
class Resurrected:
    def __del__(self):
        kept.append(self)


@factory
def resurrected():
    return Resurrected()


@factory
def list_of_resurrected():
    return [Resurrected(), Resurrected()]


# Empties the arguments when it ends.
class Ends:
    def __del__(self):
        strike()


@factory
def list_of_ending():
    return [Ends(), Ends(), Ends()]


@factory
def dict_of_ending():
    return {1: Ends(), 'text': Ends()}


# In itself.
@factory
def list_in_itself():
    made = []
    made.append(made)
    return made


@factory
def dict_in_itself():
    made = {}
    made['text'] = made
    return made


# Deeper than C's stack would allow without a check.
@factory
def deep_list():
    made = []
    for _ in range(2000):
        made = [made]
    return made


@factory
def deep_tuple():
    made = ()
    for _ in range(2000):
        made = (made,)
    return made


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
    return contextvars.ContextVar('name').set(1)


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


before = {}


# Puts back what calls change for the whole process, and forgets what was kept.
def settle():
    others.clear()
    kept.clear()
    for found, saved in before.values():
        found.clear()
        found.update(saved)
    # `PyGC_Collect` does nothing, as the collector is disabled.
    gc.collect()


def begin():
    try:
        import resource
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    except (ImportError, ValueError):
        pass
    sys.stderr = sys.stdout = io.StringIO()
    sys.unraisablehook = lambda *arguments: None
    sys.excepthook = lambda *arguments: None
    gc.disable()
    import __main__, builtins, encodings.idna
    for found in sys.__dict__, sys.modules, builtins.__dict__, __main__.__dict__:
        before[id(found)] = (found, dict(found))
    gc.freeze()
