"""Objects and their bytes, by the specification of the format; and what must be refused."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone, tzinfo


@dataclass
class Plain:
    a: int
    b: object


@dataclass
class Slots:
    __slots__ = ("a", "b")
    a: int
    b: object


class Child(Plain):
    """No dataclass of its own: its base is."""


class Text(str):
    pass


class Number(int):
    pass


class Broken(tzinfo):
    def utcoffset(self, _):
        raise KeyError("no offset")


class Naive(tzinfo):
    def utcoffset(self, _):
        return None


def utc(*args):
    return datetime(*args, tzinfo=timezone.utc)


def be(value, size):
    return value.to_bytes(size, "big", signed=value < 0).hex()


def ints():
    for value in [0, 1, 127, -1, -32]:
        yield value, be(value, 1)
    for tag, size, values in [
        ("cc", 1, [128, 255]),
        ("cd", 2, [256, 2**16 - 1]),
        ("ce", 4, [2**16, 2**30 - 1, 2**30, 2**31, 2**32 - 1]),
        ("cf", 8, [2**32, 2**60, 2**63 - 1, 2**63, 2**64 - 1]),
        ("d0", 1, [-33, -128]),
        ("d1", 2, [-129, -(2**15)]),
        ("d2", 4, [-(2**15) - 1, -(2**30), -(2**31)]),
        ("d3", 8, [-(2**31) - 1, -(2**60), -(2**63)]),
    ]:
        for value in values:
            yield value, tag + be(value, size)


def strs():
    # ASCII, Latin-1, two bytes, three, four; alone and with ASCII around it.
    for char in ["a", "\x7f", "\x80", "é", "ÿ", "Ā", "ж", "\u07ff", "\u0800", "東", "\uffff", "\U00010000", "🐍", "\U0010ffff"]:
        for text in ["".join(["a", char]), char * 3, "abcdefgh" + char, char + "abcdefgh", "é東" + char]:
            data = text.encode()
            yield text, be(0xA0 | len(data), 1) + data.hex()
    for size in [0, 1, 7, 8, 9, 31, 32, 255, 256, 65535, 65536]:
        header = {0: "d9", 1: "da", 2: "db"}[(size > 255) + (size > 65535)]
        width = {"d9": 1, "da": 2, "db": 4}[header]
        header = be(0xA0 | size, 1) if size < 32 else header + be(size, width)
        yield "x" * size, header + (b"x" * size).hex()


def datetimes():
    yield utc(1970, 1, 1), "d6ff00000000"
    yield datetime(1970, 1, 1), "d6ff00000000"
    yield utc(2106, 2, 7, 6, 28, 15), "d6ffffffffff"
    yield utc(2106, 2, 7, 6, 28, 16), "d7ff" + be(2**32, 8)
    yield utc(1970, 1, 1, 0, 0, 0, 1), "d7ff" + be(1000 << 34, 8)
    yield utc(2514, 5, 30, 1, 53, 3), "d7ff" + be(2**34 - 1, 8)
    yield utc(2514, 5, 30, 1, 53, 4), "c70cff00000000" + be(2**34, 8)
    yield utc(1969, 12, 31, 23, 59, 59, 5), "c70cff" + be(5000, 4) + be(-1, 8)
    for moment in [utc(1, 1, 1), utc(9999, 12, 31, 23, 59, 59), utc(1600, 2, 29), utc(1900, 3, 1), utc(1904, 12, 31, 5)]:
        seconds = (moment - utc(1970, 1, 1)) // timedelta(seconds=1)
        yield moment, "c70cff00000000" + (be(seconds, 8))
    for moment in [utc(1972, 2, 29), utc(2000, 2, 29), utc(2000, 3, 1), utc(2026, 11, 30, 12, 30, 1), utc(2100, 2, 28, 23)]:
        yield moment, "d6ff" + be((moment - utc(1970, 1, 1)) // timedelta(seconds=1), 4)
    zone = timezone(timedelta(hours=2, microseconds=-1))
    yield datetime(1970, 1, 1, 2, tzinfo=zone), "d7ff" + be(1000 << 34, 8)
    yield datetime(1970, 1, 1, tzinfo=Naive()), "d6ff00000000"


# An object and its bytes: they must be written and, if they are read back as an object that is equal, read.
GOOD = [
    (None, "c0"),
    (False, "c2"),
    (True, "c3"),
    (1.5, "cb3ff8000000000000"),
    (-0.0, "cb8000000000000000"),
    (float("inf"), "cb7ff0000000000000"),
    (float("nan"), "cb7ff8000000000000"),
    *ints(),
    *strs(),
    *datetimes(),
    (b"", "c400"),
    (b"\xff" * 255, "c4ff" + "ff" * 255),
    (b"a" * 256, "c50100" + "61" * 256),
    (b"a" * 65536, "c600010000" + "61" * 65536),
    ([], "90"),
    ([1] * 15, "9f" + "01" * 15),
    ([1] * 16, "dc0010" + "01" * 16),
    ([None] * 2000, "dc07d0" + "c0" * 2000),
    ([1] * 65536, "dd00010000" + "01" * 65536),
    ((), "90"),
    ((1, "a", (2.5,)), "9301a16191cb4004000000000000"),
    ({}, "80"),
    ({"b": 1, "a": [{"c": {}}]}, "82a16201a1619181a16380"),
    ({i: i for i in range(16)}, "de0010" + "".join(be(i, 1) * 2 for i in range(16))),
    ({i: None for i in range(65536)}, "df00010000" + "".join(encoded + "c0" for encoded in (
        *(be(i, 1) for i in range(128)), *("cc" + be(i, 1) for i in range(128, 256)), *("cd" + be(i, 2) for i in range(256, 65536))))),
    ({1: "int", None: 0, True: 0, 2.5: 0, b"k": 0, "é": 0}, "85" + "0100" + "c000" + "cb400400000000000000" + "c4016b00" + "a2c3a900"),
    (Plain(1, "x"), "82a16101a162a178"),
    (Slots(1, Plain(2, None)), "82a16101a16282a16102a162c0"),
    (Plain(utc(1970, 1, 1), [Slots(b"", ())]), "82a161d6ff00000000a1629182a161c400a16290"),
]

# Bytes that no contestant writes, and the object that they are.
READ = [
    ("ca3fc00000", 1.5),
    ("cc01", 1),
    ("cd0001", 1),
    ("ce00000001", 1),
    ("cf0000000000000001", 1),
    ("d0ff", -1),
    ("d1ffff", -1),
    ("d2ffffffff", -1),
    ("d3ffffffffffffffff", -1),
    ("d90161", "a"),
    ("da000161", "a"),
    ("db0000000161", "a"),
    ("c5000161", b"a"),
    ("c60000000161", b"a"),
    ("dc000101", [1]),
    ("dd0000000101", [1]),
    ("de00010102", {1: 2}),
    ("df000000010102", {1: 2}),
    ("8201020103", {1: 3}),
    ("c70cff" + be(999_999_999, 4) + be(0, 8), utc(1970, 1, 1, 0, 0, 0, 999_999)),
    ("91" * 512 + "01", "nested"),
]


def nested(depth, kind):
    value = 1
    for _ in range(depth):
        value = {"k": value} if kind is dict else kind([value])
    return value


# What cannot be packed, and the error.
UNPACKABLE = [
    (2**64, "OverflowError"),
    (-(2**63) - 1, "OverflowError"),
    (10**400, "OverflowError"),
    (1j, "TypeError"),
    ({1}, "TypeError"),
    (object(), "TypeError"),
    (int, "TypeError"),
    (Plain, "TypeError"),
    (Text("a"), "TypeError"),
    (Number(1), "TypeError"),
    (date(2026, 1, 1), "TypeError"),
    ([1, [2, {"a": {3}}]], "TypeError"),
    ("\ud800", "UnicodeEncodeError"),
    ({"\ud800": 1}, "UnicodeEncodeError"),
    (datetime(2026, 1, 1, tzinfo=Broken()), "KeyError"),
    (nested(513, list), "RecursionError"),
    (nested(513, tuple), "RecursionError"),
    (nested(513, dict), "RecursionError"),
]
# Not packed with sorted keys.
UNSORTABLE = [({1: 2}, "TypeError"), ({"\ud800": 1, "a": 2}, "UnicodeEncodeError")]

# Bytes that cannot be unpacked.
UNREADABLE = [
    ("", "ValueError"),
    ("c1", "ValueError"),
    ("0101", "ValueError"),
    *((prefix, "ValueError") for prefix in "cc cd00 ce000000 cf00000000000000 d0 d1ff d2ffffff d3ff ca cb00 a1 bf61 d9 d902ff".split()),
    *((prefix, "ValueError") for prefix in "c4 c40261 c5ff c600000001 91 9201 dc0001 81 8101 820102 8201 de0001 d6ff c7 c70c c70cff".split()),
    # Headers that announce 2**32 - 1 items or bytes.
    *((header + "ffffffff", "ValueError") for header in ["dd", "df", "c6", "db"]),
    ("dd" + "ffffffff" + "01" * 2000, "ValueError"),
    ("df" + "ffffffff" + "0102" * 2000, "ValueError"),
    *((("dd" + "ffffffff") * depth, "ValueError") for depth in [2, 100, 500]),
    ("91" * 513 + "01", "RecursionError"),
    ("8101" * 513 + "01", "RecursionError"),
    ("91" * 100_000, "RecursionError"),
    # UTF-8 that is none.
    *(("a3" + text, "UnicodeDecodeError") for text in ["ff6161", "c36161", "61c328", "eda080", "f09f90", "c08061", "616180"]),
    ("81" + "a1ff" + "01", "UnicodeDecodeError"),
    # Keys that have no hash.
    ("819001", "TypeError"),
    ("818001", "TypeError"),
    # Extensions, and timestamps that are no datetime.
    ("d40100", "ValueError"),
    ("d60100000000", "ValueError"),
    ("c700ff", "ValueError"),
    ("d7ff" + be(1_000_000_000 << 34, 8), "ValueError"),
    ("c70cff00000000" + be(2**63 - 1, 8), "ValueError"),
    ("c70cff00000000" + be(-(2**63), 8), "ValueError"),
    ("c70cff00000000" + be(253402300800, 8), "ValueError"),
]


def same(one, other):
    """Whether two objects are equal, down to the types of their parts."""
    return repr(one) == repr(other)


def reads_back(value, other):
    """Whether an object that was packed is what was unpacked, if the format keeps such objects."""
    if isinstance(value, (Plain, Slots, tuple, datetime)):
        return not isinstance(value, datetime) or value.tzinfo is not timezone.utc or same(value, other)
    return same(value, other)


def name(kind):
    return kind.__name__

