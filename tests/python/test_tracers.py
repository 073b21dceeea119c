"""Another tool's tracer is no alarm, and hides no leak."""

import sys

import pytest
from checked import refs as refs
from pytest_pyptr.held import describe

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


MONITOR = """
import sys
EVENTS = sys.monitoring.events.PY_START
SEEN = {}
def started(code, offset):
    SEEN[id(code)] = [code]
sys.monitoring.use_tool_id(4, "monitor")
sys.monitoring.register_callback(4, EVENTS, started)
sys.monitoring.set_events(4, EVENTS)
"""
NEW_CODE = """
import sys
def new_code(**names): exec("def function():\\n    return 1\\nfunction()", names)
def test_clean(): new_code()
def test_reference(): new_code(); leaky.forgotten()
def test_memory(): new_code(); leaky.borrowed_from_new()
GROWING = []
def test_growing(): new_code(); GROWING.append(object())
@pytest.mark.no_refs(reason="it looks at what the other tests have left")
def test_after():
    conftest = sys.modules["conftest"]
    assert sys.monitoring.get_events(4) == conftest.EVENTS
    assert id(new_code.__code__) in conftest.SEEN
"""


@pytest.mark.skipif(sys.version_info < (3, 12), reason="sys.monitoring is new in 3.12")
def test_a_tool_that_keeps_each_code_object(refs, tmp_path):
    (tmp_path / "conftest.py").write_text(MONITOR)
    result = refs(NEW_CODE)
    assert result.code == 1, result.output
    expected = {"test_clean": "clean", "test_reference": "leak", "test_memory": "leak"}
    assert result.verdicts() == {**expected, "test_growing": "inconclusive", "test_after": "exempt"}, result.output


def test_a_dict_that_a_tracer_changes_while_it_is_described():
    seen = dict.fromkeys(range(5))

    def trace(frame, event, arg):
        seen[len(seen)] = event
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        text = describe(seen)
    finally:
        sys.settrace(before)
    assert text.startswith("dict of ")


OF_CALLS = """
import sys
SEEN = []
def trace(frame, event, arg): SEEN.append(object())
sys.settrace(trace)
"""
CALLS = """
import sys
def called(): return leaky.pack(1)
def test_calls(): called(), called(), called()
def test_memory(): called(), leaky.borrowed_from_new()
@pytest.mark.no_refs(reason="it looks at what the other tests have left")
def test_after(): assert sys.gettrace() is sys.modules["conftest"].trace
"""


def test_a_tracer_that_keeps_something_of_each_call(refs, tmp_path):
    (tmp_path / "conftest.py").write_text(OF_CALLS)
    result = refs(CALLS)
    assert result.verdicts() == {"test_calls": "clean", "test_memory": "leak", "test_after": "exempt"}, result.output
