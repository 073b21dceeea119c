"""More that only looks like a leak, beside ``clean.py``: fixtures of every scope, threads, coroutines, generated data."""

import asyncio
import collections
import contextlib
import contextvars
import functools
import json
import queue
import re
import subprocess
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import leaky
import pytest

try:
    import hypothesis
    from hypothesis import strategies
except ImportError:
    hypothesis = None


class Node:
    """Part of a cycle."""

    def __init__(self, *others):
        self.others = [self, *others]
        self.packed = leaky.pack(len(others))


def with_scope(scope):
    @pytest.fixture(scope=scope, name=f"of_{scope}")
    def made(request):
        kept = Node()
        yield kept
        kept.others.clear()

    return made


of_session = with_scope("session")
of_package = with_scope("package")
of_module = with_scope("module")
of_class = with_scope("class")
of_function = with_scope("function")


@pytest.fixture(params=["a", "b"])
def of_parameter(request, of_module):
    return leaky.pack(ord(request.param))


@pytest.fixture(autouse=True)
def always(of_session, tmp_path_factory):
    yield leaky.pack(3)


@pytest.fixture
def factory(request):
    def make(number):
        request.addfinalizer(functools.partial(leaky.pack, number))
        return leaky.pack(number)

    return make


def test_session(of_session):
    assert of_session.packed == [0]


def test_all(of_session, of_package, of_module, of_class, of_function):
    of_function.others += [of_class, of_module]


def test_parameter(of_parameter, of_module):
    assert of_parameter[0] in (97, 98)


def test_factory(factory):
    assert [factory(number) for number in range(5)]


def test_by_name(request):
    assert request.getfixturevalue("of_module").packed == [0]


class TestOfClass:
    kept = None

    def test_first(self, of_class):
        type(self).kept = leaky.pack(1)

    def test_second(self, of_class, tmp_path):
        (tmp_path / "file").write_text("text")
        self.other = Node(of_class)

    @pytest.mark.parametrize("number", range(8))
    def test_number(self, of_class, number):
        assert leaky.pack(number) == [number]


# Threads, also some that begin in one run and end in another one.


def test_pool():
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(leaky.pack, range(20))) == [[number] for number in range(20)]


def test_threads():
    threads = [threading.Thread(target=leaky.pack, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_local():
    local = threading.local()

    def use():
        local.value = Node()

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()


def test_queue():
    tasks = queue.Queue()

    def work():
        while (task := tasks.get()) is not None:
            leaky.pack(task)

    thread = threading.Thread(target=work)
    thread.start()
    for number in range(30):
        tasks.put(number)
    tasks.put(None)
    thread.join()


@pytest.fixture(scope="module")
def ticking():
    """A thread that works beside the tests."""
    stop = threading.Event()

    def tick():
        while not stop.wait(0.01):
            leaky.pack(1)

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    yield thread
    stop.set()
    thread.join()


@pytest.mark.parametrize("number", range(3))
def test_beside_a_thread(ticking, number):
    assert ticking.is_alive()
    leaky.pack(number)


STARTED = []


def test_a_thread_that_starts_once():
    """In one of the runs only, and goes on."""
    STARTED.append(1)
    if len(STARTED) == 4:
        threading.Thread(target=threading.Event().wait, args=(0.05,), daemon=True).start()
    leaky.pack(1)


def test_timer():
    done = threading.Event()
    timer = threading.Timer(0.001, done.set)
    timer.start()
    assert done.wait(10)
    timer.join()


# Coroutines.


def test_run():
    async def main():
        await asyncio.sleep(0)
        return leaky.pack(1)

    assert asyncio.run(main()) == [1]


def test_gather():
    async def one(number):
        await asyncio.sleep(0)
        return leaky.pack(number)

    async def main():
        return await asyncio.gather(*map(one, range(10)))

    assert len(asyncio.run(main())) == 10


def test_cancelled():
    async def main():
        task = asyncio.ensure_future(asyncio.sleep(100))
        await asyncio.sleep(0)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        leaky.pack(1)

    asyncio.run(main())


def test_in_a_thread():
    async def main():
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, leaky.pack, 5)

    assert asyncio.run(main()) == [5]


def test_asynchronous_generator():
    async def numbers():
        for number in range(5):
            yield leaky.pack(number)

    async def main():
        return [one async for one in numbers()]

    assert len(asyncio.run(main())) == 5


def test_failing_coroutine():
    async def main():
        leaky.pack("x")

    with pytest.raises(TypeError):
        asyncio.run(main())


# Generated data.

if hypothesis is not None:
    quick = hypothesis.settings(max_examples=5, deadline=None, database=None, derandomize=True)

    @quick
    @hypothesis.given(strategies.integers(-100, 100))
    def test_generated_numbers(number):
        assert leaky.pack(number) == [number]

    @quick
    @hypothesis.given(strategies.lists(strategies.integers(0, 9), max_size=5))
    def test_generated_lists(numbers):
        assert [leaky.pack(number)[0] for number in numbers] == numbers

    @quick
    @hypothesis.given(strategies.text(max_size=5))
    def test_generated_texts(text):
        leaky.released_elsewhere(text)


# And the rest.


def test_exception_groups_and_notes():
    with pytest.raises(TypeError) as raised:
        try:
            leaky.pack(None)
        except TypeError as error:
            raise TypeError("again") from error
    assert raised.value.__cause__ is not None


def test_cycle_of_nodes():
    one = Node()
    other = Node(one)
    one.others.append(other)


def test_weak_references():
    node = Node()
    of_node = weakref.ref(node)
    also = weakref.WeakValueDictionary(one=node)
    assert of_node() is node and also["one"] is node


def test_finalizer():
    called = []
    node = Node()
    weakref.finalize(node, called.append, 1)
    node.others.clear()
    del node
    assert called == [1]


def test_generator_that_is_not_finished():
    generator = (leaky.pack(number) for number in range(10))
    assert next(generator) == [0]


def test_context():
    variable = contextvars.ContextVar("variable")
    contextvars.copy_context().run(variable.set, leaky.pack(1))


def test_class_in_a_test():
    Made = type("Made", (Node,), {"packed_too": leaky.pack(1)})
    assert Made().packed == [0]


def test_named_tuple():
    Point = collections.namedtuple("Point", "x y")
    assert Point(leaky.pack(1), 2).x == [1]


@functools.lru_cache(maxsize=4)
def cached(number):
    return leaky.pack(number)


def test_cache():
    assert [cached(number) for number in range(10)]


def test_expressions_and_json():
    assert re.sub("a+", "b", "caat") == "cbt"
    assert json.loads(json.dumps({"packed": leaky.pack(1)})) == {"packed": [1]}


def test_output(capsys, monkeypatch, tmp_path, caplog):
    monkeypatch.chdir(tmp_path)
    print(leaky.pack(1), file=sys.stderr)
    assert "[1]" in capsys.readouterr().err


def test_process():
    subprocess.run([sys.executable, "-c", ""], check=True)
    leaky.pack(1)


@pytest.mark.xfail
def test_expected_failure(of_function):
    assert leaky.pack(1) == [2]


def test_in_blocks(refs, of_module):
    refs.check(leaky.pack, 1)
    for _ in refs.runs():
        Node(of_module)
