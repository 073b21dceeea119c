"""Another tool's tracer is no alarm, and hides no leak."""

import pytest
from checked import refs as refs

TRACER = """
import threading
class Tracer:
    "One for each thread, all of which are kept."
    all_tracers = []
    def __init__(self):
        self.seen = []
        self.all_tracers.append(self)
    def __call__(self, frame, event, arg):
        self.seen.append((frame.f_code.co_name, frame.f_lineno))
        return self
def trace(frame, event, arg):
    return Tracer()(frame, event, arg)
threading.{}(trace)
"""

TESTS = """
import threading
def in_thread(function, *arguments):
    thread = threading.Thread(target=function, args=arguments)
    thread.start()
    thread.join()
def test_clean(): in_thread(leaky.pack, 1)
def test_reference(): in_thread(leaky.forgotten)
def test_memory(): in_thread(leaky.borrowed_from_new)
def test_again(): in_thread(leaky.pack, 1)
"""


@pytest.mark.parametrize("install", ["settrace", "setprofile"])
def test_a_tracer_of_threads(refs, tmp_path, install):
    (tmp_path / "conftest.py").write_text(TRACER.format(install))
    result = refs(TESTS)
    expected = {"test_clean": "clean", "test_reference": "leak", "test_memory": "leak", "test_again": "clean"}
    assert result.verdicts() == expected, result.output
    (found,) = result.test("test_memory")["findings"]
    assert found["what"] == "unexplained"


def test_a_tracer_stays(refs):
    result = refs(
        """
import threading
def trace(frame, event, arg): pass
threading.settrace(trace)
GROWING = []
def test_it(): GROWING.append(object())
@pytest.mark.no_refs(reason="it looks at what the other test has left")
def test_after(): assert threading.gettrace() is trace and threading.getprofile() is None
"""
    )
    assert result.verdicts() == {"test_it": "inconclusive", "test_after": "exempt"}
    assert "2 passed, 1 error" in result.output
