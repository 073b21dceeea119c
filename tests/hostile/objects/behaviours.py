# Objects that misbehave, and first what their methods do. Each entry of `factories` makes one; the test passes each to
# every method that takes an object of its kind, so that whatever is added is passed to all of them. The files beside
# this one run in the same namespace, one after the other: see main.rs.

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
