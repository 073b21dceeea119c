"""Other tools that trace: coverage, debuggers, profilers."""

import contextlib
import sys
import threading

# How many tools `sys.monitoring` has room for.
TOOLS = range(6)


@contextlib.contextmanager
def none_in_what_is_new():
    """Meanwhile this thread and new ones have no tracer, and tools of ``sys.monitoring`` are not told of new code.

    A tracer may keep something of each call: that of coverage, in C, keeps references to None on 3.10. And coverage keeps what
    it has made for each thread and for each code object, so that each run of a test that starts threads or makes functions
    needs more memory."""
    trace, profile = threading.gettrace(), threading.getprofile()
    threading.settrace(None)
    threading.setprofile(None)
    events = _take_events()
    own = sys.gettrace()
    if own is not None:
        sys.settrace(None)
    try:
        yield
    finally:
        # Not if the test has set another one. As many calls deep as it was taken, so that it can match calls and returns.
        if own is not None and sys.gettrace() is None:
            sys.settrace(own)
        for tool, taken in events:
            # Not if it has gone, or has asked for others.
            if sys.monitoring.get_tool(tool) is not None and not sys.monitoring.get_events(tool):
                sys.monitoring.set_events(tool, taken)
        if threading.gettrace() is None:
            threading.settrace(trace)
        if threading.getprofile() is None:
            threading.setprofile(profile)


def _take_events():
    """The events of all code that each tool is told of, which it is not told of any more. Each tool chooses the code whose
    lines it sees, which does not change."""
    monitoring = getattr(sys, "monitoring", None)
    events = []
    for tool in TOOLS if monitoring else ():
        if monitoring.get_tool(tool) is not None and (taken := monitoring.get_events(tool)):
            events.append((tool, taken))
            monitoring.set_events(tool, 0)
    return events
