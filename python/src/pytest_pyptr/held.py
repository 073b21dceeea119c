"""What holds leaking objects: native fields that the ledger finds, and referrers that the collector knows."""

import gc
import sys
import types

from .ledgers import group

# For how many leaks referrers are looked up: each look-up visits all objects.
EXPLAINED = 10
SHOWN = 5


class Held:
    """The cycles, owners and referrers of a census's suspects."""

    def __init__(self, ledgers, keys, reading):
        self.cycles, self.kept, self.referrers = {}, {}, {}
        self.allocations = []
        # Type objects that leak, and the names of the types of leaking objects.
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
        # By index, because an iterator over the list would be a referrer of its items.
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
        """Places of Rust allocations, without the allocations that belong to leaking objects."""
        left = dict(places)
        for number, found in self.allocations:
            key = (number, found["near"], found["function"])
            if key in left:
                count, size = left[key]
                left[key] = (count - 1, max(size - found["size"], 0))
        return {key: (count, size) for key, (count, size) in left.items() if count > 0}


def referrers(leaked, *own):
    """Short descriptions of an object's referrers, without those of this plugin itself."""
    found = gc.get_referrers(leaked)
    hidden = {id(one) for one in (*own, found)}
    found = [one for one in found if id(one) not in hidden and not isinstance(one, types.FrameType)]
    shown = [describe(one) for one in found[:SHOWN]]
    if len(found) > SHOWN:
        shown.append(f"{len(found) - SHOWN} more")
    return shown


def describe(one):
    """Describes an object without running its own code."""
    kind = type(one)
    if kind is dict:
        # Compares only strings, which runs no code of other objects. A copy, since a tracer may change it meanwhile.
        name = next((value for key, value in list(one.items()) if type(key) is str and key == "__name__"), None)
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
    """The name of a type, as in the ledger's reports."""
    module = type.__dict__["__module__"].__get__(kind)
    name = type.__dict__["__qualname__"].__get__(kind)
    return name if module == "builtins" else f"{module}.{name}"
