"""What holds the objects that leak: native fields, as the ledger finds them, and what the collector knows."""

import gc
import sys
import types

from .ledgers import group

# Looking for referrers goes through all objects.
EXPLAINED = 10
SHOWN = 5


class Held:
    """For the suspects of a census: their cycles, their owners, their referrers."""

    def __init__(self, ledgers, keys, reading):
        self.cycles, self.kept, self.referrers = {}, {}, {}
        self.allocations = []
        # Type objects that leak themselves, and the names of the types of objects that leak.
        self.type_objects, self.type_names = [], set()
        for number, hook in ledgers.by_id.items():
            own = [key for key in keys if key[0] == number]
            if own:
                self._ask(number, hook, own, reading)

    def _ask(self, number, hook, keys, reading):
        held = (reading.held[key] for key in keys)
        names = " ".join(f"{one['thread']}:{one['sequence']}" for one in held)
        fields = hook(f"fields {names}")
        for name in ("cycles", "kept"):
            getattr(self, name).update({(number, *group(found)): found for found in fields[name]})
        self.allocations += [(number, found) for found in fields["allocations"]]
        self.type_names.update(fields["types"])
        objects = hook(f"objects {names}")
        # By number: what goes through a list refers to its items.
        for index, key in enumerate(keys):
            leaked = objects[index]
            if isinstance(leaked, type):
                self.type_objects.append(id(leaked))
            if leaked is not None and len(self.referrers) < EXPLAINED:
                self.referrers[key] = self._owner(key) + referrers(leaked, objects)

    def _owner(self, key):
        found = self.cycles.get(key) or self.kept.get(key)
        return [f"a native field of {found['owner']}"] if found and found.get("through") != "not_cleared" else []

    def less(self, places):
        """Places of Rust allocations, without those that belong to objects that leak."""
        left = dict(places)
        for number, found in self.allocations:
            key = (number, found["near"], found["function"])
            if key in left:
                count, size = left[key]
                left[key] = (count - 1, max(size - found["size"], 0))
        return {key: (count, size) for key, (count, size) in left.items() if count > 0}


def referrers(leaked, *own):
    """Short descriptions of what refers to an object, but for the harness itself."""
    found = gc.get_referrers(leaked)
    hidden = {id(one) for one in (*own, found)}
    found = [one for one in found if id(one) not in hidden and not isinstance(one, types.FrameType)]
    shown = [_describe(one) for one in found[:SHOWN]]
    if len(found) > SHOWN:
        shown.append(f"{len(found) - SHOWN} more")
    return shown


def _describe(one):
    """Without running code of the object's own."""
    kind = type(one)
    if kind is dict:
        # Strings only are compared, and with identity first.
        name = next((value for key, value in one.items() if type(key) is str and key == "__name__"), None)
        module = sys.modules.get(name) if type(name) is str else None
        if isinstance(module, types.ModuleType) and vars(module) is one:
            return f"the variables of module {name}"
    if kind in (dict, list, tuple, set, frozenset):
        return f"{kind.__name__} of {len(one)} item{'' if len(one) == 1 else 's'}"
    if kind is types.FunctionType:
        return f"function {one.__qualname__}"
    if isinstance(one, type):
        return f"class {type_name(one)}"
    return type_name(kind)


def type_name(kind):
    """As in the ledger's reports."""
    module = type.__dict__["__module__"].__get__(kind)
    name = type.__dict__["__qualname__"].__get__(kind)
    return name if module == "builtins" else f"{module}.{name}"
