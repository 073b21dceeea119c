"""The cases: what is done in the loop, with what is made before. A function is compiled anew for each contestant, so that
the interpreter specialises its instructions for that one's classes."""

# name, what is made before, what is done
CASES = [
    ("create and destroy, no argument", "f = m.Empty", "f()"),
    ("create and destroy, one argument", "f = m.Num; number = 12345", "f(number)"),
    ("create and destroy, GC, 2 objects, weak references", "f = m.Node; a = 'a'; b = [1]", "f(a, b)"),
    ("method, no argument", "x = m.Num(7)", "x.touch()"),
    ("method, one int", "x = m.Num(7); number = 12345", "x.plus(number)"),
    ("int property", "x = m.Num(12345)", "x.value"),
    ("object property", "x = m.Node('a', [1])", "x.any"),
    ("len", "x = m.Items(tuple(range(100)))", "len(x)"),
    ("getitem", "x = m.Items(tuple(range(100))); i = 50", "x[i]"),
    ("iterate over 1000", "x = m.Upto(1000)", "for _ in x: pass"),
    ("==", "x = m.Num(12345); y = m.Num(12345)", "x == y"),
    ("a + b", "x = m.Num(12345); y = m.Num(12345)", "x + y"),
    ("hash", "x = m.Num(12345)", "hash(x)"),
    ("bool", "x = m.Num(12345)", "not x"),
]


# How often it stands in the loop.
CALLS = 10


def make(module, before, done):
    """A function that does it ten times in a loop, which is done as often as it is told."""
    lines = f"            {done}\n" * CALLS
    source = (
        f"def make(m, repeat, len=len, hash=hash):\n    {before}\n"
        f"    def drive(loops, repeat=repeat):\n        {before}\n        for _ in repeat(None, loops):\n{lines}"
        "    return drive\n"
    )
    names = {}
    exec(source, names)
    import itertools

    return names["make"](module, itertools.repeat)
