"""What is packed and unpacked: the same objects in each run."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

WORDS = "amber basil cedar delta ember fjord grove haven inlet jolly kayak lemon maple north ocean".split()
CYRILLIC = "быстрая лиса прыгает через ленивую собаку и бежит дальше".split()
CHINESE = "東京都渋谷区の天気は晴れ時々曇り"


@dataclass
class Plain:
    id: int
    name: str
    email: str
    active: bool
    score: float


@dataclass
class Slots:
    __slots__ = ("id", "name", "email", "active", "score")
    id: int
    name: str
    email: str
    active: bool
    score: float


class Shapes:
    """Each method makes a list of documents."""

    def __init__(self):
        self.random = random.Random(15)

    def text(self, least=5, most=40):
        return " ".join(self.random.choices(WORDS, k=8))[: self.random.randint(least, most)]

    def foreign(self):
        """One, two, two and four bytes for a character, in equal parts."""
        return self.random.choice(
            [
                lambda: self.text(15, 60).replace("a", "ä").replace("e", "é", 1) + "ß",
                lambda: " ".join(self.random.choices(CYRILLIC, k=self.random.randint(2, 8))),
                lambda: "".join(self.random.choices(CHINESE, k=self.random.randint(5, 30))),
                lambda: self.text(15, 60) + "🐍",
            ]
        )()

    def int(self):
        bits = self.random.choice([6, 6, 6, 7, 8, 16, 16, 31, 32, 63])
        return self.random.choice([1, 1, 1, -1]) * self.random.getrandbits(bits)

    def fields(self):
        name = self.text(8, 24)
        return self.random.getrandbits(20), name, f"{name}@example.org", self.random.random() < 0.5, self.random.random()

    def object(self):
        names = "id", "name", "email", "active", "score"
        return {**dict(zip(names, self.fields())), "tags": [self.text(4, 8) for _ in range(3)]}

    def date(self):
        zone = self.random.choice([None, timezone.utc])
        microsecond = self.random.choice([0, self.random.randrange(1_000_000)])
        return datetime(2026, 1, 1, microsecond=microsecond, tzinfo=zone) + timedelta(seconds=self.random.getrandbits(30))

    def many(self, count, make):
        return [[make() for _ in range(count)]]

    def strs(self):
        return self.many(500, self.text)

    def objects(self):
        return self.many(60, self.object)

    def other_keys(self):
        def one():
            keys = [self.int() for _ in range(8)] + [None, True, 0.5, b"key"]
            return {key: self.text(4, 12) for key in keys}

        return self.many(30, one)

    def dataclass(self):
        return self.many(80, lambda: Plain(*self.fields()))

    def slots(self):
        return self.many(80, lambda: Slots(*self.fields()))

    def datetimes(self):
        return self.many(300, self.date)

    def wide(self):
        return [{f"key number {i}": self.int() for i in range(1000)}]

    def ints(self):
        return self.many(1000, self.int)

    def foreign_strs(self):
        return self.many(300, self.foreign)

    def floats(self):
        return self.many(1000, self.random.random)

    def bytes(self):
        return self.many(200, lambda: self.random.randbytes(self.random.randrange(400)))

    def small(self):
        return [{"id": i, "name": self.text(), "ok": None} for i in range(50)]


def again(documents):
    """Other strs of the same text, which nobody has asked for their UTF-8."""
    return [["".join([text[:1], text[1:]]) for text in document] for document in documents]


# The name, the method of Shapes, whether keys are sorted, whether the objects are made anew each time.
PACK = [
    ("strs", "strs", False, False),
    ("objects", "objects", False, False),
    ("sorted keys", "objects", True, False),
    ("non-str keys", "other_keys", False, False),
    ("dataclass", "dataclass", False, False),
    ("dataclass with slots", "slots", False, False),
    ("datetime", "datetimes", False, False),
    ("wide dict", "wide", False, False),
    ("ints", "ints", False, False),
    ("non-ASCII strs", "foreign_strs", False, True),
    ("non-ASCII strs again", "foreign_strs", False, False),
    ("floats", "floats", False, False),
    ("bytes", "bytes", False, False),
]
UNPACK = [
    ("objects", "objects"),
    ("strs", "strs"),
    ("ints", "ints"),
    ("small documents", "small"),
    ("non-str keys", "other_keys"),
    ("non-ASCII strs", "foreign_strs"),
]

# What two threads pack.
THREADS = [("objects", "objects"), ("strs", "strs"), ("dataclass", "dataclass"), ("wide dict", "wide")]


def make(method):
    return getattr(Shapes(), method)()


def size(document):
    """How many scalars there are."""
    if isinstance(document, dict):
        return sum(map(size, document)) + sum(map(size, document.values()))
    if isinstance(document, list):
        return sum(map(size, document))
    return 5 if isinstance(document, (Plain, Slots)) else 1
