# Each builtin type, each metaclass, each container with each behaviour.

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
if sys.version_info >= (3, 15):
    BASES[frozendict] = ({'text': 1, 2: 3},)


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
