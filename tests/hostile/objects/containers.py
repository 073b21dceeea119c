# Containers that change while they are used, and items that do it.

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
