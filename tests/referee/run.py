"""Runs CPython's own tests of its C API with pyptr's functions in place of CPython's.

    python3 run.py DIRECTORY RESULT

`DIRECTORY` has the extension module `testcapi` (tests/extensions/testcapi), `RESULT` is the file for the result, as JSON.
`_testinternalcapi` stays as it is: from it the tests take functions that are not public.
"""

import builtins
import collections
import importlib
import importlib.util
import json
import platform
import sys
import types
import unittest

from fallbacks import (
    CHANGING_A_DICT,
    NULL,
    NULL_HAS_COUNTERPART,
    OTHER,
    PARTLY,
    PARTLY_IN_SOME_VERSIONS,
    WHOLLY,
    WITHOUT_MEMORY,
)

SUBJECTS = ["list", "tuple", "dict", "set", "bytes", "bytearray", "float"]

# There since 3.15.
FROZEN = getattr(builtins, "frozendict", ())

# Calls by the name of the function: of pyptr's, of CPython's for one reason or another; uses of the rest.
typed = collections.Counter()
wholly = collections.Counter()
partly = collections.Counter()
null = collections.Counter()
null_meant = collections.Counter()
other = collections.Counter()
# What went wrong besides tests that fail.
mistakes = []


class Substitute(types.ModuleType):
    """One of CPython's modules, with pyptr's function wherever there is one."""

    def __init__(self, original, replacement):
        super().__init__(original.__name__)
        self.__original = original
        self.__replacement = replacement
        for name in WITHOUT_MEMORY:
            if hasattr(original, name):
                setattr(self, name, getattr(original, name))

    def __getattr__(self, name):
        # An AttributeError where CPython has none either, and for what the import system asks.
        original = getattr(self.__original, name)
        if name.startswith("__"):
            return original
        replacement = getattr(self.__replacement, name, None)
        if replacement is not None:
            function = dispatcher(name, replacement, original)
        elif name in WHOLLY:
            function = counted(name, wholly, original)
        elif name in OTHER:
            other[name] += 1
            return original
        else:
            mistakes.append(f"{self.__name__}.{name} is used, and stands in no list")
            raise AttributeError(mistakes[-1])
        setattr(self, name, function)
        return function


def dispatcher(name, replacement, original):
    """Calls pyptr's function, or CPython's where that cannot be said with pyptr's types."""

    def call(*args, **named):
        if any(arg is None for arg in args):
            if name not in NULL_HAS_COUNTERPART:
                if name not in NULL:
                    mistakes.append(f"{name} is called with NULL, and stands in no list for it")
                null[name] += 1
                return original(*args)
            null_meant[name] += 1
        if name in CHANGING_A_DICT and isinstance(args[0], FROZEN):
            partly[name] += 1
            return original(*args)
        result = replacement(*args, **named)
        if result is NotImplemented:
            if name not in PARTLY:
                mistakes.append(f"{name}{args} falls back, and stands in no list")
            partly[name] += 1
            return original(*args, **named)
        typed[name] += 1
        return result

    return call


def counted(name, counter, original):
    def call(*args):
        counter[name] += 1
        return original(*args)

    return call


def exists(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        # Its package does not exist either.
        return False


def substitute(replacement):
    if exists("test.test_capi.test_getargs"):
        # test_float takes classes from it. It tests something else, with CPython's modules.
        importlib.import_module("test.test_capi.test_getargs")
    names = set()
    for module in "_testcapi", "_testlimitedcapi":
        # Up to 3.12 everything is in the first.
        if exists(module):
            original = importlib.import_module(module)
            names.update(dir(original))
            sys.modules[module] = Substitute(original, replacement)
    return names


def run(subject):
    suite = unittest.defaultTestLoader.loadTestsFromName(f"test.test_capi.test_{subject}")
    return unittest.TextTestRunner(verbosity=0).run(suite)


def about(names, ran):
    """The functions among `names` that are about a subject whose tests were run."""
    # The longest first: `dictproxy_new` is about dicts, `bytearray_size` is not about bytes.
    prefixes = {"frozenset": "set", "anyset": "set", "_check_tuple": "tuple", "_tuple": "tuple"}
    prefixes.update({subject: subject for subject in SUBJECTS})

    def subject(name):
        return next((prefixes[p] for p in sorted(prefixes, key=len, reverse=True) if name.startswith(p)), None)

    return {name for name in names if subject(name) in ran}


def check_lists(available, ran, replacement):
    """Every entry of the lists that could be used must have been."""
    for counter, names in [
        (wholly, WHOLLY),
        (partly, set(PARTLY) - PARTLY_IN_SOME_VERSIONS),
        (null, NULL),
        (null_meant, NULL_HAS_COUNTERPART),
        (typed, [name for name in dir(replacement) if not name.startswith("__")]),
    ]:
        unused = about(names, ran) & available - set(counter)
        mistakes.extend(f"{name} is listed, and never used" for name in sorted(unused))
    mistakes.extend(f"{name} is listed, and never used" for name in sorted(set(OTHER) & available - set(other)))


def report():
    def named(counter):
        return f"{len(counter)} ({sum(counter.values())} calls)"

    print(f"functions by pyptr's safe methods: {named(typed)}")
    print(f"functions that fell back to CPython's: {named(wholly)}")
    for name in sorted(wholly):
        print(f"  {name}: {WHOLLY[name]}")
    print(f"functions that fell back for some arguments: {named(partly)}")
    for name in sorted(partly):
        print(f"  {name}: {PARTLY.get(name)}")
    print(f"functions that fell back for NULL, which is no reference: {named(null)}")
    print(f"  {', '.join(sorted(null))}")
    print(f"functions whose NULL has a counterpart: {named(null_meant)}")
    for name in sorted(null_meant):
        print(f"  {name}: {NULL_HAS_COUNTERPART[name]}")
    print("wrong types and negative sizes, which C reports as SystemError, are conversions that fail: no fallback")


def main(directory, result_file):
    sys.path.insert(0, directory)
    replacement = importlib.import_module("testcapi")
    missing = [module for module in ("_testcapi", "_testinternalcapi") if not exists(module)]
    available = set() if missing else substitute(replacement)
    python = f"CPython {platform.python_version()}"
    ran, passed = {}, True
    for subject in SUBJECTS:
        needed = [*missing, f"test.test_capi.test_{subject}"]
        if not all(exists(module) for module in needed):
            print(f"skipped: {python} at {sys.executable} has no {needed[0]}")
            continue
        result = run(subject)
        ran[subject] = {"run": result.testsRun, "skipped": [f"{test}: {reason}" for test, reason in result.skipped]}
        passed = passed and result.wasSuccessful()
    if ran:
        check_lists(available, ran, replacement)
        count = ", ".join(f"{subject} {result['run']}" for subject, result in ran.items())
        print(f"{python}'s own tests, run with pyptr's functions: {count}")
        report()
    for mistake in mistakes:
        print(f"error: {mistake}")
    with open(result_file, "w", encoding="utf-8") as file:
        json.dump({"ran": ran, "passed": passed and not mistakes, "fell_back": sorted(wholly)}, file)


main(*sys.argv[1:])
